"""The sponsor decides: once, and what was decided is shown whoever asked for it."""

from dataclasses import replace

from patients import TOO_MUCH

from counter_app.case import Operation, Standing, Step, new_case
from counter_app.models import Outcome
from counter_app.osigu.errors import Kind


async def test_an_approved_request_brings_its_code(visit, moment):
    decided = await visit.decided()
    assert decided.decision.outcome is Outcome.APPROVED
    assert decided.code == decided.decision.approved[0].code
    assert decided.code.startswith("AUTH-")
    assert (decided.sent_at, decided.decision.read_at) == (moment.now, moment.now)
    assert (decided.step, decided.standing) == (Step.DISPENSE, Standing.READY)


async def test_a_rejected_request_brings_its_reason(visit):
    decided = await visit.decided("sponsor-review", TOO_MUCH)
    assert decided.decision.outcome is Outcome.REJECTED
    assert "90 units" in decided.decision.authorizations[0].rejection_reason
    assert decided.code is None


async def test_without_its_file_a_request_stays_where_it_was_and_the_file_is_named(visit, sandbox):
    created = await visit.created()
    refused = await visit.perform(Operation.COMPLETE, created)
    assert (refused.failure.kind, refused.failure.fields) == (Kind.INVALID, {"indication": "missing"})
    assert refused.failure.reference == created.request_id
    assert (refused.case.decision, refused.case.pending) == (None, None)
    assert not sandbox.requests_made[0].completed


async def test_a_decision_that_takes_its_time_is_waited_for_and_then_read(visit, sandbox, moment):
    waiting = await visit.decided("sponsor-async")
    assert waiting.standing is Standing.WAITING
    assert waiting.code is None
    sandbox.pass_time(60)
    moment.pass_time(60)
    decided = await visit.do(Operation.READ_DECISION, waiting)
    assert decided.standing is Standing.READY
    assert decided.code
    assert decided.decision.read_at == moment.now
    assert decided.sent_at == waiting.sent_at


async def test_a_request_that_was_completed_elsewhere_is_shown_as_completed(visit, services, sandbox, moment):
    attached = await visit.attached()
    await services.osigu.complete_request(attached.request_id)
    done = await visit.do(Operation.COMPLETE, attached)
    assert done.decision.outcome is Outcome.APPROVED
    assert done.sent_at == moment.now
    assert sandbox.count("read_request") == 1


async def test_a_request_that_osigu_does_not_know_is_told_with_its_id(visit):
    case = replace(await visit.attached(), request_id="areq_unknown")
    refused = await visit.perform(Operation.COMPLETE, case)
    assert (refused.failure.kind, refused.failure.reference) == (Kind.NOT_FOUND, "areq_unknown")
    assert refused.case.pending is None


async def test_nothing_is_sent_for_a_case_without_a_request(visit, sandbox):
    refused = await visit.perform(Operation.COMPLETE, new_case())
    assert refused.failure.kind is Kind.INVALID
    assert (await visit.do(Operation.READ_DECISION, new_case())).decision is None
    assert sandbox.calls == ()


async def test_reading_a_decision_again_that_has_not_changed_leaves_the_journal_alone(visit, services, moment):
    waiting = await visit.decided("sponsor-async")
    events = list(services.journal.events(waiting.case_id))
    moment.pass_time(15)
    again = await visit.do(Operation.READ_DECISION, waiting)
    assert again.decision.read_at == moment.now
    assert again.updated_at == waiting.updated_at
    assert list(services.journal.events(waiting.case_id)) == events
