"""Finding cases by what staff type: by marks on the disk at once, by the register once it is full."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from counter_app.case import Case
from counter_app.journal import schema
from counter_app.journal.register import Register
from counter_app.journal.rows import opened_label
from counter_app.journal.vault import Vault
from counter_app.journal.words import label_of, typed, typed_whole

_SLICE = 500
# How many cases a word must be in to be a common one.
_COMMON = 1000
_cases = schema.cases.c


class Search:
    """Which cases a text means."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._register = Register()
        self._filling = False
        self._oldest: tuple[str, str] | None = None

    @property
    def full(self) -> bool:
        """Whether parts of words are found as well."""
        return self._register.full

    def put(self, case: Case) -> None:
        """Note a case that was just kept."""
        if self._filling:
            self._register.put(case.case_id, label_of(case))

    def drop(self, case_ids: Iterable[str]) -> None:
        """Forget cases."""
        for case_id in case_ids:
            self._register.drop(case_id)

    def fill(self, connection: Connection) -> None:
        """Read the next slice of labels, older than those before."""
        self._filling = True
        query = select(_cases.case_id, _cases.updated_at, _cases.label)
        if self._oldest is not None:
            at, case_id = self._oldest
            # Two conditions, the first of which an index answers.
            query = query.where(_cases.updated_at <= at, or_(_cases.updated_at < at, _cases.case_id < case_id))
        rows = connection.execute(query.order_by(*schema.newest_first).limit(_SLICE)).all()
        self._register.add((row.case_id, opened_label(row.case_id, row.label, self._vault)) for row in rows)
        self._register.full = len(rows) < _SLICE
        if rows:
            self._oldest = (rows[-1].updated_at, rows[-1].case_id)

    def find(self, connection: Connection, text: str, limit: int) -> list[str]:
        """The ids of the newest cases that a text means; none when it has no word."""
        words = typed(text)
        if not words:
            return []
        if self._register.full:
            return self._register.find(words, limit)
        readings = {words, typed_whole(text)}
        meant = or_(*(self._marked(connection, reading) for reading in readings))
        query = select(_cases.case_id).where(meant).order_by(*schema.newest_first).limit(limit)
        return list(connection.execute(query).scalars())

    def _marked(self, connection: Connection, words: Sequence[str]) -> ColumnElement[bool]:
        """The condition that a case has every word.

        From a rare word's cases it is not far to the newest; among those of common words alone one comes soon when
        the newest cases are looked at first.
        """
        mark = schema.marks.c.mark
        marks = [self._vault.mark(word) for word in words]
        counts = [select(mark).where(mark == each).limit(_COMMON).subquery() for each in marks]
        few, rarest = min(
            (connection.execute(select(func.count()).select_from(count)).scalar_one(), each)
            for count, each in zip(counts, marks, strict=True)
        )
        conditions: list[ColumnElement[bool]] = [
            exists().where(schema.marks.c.case_id == _cases.case_id, mark == each) for each in marks
        ]
        if few < _COMMON:
            conditions.append(_cases.case_id.in_(select(schema.marks.c.case_id).where(mark == rarest)))
        return and_(*conditions)
