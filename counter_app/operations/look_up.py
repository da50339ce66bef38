"""What became of a write whose answer was lost.

OSIGU documents no idempotency key, so the truth is read (`GET` of the request or the dispensation) and the case goes
on from there. "Not done" right after a lost answer may mean "not yet": it is believed only after longer than the
call's own time-out.
"""

from dataclasses import replace

from counter_app.case import LOOKED_UP, Case, Ending, Operation, Pending
from counter_app.operations.services import Services
from counter_app.osigu.errors import Failure, Kind, OsiguError


async def look_up(services: Services, case: Case) -> Case:
    """Settle the pending write of a case by the truth at OSIGU.

    Raises:
        OsiguError: with `Kind.UNKNOWN` while "not done" may still mean "not yet"; else why OSIGU could not be asked.
    """
    pending = case.pending
    if pending is None or pending.operation not in LOOKED_UP:
        return case.settled()
    found = await _truth(services, case, pending)
    if found is None and services.now() - pending.since < services.patience:
        raise OsiguError(Failure(kind=Kind.UNKNOWN, reference=pending.reference))
    return (found or case).settled()


def event(case: Case) -> str:
    """What the journal calls the settling of a case's pending write.

    Where nothing tells a write's fate the journal says that doing it again is harmless (see `LOOKED_UP`).
    """
    if case.pending is None or case.pending.operation in LOOKED_UP:
        return "look_up.done"
    return f"{case.pending.operation}.lost_harmless"


async def _truth(services: Services, case: Case, pending: Pending) -> Case | None:
    """The case where its pending write happened, or None where it did not, or not yet."""
    try:
        if pending.operation is Operation.COMPLETE:
            found = await decision_now(services, case)
            return replace(found, sent_at=found.sent_at or pending.since) if found.decided else None
        found = await dispensation_now(services, case)
    except OsiguError as error:
        if error.failure.kind is not Kind.NOT_FOUND:
            raise
        return None
    return None if found.dispensation is None or found.dispensation.open else found


async def decision_now(services: Services, case: Case) -> Case:
    """The case with the request as OSIGU has it at this moment.

    Raises:
        OsiguError: see the failure table.
    """
    if case.request_id is None:
        return case
    decision = await services.osigu.read_request(case.request_id)
    return case.decided_as(replace(decision, read_at=services.now()), services.now())


async def dispensation_now(services: Services, case: Case) -> Case:
    """The case with the dispensation as OSIGU has it at this moment.

    Raises:
        OsiguError: see the failure table.
    """
    if case.dispensation is None:
        return case
    now = await services.osigu.read_dispensation(case.dispensation.dispensation_id)
    merged = replace(
        now,
        lines=now.lines or case.dispensation.lines,
        code_type=now.code_type or case.dispensation.code_type,
        verification_required=now.verification_required or case.dispensation.verification_required,
        read_at=services.now(),
    )
    # Completed without an invoice of ours is a hand-over somewhere else.
    ending = Ending.DISPENSED if merged.completed and case.invoice is not None else case.ending
    return replace(case, dispensation=merged, ending=ending)
