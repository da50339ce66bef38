"""Whether the audit trail is whole, and which event was changed, removed or inserted first where it is not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, func, inspect, select
from sqlalchemy.exc import DatabaseError

from counter_app.journal import schema
from counter_app.journal.chain import START, Head, fits, read_head
from counter_app.journal.disk import refused
from counter_app.journal.engine import FILE, engine_for_reading
from counter_app.journal.errors import JournalError
from counter_app.journal.vault import Vault
from counter_app.models import record

_BATCH = 1000
_Event = Row[Any]


@record
class Verdict:
    """Whether the trail is whole; where not, the number of the first bad event and what became of it.

    `count` is how many events before it are whole; `what` is "changed", "removed" or "inserted".
    """

    ok: bool
    count: int
    number: int | None = None
    what: str = ""


def verify_journal(folder: Path, vault: Vault) -> Verdict:
    """Check the audit trail of the journal in a folder, without changing anything there.

    Raises:
        JournalError: when there is no journal, it can't be read, or another version of the program wrote it.
    """
    file = folder / FILE
    if not file.is_file():
        raise JournalError(f"There is no journal in {folder}.")
    engine = engine_for_reading(file)
    try:
        with engine.connect() as connection:
            _check_version(connection)
            return verify(connection, vault)
    except DatabaseError as error:
        raise refused(error, "The journal can't be read", folder) from None
    finally:
        engine.dispose()


def verify(connection: Connection, vault: Vault) -> Verdict:
    """Walk the chain from its first event to the sealed head."""
    head = read_head(connection, vault)
    before, count = START, 0
    for event in connection.execute(_in_order().execution_options(yield_per=_BATCH)):
        if event.number != count + 1 or not fits(vault, before, event, event.number):
            number, what = _Break(connection, vault, count + 1, before, head).what_became(event)
            return Verdict(ok=False, count=count, number=number, what=what)
        before, count = event.hash, count + 1
    if head is None or head.number > count:
        return Verdict(ok=False, count=count, number=count + 1, what="removed")
    if head.number < count:
        return Verdict(ok=False, count=head.number, number=head.number + 1, what="inserted")
    if head.hash != before:
        return Verdict(ok=False, count=count - 1, number=count, what="changed")
    return Verdict(ok=True, count=count)


@dataclass(frozen=True, slots=True)
class _Break:
    """Where the chain ends to fit: the event with that number should be there, after the one with the hash before."""

    connection: Connection
    vault: Vault
    number: int
    before: bytes
    head: Head | None

    def what_became(self, found: _Event) -> tuple[int, str]:
        """The first event that is not as it was told, and what became of it; `found` is there in its place."""
        if found.number < self.number or (self.head is not None and self.number > self.head.number):
            return found.number, "inserted"
        if found.number > self.number:
            return self.number, "changed" if self._is_elsewhere() else "removed"
        if self.head is not None:
            count = self.connection.execute(select(func.count()).select_from(schema.events)).scalar_one()
            if count > self.head.number and self._is_pushed_back(count - self.head.number):
                return self.number, "inserted"
            if count < self.head.number and self._is_drawn_up(found, self.head, self.head.number - count):
                return self.number, "removed"
        return self.number, "changed"

    def _is_elsewhere(self) -> bool:
        """Whether the event is still there, and only its number was changed."""
        events = self.connection.execute(_in_order().execution_options(yield_per=_BATCH))
        return any(fits(self.vault, self.before, each, self.number) for each in events)

    def _is_pushed_back(self, by: int) -> bool:
        """Whether the event is still there, under a higher number that made room for another."""
        later = self._numbered(self.number + by)
        return later is not None and fits(self.vault, self.before, later, self.number)

    def _is_drawn_up(self, found: _Event, head: Head, by: int) -> bool:
        """Whether the events from here on are whole, but under lower numbers that hide a gap."""
        following = self._numbered(found.number + 1)
        if following is None:
            return bool(found.hash == head.hash)
        return fits(self.vault, found.hash, following, following.number + by)

    def _numbered(self, number: int) -> _Event | None:
        return self.connection.execute(_in_order().where(schema.events.c.number == number)).first()


def _in_order() -> Select[Any]:
    return select(schema.events).order_by(schema.events.c.number)


def _check_version(connection: Connection) -> None:
    version = None
    if inspect(connection).has_table(schema.schema_version.name):
        version = connection.execute(select(func.max(schema.schema_version.c.version))).scalar()
    if version == schema.SCHEMA_VERSION:
        return
    if version is not None and version > schema.SCHEMA_VERSION:
        raise JournalError("The journal was written by a newer program: install that version here.", "newer")
    raise JournalError("The journal was written by an older program: start this one once, then check it.")
