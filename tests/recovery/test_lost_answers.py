"""Every way a write can go wrong on the line: what OSIGU did, what the counter believes, what it sends next.

"Lost" means that OSIGU acted and the answer never came; "dropped", that it never acted.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest
from patients import Visit, call_of

from counter_app.case import WRITES, Ending, Operation, Step
from counter_app.osigu.errors import Kind
from counter_app.sandbox.running import RunningSandbox

LOOKED_UP = (Operation.COMPLETE, Operation.FINISH, Operation.CANCEL)
HARMLESS = tuple(sorted(WRITES - set(LOOKED_UP)))
READING = {Operation.COMPLETE: "read_request", Operation.FINISH: "read_dispensation"}

Fault = Callable[[RunningSandbox, str], None]
ACTED = {
    "lost": lambda sandbox, call: sandbox.lose_answer(call),
    "cut off": lambda sandbox, call: sandbox.cut(call),
    "a proxy's page": lambda sandbox, call: sandbox.garble(call),
}
NOT_ACTED = {
    "dropped": lambda sandbox, call: sandbox.drop(call),
    "500": lambda sandbox, call: sandbox.fail(call, status=500),
    "502": lambda sandbox, call: sandbox.fail(call, status=502),
    "504": lambda sandbox, call: sandbox.fail(call, status=504),
}
REFUSED = {
    "429": (lambda sandbox, call: sandbox.fail(call, status=429), Kind.BUSY),
    "503": (lambda sandbox, call: sandbox.fail(call, status=503), Kind.BUSY),
    "403": (lambda sandbox, call: sandbox.fail(call, status=403), Kind.NOT_AFFILIATED),
    "422": (lambda sandbox, call: sandbox.fail(call, status=422), Kind.INVALID),
}


def reading_of(operation: Operation) -> str:
    return READING.get(operation, "read_dispensation")


def over(operation: Operation, case) -> bool:
    """Whether the case is where a write that went well takes it."""
    return {
        Operation.CREATE: case.request_id is not None,
        Operation.ATTACH: bool(case.indications),
        Operation.COMPLETE: case.decided,
        Operation.START: case.dispensation is not None,
        Operation.SEND_OTP: case.challenge is not None,
        Operation.FINISH: case.ending is Ending.DISPENSED,
        Operation.CANCEL: case.dispensation is not None and case.dispensation.status == "CANCELLED",
    }[operation]


@pytest.mark.parametrize("fault", ACTED.values(), ids=ACTED)
@pytest.mark.parametrize("operation", LOOKED_UP)
async def test_a_lost_answer_is_looked_up_not_repeated(visit, sandbox, services, operation, fault):
    case = await visit.ready_for(operation)
    fault(sandbox, call_of(operation))
    done = await visit.perform(operation, case)
    assert done.failure is None
    assert over(operation, done.case)
    assert done.case.pending is None
    assert sandbox.count(call_of(operation)) == 1
    assert sandbox.count(reading_of(operation)) == 1
    assert list(services.journal.events(case.case_id))[-2:] == [f"{operation}.sent", "look_up.done"]


@pytest.mark.parametrize("fault", NOT_ACTED.values(), ids=NOT_ACTED)
@pytest.mark.parametrize("operation", LOOKED_UP)
async def test_what_was_dropped_is_unknown_then_did_not_happen_then_is_sent_again(
    visit, sandbox, moment, operation, fault
):
    case = await visit.ready_for(operation)
    fault(sandbox, call_of(operation))
    unknown = await visit.perform(operation, case)
    assert unknown.failure.kind is Kind.UNKNOWN
    assert unknown.case.pending.operation is operation
    assert not over(operation, unknown.case)
    too_soon = await visit.perform(operation, unknown.case)
    assert too_soon.failure.kind is Kind.UNKNOWN
    assert sandbox.count(call_of(operation)) == 1
    moment.pass_time(visit.services.patience.total_seconds())
    done = await visit.do(operation, too_soon.case)
    assert over(operation, done)
    assert sandbox.count(call_of(operation)) == 2


@pytest.mark.parametrize("operation", LOOKED_UP)
async def test_an_answer_lost_together_with_its_look_up_is_found_by_the_next(visit, sandbox, operation):
    case = await visit.ready_for(operation)
    sandbox.lose_answer(call_of(operation))
    sandbox.fail(reading_of(operation), status=500, times=3)
    unknown = await visit.perform(operation, case)
    assert unknown.failure.kind is Kind.UNKNOWN
    assert unknown.case.pending.operation is operation
    found = await visit.do(Operation.LOOK_UP, unknown.case)
    assert over(operation, found)
    assert sandbox.count(call_of(operation)) == 1


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        pytest.param(operation, fault, id=f"{operation} {name}")
        for operation in HARMLESS
        for name, fault in (ACTED | NOT_ACTED).items()
        # OSIGU promises no body for a file, so a page in its place can't be told from a yes.
        if (operation, name) != (Operation.ATTACH, "a proxy's page")
    ],
)
async def test_where_nothing_can_be_looked_up_staff_are_told_and_may_do_it_again(visit, sandbox, operation, fault):
    case = await visit.ready_for(operation)
    fault(sandbox, call_of(operation))
    unknown = await visit.perform(operation, case)
    assert unknown.failure.kind in (Kind.UNKNOWN, Kind.CONTRACT)
    assert unknown.case.pending is None
    assert not over(operation, unknown.case)
    assert sandbox.count(call_of(operation)) == 1
    again = await visit.do(operation, unknown.case)
    assert over(operation, again)
    assert sandbox.count(call_of(operation)) == 2


@pytest.mark.parametrize(("fault", "kind"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("operation", sorted(WRITES))
async def test_a_refusal_did_not_happen_and_leaves_the_case_to_be_tried_again(visit, sandbox, operation, fault, kind):
    case = await visit.ready_for(operation)
    fault(sandbox, call_of(operation))
    refused = await visit.perform(operation, case)
    assert refused.failure.kind is kind
    assert refused.case.pending is None
    assert visit.services.journal.events(case.case_id)[-1] == f"{operation}.refused"
    assert over(operation, await visit.do(operation, refused.case))


@pytest.mark.parametrize("operation", sorted(WRITES))
async def test_without_a_line_nothing_left_and_pressing_again_is_safe(visit, sandbox, operation):
    case = await visit.ready_for(operation)
    sandbox.stop()
    offline = await visit.perform(operation, case)
    assert offline.failure.kind is Kind.OFFLINE
    assert offline.case.pending is None
    assert sandbox.count(call_of(operation)) == 0


# --- what the harmless ones come to ---------------------------------------------------------------------------------


async def test_a_request_created_twice_authorizes_once(visit, sandbox, tmp_path):
    sandbox.lose_answer("create")
    unknown = await visit.perform(Operation.CREATE, await visit.prescribed())
    created = await visit.do(Operation.CREATE, unknown.case)
    chosen = created.attaching((await visit.chosen()).outgoing)
    await visit.do(Operation.COMPLETE, await visit.do(Operation.ATTACH, chosen))
    assert [each.completed for each in sandbox.requests_made].count(True) == 1
    assert created.request_id == sandbox.requests_made[1].request_id


async def test_a_file_whose_answer_was_lost_stands_ready_to_be_sent_again(visit, sandbox):
    case = await visit.chosen()
    sandbox.lose_answer("upload")
    unknown = await visit.perform(Operation.ATTACH, case)
    assert unknown.failure.kind is Kind.UNKNOWN
    assert unknown.case.outgoing.path == case.outgoing.path
    assert unknown.case.outgoing.kept in visit.services.files.ids()
    visit.lose_the_stick(case)
    assert unknown.case.step is Step.INDICATION
    attached = await visit.do(Operation.ATTACH, unknown.case)
    assert len(attached.indications) == 1
    assert len(sandbox.files(case.request_id)) == 2


async def test_a_start_whose_answer_was_lost_goes_on_with_the_dispensation_that_began(visit, sandbox):
    before = len(sandbox.dispensations)
    sandbox.lose_answer("start")
    unknown = await visit.perform(Operation.START, await visit.decided())
    assert unknown.failure.kind is Kind.UNKNOWN
    started = await visit.do(Operation.START, unknown.case)
    assert len(sandbox.dispensations) == before + 1
    assert started.dispensation.dispensation_id == sandbox.dispensations[-1].dispensation_id
    assert started.dispensation.lines


async def test_a_code_whose_sending_was_lost_is_replaced_by_the_next(visit, sandbox):
    sandbox.lose_answer("send_otp")
    unknown = await visit.perform(Operation.SEND_OTP, await visit.started("sponsor-otp"))
    assert unknown.case.challenge is None
    sent = await visit.do(Operation.SEND_OTP, unknown.case)
    proved = await visit.do(Operation.VALIDATE_OTP, replace(sent, draft={"otp": "482913"}))
    assert proved.proof is not None


async def test_a_check_of_the_code_whose_answer_was_lost_is_not_repeated_by_itself(visit: Visit, sandbox):
    challenged = replace(await visit.challenged(), draft={"otp": "482913"})
    sandbox.lose_answer("validate_otp")
    unknown = await visit.perform(Operation.VALIDATE_OTP, challenged)
    assert unknown.failure.kind is Kind.UNKNOWN
    assert (unknown.case.proof, unknown.case.pending) == (None, None)
    assert sandbox.count("validate_otp") == 1


async def test_a_hand_over_sent_twice_carries_one_transaction(visit, sandbox, services, moment):
    case = await visit.started()
    sandbox.drop("finish")
    dropped = await visit.perform(Operation.FINISH, case)
    moment.pass_time(services.patience.total_seconds())
    done = await visit.do(Operation.FINISH, dropped.case)
    assert done.transaction_id == dropped.case.pending.key
    assert sandbox.dispensations[-1].invoice["provider_transaction_id"] == done.transaction_id


async def test_a_token_that_expires_in_the_middle_is_renewed_and_nothing_is_done_twice(visit, sandbox):
    case = await visit.attached()
    sandbox.revoke_tokens()
    done = await visit.do(Operation.COMPLETE, case)
    assert done.decision.approved
    assert sandbox.token_calls == 2
    assert [call.status for call in sandbox.calls if call.operation == "complete"] == [401, 200]
