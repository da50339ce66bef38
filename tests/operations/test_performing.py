"""The intent is on the disk before the call leaves, the outcome before anybody sees it; whatever else goes wrong."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from patients import Visit, call_of, until
from strongroom import journal_of

from counter_app.case import WRITES, Case, Operation, new_case
from counter_app.models import Topic
from counter_app.operations.book import OPERATIONS, QUESTIONS
from counter_app.operations.performing import perform
from counter_app.osigu.errors import Failure, Kind, OsiguError
from counter_app.sandbox.running import RunningSandbox
from counter_app.settings import Profile

LOOKED_UP = (Operation.COMPLETE, Operation.FINISH, Operation.CANCEL)


def on_disk(visit: Visit, case: Case) -> Case:
    """The case as another program would read it at this moment."""
    folder = Path(visit.services.journal._engine.url.database).parent
    other = journal_of(Profile(data_dir=folder))
    (found,) = [each for each in other.cases() if each.case_id == case.case_id]
    other.close()
    return found


def refuse_writing(visit: Visit, what: str) -> None:
    """Make the disk refuse an event, and with it the case that it belongs to."""
    connection = sqlite3.connect(visit.services.journal._engine.url.database)
    with connection:
        connection.execute(
            f"create trigger refuse before insert on events when new.what = '{what}' "
            "begin select raise(abort, 'disk full'); end"
        )
    connection.close()


def allow_writing(visit: Visit) -> None:
    connection = sqlite3.connect(visit.services.journal._engine.url.database)
    with connection:
        connection.execute("drop trigger refuse")
    connection.close()


def hold(sandbox: RunningSandbox, operation: Operation) -> Callable[[], bool]:
    """Keep an operation's call waiting for its answer; the result tells whether it has arrived."""
    if operation is Operation.ATTACH:
        # A file that is on its way would stay half read: it waits for a new token instead.
        sandbox.revoke_tokens()
        sandbox.slow("token", seconds=60, times=1)
        return lambda: sandbox.token_calls == 2
    sandbox.slow(call_of(operation), seconds=60, times=1)
    return lambda: sandbox.count(call_of(operation)) == 1


def test_the_book_has_a_line_for_everything_that_can_be_asked():
    assert set(OPERATIONS) == set(Operation)
    assert set(QUESTIONS) == set(Topic)


@pytest.mark.parametrize("operation", sorted(WRITES))
async def test_the_intent_is_on_the_disk_when_the_call_arrives_and_stays_when_staff_stop_waiting(
    visit, sandbox, moment, operation
):
    case = await visit.ready_for(operation)
    arrived = hold(sandbox, operation)
    task = asyncio.create_task(perform(visit.services, operation, OPERATIONS[operation], case))
    await until(arrived)
    assert sandbox.count(call_of(operation)) == 1
    kept = on_disk(visit, case)
    assert (kept.pending.operation, kept.pending.since) == (operation, moment.now)
    task.cancel()
    stopped = await task
    assert stopped.failure.kind is Kind.STOPPED
    assert stopped.case == kept
    assert on_disk(visit, case).pending == kept.pending


@pytest.mark.parametrize("operation", sorted(WRITES))
async def test_a_write_that_went_well_is_kept_as_settled(visit, sandbox, operation):
    case = await visit.ready_for(operation)
    done = await visit.do(operation, case)
    assert done.pending is None
    assert on_disk(visit, case) == done
    assert list(visit.services.journal.events(case.case_id))[-2:] == [f"{operation}.sent", f"{operation}.done"]
    assert sandbox.count(call_of(operation)) == 1


async def test_the_pending_write_names_what_it_is_about(visit):
    for operation in (Operation.COMPLETE, Operation.CANCEL):
        case = await visit.ready_for(operation)
        stopped = await perform(visit.services, operation, _never, case)
        about = case.dispensation.dispensation_id if case.dispensation else case.request_id
        assert stopped.case.pending.reference == about
        assert stopped.failure.reference == about


async def _never(_services: object, _case: Case) -> Case:
    raise asyncio.CancelledError


