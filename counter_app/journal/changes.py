"""What changes the journal, each in the transaction it is given, and each with the event that tells of it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select, update

from counter_app.case import Case
from counter_app.journal import chain, schema
from counter_app.journal.chain import Entry
from counter_app.journal.errors import JournalError
from counter_app.journal.rows import mark, row_of, sealed_draft, state_of, written
from counter_app.journal.vault import Vault

_BATCH = 500
_cases = schema.cases.c


def write_case(
    connection: Connection, vault: Vault, kept: Case, *, was: datetime, known: int | None, what: str, who: str
) -> int:
    """Write a case, its marks and its event; the row's version is returned.

    Args:
        connection: a transaction that may write.
        vault: what seals.
        kept: the case as it shall stand.
        was: when it was kept before, as far as whoever changed it knew.
        known: the version of its row as it was last read or written here; nothing when it never was.
        what: the event's name.
        who: who is signed in.

    Raises:
        JournalError: when another program changed the case meanwhile.
    """
    this = _cases.case_id == kept.case_id
    columns = select(_cases.row_version, _cases.updated_at, _cases.state).where(this)
    before = connection.execute(columns.with_for_update()).first()
    unchanged = known is None
    if before is not None:
        unchanged = before.row_version == known or _is_ours(before.updated_at, was, known)
    if not unchanged:
        raise JournalError("This case was changed elsewhere meanwhile: look at it again.", "changed_elsewhere")
    version = before.row_version + 1 if before else 1
    row = {"row_version": version, **row_of(kept, vault)}
    if before is None:
        connection.execute(insert(schema.cases).values(case_id=kept.case_id, **row))
    else:
        connection.execute(update(schema.cases).where(this).values(**row))
    mark(connection, kept, vault)
    if kept.ending is not None:
        write_draft(connection, vault, kept.case_id, {})
    entry = Entry(
        at=written(kept.updated_at),
        who=who,
        what=what,
        case_id=kept.case_id,
        from_state=before.state if before else "",
        to_state=state_of(kept),
    )
    chain.append(connection, vault, [entry])
    return version


def write_draft(connection: Connection, vault: Vault, case_id: str, draft: Mapping[str, str]) -> None:
    """Write what is half typed in a case; a closed one has nothing half typed."""
    connection.execute(delete(schema.drafts).where(schema.drafts.c.case_id == case_id))
    closed = select(_cases.case_id).where(_cases.case_id == case_id, _cases.ending.is_not(None))
    if draft and connection.execute(closed).first() is None:
        sealed = sealed_draft(case_id, draft, vault)
        connection.execute(insert(schema.drafts).values(case_id=case_id, content=sealed))


def wipe_closed(connection: Connection, vault: Vault, *, before: datetime, who: str) -> tuple[str, ...]:
    """Remove the closed cases that were last changed before a moment; their ids are returned, their events stay."""
    past = _cases.ending.is_not(None), _cases.updated_at < written(before)
    rows = connection.execute(select(_cases.case_id, _cases.state).where(*past).order_by(_cases.updated_at)).all()
    ids = tuple(row.case_id for row in rows)
    for start in range(0, len(ids), _BATCH):
        some = ids[start : start + _BATCH]
        for table in (schema.marks, schema.drafts, schema.cases):
            connection.execute(delete(table).where(table.c.case_id.in_(some)))
    at = written(datetime.now(UTC))
    chain.append(
        connection,
        vault,
        [
            Entry(at=at, who=who, what="wiped", case_id=row.case_id, from_state=row.state, to_state="wiped")
            for row in rows
        ],
    )
    return ids


def _is_ours(updated_at: str, was: datetime, known: int | None) -> bool:
    """Whether a row that was never read here is as old as whoever changed the case knew."""
    return known is None and updated_at == written(was)
