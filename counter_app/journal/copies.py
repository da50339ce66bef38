"""Copies of a journal's file: before it is changed for good, and when it must be put aside.

Before version 2 contents were plain text, which may not stay on the disk: a copy of such a file is sealed in pieces,
each with its number and the count of all, so that none can be left out.
"""

import mmap
from collections.abc import Iterable
from pathlib import Path

from counter_app.journal.durable import written_whole
from counter_app.journal.vault import Vault

FOLDER = "copies"
_PIECE = 16 * 1024 * 1024
_LENGTH_BYTES = 4
# How every plain case begins, as version 1 wrote it.
_PLAIN = b'{"case_id":"'


def copy_sealed(file: Path, target: Path, vault: Vault) -> None:
    """Copy a file so that only this vault can read it.

    Raises:
        JournalError: when the disk refuses; the target isn't there then.
    """
    count = -(-file.stat().st_size // _PIECE)
    with file.open("rb") as source:
        pieces = (vault.seal(source.read(_PIECE), _about(number, count)) for number in range(count))
        _write(target, (len(piece).to_bytes(_LENGTH_BYTES, "big") + piece for piece in pieces))


def read_sealed(target: Path, vault: Vault) -> bytes:
    """What a sealed copy holds.

    Raises:
        JournalError: when it was changed, cut, or sealed by another vault.
    """
    content = target.read_bytes()
    pieces: list[bytes] = []
    while content:
        end = _LENGTH_BYTES + int.from_bytes(content[:_LENGTH_BYTES], "big")
        pieces.append(content[_LENGTH_BYTES:end])
        content = content[end:]
    return b"".join(vault.open(piece, _about(number, len(pieces))) for number, piece in enumerate(pieces))


def copy_plainly(file: Path, target: Path) -> None:
    """Copy a file as it is: its contents are sealed already.

    Raises:
        JournalError: when the disk refuses; the target isn't there then.
    """
    with file.open("rb") as source:
        _write(target, iter(lambda: source.read(_PIECE), b""))


def is_plain(file: Path) -> bool:
    """Whether a file holds cases that anybody could read, however damaged it is."""
    if file.stat().st_size == 0:  # there is nothing to map
        return False
    with file.open("rb") as source, mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_PLAIN) >= 0


def forget_older(folder: Path, moment: float) -> None:
    """Remove the copies made before a moment (seconds since 1970): what is wiped may not live on in them."""
    for copy in (folder / FOLDER).glob("*"):
        if copy.stat().st_mtime < moment:
            copy.unlink()


def _about(number: int, count: int) -> str:
    return f"copy:{number}/{count}"


def _write(target: Path, parts: Iterable[bytes]) -> None:
    target.parent.mkdir(mode=0o700, exist_ok=True)
    with written_whole(target) as written:
        for part in parts:
            written.write(part)
