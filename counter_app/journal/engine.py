"""The journal's file: the only place that knows it is SQLite's."""

import os
import sqlite3
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event

FILE = "journal.sqlite3"
_BUSY_MS = 3000
_PRAGMAS = (
    f"PRAGMA busy_timeout={_BUSY_MS}",
    # A case that was said to be kept survives a power cut.
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    # What is deleted is overwritten, and nothing is put aside in the system's folder for temporary files.
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)


def files_of(file: Path) -> tuple[Path, ...]:
    """A journal's file and the two that SQLite keeps beside it; not all of them need be there."""
    return (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"))


def make_private(folder: Path) -> Path:
    """Make the folder and the journal's file where they are missing, both their owner's alone; the file is returned.

    Raises:
        OSError: when the disk refuses.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / FILE
    # Made before SQLite does: what SQLite makes has the rights that the umask leaves, and its companions inherit them.
    # One that is there is not touched: to close it here would give up the locks that this program holds on it.
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for path, mode in ((folder, 0o700), *((each, 0o600) for each in files_of(file) if each.exists())):
        if path.stat().st_mode & 0o077:
            path.chmod(mode)
    return file


def engine_of(file: Path) -> Engine:
    """The way to a journal's file; nothing is opened yet."""
    engine = create_engine(URL.create("sqlite", database=str(file)))
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def engine_for_reading(file: Path) -> Engine:
    """The way to a journal's file that can't change it."""
    address = f"{file.resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that holds the right to write from its first statement: what it reads stays true to its end."""
    return engine.execution_options(writes=True).begin()


def settle(engine: Engine) -> bool:
    """Bring everything into the file itself and empty the log beside it, where wiped rows would linger.

    Returns:
        Whether it could be done; another program that is reading stands in the way.
    """
    return not _run_alone(engine, "PRAGMA wal_checkpoint(TRUNCATE)")


def rewrite(engine: Engine) -> None:
    """Write the file anew without what was deleted before deleting meant overwriting."""
    _run_alone(engine, "VACUUM")
    settle(engine)


def _run_alone(engine: Engine, statement: str) -> object:
    """Run a statement that may not be part of a transaction; what it answers first is returned."""
    with engine.execution_options(alone=True).connect() as connection:
        result = connection.exec_driver_sql(statement)
        return result.scalar() if result.returns_rows else None


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    # Transactions are begun by `_begin`, and not by a guess of the driver's about what a statement does.
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        for pragma in _PRAGMAS:
            cursor.execute(pragma)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("alone"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
