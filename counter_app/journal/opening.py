"""Opening the journal: making it, bringing it up to date, mending it, whatever the folder holds."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select
from sqlalchemy.exc import DatabaseError

from counter_app.journal import chain, migration, salvage, schema
from counter_app.journal.chain import Entry
from counter_app.journal.disk import is_damage, refused
from counter_app.journal.engine import engine_of, make_private, settle, writing
from counter_app.journal.errors import JournalError
from counter_app.journal.making import make
from counter_app.journal.rows import written
from counter_app.journal.vault import Vault
from counter_app.models import Notice


def open_journal(folder: Path, vault: Vault, who: str) -> tuple[Engine, tuple[Notice, ...]]:
    """Open the journal in a folder, making both where they are missing; what staff should know comes with it.

    Raises:
        JournalError: when the disk refuses, another program holds the journal or a newer one wrote it.
    """
    sentence = f"The journal can't be opened in {folder}"
    try:
        notices = salvage.finish(folder, vault)
        try:
            return _opened(folder, vault, who), notices
        except DatabaseError as error:
            if not is_damage(error):
                raise
        return mend(folder, vault, who)
    except (OSError, DatabaseError) as error:
        raise refused(error, sentence, folder) from None


def mend(folder: Path, vault: Vault, who: str) -> tuple[Engine, tuple[Notice, ...]]:
    """Put a damaged journal aside and open a new one with all that can be read of it.

    Raises:
        JournalError: when it was written by a newer program.
        OSError, DatabaseError: when the disk refuses; the damaged one is still in its place then.
    """
    salvage.rescue(folder, vault, who)
    notices = salvage.finish(folder, vault)
    return _opened(folder, vault, who), notices


def _opened(folder: Path, vault: Vault, who: str) -> Engine:
    file = make_private(folder)
    engine = engine_of(file)
    try:
        with engine.connect() as connection:
            found = _version(connection)
        if found is not None and found > schema.SCHEMA_VERSION:
            sentence = "The journal was written by a newer program: install that version on this computer."
            raise JournalError(sentence, "newer")
        if found is None:
            _make(engine, vault, who)
        elif found < schema.SCHEMA_VERSION:
            migration.migrate(engine, folder, vault, found=found, who=who)
        migration.finish(engine, folder)  # also where the last start was cut short before it
        # Nothing wiped lingers in the log that the last session left behind.
        settle(engine)
        make_private(folder)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _version(connection: Connection) -> int | None:
    """The version of a file; nothing when it is new."""
    there = inspect(connection).get_table_names()
    if schema.schema_version.name in there:
        version: int | None = connection.execute(select(func.max(schema.schema_version.c.version))).scalar()
        if version is not None:
            return version
    # The first program made its tables before it wrote its version, and may have been cut short between.
    return 1 if schema.cases.name in there else None


def _make(engine: Engine, vault: Vault, who: str) -> None:
    with writing(engine) as connection:
        make(connection, vault)
        chain.append(connection, vault, [Entry(at=written(datetime.now(UTC)), who=who, what="journal.made")])