@pytest.mark.parametrize("operation", [Operation.SEARCH, Operation.READ_DECISION, Operation.LOOK_UP])
async def test_a_question_that_staff_stop_waiting_for_leaves_nothing(visit, sandbox, operation):
    call = {Operation.SEARCH: "search"}.get(operation, "read_request")
    case = await visit.decided("sponsor-async")
    if operation is Operation.LOOK_UP:
        case = replace(case, decision=None).started(Operation.COMPLETE, visit.services.now())
    before, events = on_disk(visit, case), list(visit.services.journal.events(case.case_id))
    asked = sandbox.count(call)
    sandbox.slow(call, seconds=60, times=1)
    task = asyncio.create_task(perform(visit.services, operation, OPERATIONS[operation], case))
    await until(lambda: sandbox.count(call) == asked + 1)
    task.cancel()
    stopped = await task
    assert stopped.failure.kind is Kind.STOPPED
    assert stopped.case is case
    assert on_disk(visit, case) == before
    assert list(visit.services.journal.events(case.case_id)) == events


@pytest.mark.parametrize("operation", LOOKED_UP)
async def test_a_write_stays_pending_when_staff_stop_waiting_for_its_look_up(visit, sandbox, operation):
    case = await visit.ready_for(operation)
    reading = "read_request" if operation is Operation.COMPLETE else "read_dispensation"
    sandbox.lose_answer(call_of(operation))
    sandbox.slow(reading, seconds=60, times=1)
    task = asyncio.create_task(perform(visit.services, operation, OPERATIONS[operation], case))
    await until(lambda: sandbox.count(reading) == 1)
    task.cancel()
    stopped = await task
    assert stopped.failure.kind is Kind.STOPPED
    assert stopped.case.pending.operation is operation
    assert on_disk(visit, case).pending == stopped.case.pending
    found = await visit.do(operation, stopped.case)
    assert found.pending is None
    assert sandbox.count(call_of(operation)) == 1


# --- the disk refuses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", sorted(WRITES))
async def test_nothing_leaves_when_the_intent_can_not_be_kept(visit, sandbox, operation):
    case = await visit.ready_for(operation)
    refuse_writing(visit, f"{operation}.sent")
    done = await visit.perform(operation, case)
    assert done.failure.kind is Kind.SETTINGS
    assert "can't be kept" in done.failure.message
    assert done.case is case
    assert sandbox.count(call_of(operation)) == 0


@pytest.mark.parametrize("operation", LOOKED_UP)
async def test_a_write_whose_outcome_can_not_be_kept_is_not_sent_again(visit, sandbox, operation):
    case = await visit.ready_for(operation)
    refuse_writing(visit, f"{operation}.done")
    done = await visit.perform(operation, case)
    assert done.failure.kind is Kind.SETTINGS
    assert done.case.pending.operation is operation
    assert on_disk(visit, case).pending == done.case.pending
    allow_writing(visit)
    again = await visit.do(operation, done.case)
    assert again.pending is None
    assert again == on_disk(visit, case)
    assert sandbox.count(call_of(operation)) == 1


async def test_a_refusal_that_can_not_be_kept_leaves_the_write_pending(visit):
    case = await visit.created()
    refuse_writing(visit, "complete.refused")
    done = await visit.perform(Operation.COMPLETE, case)
    assert done.failure.kind is Kind.SETTINGS
    assert done.case.pending.operation is Operation.COMPLETE


async def test_an_answer_that_can_not_be_kept_is_not_shown(visit):
    case = new_case().asked("sponsor-sandbox", (await visit.found()).query)
    refuse_writing(visit, "search.done")
    done = await visit.perform(Operation.SEARCH, case)
    assert done.failure.kind is Kind.SETTINGS
    assert done.case is case


# --- a fault of the program -------------------------------------------------------------------------------------------


async def _broken(_services: object, _case: Case) -> Case:
    raise KeyError("MARIA GONZALEZ")


async def test_a_fault_in_a_question_is_told_and_logged_by_its_class(visit, caplog):
    case = new_case()
    done = await perform(visit.services, Operation.SEARCH, _broken, case)
    assert (done.failure.kind, done.case) == (Kind.BUG, case)
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.getMessage() == "search failed: KeyError"


async def test_after_a_fault_in_a_write_its_fate_is_looked_up(visit, sandbox):
    case = await visit.attached()
    done = await perform(visit.services, Operation.COMPLETE, _broken, case)
    assert done.failure.kind is Kind.UNKNOWN
    assert done.case.pending.operation is Operation.COMPLETE
    assert (sandbox.count("complete"), sandbox.count("read_request")) == (0, 1)


