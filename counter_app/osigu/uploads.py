"""The body of an upload, read from an opened file in pieces while it goes out: multipart, or JSON with Base64 in it.

A piece is read and encoded on a thread of its own, so neither a slow disk nor 12 MB of Base64 stop the other calls.
The body can be read twice, because a call that is refused with 401 is made again with a new token.
"""

import asyncio
import json
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from pathlib import PurePath
from typing import BinaryIO
from uuid import uuid4

from counter_app.models import Indication
from counter_app.osigu.errors import Failure, Kind, OsiguError

PIECE = 3 * 64 * 1024  # bytes; a multiple of three, so that the pieces' Base64 joins without padding
_MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".heic": "image/heic",
    ".webp": "image/webp",
}
# As browsers write a file's name into a form (WHATWG HTML, multipart/form-data encoding).
_NAME_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A", "\\": "%5C", "\0": "_"})


async def size_of(file: BinaryIO) -> int:
    """How many bytes the opened file holds; where it stands does not matter.

    Raises:
        OsiguError: with `Kind.INVALID` and `fields["file"]` "unreadable"; nothing was sent.
    """
    try:
        return await asyncio.to_thread(file.seek, 0, os.SEEK_END)
    except (OSError, ValueError):
        raise _refused("unreadable") from None


def _refused(why: str) -> OsiguError:
    return OsiguError(Failure(kind=Kind.INVALID, fields={"file": why}))


class Body:
    """A file between a head and a tail. `report` is told (bytes of the file sent, bytes of the file)."""

    def __init__(
        self,
        file: BinaryIO,
        size: int,
        report: Callable[[int, int], None] | None,
        *,
        head: bytes,
        tail: bytes,
        media_type: str,
        encode: Callable[[bytes], bytes] = bytes,
        encoded: Callable[[int], int] = int,
    ) -> None:
        self._file = file
        self._report = report
        self._head = head
        self._tail = tail
        self._encode = encode
        self._size = size
        self.headers = {
            "Content-Type": media_type,
            "Content-Length": str(len(head) + encoded(self._size) + len(tail)),
        }

    @property
    def length(self) -> int:
        """Bytes that go over the wire."""
        return int(self.headers["Content-Length"])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._head
        for begin in range(0, self._size, PIECE):
            end = min(begin + PIECE, self._size)
            yield await asyncio.to_thread(self._piece, begin, end - begin)
            if self._report is not None:
                self._report(end, self._size)
        yield self._tail

    def _piece(self, begin: int, count: int) -> bytes:
        """One piece, encoded. A file that became shorter meanwhile breaks the call off: half of it is no document."""
        try:
            self._file.seek(begin)
            piece = self._file.read(count)
        except (OSError, ValueError):
            raise _refused("unreadable") from None
        if len(piece) != count:
            raise _refused("unreadable")
        return self._encode(piece)


def multipart(file: BinaryIO, size: int, sent: Indication, report: Callable[[int, int], None] | None) -> Body:
    """The body of "attach" (OSIGU quickstart, step 4): the parts `file_type` and `file`."""
    boundary = uuid4().hex
    name = sent.name.translate(_NAME_ESCAPES)
    media_type = _MEDIA_TYPES.get(PurePath(sent.name).suffix.lower(), "application/octet-stream")
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file_type"\r\n\r\n{sent.file_type}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {media_type}\r\n\r\n"
    )
    return Body(
        file,
        size,
        report,
        head=head.encode("utf-8", errors="replace"),
        tail=f"\r\n--{boundary}--\r\n".encode("ascii"),
        media_type=f"multipart/form-data; boundary={boundary}",
    )


def base64(file: BinaryIO, size: int, sent: Indication, report: Callable[[int, int], None] | None) -> Body:
    """The body of "attach, Base64", for an OSIGU that refuses multipart."""
    before, after = json.dumps({"file_name": sent.name, "file_type": sent.file_type, "content_base64": "|"}).rsplit(
        "|", 1
    )
    return Body(
        file,
        size,
        report,
        head=before.encode("ascii"),
        tail=after.encode("ascii"),
        media_type="application/json",
        encode=b64encode,
        encoded=lambda size: (size + 2) // 3 * 4,
    )
