"""From an older journal to this program's: forwards only, in one transaction, with a copy made before."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    text,
)

from counter_app.journal import chain, copies, schema
from counter_app.journal.chain import Entry
from counter_app.journal.engine import FILE, rewrite, settle, writing
from counter_app.journal.errors import JournalError
from counter_app.journal.making import make
from counter_app.journal.rows import add_marks, case_of, row_of, written
from counter_app.journal.vault import Vault
from counter_app.journal.words import words_of

Step = Callable[[Connection, Vault], None]
UNREADABLE = "unreadable"
_BATCH = 500
_UNFINISHED = "unfinished"


def migrate(
    engine: Engine, folder: Path, vault: Vault, *, found: int, who: str, steps: Mapping[int, Step] | None = None
) -> None:
    """Bring a journal from the version that was found up to this program's.

    Args:
        engine: the way to the journal's file.
        folder: where it lies; the copy is made in its `copies`.
        vault: what seals from version 2 on.
        found: the version of the file.
        who: who is signed in, for the audit trail.
        steps: from each version to the next one; the program's own when not given.

    Raises:
        JournalError: when no whole copy can be made; the journal is as it was then.
        DatabaseError: when the database refuses; the journal is as it was then.
        OSError: likewise.
    """
    path = STEPS if steps is None else steps
    target = max(path) + 1
    if not settle(engine):
        raise JournalError("The journal can't be brought up to date: another program is using it.", "locked")
    # Copied while it isn't open: to close a second handle would give up the locks that the first one holds.
    engine.dispose()
    _copy(folder, vault, found)
    with writing(engine) as connection:
        for version in range(found, target):
            path[version](connection, vault)
        connection.execute(delete(schema.schema_version))
        connection.execute(insert(schema.schema_version).values(version=target))
        chain.append(connection, vault, [Entry(at=written(datetime.now(UTC)), who=who, what="journal.migrated")])
    finish(engine, folder)


def finish(engine: Engine, folder: Path) -> None:
    """Clear away what a migration left in the file's unused parts; also where the last start didn't come to it."""
    unfinished = folder / copies.FOLDER / _UNFINISHED
    if unfinished.exists():
        rewrite(engine)
        unfinished.unlink()


def _copy(folder: Path, vault: Vault, version: int) -> None:
    file, kept = folder / FILE, folder / copies.FOLDER
    if version == 1:
        copies.copy_sealed(file, kept / "journal-1.sealed", vault)
    else:
        copies.copy_plainly(file, kept / f"journal-{version}.sqlite3")
    (kept / _UNFINISHED).touch(mode=0o600)


# --- 1 to 2: contents are sealed, the audit trail is chained ---------------------------------------------------------

_first = MetaData()
_cases_1 = Table(
    "cases_1",
    _first,
    Column("case_id", String(32), primary_key=True),
    Column("row_version", Integer, nullable=False),
    Column("updated_at", String(40), nullable=False),
    Column("ending", String(16), nullable=True),
    Column("content", Text, nullable=False),
)
_drafts_1 = Table("drafts_1", _first, Column("case_id", String(32), primary_key=True), Column("content", Text))
_events_1 = Table(
    "events_1",
    _first,
    Column("number", Integer, primary_key=True),
    Column("at", String(40), nullable=False),
    Column("case_id", String(32), nullable=False),
    Column("what", String(40), nullable=False),
)


def _to_2(connection: Connection, vault: Vault) -> None:
    there = set(inspect(connection).get_table_names())
    for name in ("cases", "drafts", "events"):
        if name in there:  # a first start that was cut short made only some of them
            for index in inspect(connection).get_indexes(name):
                connection.execute(text(f"DROP INDEX {index['name']}"))
            connection.execute(text(f"ALTER TABLE {name} RENAME TO {name}_1"))
    _first.create_all(connection)
    make(connection, vault)
    _seal_cases(connection, vault)
    _seal_drafts(connection, vault)
    _chain_events(connection, vault)
    _first.drop_all(connection)


def _seal_cases(connection: Connection, vault: Vault) -> None:
    for rows in connection.execute(select(_cases_1)).partitions(_BATCH):
        for row in rows:
            case = case_of(row.content)
            sealed = row_of(case, vault) if case else _sealed_as_it_is(row.case_id, row.content, vault)
            told = {"case_id": row.case_id, "row_version": row.row_version, "updated_at": row.updated_at}
            connection.execute(insert(schema.cases).values(**sealed | {"ending": row.ending} | told))
            if case:
                add_marks(connection, row.case_id, {vault.mark(word) for word in words_of(case)})


def _sealed_as_it_is(case_id: str, content: str, vault: Vault) -> dict[str, object]:
    """A row that can't be read: it stays for whoever can mend it, and is sealed like the others."""
    return {
        "state": UNREADABLE,
        "content": vault.seal(content.encode(), f"case:{case_id}"),
        "label": vault.seal(b"", f"label:{case_id}"),
    }


def _seal_drafts(connection: Connection, vault: Vault) -> None:
    for row in connection.execute(select(_drafts_1)):
        sealed = vault.seal((row.content or "").encode(), f"draft:{row.case_id}")
        connection.execute(insert(schema.drafts).values(case_id=row.case_id, content=sealed))


def _chain_events(connection: Connection, vault: Vault) -> None:
    for rows in connection.execute(select(_events_1).order_by(_events_1.c.number)).partitions(_BATCH):
        entries = [Entry(at=row.at, who="", what=row.what, case_id=row.case_id) for row in rows]
        chain.append(connection, vault, entries)


STEPS: Mapping[int, Step] = {1: _to_2}
"""From each version to the next one."""
