"""Page 5: the code is redeemed, the patient proved present, the hand-over confirmed."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from counter_app.case import Case, Ending
from counter_app.models import Dispensation, Proof
from counter_app.operations.look_up import dispensation_now
from counter_app.operations.services import Services
from counter_app.osigu.errors import Failure, Kind, OsiguError

# A refusal's names of the proofs that the patient was there.
_PROOFS = frozenset({"otp_verification_token", "biometric_reading_id"})


async def start(services: Services, case: Case) -> Case:
    """Redeem the case's code: OSIGU says what may be handed over.

    A code that is already started or done is answered with 409; where the answer names the dispensation, the truth
    about it is shown instead of an error.

    Raises:
        OsiguError: with `Kind.NOT_FOUND` for an unknown code, `Kind.INVALID` for one that is not approved or
            expired, `Kind.CONFLICT` for one that is in use where OSIGU does not say by what.
    Source: OSIGU guide, dispensation; the errors are this project's reading.
    """
    if not case.code:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"code": "missing"}))
    beneficiary = case.beneficiary.beneficiary_id if case.beneficiary else None
    try:
        dispensation = await services.osigu.start_dispensation(case.code, beneficiary)
    except OsiguError as error:
        reference = error.failure.reference
        if error.failure.kind is not Kind.CONFLICT or reference is None or reference == case.request_id:
            raise
        there = Dispensation(dispensation_id=reference, status="")
        return await dispensation_now(services, replace(case, dispensation=there))
    return replace(case, dispensation=replace(dispensation, read_at=services.now()))


async def send_otp(services: Services, case: Case) -> Case:
    """Have the sponsor send the patient a one-time code by SMS.

    Raises:
        OsiguError: with `Kind.INVALID` when nobody is known to send it to; see the failure table for the rest.
    """
    if case.beneficiary is None or case.sponsor is None:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"otp": "nobody"}))
    challenge = await services.osigu.send_otp(case.beneficiary.beneficiary_id, case.sponsor, "SMS")
    return replace(case, challenge=challenge)


async def validate_otp(services: Services, case: Case) -> Case:
    """Have the code checked that the patient read aloud (`draft["otp"]`).

    Raises:
        OsiguError: with `Kind.INVALID` when it is wrong or expired.
    """
    if case.challenge is None:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"otp": "not_sent"}))
    token = await services.osigu.validate_otp(case.challenge.otp_id, case.draft.get("otp", "").strip())
    return replace(case, proof=Proof(otp_token=token, checked_at=services.now()))


async def finish(services: Services, case: Case) -> Case:
    """Confirm the hand-over; OSIGU files the claim itself.

    Raises:
        OsiguError: see the failure table.
    Source: OSIGU guide, dispensation. `provider_transaction_id` is made once per dispensation and kept.
    """
    if case.dispensation is None or case.invoice is None or case.transaction_id is None:
        raise OsiguError(Failure(kind=Kind.INVALID))
    started, invoice, key = case.dispensation, case.invoice, case.transaction_id

    async def confirm() -> Dispensation:
        return await services.osigu.complete_dispensation(
            started.dispensation_id, invoice, key, started.lines, case.proof
        )

    return await _end(services, case, confirm)


def refused(case: Case, failure: Failure) -> Case:
    """The case after a hand-over that OSIGU refused: a proof that has gone stale (five minutes) is asked for again."""
    return replace(case, proof=None, challenge=None) if _PROOFS & failure.fields.keys() else case


async def cancel(services: Services, case: Case) -> Case:
    """Take a started dispensation back.

    Raises:
        OsiguError: see the failure table.
    """
    if case.dispensation is None:
        raise OsiguError(Failure(kind=Kind.INVALID))
    started = case.dispensation

    async def take_back() -> Dispensation:
        return await services.osigu.cancel_dispensation(started.dispensation_id)

    return await _end(services, case, take_back)


async def _end(services: Services, case: Case, call: Callable[[], Awaitable[Dispensation]]) -> Case:
    """Make the call that ends a dispensation; "already done" (409) is looked up and shown as the truth."""
    try:
        ended = await call()
    except OsiguError as error:
        if error.failure.kind is not Kind.CONFLICT:
            raise
        return await dispensation_now(services, case)
    before = case.dispensation or ended
    merged = replace(
        before,
        status=ended.status,
        total_amount=before.total_amount if ended.total_amount is None else ended.total_amount,
        read_at=services.now(),
    )
    return replace(case, dispensation=merged, ending=Ending.DISPENSED if merged.completed else case.ending)
