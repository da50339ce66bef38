"""The journal's part of the book: which cases there are, and what is half typed."""

from collections.abc import Mapping, Sequence

from counter_app.case import SECRET_DRAFTS, Case
from counter_app.journal.store import JournalError
from counter_app.operations.services import Services
from counter_app.osigu.errors import Failure, Kind, OsiguError


async def cases(services: Services) -> Sequence[Case]:
    """The cases at this counter, newest first.

    Raises:
        OsiguError: with `Kind.SETTINGS` when the journal can't be read.
    """
    try:
        return services.journal.cases()
    except JournalError as error:
        raise OsiguError(Failure(kind=Kind.SETTINGS, message=str(error))) from None


async def keep(services: Services, case: Case, what: str) -> Case:
    """Keep what staff changed in a case.

    Raises:
        OsiguError: with `Kind.SETTINGS` when the disk refuses.
    """
    return services.keep(case, what)


async def keep_draft(services: Services, case_id: str, draft: Mapping[str, str]) -> None:
    """Keep what is half typed, a patient's one-time code excepted.

    Raises:
        OsiguError: with `Kind.SETTINGS` when the disk refuses.
    """
    try:
        services.journal.keep_draft(case_id, {key: text for key, text in draft.items() if key not in SECRET_DRAFTS})
    except JournalError as error:
        raise OsiguError(Failure(kind=Kind.SETTINGS, message=str(error))) from None
