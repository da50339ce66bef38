"""Page 4: the sponsor decides."""

from dataclasses import replace

from counter_app.case import Case
from counter_app.models import Outcome
from counter_app.operations.look_up import decision_now
from counter_app.operations.services import Services
from counter_app.osigu.errors import Failure, Kind, OsiguError


async def complete(services: Services, case: Case) -> Case:
    """Submit the request for the sponsor's decision.

    Raises:
        OsiguError: with `Kind.INVALID` and the field `indication` when a required file is missing; see the failure
            table for the rest.
    Source: OSIGU quickstart, step 5; without the required file the request stays PENDING_INDICATION with HTTP 200.
    """
    if case.request_id is None:
        raise OsiguError(Failure(kind=Kind.INVALID))
    now = services.now()
    try:
        decision = await services.osigu.complete_request(case.request_id)
    except OsiguError as error:
        if error.failure.kind is not Kind.CONFLICT:
            raise
        return replace(await decision_now(services, case), sent_at=case.sent_at or now)
    if decision.outcome is Outcome.INDICATION_MISSING:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"indication": "missing"}, reference=case.request_id))
    return replace(case.decided_as(replace(decision, read_at=services.now()), now), sent_at=now)


async def read_decision(services: Services, case: Case) -> Case:
    """Ask again what the sponsor decided.

    Raises:
        OsiguError: see the failure table; nothing changes then.
    """
    return await decision_now(services, case)
