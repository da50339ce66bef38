"""The hand-over: the code redeemed once, the patient proved present, the invoice confirmed once."""

from dataclasses import replace
from decimal import Decimal

import pytest
from patients import OTP_CODE, invoice

from counter_app.case import Ending, Operation, Standing, Step, new_case
from counter_app.osigu.errors import Kind

PRESCRIBED = "RX-2026-000101"
EXPIRED = "RX-2026-000104"
DISPENSED = "RX-2026-000105"


def brings(code: str):
    return replace(new_case(brings_code=True), code=code)


async def test_a_code_started_tells_what_may_be_handed_over(visit, moment):
    started = await visit.started()
    dispensation = started.dispensation
    assert dispensation.open
    assert [(each.product_code, each.quantity) for each in dispensation.lines] == [("MED-042", Decimal(30))]
    assert dispensation.total == Decimal("10.50")
    assert dispensation.read_at == moment.now


async def test_a_code_that_the_patient_brings_is_started_without_knowing_who_it_is(visit):
    started = await visit.do(Operation.START, brings(PRESCRIBED))
    assert started.dispensation.code_type == "PRESCRIPTION"
    assert started.step is Step.DISPENSE


@pytest.mark.parametrize(
    ("code", "kind"), [("", Kind.INVALID), ("AUTH-0000-000000", Kind.NOT_FOUND), (EXPIRED, Kind.INVALID)]
)
async def test_a_code_that_can_not_be_redeemed_is_refused_and_the_case_goes_on(visit, code, kind):
    refused = await visit.perform(Operation.START, brings(code))
    assert refused.failure.kind is kind
    assert (refused.case.dispensation, refused.case.pending) == (None, None)


async def test_a_code_that_was_dispensed_before_shows_that_dispensation(visit, sandbox):
    done = await visit.do(Operation.START, brings(DISPENSED))
    assert done.dispensation.completed
    assert done.dispensation.dispensation_id == sandbox.dispensations[0].dispensation_id
    assert done.used_elsewhere
    assert done.ending is None


async def test_a_code_that_is_started_already_goes_on_with_that_dispensation(visit, services, sandbox):
    earlier = await services.osigu.start_dispensation(PRESCRIBED, None)
    continued = await visit.do(Operation.START, brings(PRESCRIBED))
    assert continued.dispensation.dispensation_id == earlier.dispensation_id
    assert continued.dispensation.open
    assert continued.dispensation.lines == earlier.lines
    assert sandbox.count("read_dispensation") == 1


async def test_where_the_dispensation_in_the_way_can_not_be_read_the_code_is_free_to_be_tried_again(
    visit, services, sandbox
):
    await services.osigu.start_dispensation(PRESCRIBED, None)
    sandbox.fail("read_dispensation", status=503, times=3)
    refused = await visit.perform(Operation.START, brings(PRESCRIBED))
    assert refused.failure.kind is Kind.BUSY
    assert (refused.case.dispensation, refused.case.pending) == (None, None)
    assert (await visit.do(Operation.START, refused.case)).dispensation.open


async def test_a_hand_over_is_confirmed_with_the_pharmacys_invoice_and_its_own_transaction(visit, sandbox):
    done = await visit.do(Operation.FINISH, await visit.started())
    assert done.dispensation.completed
    assert done.dispensation.total_amount == Decimal("10.5")
    assert len(done.dispensation.lines) == 1
    assert (done.ending, done.standing) == (Ending.DISPENSED, Standing.CLOSED)
    sent = sandbox.dispensations[-1].invoice
    assert sent["document_number"] == "FV-1"
    assert sent["provider_transaction_id"] == done.transaction_id
    assert done.pending is None


async def test_a_refused_invoice_is_tried_again_under_the_same_transaction(visit, sandbox):
    started = await visit.started()
    refused = await visit.perform(Operation.FINISH, replace(started, invoice=invoice(Decimal(-1))))
    assert refused.failure.kind is Kind.INVALID
    assert refused.case.dispensation.open
    done = await visit.do(Operation.FINISH, replace(refused.case, invoice=started.invoice))
    assert done.transaction_id == refused.case.transaction_id is not None
    assert sandbox.dispensations[-1].invoice["provider_transaction_id"] == done.transaction_id


async def test_a_dispensation_taken_back_is_not_a_hand_over(visit, sandbox):
    cancelled = await visit.do(Operation.CANCEL, await visit.started())
    assert cancelled.dispensation.status == "CANCELLED"
    assert cancelled.ending is None
    assert len(cancelled.dispensation.lines) == 1


@pytest.mark.parametrize("operation", [Operation.FINISH, Operation.CANCEL])
async def test_a_dispensation_that_was_completed_elsewhere_is_shown_as_completed(visit, services, operation):
    started = await visit.started()
    await services.osigu.complete_dispensation(started.dispensation.dispensation_id, started.invoice, "elsewhere")
    done = await visit.do(operation, started)
    assert done.dispensation.completed
    assert done.ending is Ending.DISPENSED
    assert done.dispensation.lines == started.dispensation.lines


