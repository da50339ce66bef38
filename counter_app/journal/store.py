"""The journal: every case as it was last known, and what was done to it, in one file that nobody else can read.

The journal keeps a case before anybody sees it. Drafts (what is half typed) stand in a table of their own: the
window owns them and the worker owns the rest, so neither can overwrite the other's.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, Row, Select, select
from sqlalchemy.exc import DatabaseError

from counter_app.case import Case, Ending
from counter_app.journal import copies, disk, salvage, schema
from counter_app.journal.changes import wipe_closed, write_case, write_draft
from counter_app.journal.engine import settle, writing
from counter_app.journal.opening import mend, open_journal
from counter_app.journal.rows import opened_case, opened_draft
from counter_app.journal.search import Search
from counter_app.journal.vault import Vault
from counter_app.models import Notice

_SHOWN_CLOSED = 200
_UNSEARCHED = "The cases of this counter can't be searched"
# The draft of no case, which `check` writes.
_NOBODY = "check"
_cases, _drafts, _events = schema.cases.c, schema.drafts.c, schema.events.c
_row = select(_cases.case_id, _cases.row_version, _cases.content, _drafts.content.label("draft")).select_from(
    schema.cases.outerjoin(schema.drafts, _cases.case_id == _drafts.case_id)
)
_still_open = _row.where(_cases.ending.is_(None)).order_by(*schema.newest_first)
T = TypeVar("T")


class Store:
    """The cases and their events. Belongs to the worker: nobody else may call it."""

    def __init__(self, folder: Path, vault: Vault, *, who: str = "") -> None:
        """Open the journal in `folder`, making both where they are missing.

        Args:
            folder: where the journal lies, or shall lie.
            vault: what seals it.
            who: who is signed in to this computer, for the audit trail.

        Raises:
            JournalError: when the disk refuses, another program holds the journal or a newer one wrote it. A damaged
                one is put aside, and what can be read of it is taken over: see `notices`.
        """
        self._folder, self._vault, self._who = folder, vault, who
        self._engine, self._salvaged = open_journal(folder, vault, who)
        self._search = Search(vault)
        self._filling: asyncio.Task[None] | None = None
        self._versions: dict[str, int] = {}
        """The version of each case's row as it was last read or written here."""
        self._unreadable: set[str] = set()
        """The cases that can't be read, of those that were looked at."""
        self._looked = False

    def close(self) -> None:
        """Close the file; the store can't be used afterwards."""
        if self._filling is not None:
            self._filling.cancel()
        self._engine.dispose()

    # --- keeping ----------------------------------------------------------------------------------------------------

    def keep(self, case: Case, what: str) -> Case:
        """Keep a case and the event that made it so, in one transaction; the kept case is returned.

        Args:
            case: all that is known, its draft excepted.
            what: the event's name, without patient data: `search`, `create.sent`.

        Raises:
            JournalError: when the disk refuses, or another program changed the case since it was read here; the case
                as it was is still there then.
        """
        kept = replace(case, updated_at=datetime.now(UTC))

        def write(engine: Engine) -> int:
            known = self._versions.get(kept.case_id)
            with writing(engine) as connection:
                return write_case(
                    connection, self._vault, kept, was=case.updated_at, known=known, what=what, who=self._who
                )

        self._versions[kept.case_id] = self._do(write, "The case can't be kept on this computer")
        self._search.put(kept)
        self._unreadable.discard(kept.case_id)
        return kept

    def keep_draft(self, case_id: str, draft: Mapping[str, str]) -> None:
        """Keep what is half typed in a case.

        Raises:
            JournalError: when the disk refuses.
        """

        def write(engine: Engine) -> None:
            with writing(engine) as connection:
                write_draft(connection, self._vault, case_id, draft)

        self._do(write, "What you type can't be kept on this computer")

    def wipe(self, before: datetime) -> tuple[str, ...]:
        """Wipe the closed cases that were last changed before a moment, and the copies made before it.

        Returns:
            The ids of the cases. Their events stay in the audit trail, and one more tells of the wiping.

        Raises:
            JournalError: when the disk refuses; nothing is wiped then.
        """

        def write(engine: Engine) -> tuple[str, ...]:
            with writing(engine) as connection:
                ids = wipe_closed(connection, self._vault, before=before, who=self._who)
            # What was overwritten in the file still stands in the log beside it.
            settle(engine)
            copies.forget_older(self._folder, before.timestamp())
            return ids

        wiped = self._do(write, "Old cases can't be wiped from this computer")
        self._search.drop(wiped)
        for case_id in wiped:
            self._versions.pop(case_id, None)
            self._unreadable.discard(case_id)
        return wiped

    # --- reading ----------------------------------------------------------------------------------------------------

    def cases(self) -> Sequence[Case]:
        """The open cases and the last closed ones, newest first, each with its draft.

        One that can't be read stays on the disk and is left out: it must not hide the others. See `notices`.

        Raises:
            JournalError: when the file can't be read.
        """
        closed = _row.where(_cases.ending.is_not(None), _cases.ending != Ending.ABANDONED.value)
        return self._read(_still_open, closed.order_by(*schema.newest_first).limit(_SHOWN_CLOSED))

    def events(self, case_id: str) -> Sequence[str]:
        """The names of what was done to a case, oldest first.

        Raises:
            JournalError: when the file can't be read.
        """
        query = select(_events.what).where(_events.case_id == case_id).order_by(_events.number)
        return [row.what for row in self._rows(query)]

    def kept_files(self) -> set[str]:
        """The ids of the files in the vault that open cases refer to. Only where `knows_all` are the others nobody's.

        Raises:
            JournalError: when the file can't be read.
        """
        papers = (
            paper
            for case in self._read(_still_open)
            for paper in (*case.indications, case.outgoing)
            if paper is not None
        )
        return {paper.kept for paper in papers if paper.kept is not None}

    async def find(self, text: str, limit: int = 50) -> Sequence[Case]:
        """The cases in which every word of a text is found, newest first; the first time, whole words alone.

        Raises:
            JournalError: when the file can't be read.
        """
        self._filled()
        found = self._do(lambda engine: self._look(engine, text, limit), _UNSEARCHED)
        return self._read(_row.where(_cases.case_id.in_(found)).order_by(*schema.newest_first)) if found else []

    def _look(self, engine: Engine, text: str, limit: int) -> list[str]:
        with engine.connect() as connection:
            return self._search.find(connection, text, limit)

    async def fill(self) -> None:
        """Wait until parts of words are found as well: `find` begins this by itself, and does not wait for it.

        Raises:
            JournalError: when the file can't be read.
        """
        await asyncio.shield(self._filled())

    def _filled(self) -> asyncio.Task[None]:
        """The reading of all labels, begun where it isn't yet or was broken off."""
        if self._filling is None or (self._filling.done() and not self._search.full):
            self._filling = asyncio.get_running_loop().create_task(self._fill())
            self._filling.add_done_callback(_take_note)
        return self._filling

    async def _fill(self) -> None:
        while not self._search.full:
            self._do(self._fill_on, _UNSEARCHED)
            await asyncio.sleep(0)

    def _fill_on(self, engine: Engine) -> None:
        with engine.connect() as connection:
            self._search.fill(connection)

    # --- how the journal is -----------------------------------------------------------------------------------------

    def notices(self) -> tuple[Notice, ...]:
        """What staff should know: that the journal was salvaged, that there are cases which can't be read.

        Raises:
            JournalError: when the file can't be read.
        """
        if not self._looked:
            self.cases()
        unreadable = (Notice(code="unreadable_cases", lost=len(self._unreadable)),) if self._unreadable else ()
        return (*self._salvaged, *unreadable)

    @property
    def knows_all(self) -> bool:
        """Whether every case can be read and none was lost to damage: what no case refers to is nobody's then."""
        return not self.notices() and not salvage.was_needed(self._folder)

    def check(self) -> tuple[Notice, ...]:
        """Write a little, for real; what staff should know before they type is returned.

        Raises:
            JournalError: when nothing can be kept: the disk is full, or may not be written.
        """

        def write(engine: Engine) -> tuple[Notice, ...]:
            disk.probe(self._folder)
            with writing(engine) as connection:
                # Sealed anew each time: what is equal to what is there is not written.
                write_draft(connection, self._vault, _NOBODY, {"checked": "yes"})
            return disk.space(self._folder)

        space = self._do(write, "Nothing can be kept on this computer")
        return (*self.notices(), *space)

    # --- one way to the file ----------------------------------------------------------------------------------------

    def _read(self, *queries: Select[Any]) -> list[Case]:
        """The cases of the rows that can be read."""
        self._looked = True
        read = []
        for row in self._rows(*queries):
            self._versions[row.case_id] = row.row_version
            self._unreadable.discard(row.case_id)
            if case := opened_case(row.case_id, row.content, self._vault):
                draft = opened_draft(row.case_id, row.draft, self._vault) if row.draft else {}
                read.append(replace(case, draft=draft))
            else:
                self._unreadable.add(row.case_id)
        return read

    def _rows(self, *queries: Select[Any]) -> list[Row[Any]]:
        def read(engine: Engine) -> list[Row[Any]]:
            with engine.connect() as connection:
                return [row for query in queries for row in connection.execute(query)]

        return self._do(read, "The journal of this counter can't be read")

    def _do(self, work: Callable[[Engine], T], sentence: str) -> T:
        """Do something with the file; where it turns out to be damaged, mend it and do it once more."""
        try:
            try:
                return work(self._engine)
            except DatabaseError as error:
                if not disk.is_damage(error):
                    raise
            self._mend()
            return work(self._engine)
        except (OSError, DatabaseError) as error:
            raise disk.refused(error, sentence, self._folder) from None

    def _mend(self) -> None:
        self._engine.dispose()
        self._engine, notices = mend(self._folder, self._vault, self._who)
        self._salvaged = (*self._salvaged, *notices)
        # What was lost is not changed elsewhere: it may be kept again.
        with self._engine.connect() as connection:
            left = {
                row.case_id: row.row_version for row in connection.execute(select(_cases.case_id, _cases.row_version))
            }
        self._versions = {case_id: left[case_id] for case_id in self._versions if case_id in left}
        self._unreadable.clear()


def _take_note(task: asyncio.Task[None]) -> None:
    """A filling that failed is begun again by the next search, which tells what is wrong."""
    if not task.cancelled():
        task.exception()
