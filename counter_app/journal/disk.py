"""What the disk refuses and why: every error of the file system and the database is told apart here."""

import errno
import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from counter_app.journal.errors import JournalError
from counter_app.models import Notice

NEARLY_FULL = 50 * 1024 * 1024
# A case and its marks take some 30 KB of the log: what can't be written here couldn't be kept either.
_PROBE_BYTES = 64 * 1024
_FULL = 1024 * 1024

_REASONS = {
    "full": "its disk is full",
    "read_only": "check that it can be written",
    "locked": "another program is using the journal",
    "damaged": "the journal's file is damaged",
    "unreadable": "its disk refuses",
}
_DATABASE_CODES = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_CANTOPEN: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}


def refused(error: OSError | DatabaseError, sentence: str, folder: Path) -> JournalError:
    """What staff are told of an error.

    Args:
        error: what the file system or the database said; its text is not repeated, because it may quote a row.
        sentence: what couldn't be done, without its full stop.
        folder: where the journal lies.
    """
    code = _code_of(error, folder)
    return JournalError(f"{sentence}: {_REASONS[code]}.", code)


def is_damage(error: DatabaseError) -> bool:
    """Whether an error says that the file's content is not what was written; a locked or full one is not damaged."""
    return _database_code(error) == "damaged"


def probe(folder: Path) -> None:
    """Write a little, for real, and take it away again.

    Raises:
        OSError: when the disk refuses.
    """
    file = folder / "probe"
    try:
        with file.open("wb") as written:
            written.write(bytes(_PROBE_BYTES))
            written.flush()
            os.fsync(written.fileno())
    finally:
        file.unlink(missing_ok=True)


def space(folder: Path) -> tuple[Notice, ...]:
    """That the disk is nearly full, where it is."""
    if shutil.disk_usage(folder).free < NEARLY_FULL:
        return (Notice(code="nearly_full", place=str(folder)),)
    return ()


def _code_of(error: OSError | DatabaseError, folder: Path) -> str:
    if isinstance(error, OSError):
        return "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "read_only"
    code = _database_code(error)
    # A log that can't grow is an "I/O error" to SQLite, whatever stopped it.
    return "full" if code == "unreadable" and shutil.disk_usage(folder).free < _FULL else code


def _database_code(error: DatabaseError) -> str:
    # An extended code has the plain one in its lowest byte.
    return _DATABASE_CODES.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF, "unreadable")