@pytest.mark.parametrize("operation", [Operation.FINISH, Operation.CANCEL])
async def test_a_dispensation_that_was_taken_back_elsewhere_is_shown_as_taken_back(visit, services, operation):
    started = await visit.started()
    await services.osigu.cancel_dispensation(started.dispensation.dispensation_id)
    done = await visit.do(operation, started)
    assert done.dispensation.status == "CANCELLED"
    assert (done.ending, done.pending) == (None, None)


async def test_a_dispensation_that_timed_out_meanwhile_is_shown_as_such(visit, sandbox):
    started = await visit.started()
    sandbox.pass_time(3600)
    done = await visit.do(Operation.FINISH, started)
    assert done.dispensation.status == "EXPIRED"
    assert done.ending is None


async def test_nothing_is_confirmed_or_taken_back_without_a_dispensation_and_an_invoice(visit, sandbox):
    started = await visit.started()
    for operation, case in (
        (Operation.FINISH, replace(started, dispensation=None)),
        (Operation.FINISH, replace(started, invoice=None)),
        (Operation.CANCEL, replace(started, dispensation=None)),
    ):
        refused = await visit.perform(operation, case)
        assert refused.failure.kind is Kind.INVALID
        assert refused.case.pending is None
    assert sandbox.count("finish") == sandbox.count("cancel") == 0


# --- the patient's one-time code --------------------------------------------------------------------------------------


async def test_a_sponsor_that_wants_a_code_gets_the_proof_with_the_hand_over(visit, sandbox, moment):
    proved = await visit.proved()
    assert not proved.awaits_proof
    assert proved.proof.checked_at == moment.now
    done = await visit.do(Operation.FINISH, proved)
    assert done.ending is Ending.DISPENSED
    assert sandbox.dispensations[-1].invoice["otp_verification_token"] == proved.proof.otp_token


async def test_where_the_code_went_is_shown_masked(visit):
    challenged = await visit.challenged()
    assert challenged.awaits_proof
    assert challenged.challenge.destination == "*** *** 4471"


@pytest.mark.parametrize("typed", ["000000", "", "48291"])
async def test_a_wrong_code_is_refused_and_the_right_one_still_taken(visit, typed):
    challenged = await visit.challenged()
    refused = await visit.perform(Operation.VALIDATE_OTP, replace(challenged, draft={"otp": typed}))
    assert refused.failure.kind is Kind.INVALID
    assert refused.case.proof is None
    await visit.do(Operation.VALIDATE_OTP, replace(challenged, draft={"otp": f" {OTP_CODE} "}))


async def test_a_code_that_was_never_sent_can_not_be_checked(visit, sandbox):
    refused = await visit.perform(Operation.VALIDATE_OTP, await visit.started("sponsor-otp"))
    assert (refused.failure.kind, refused.failure.fields) == (Kind.INVALID, {"otp": "not_sent"})
    assert sandbox.count("validate_otp") == 0


async def test_a_code_can_not_be_sent_to_somebody_unknown(visit, sandbox):
    started = await visit.do(Operation.START, brings(PRESCRIBED))
    refused = await visit.perform(Operation.SEND_OTP, started)
    assert (refused.failure.kind, refused.failure.fields) == (Kind.INVALID, {"otp": "nobody"})
    assert sandbox.count("send_otp") == 0


async def test_a_code_sent_again_makes_the_first_one_void(visit):
    first = await visit.challenged()
    second = await visit.do(Operation.SEND_OTP, first)
    assert second.challenge.otp_id != first.challenge.otp_id
    voided = await visit.perform(Operation.VALIDATE_OTP, replace(first, draft={"otp": OTP_CODE}))
    assert voided.failure.code == "OTP_EXPIRED"
    await visit.do(Operation.VALIDATE_OTP, replace(second, draft={"otp": OTP_CODE}))


async def test_the_patients_code_is_never_on_the_disk(visit, profile, services):
    await visit.do(Operation.FINISH, await visit.proved())
    services.journal.close()
    for file in (each for each in profile.data_dir.rglob("*") if each.is_file()):
        assert OTP_CODE.encode() not in file.read_bytes(), file.name


async def test_a_proof_that_went_stale_is_asked_for_again(visit, sandbox):
    proved = await visit.proved()
    sandbox.pass_time(301)
    refused = await visit.perform(Operation.FINISH, proved)
    assert refused.failure.kind is Kind.INVALID
    assert refused.case.awaits_proof
    assert refused.case.challenge is None
    again = await visit.do(Operation.SEND_OTP, refused.case)
    again = await visit.do(Operation.VALIDATE_OTP, replace(again, draft={"otp": OTP_CODE}))
    assert (await visit.do(Operation.FINISH, again)).ending is Ending.DISPENSED


async def test_a_wrong_invoice_does_not_cost_the_proof(visit):
    proved = await visit.proved()
    refused = await visit.perform(Operation.FINISH, replace(proved, invoice=invoice(Decimal(-1))))
    assert refused.case.proof == proved.proof
