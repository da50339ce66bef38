"""The journal's part of the book: which cases there are, what is half typed, and whether it can be kept."""

from collections.abc import Mapping, Sequence

from counter_app.case import SECRET_DRAFTS, Case
from counter_app.journal.errors import JournalError
from counter_app.models import Notice
from counter_app.operations.services import Services, refused_here


async def cases(services: Services) -> Sequence[Case]:
    """The cases at this counter, newest first.

    Raises:
        OsiguError: with `Kind.SETTINGS` when the journal can't be read.
    """
    try:
        return services.journal.cases()
    except JournalError as error:
        raise refused_here(error) from None


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
        raise refused_here(error) from None


async def find(services: Services, text: str) -> Sequence[Case]:
    """The cases on this computer in which every word of a text is found, newest first.

    Raises:
        OsiguError: with `Kind.SETTINGS` when the journal can't be read.
    """
    try:
        return tuple(await services.journal.find(text))
    except JournalError as error:
        raise refused_here(error) from None


async def notices(services: Services) -> tuple[Notice, ...]:
    """What staff should know of the journal before they type.

    Raises:
        OsiguError: with `Kind.SETTINGS` when nothing can be kept: the disk is full or may not be written.
    """
    try:
        return tuple(services.journal.check())
    except JournalError as error:
        raise refused_here(error) from None


async def wipe(services: Services) -> tuple[str, ...]:
    """Wipe the closed cases that are past their time; their ids are returned.

    Raises:
        OsiguError: with `Kind.SETTINGS` when the disk refuses.
    """
    try:
        return tuple(services.journal.wipe(services.now() - services.retention))
    except JournalError as error:
        raise refused_here(error) from None
