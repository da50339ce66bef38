"""Files that are there whole or not at all, whatever breaks while they are written."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from counter_app.journal.errors import JournalError

UNFINISHED = ".unfinished"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def refusals() -> Iterator[None]:
    """What this computer's disk refuses within, as a `JournalError` with the code "full" or "read_only"."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise JournalError("The disk of this computer is full: make room, then try again.", "full") from None
        raise JournalError(
            "The folder of this counter's data can't be written: check its rights and its disk.", "read_only"
        ) from None


@contextmanager
def written_whole(file: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner reads, and that gets its name once all of it is on the disk.

    Where what happens within fails, nothing is left. A power cut can leave a file that ends in `UNFINISHED`.

    Raises:
        JournalError: "full" or "read_only" when the disk refuses.
    """
    with refusals():
        # Made with the rights 0600, and in the same folder: a file is renamed at once only within one disk.
        number, name = tempfile.mkstemp(dir=file.parent, suffix=UNFINISHED)
    unfinished = Path(name)
    opened = os.fdopen(number, "wb")
    try:
        try:
            yield opened
            with refusals():
                opened.flush()
                os.fsync(opened.fileno())
        finally:
            with refusals():
                opened.close()
        with refusals():
            unfinished.replace(file)
            keep_names(file.parent)
    finally:
        with refusals():
            unfinished.unlink(missing_ok=True)


def keep_names(folder: Path) -> None:
    """Have the names in a folder on the disk: without this a power cut may undo a renaming or a removal."""
    # Windows opens no folder, and its file system needs none of this; some network disks don't know how.
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
