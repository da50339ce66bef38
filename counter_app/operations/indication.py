"""Page 3: the signed prescription goes to OSIGU."""

from dataclasses import replace
from pathlib import Path

from counter_app.case import Case
from counter_app.models import DocumentType, OpaqueId
from counter_app.operations.look_up import decision_now
from counter_app.operations.services import Services
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


async def attach(services: Services, case: Case) -> Case:
    """Send the chosen file.

    Raises:
        OsiguError: with `Kind.INVALID` and the field `file` when it is missing, empty or can't be read; nothing was
            sent then. See the failure table for the rest.
    Source: OSIGU quickstart, step 4.
    """
    chosen = case.outgoing
    if chosen is None or case.request_id is None:
        raise OsiguError(Failure(kind=Kind.INVALID))
    indication = replace(chosen, size=_size(Path(chosen.path)))
    try:
        await services.osigu.attach(case.request_id, indication, services.report)
    except OsiguError as error:
        if error.failure.kind is not Kind.CONFLICT:
            raise
        # The request went to the sponsor already: what was decided is shown instead.
        return replace(await decision_now(services, case), outgoing=None)
    return case.attached(replace(indication, attached_at=services.now()))


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
