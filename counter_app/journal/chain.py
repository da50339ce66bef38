"""The chain of events: each carries a keyed hash of itself and of the one before, and the head is sealed.

Whoever changes the file without the key can't make a hash that fits, and can't say that the last event is another.
"""

import hmac
import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from counter_app.journal import schema
from counter_app.journal.rows import unsealed
from counter_app.journal.vault import Vault
from counter_app.models import record

START = b""
"""What stands in for the hash before the first event's."""
_FIELDS = ("at", "who", "what", "case_id", "from_state", "to_state")


@record
class Entry:
    """What is to be told: when, who, what, of which case, from which state to which. No patient data."""

    at: str
    who: str
    what: str
    case_id: str = ""
    from_state: str = ""
    to_state: str = ""


@record
class Head:
    """The last event: its number and its hash."""

    number: int
    hash: bytes


def append(connection: Connection, vault: Vault, entries: Iterable[Entry]) -> None:
    """Tell events, in the transaction of what they tell of."""
    head = read_head(connection, vault, for_update=True) or _torn_off(connection)
    number, last = head.number, head.hash
    rows = []
    for entry in entries:
        number += 1
        fields = _fields(entry)
        last = vault.chained(last, _canonical(number, fields))
        rows.append({"number": number, **fields, "hash": last})
    if rows:
        connection.execute(insert(schema.events), rows)
        set_head(connection, vault, Head(number=number, hash=last))


def set_head(connection: Connection, vault: Vault, head: Head) -> None:
    """Say which event is the last."""
    connection.execute(delete(schema.audit_head))
    sealed = vault.seal(head.hash, f"audit_head:{head.number}")
    connection.execute(insert(schema.audit_head).values(number=head.number, hash=sealed))


def read_head(connection: Connection, vault: Vault, *, for_update: bool = False) -> Head | None:
    """Which event is the last; nothing when the head is missing or not ours."""
    query = select(schema.audit_head)
    row = connection.execute(query.with_for_update() if for_update else query).first()
    found = unsealed(row.hash, f"audit_head:{row.number}", vault) if row else None
    return Head(number=row.number, hash=found) if row and found is not None else None


def fits(vault: Vault, before: bytes, event: Row[Any], number: int) -> bool:
    """Whether an event is the one that was told under a number, after the one with the hash `before`."""
    fields = {name: getattr(event, name) for name in _FIELDS}
    fitting = vault.chained(before, _canonical(number, fields))
    return isinstance(event.hash, bytes) and hmac.compare_digest(fitting, event.hash)


def _torn_off(connection: Connection) -> Head:
    """Where to go on when nobody can say which event was the last.

    The next one fits none before it, so that the place stays visible for ever; work goes on.
    """
    return Head(number=connection.execute(select(func.max(schema.events.c.number))).scalar() or 0, hash=START)


def _fields(entry: Entry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in _FIELDS}


def _canonical(number: int, fields: dict[str, object]) -> bytes:
    return json.dumps([number, *(fields[name] for name in _FIELDS)], default=repr).encode()
