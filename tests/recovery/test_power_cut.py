"""Every moment the power can go, and what the next start finds."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from patients import Visit, until
from strongroom import journal_of

from counter_app.case import Case, Operation, Step
from counter_app.osigu.errors import Kind
from counter_app.settings import Profile

PROGRAM = Path(__file__).with_name("power_cut.py")


def read_again(profile: Profile) -> Case:
    """The one case, as the program that starts next reads it."""
    store = journal_of(profile)
    (case,) = store.cases()
    store.close()
    return case


async def cut_power_during(operation: Operation, visit: Visit, profile: Profile, arrived: Callable[[], bool]) -> Case:
    """Run the program until something has arrived at OSIGU, and kill it there."""
    arguments = [
        sys.executable,
        str(PROGRAM),
        profile.base_url,
        str(profile.data_dir),
        profile.passphrase,
        operation.value,
    ]
    with subprocess.Popen(arguments) as program:  # noqa: S603, ASYNC220
        await until(arrived)
        program.kill()
    (left,) = visit.services.journal.cases()
    return left


@pytest.mark.parametrize("operation", [Operation.COMPLETE, Operation.FINISH, Operation.CANCEL])
async def test_after_the_request_left_the_next_start_finds_what_was_done(visit, sandbox, profile, operation):
    visit.services.keep(await visit.ready_for(operation), "ready")
    reading = "read_request" if operation is Operation.COMPLETE else "read_dispensation"
    # OSIGU acts; the program, still without an answer, has just begun to ask what became of it.
    sandbox.lose_answer(operation.value)
    sandbox.slow(reading, seconds=60, times=1)
    left = await cut_power_during(operation, visit, profile, lambda: sandbox.count(reading) == 1)
    assert left.pending.operation is operation
    found = await visit.do(Operation.LOOK_UP, left)
    assert found.pending is None
    assert found.decided
    assert found.dispensation is None or not found.dispensation.open
    assert sandbox.count(operation.value) == 1


async def test_after_the_request_left_and_never_arrived_the_page_is_there_again(
    visit, sandbox, profile, moment, services
):
    case = await visit.attached()
    services.keep(case, "ready")
    sandbox.slow("complete", seconds=60, times=1)
    arrived = lambda: sandbox.count("complete") == 1  # noqa: E731
    left = await cut_power_during(Operation.COMPLETE, visit, profile, arrived)
    moment.now = left.pending.since
    early = await visit.perform(Operation.LOOK_UP, left)
    assert early.failure.kind is Kind.UNKNOWN
    moment.pass_time(services.patience.total_seconds())
    found = await visit.do(Operation.LOOK_UP, left)
    assert (found.step, found.pending) == (Step.COMPLETE, None)
    assert replace(found, updated_at=case.updated_at) == case


async def test_between_the_intent_and_the_request_nothing_was_sent_and_nothing_is_lost(visit, profile, moment, sandbox):
    case = await visit.attached()
    visit.services.keep(case.started(Operation.COMPLETE, moment.now, reference=case.request_id), "complete.sent")
    (left,) = visit.services.journal.cases()
    moment.pass_time(200)
    found = await visit.do(Operation.COMPLETE, left)
    assert found.decision.approved
    assert sandbox.count("complete") == 1


async def test_after_the_answer_the_next_start_stands_on_the_next_page(visit, profile):
    steps = {
        visit.created: Step.INDICATION,
        visit.attached: Step.COMPLETE,
        visit.decided: Step.DISPENSE,
        visit.started: Step.DISPENSE,
    }
    for bring, step in steps.items():
        case = await bring()
        store = journal_of(profile)
        (back,) = [each for each in store.cases() if each.case_id == case.case_id]
        store.close()
        assert back.step is step
        assert back.pending is None


async def test_what_was_half_typed_is_there_again(visit, profile):
    case = await visit.found()
    visit.services.keep(case, "ready")
    visit.services.journal.keep_draft(case.case_id, {"diagnosis": "R5", "quantity": "3"})
    assert read_again(profile).draft == {"diagnosis": "R5", "quantity": "3"}
