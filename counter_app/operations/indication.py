"""Page 3: the signed prescription goes to OSIGU."""

import asyncio
from dataclasses import replace
from pathlib import Path

from counter_app.case import Case
from counter_app.journal.errors import JournalError
from counter_app.models import DocumentType, OpaqueId
from counter_app.operations.look_up import decision_now
from counter_app.operations.services import Services, refused_here
from counter_app.osigu.errors import Failure, Kind, OsiguError

_KIND_BYTES = 16
# What a telephone's photo says of itself in its first bytes; sponsors can't open it.
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})


async def policy(services: Services, request_id: OpaqueId) -> tuple[DocumentType, ...]:
    """The types of file that the sponsor asks for; none named means the medical indication alone.

    Raises:
        OsiguError: see the failure table. Without a policy the counter goes on.
    """
    return await services.osigu.document_policy(request_id)


async def take(services: Services, case: Case) -> Case:
    """Copy the chosen file into the vault before anything is sent: from then on its USB stick does not matter.

    Raises:
        OsiguError: with `Kind.INVALID` and the field `file` when it is missing, empty or can't be read, with
            `Kind.SETTINGS` when this computer's disk refuses; nothing was sent then.
    """
    chosen = case.outgoing
    if chosen is None or case.request_id is None:
        raise OsiguError(Failure(kind=Kind.INVALID))
    if chosen.kept is not None and chosen.kept in services.files.ids():
        return case
    file = Path(chosen.path)
    size = _size(file)
    try:
        kept = await asyncio.to_thread(services.files.keep, file)
    except JournalError as error:
        raise refused_here(error) from None
    except OSError:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "unreadable"})) from None
    return services.keep(replace(case, outgoing=replace(chosen, size=size, kept=kept)), "attach.taken")


async def attach(services: Services, case: Case) -> Case:
    """Send the chosen file as the vault has it.

    Raises:
        OsiguError: with `Kind.INVALID` and the field `file` when the vault's copy can't be read; nothing was sent
            then. See the failure table for the rest.
    Source: OSIGU quickstart, step 4.
    """
    chosen = case.outgoing
    if chosen is None or chosen.kept is None or case.request_id is None:
        raise OsiguError(Failure(kind=Kind.INVALID))
    try:
        with services.files.open(chosen.kept) as file:
            await services.osigu.attach(case.request_id, chosen, file, services.report)
    except OSError:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "unreadable"})) from None
    except OsiguError as error:
        if error.failure.kind is not Kind.CONFLICT:
            raise
        # The request went to the sponsor already: what was decided is shown instead.
        return replace(await decision_now(services, case), outgoing=None)
    return case.attached(replace(chosen, attached_at=services.now()))


def refused(case: Case, failure: Failure) -> Case:
    """The case after a refusal: where it is the file that is wrong, another one has to be chosen."""
    return replace(case, outgoing=None) if "file" in failure.fields else case


def _size(file: Path) -> int:
    """The file's size in bytes.

    Raises:
        OsiguError: with `Kind.INVALID` when there is no file that could be sent.
    """
    try:
        with file.open("rb") as opened:
            start = opened.read(_KIND_BYTES)
            size = opened.seek(0, 2)
    except IsADirectoryError:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "folder"})) from None
    except FileNotFoundError:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "missing"})) from None
    except (OSError, ValueError):
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "unreadable"})) from None
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "heic"}))
    if size == 0:
        raise OsiguError(Failure(kind=Kind.INVALID, fields={"file": "empty"}))
    return size
