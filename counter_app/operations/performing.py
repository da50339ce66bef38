"""How an operation is performed: the intent is kept before the call leaves, the outcome before anybody sees it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from counter_app.case import LOOKED_UP, WRITES, Case, Operation
from counter_app.models import record
from counter_app.operations import dispense, indication, look_up
from counter_app.operations.services import Services
from counter_app.osigu.errors import FATE_UNKNOWN, Failure, Kind, OsiguError

_log = logging.getLogger(__name__)

Work = Callable[[Services, Case], Awaitable[Case]]

# What has to be done on this computer before a write's intent is kept.
_FIRST: Mapping[Operation, Work] = {Operation.ATTACH: indication.take}

# What a refusal changes in a case besides that the write did not happen.
_REFUSED: Mapping[Operation, Callable[[Case, Failure], Case]] = {
    Operation.ATTACH: indication.refused,
    Operation.FINISH: dispense.refused,
}


@record
class Performed:
    """How an operation ended: the case as it now is and, where it did not go well, why."""

    case: Case
    failure: Failure | None = None


async def perform(services: Services, operation: Operation, work: Work, case: Case) -> Performed:
    """Perform one operation on a case; whatever happens, the answer is a case and perhaps a failure.

    A write whose answer was lost is looked up, never sent again. A write that staff stopped waiting for stays
    pending: it is unknown, not undone.
    """
    try:
        if operation in WRITES:
            return await _write(services, operation, work, case)
        done = await work(services, case)
        event = look_up.event(case) if operation is Operation.LOOK_UP else f"{operation}.done"
        return Performed(case=services.keep(done, event) if _tells_more(done, case) else done)
    except asyncio.CancelledError:
        # The task ends here anyway: whoever cancelled it waits for the case, not for the exception.
        return Performed(case=case, failure=Failure(kind=Kind.STOPPED))
    except OsiguError as error:
        return Performed(case=case, failure=_with_reference(error.failure, case))
    except Exception as error:  # noqa: BLE001  the floor under every operation: a bug is told, not swallowed
        return Performed(case=case, failure=_bug(operation, error))


async def _write(services: Services, operation: Operation, work: Work, case: Case) -> Performed:
    if case.pending is not None:
        case = services.keep(await look_up.look_up(services, case), look_up.event(case))
        if not _still_wanted(operation, case):
            return Performed(case=case)
    if operation in _FIRST:
        try:
            case = await _FIRST[operation](services, case)
        except OsiguError as error:
            return Performed(case=_after_refusal(operation, case, error.failure), failure=error.failure)
    reference = case.dispensation.dispensation_id if case.dispensation else case.request_id
    sent = services.keep(case.started(operation, services.now(), reference=reference), f"{operation}.sent")
    # From here on the call may have left: whatever ends this, the write stays pending until its fate is on the disk.
    try:
        return await _outcome(services, operation, work, sent)
    except asyncio.CancelledError:
        failure = Failure(kind=Kind.STOPPED)
    except OsiguError as error:
        failure = error.failure
    except Exception as error:  # noqa: BLE001
        failure = _bug(operation, error)
    return Performed(case=sent, failure=_with_reference(failure, sent))


async def _outcome(services: Services, operation: Operation, work: Work, sent: Case) -> Performed:
    try:
        done = await work(services, sent)
    except OsiguError as error:
        failure = error.failure
    except Exception as error:  # noqa: BLE001  its fate is looked up like that of a lost answer
        failure = _bug(operation, error)
    else:
        return Performed(case=services.keep(done.settled(), f"{operation}.done"))
    return await _after_failure(services, operation, sent, failure)


def _after_refusal(operation: Operation, case: Case, failure: Failure) -> Case:
    change = _REFUSED.get(operation)
    return case if change is None else change(case, failure)


def _tells_more(done: Case, case: Case) -> bool:
    """Whether an answer holds anything but that it was read again: the list of cases must not move by itself."""
    if done.decision is None or case.decision is None:
        return done != case
    return replace(done, decision=replace(done.decision, read_at=case.decision.read_at)) != case


def _still_wanted(operation: Operation, case: Case) -> bool:
    """Whether the look-up left something to do: what it found done is not done again."""
    if operation is Operation.CREATE:
        return case.request_id is None
    if operation is Operation.COMPLETE:
        return not case.decided
    if operation is Operation.START:
        return case.dispensation is None
    if operation in (Operation.FINISH, Operation.CANCEL):
        return case.dispensation is not None and case.dispensation.open
    return True


async def _after_failure(services: Services, operation: Operation, sent: Case, failure: Failure) -> Performed:
    failure = _with_reference(failure, sent)
    if failure.kind not in FATE_UNKNOWN:
        refused = _after_refusal(operation, sent, failure)
        return Performed(case=services.keep(refused.settled(), f"{operation}.refused"), failure=failure)
    if operation not in LOOKED_UP:
        # Nothing tells its fate and doing it again is harmless (contract): staff are told so and decide.
        return Performed(case=services.keep(sent.settled(), look_up.event(sent)), failure=failure)
    try:
        return Performed(case=services.keep(await look_up.look_up(services, sent), look_up.event(sent)))
    except OsiguError as error:
        _log.info("%s: its fate is not known yet (%s)", operation, error.failure.kind)
        return Performed(case=sent, failure=replace(failure, kind=Kind.UNKNOWN))


def _bug(operation: Operation, error: Exception) -> Failure:
    _log.error("%s failed: %s", operation, type(error).__name__, exc_info=error)
    return Failure(kind=Kind.BUG)


def _with_reference(failure: Failure, case: Case) -> Failure:
    """The failure with the id that OSIGU's support can look up."""
    if failure.reference is not None:
        return failure
    known = case.dispensation.dispensation_id if case.dispensation else case.request_id
    return replace(failure, reference=known)