async def test_after_a_fault_in_a_harmless_write_staff_are_told_and_go_on(visit):
    done = await perform(visit.services, Operation.CREATE, _broken, await visit.prescribed())
    assert (done.failure.kind, done.case.pending) == (Kind.BUG, None)


async def test_a_fault_while_looking_up_leaves_the_write_pending(visit):
    visit.services = replace(visit.services, now=_clock_that_breaks())
    case = (await visit.created()).attached((await visit.chosen()).outgoing)
    done = await perform(visit.services, Operation.COMPLETE, _lost, case)
    assert done.failure.kind is Kind.BUG
    assert done.case.pending.operation is Operation.COMPLETE
    assert on_disk(visit, case).pending == done.case.pending


async def _lost(services: object, _case: Case) -> Case:
    services.now.broken = True
    raise OsiguError(Failure(kind=Kind.UNKNOWN))


def _clock_that_breaks():
    class Clock:
        broken = False

        def __call__(self):
            if self.broken:
                raise ZeroDivisionError
            return new_case().created_at

    return Clock()


# --- a pending write stands in the way --------------------------------------------------------------------------------


async def test_before_another_write_the_pending_one_is_looked_up(visit, services, moment):
    case = await visit.started()
    pending = case.started(Operation.FINISH, moment.now)
    await services.osigu.complete_dispensation(case.dispensation.dispensation_id, case.invoice, pending.transaction_id)
    done = await visit.do(Operation.CANCEL, pending)
    assert done.dispensation.completed
    assert "cancel.sent" not in services.journal.events(case.case_id)


async def test_while_the_pending_one_may_still_happen_no_other_write_leaves(visit, sandbox, moment):
    case = (await visit.started()).started(Operation.FINISH, moment.now)
    for operation in (Operation.FINISH, Operation.CANCEL):
        done = await visit.perform(operation, case)
        assert done.failure.kind is Kind.UNKNOWN
        assert done.case is case
    assert sandbox.count("finish") == sandbox.count("cancel") == 0


async def test_once_the_pending_one_did_not_happen_the_other_leaves(visit, sandbox, moment, services):
    case = (await visit.started()).started(Operation.FINISH, moment.now)
    moment.pass_time(services.patience.total_seconds())
    done = await visit.do(Operation.FINISH, case)
    assert done.dispensation.completed
    assert done.transaction_id == case.transaction_id
    assert sandbox.count("finish") == 1


async def test_a_request_that_was_completed_after_all_is_not_completed_again(visit, sandbox, services, moment):
    case = (await visit.attached()).started(Operation.COMPLETE, moment.now)
    await services.osigu.complete_request(case.request_id)
    done = await visit.do(Operation.COMPLETE, case)
    assert done.decision.approved
    assert sandbox.count("complete") == 1


async def test_a_harmless_write_that_was_pending_is_simply_done_again(visit, sandbox, moment):
    case = (await visit.prescribed()).started(Operation.CREATE, moment.now)
    done = await visit.do(Operation.CREATE, case)
    assert done.request_id == sandbox.requests_made[0].request_id


async def test_a_failure_names_what_support_can_look_up(visit):
    started = await visit.started()
    failed = await visit.perform(Operation.SEND_OTP, replace(started, sponsor=None))
    assert failed.failure.reference == started.dispensation.dispensation_id
    failed = await visit.perform(Operation.SEARCH, replace(started, dispensation=None, query=None))
    assert failed.failure.reference == started.request_id


@pytest.mark.parametrize(
    ("pending", "pressed"), [(Operation.COMPLETE, Operation.CREATE), (Operation.FINISH, Operation.START)]
)
async def test_what_the_case_has_already_is_not_made_anew_once_another_write_is_settled(
    visit, sandbox, moment, pending, pressed
):
    """A second request would lack the files of the first, a second start the first one's invoice."""
    case = await visit.ready_for(pending)
    sandbox.drop(pending.value)
    unknown = await visit.perform(pending, case)
    moment.pass_time(visit.services.patience.total_seconds())
    settled = await visit.do(pressed, unknown.case)
    assert settled.pending is None
    assert (settled.request_id, settled.dispensation) == (case.request_id, case.dispensation)
    assert sandbox.count(call_of(pressed)) == 1
