"""The files that staff chose, kept sealed: what is sent and drawn is the copy, so a removed USB stick does not matter.

A copy is sealed in pieces, so that any part of it can be read without the rest (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015, as the file format "age" has it). Each copy has a key of its own, derived from
the vault's, the copy's id and a salt. A piece is bound to its number and to whether it is the last: pieces can't be
swapped, left out, cut off or taken from another copy.
"""

import errno
import io
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counter_app.journal.durable import UNFINISHED, keep_names, refusals, written_whole
from counter_app.journal.vault import Vault

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FOLDER = "files"
PIECE: Final = 256 * 1024  # bytes of the file in a sealed piece
_VERSION = b"\x01"
_SALT_BYTES = 32
_HEAD_BYTES = len(_VERSION) + _SALT_BYTES
_TAG_BYTES = 16
_SEALED_PIECE = PIECE + _TAG_BYTES
_ID = re.compile(r"[0-9a-f]{32}")


class KeptFiles:
    """The sealed copies in a folder."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        """Take the counter's folder and its vault, and clear away what a power cut left half written."""
        self._folder = folder / FOLDER
        self._key = vault.of_files
        with suppress(OSError):
            for left in self._folder.glob(f"*{UNFINISHED}"):
                left.unlink()

    def keep(self, source: Path) -> str:
        """Copy a file into the vault; returns the copy's id. May be called on any thread.

        Raises:
            OSError: when `source` can't be read: `FileNotFoundError`, `IsADirectoryError`, `PermissionError` …
            JournalError: "full" or "read_only" when this computer's disk refuses. Nothing is left of the copy then.
        """
        with source.open("rb") as original:
            with refusals():
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file_id, salt = os.urandom(16).hex(), os.urandom(_SALT_BYTES)
            sealing = _sealing(self._key, file_id, salt)
            with written_whole(self._folder / file_id) as copy:
                with refusals():
                    copy.write(_VERSION + salt)
                for number, piece, is_last in _pieces(original):
                    with refusals():
                        copy.write(sealing.encrypt(_nonce(number, is_last=is_last), piece, None))
        return file_id

    def open(self, file_id: str) -> BinaryIO:
        """The file as it was copied, for reading; the caller closes it. It has no `fileno()`: nothing is in the clear.

        Raises:
            OSError: when there is no such copy or it was changed; reading raises it too, where a piece was changed.
        """
        sealed = self._file(file_id).open("rb")
        try:
            return io.BufferedReader(_Opened(sealed, self._key, file_id), PIECE)
        except BaseException:
            sealed.close()
            raise

    def wipe(self, file_id: str) -> None:
        """Remove a copy. What the disk doesn't let go of now is still in `ids()`, to be wiped later."""
        with suppress(OSError):
            self._file(file_id).unlink(missing_ok=True)
            keep_names(self._folder)

    def ids(self) -> set[str]:
        """Every copy there is; none where the folder can't be read."""
        with suppress(OSError):
            return {each.name for each in self._folder.iterdir() if _ID.fullmatch(each.name)}
        return set()

    def _file(self, file_id: str) -> Path:
        if not _ID.fullmatch(file_id):
            raise FileNotFoundError(errno.ENOENT, "no such copy")
        return self._folder / file_id


class _Opened(io.RawIOBase):
    """A sealed copy, opened piece by piece as it is read."""

    def __init__(self, sealed: BinaryIO, key: bytes, file_id: str) -> None:
        super().__init__()
        self._sealed = sealed
        head = sealed.read(_HEAD_BYTES)
        if len(head) != _HEAD_BYTES or not head.startswith(_VERSION):
            raise _changed()
        self._opening = _sealing(key, file_id, head[len(_VERSION) :])
        body = sealed.seek(0, os.SEEK_END) - _HEAD_BYTES
        self._last = max(0, (body - 1) // _SEALED_PIECE)
        self._number, self._piece = -1, b""
        # Whether the end is the end is known by opening it; until then the size would be the disk's word alone.
        self._size = self._last * PIECE + len(self._open(self._last))
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._place, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, "before the start of the file")
        self._place = start + offset
        return self._place

    def tell(self) -> int:
        return self._place

    def readinto(self, into: "WriteableBuffer", /) -> int:
        if self._place >= self._size:
            return 0
        number, begin = divmod(self._place, PIECE)
        room = memoryview(into).cast("B")
        part = self._open(number)[begin : begin + len(room)]
        room[: len(part)] = part
        self._place += len(part)
        return len(part)

    def close(self) -> None:
        self._number, self._piece = -1, b""
        self._sealed.close()
        super().close()

    def _open(self, number: int) -> bytes:
        if number != self._number:
            self._sealed.seek(_HEAD_BYTES + number * _SEALED_PIECE)
            sealed = self._sealed.read(_SEALED_PIECE)
            try:
                self._piece = self._opening.decrypt(_nonce(number, is_last=number == self._last), sealed, None)
            except (InvalidTag, ValueError):
                raise _changed() from None
            self._number = number
        return self._piece


def _sealing(key: bytes, file_id: str, salt: bytes) -> AESGCM:
    info = b"counter file " + file_id.encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    """A piece's nonce: no two pieces of a copy have the same, and no two copies have the same key."""
    return number.to_bytes(11, "big") + bytes([is_last])


def _pieces(original: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """The pieces of a file with their numbers, and whether each is the last; of an empty file one, empty."""
    number, piece = 0, original.read(PIECE)
    while following := original.read(PIECE) if len(piece) == PIECE else b"":
        yield number, piece, False
        number, piece = number + 1, following
    yield number, piece, True


def _changed() -> OSError:
    return OSError(errno.EIO, "the kept copy was changed")
