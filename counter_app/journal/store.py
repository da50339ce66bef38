"""The journal: every case as it was last known, and what was done to it, in one SQLite file.

The journal keeps a case before anybody sees it. Drafts (what is half typed) stand in a table of their own: the
window owns them and the worker owns the rest, so neither can overwrite the other's.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    URL,
    Column,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError

from counter_app.case import Case, Ending

SCHEMA_VERSION = 1
_SHOWN_CLOSED = 200
_log = logging.getLogger(__name__)

_metadata = MetaData()
_schema = Table("schema_version", _metadata, Column("version", Integer, nullable=False))
_cases = Table(
    "cases",
    _metadata,
    Column("case_id", String(32), primary_key=True),
    Column("row_version", Integer, nullable=False),
    Column("updated_at", String(40), nullable=False, index=True),
    Column("ending", String(16), nullable=True, index=True),
    Column("content", Text, nullable=False),
)
_drafts = Table(
    "drafts",
    _metadata,
    Column("case_id", String(32), primary_key=True),
    Column("content", Text, nullable=False),
)
_events = Table(
    "events",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", String(40), nullable=False),
    Column("case_id", String(32), nullable=False, index=True),
    Column("what", String(40), nullable=False),
)

_case_text = TypeAdapter(Case)
_draft_text = TypeAdapter(dict[str, str])


class JournalError(Exception):
    """The journal can't be opened or written. Its text is a sentence for staff."""


class Store:
    """The cases and their events. Belongs to the worker: nobody else may call it."""

    def __init__(self, folder: Path) -> None:
        """Open the journal in `folder`, making both where they are missing.

        Raises:
            JournalError: when the folder can't be written, or the file is damaged or written by a newer program.
        """
        self._engine = _open(folder)

    def close(self) -> None:
        """Close the file; the store can't be used afterwards."""
        self._engine.dispose()

    def keep(self, case: Case, what: str) -> Case:
        """Keep a case and the event that made it so, in one transaction; the kept case is returned.

        Args:
            case: all that is known, its draft excepted.
            what: the event's name, without patient data: `search`, `create.sent`.

        Raises:
            JournalError: when the disk refuses; the case as it was is still there then.
        """
        kept = replace(case, updated_at=datetime.now(UTC))
        content = _case_text.dump_json(replace(kept, draft={})).decode()
        row = {
            "updated_at": kept.updated_at.isoformat(),
            "ending": kept.ending.value if kept.ending else None,
            "content": content,
        }
        try:
            with self._engine.begin() as connection:
                changed = connection.execute(
                    update(_cases)
                    .where(_cases.c.case_id == kept.case_id)
                    .values(row_version=_cases.c.row_version + 1, **row)
                )
                if changed.rowcount == 0:
                    connection.execute(insert(_cases).values(case_id=kept.case_id, row_version=1, **row))
                connection.execute(
                    insert(_events).values(at=kept.updated_at.isoformat(), case_id=kept.case_id, what=what)
                )
        except DatabaseError:
            raise JournalError("The case can't be kept on this computer: its disk is full or refuses.") from None
        return kept

    def keep_draft(self, case_id: str, draft: dict[str, str]) -> None:
        """Keep what is half typed in a case.

        Raises:
            JournalError: when the disk refuses.
        """
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(_drafts).where(_drafts.c.case_id == case_id))
                if draft:
                    content = _draft_text.dump_json(draft).decode()
                    connection.execute(insert(_drafts).values(case_id=case_id, content=content))
        except DatabaseError:
            raise JournalError("What you type can't be kept on this computer: its disk refuses.") from None

    def cases(self) -> Sequence[Case]:
        """The open cases and the last closed ones, newest first, each with its draft.

        One that can't be read stays on the disk and is left out: it must not hide the others.

        Raises:
            JournalError: when the file can't be read.
        """
        newest = _cases.c.updated_at.desc()
        columns = (_cases.c.case_id, _cases.c.content, _drafts.c.content.label("draft"))
        joined = _cases.outerjoin(_drafts, _cases.c.case_id == _drafts.c.case_id)
        still_open = select(*columns).select_from(joined).where(_cases.c.ending.is_(None)).order_by(newest)
        closed = (
            select(*columns)
            .select_from(joined)
            .where(_cases.c.ending.is_not(None), _cases.c.ending != Ending.ABANDONED.value)
            .order_by(newest)
            .limit(_SHOWN_CLOSED)
        )
        try:
            with self._engine.connect() as connection:
                rows = [*connection.execute(still_open), *connection.execute(closed)]
        except DatabaseError:
            raise JournalError("The journal of this counter can't be read.") from None
        read = (_read_case(row.case_id, row.content, row.draft) for row in rows)
        return [case for case in read if case is not None]

    def events(self, case_id: str) -> Sequence[str]:
        """The names of what was done to a case, oldest first."""
        query = select(_events.c.what).where(_events.c.case_id == case_id).order_by(_events.c.number)
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())


def _read_case(case_id: str, content: str, draft: str | None) -> Case | None:
    try:
        case = _case_text.validate_json(content)
    except ValidationError:
        _log.error("the case %s can't be read", case_id)
        return None
    try:
        return replace(case, draft=_draft_text.validate_json(draft)) if draft else case
    except ValidationError:
        _log.error("the draft of %s can't be read", case_id)
        return case


def _open(folder: Path) -> Engine:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(URL.create("sqlite", database=str(folder / "journal.sqlite3")))
        event.listen(engine, "connect", _make_durable)
        _metadata.create_all(engine)
        with engine.begin() as connection:
            version = connection.execute(select(func.max(_schema.c.version))).scalar()
            if version is None:
                connection.execute(insert(_schema).values(version=SCHEMA_VERSION))
    except (OSError, DatabaseError):
        raise JournalError(f"The journal can't be opened in {folder}: check that it can be written.") from None
    if version is not None and version > SCHEMA_VERSION:
        engine.dispose()
        raise JournalError("The journal was written by a newer program: install that version on this computer.")
    return engine


def _make_durable(connection: object, _record: object) -> None:
    """A case that was said to be kept survives a power cut (SQLite: WAL with synchronous=FULL)."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()
