"""What can still be read of a damaged journal: row by row, around what is broken.

SQLite's own way in: it works on a copy, which it may change, and looks at nothing but a table's pages, because an
index can be broken as well.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Integer,
    Row,
    Select,
    StaticPool,
    bindparam,
    column,
    create_engine,
    select,
    table,
)
from sqlalchemy.exc import DatabaseError

from counter_app.journal.disk import is_damage

_HEADER_BYTES, _PAGE_BYTES = 100, 4096
_PAGE_COUNT = slice(28, 32)
# After so many rows in a row that aren't there, where nobody knows how many there were, no more are looked for:
# a page that leads to others leads to fewer.
_ENOUGH = 20_000
_place: ColumnElement[int] = column("rowid", Integer)

Raw = Row[Any]


class Remains:
    """A damaged journal's copy, open for reading."""

    def __init__(self, copy: Path) -> None:
        self._engine = create_engine("sqlite://", creator=lambda: _connected(copy), poolclass=StaticPool)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    @property
    def there(self) -> bool:
        """Whether anything can be read at all."""
        return any(list(_Scan(self._engine, _all_of(name, "case_id").limit(1))) for name in ("cases", "events"))

    @property
    def version(self) -> int:
        """The version of the program that wrote it; 0 when that can't be read."""
        found = [row.version for row in _Scan(self._engine, _all_of("schema_version", "version"))]
        return max((each for each in found if isinstance(each, int)), default=0)

    def rows(self, name: str, *columns: str) -> Iterator[Raw]:
        """A table's rows: forwards until one can't be read, then backwards, then one by one those between."""
        query = _all_of(name, *columns)
        forwards = _Scan(self._engine, query.order_by(_place))
        yield from forwards
        if not forwards.damaged:
            return
        backwards = _Scan(self._engine, query.where(_place > forwards.last).order_by(_place.desc()))
        yield from backwards
        for number in self._between(query, forwards.last, backwards.last):
            yield from _Scan(self._engine, query.where(_place == number))

    def _between(self, query: Select[Any], low: int, high: int) -> Iterator[int]:
        """The places of the rows between two that can be read all the same; no high one is as far as there are any."""
        # Asked of the driver, because most of them fail, and a failure on the way up takes long.
        one = str(query.where(_place == bindparam("number")).compile(self._engine))
        with self._engine.connect() as connection, closing(connection.connection.cursor()) as cursor:
            number, missed = low + 1, 0
            while number < high or (high == 0 and missed < _ENOUGH):
                found = None
                with suppress(sqlite3.DatabaseError):
                    found = cursor.execute(one, (number,)).fetchone()
                if found is not None:
                    yield number
                missed = missed + 1 if found is None else 0
                number += 1


def best_reading(copy: Path, model: Path) -> Remains:
    """The first way of reading a damaged journal that shows anything.

    Args:
        copy: the damaged journal; it is changed.
        model: a journal that this program just made. Its first bytes, then its first page, are tried in place of
            the damaged one's: they say how the file is built, and nothing about whom.
    """
    beginning = bytearray(model.read_bytes()[:_PAGE_BYTES])
    # No count means: as many pages as the file has.
    beginning[_PAGE_COUNT] = bytes(4)
    for length in (0, _HEADER_BYTES, _PAGE_BYTES):
        with copy.open("r+b") as file:
            file.write(beginning[:length])
        remains = Remains(copy)
        if remains.there:
            break
        remains.close()
    return remains


class _Scan:
    """The rows of a query, up to the first that can't be read."""

    def __init__(self, engine: Engine, query: Select[Any]) -> None:
        self._engine = engine
        self._query = query
        self.last = 0
        self.damaged = False

    def __iter__(self) -> Iterator[Raw]:
        try:
            with self._engine.connect() as connection:
                result = connection.execute(self._query)
                while (row := result.fetchone()) is not None:
                    self.last = row.place
                    yield row
        except DatabaseError as error:
            self.damaged = is_damage(error)


def _all_of(name: str, *columns: str) -> Select[Any]:
    # Without the tables' types: what is read may be of any.
    chosen: list[ColumnElement[Any]] = [_place.label("place"), *(column(each) for each in columns)]
    return select(*chosen).select_from(table(name))


def _connected(copy: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(copy)
    # A letter that is none is no reason to stop: what it belongs to is told by its seal.
    connection.text_factory = lambda read: read.decode(errors="replace")
    with closing(connection.cursor()) as cursor:
        # Also where the file is shorter than it says, or its schema makes no sense.
        cursor.execute("PRAGMA writable_schema=ON")
    return connection
