"""What became of a write: the truth is read, and "not done" is believed only when it can't mean "not yet"."""

from dataclasses import replace

import pytest
from patients import Visit

from counter_app.case import Ending, Operation, new_case
from counter_app.osigu.errors import Kind
from counter_app.sandbox.running import RunningSandbox

HARMLESS = (Operation.CREATE, Operation.ATTACH, Operation.START, Operation.SEND_OTP)


async def test_a_case_without_a_pending_write_is_left_as_it_is(visit, sandbox):
    case = new_case()
    assert await visit.do(Operation.LOOK_UP, case) == case
    assert sandbox.calls == ()


@pytest.mark.parametrize("operation", HARMLESS)
async def test_a_write_that_is_harmless_to_repeat_is_settled_without_asking(visit, sandbox, moment, operation):
    pending = (await visit.created()).started(operation, moment.now)
    calls = len(sandbox.calls)
    assert (await visit.do(Operation.LOOK_UP, pending)).pending is None
    assert len(sandbox.calls) == calls


async def test_a_completed_request_is_found_with_its_decision_and_the_time_it_was_sent(visit, services, moment):
    pending = (await visit.attached()).started(Operation.COMPLETE, moment.now)
    await services.osigu.complete_request(pending.request_id)
    sent_at = moment.now
    moment.pass_time(30)
    found = await visit.do(Operation.LOOK_UP, pending)
    assert found.decision.approved
    assert (found.pending, found.sent_at) == (None, sent_at)
    assert found.decision.read_at == moment.now


@pytest.mark.parametrize("operation", [Operation.COMPLETE, Operation.FINISH, Operation.CANCEL])
async def test_not_done_is_believed_after_patience_and_not_before(visit, services, moment, operation):
    case = await visit.ready_for(operation)
    pending = case.started(operation, moment.now, reference="r-1")
    moment.pass_time(services.patience.total_seconds() - 1)
    early = await visit.perform(Operation.LOOK_UP, pending)
    assert (early.failure.kind, early.failure.reference) == (Kind.UNKNOWN, "r-1")
    assert early.case is pending
    moment.pass_time(1)
    late = await visit.do(Operation.LOOK_UP, pending)
    assert late.pending is None
    assert late.step is case.step
    assert (late.sent_at, late.ending) == (case.sent_at, None)


async def test_a_hand_over_that_arrived_is_found_completed(visit, services, moment):
    pending = (await visit.started()).started(Operation.FINISH, moment.now)
    dispensation = pending.dispensation
    await services.osigu.complete_dispensation(dispensation.dispensation_id, pending.invoice, pending.transaction_id)
    found = await visit.do(Operation.LOOK_UP, pending)
    assert (found.pending, found.ending) == (None, Ending.DISPENSED)
    assert found.dispensation.lines == dispensation.lines


async def test_a_cancellation_that_arrived_is_found_taken_back(visit, services, moment):
    pending = (await visit.started()).started(Operation.CANCEL, moment.now)
    await services.osigu.cancel_dispensation(pending.dispensation.dispensation_id)
    found = await visit.do(Operation.LOOK_UP, pending)
    assert (found.pending, found.dispensation.status) == (None, "CANCELLED")


async def test_while_osigu_can_not_be_asked_the_write_stays_pending(visit, sandbox, moment):
    pending = (await visit.attached()).started(Operation.COMPLETE, moment.now)
    moment.pass_time(1_000)
    sandbox.fail("read_request", status=500, times=3)
    asked = await visit.perform(Operation.LOOK_UP, pending)
    assert asked.failure.kind is Kind.SERVER
    assert asked.case is pending


@pytest.mark.parametrize("operation", [Operation.COMPLETE, Operation.FINISH])
async def test_what_osigu_does_not_know_at_all_did_not_happen_once_patience_is_over(visit, services, moment, operation):
    pending = (await visit.ready_for(operation)).started(operation, moment.now)
    gone = replace(
        pending,
        request_id="areq_unknown",
        dispensation=pending.dispensation and replace(pending.dispensation, dispensation_id="disp_unknown"),
    )
    early = await visit.perform(Operation.LOOK_UP, gone)
    assert (early.failure.kind, early.case) == (Kind.UNKNOWN, gone)
    moment.pass_time(services.patience.total_seconds())
    assert (await visit.do(Operation.LOOK_UP, gone)).pending is None


async def test_a_pending_write_of_a_case_that_lost_its_ids_settles_after_patience(
    visit: Visit, sandbox: RunningSandbox, moment, services
):
    moment.pass_time(0)
    for operation in (Operation.COMPLETE, Operation.FINISH):
        lost = new_case().started(operation, moment.now)
        assert (await visit.perform(Operation.LOOK_UP, lost)).failure.kind is Kind.UNKNOWN
        moment.pass_time(services.patience.total_seconds())
        assert (await visit.do(Operation.LOOK_UP, lost)).pending is None
    assert sandbox.calls == ()
