"""A case as a row and a row as a case: what is sealed, and what may stand in the open."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, delete, insert, select

from counter_app.case import Case
from counter_app.journal import schema
from counter_app.journal.vault import TamperedError, Vault
from counter_app.journal.words import label_of, words_of

_log = logging.getLogger(__name__)
_case_text = TypeAdapter(Case)
_draft_text = TypeAdapter(dict[str, str])


def written(moment: datetime) -> str:
    """A moment as a text that sorts as moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def state_of(case: Case) -> str:
    """Where a case stands, without a word about whom: "waiting.complete"."""
    return f"{case.standing.value}.{case.step.name.lower()}"


def row_of(case: Case, vault: Vault) -> dict[str, object]:
    """What the table holds of a case, its id and version excepted; the draft has a table of its own."""
    return {
        "updated_at": written(case.updated_at),
        "ending": case.ending.value if case.ending else None,
        "state": state_of(case),
        "content": vault.seal(_case_text.dump_json(replace(case, draft={})), f"case:{case.case_id}"),
        "label": vault.seal(label_of(case).encode(), f"label:{case.case_id}"),
    }


def case_of(content: str | bytes) -> Case | None:
    """The case of an unsealed content; nothing when it isn't one."""
    try:
        return _case_text.validate_json(content)
    except ValidationError:
        return None


def unsealed(sealed: object, about: str, vault: Vault) -> bytes | None:
    """What a row holds; nothing when it was changed, whatever it was changed to."""
    try:
        return vault.open(sealed, about) if isinstance(sealed, bytes) else None
    except TamperedError:
        return None


def opened_case(case_id: str, content: bytes, vault: Vault) -> Case | None:
    """The case of a row; nothing when it can't be read, which hides no other."""
    text = unsealed(content, f"case:{case_id}", vault)
    case = case_of(text) if text is not None else None
    if case is None:
        _log.error("the case %s can't be read", case_id)
    return case


def sealed_draft(case_id: str, draft: Mapping[str, str], vault: Vault) -> bytes:
    """A draft as its row holds it."""
    return vault.seal(_draft_text.dump_json(dict(draft)), f"draft:{case_id}")


def opened_draft(case_id: str, content: bytes, vault: Vault) -> dict[str, str]:
    """The draft of a row; an empty one when it can't be read, so that the case is not hidden."""
    try:
        return _draft_text.validate_json(unsealed(content, f"draft:{case_id}", vault) or b"")
    except ValidationError:
        _log.error("the draft of %s can't be read", case_id)
        return {}


def opened_label(case_id: str, label: bytes, vault: Vault) -> str:
    """A row's words; none when they can't be read."""
    return (unsealed(label, f"label:{case_id}", vault) or b"").decode()


def mark(connection: Connection, case: Case, vault: Vault) -> None:
    """Let a case be found by the words it holds now, and no longer by those it held."""
    mine = schema.marks.c.case_id == case.case_id
    before = set(connection.execute(select(schema.marks.c.mark).where(mine)).scalars())
    now = {vault.mark(word) for word in words_of(case)}
    if before - now:
        connection.execute(delete(schema.marks).where(mine, schema.marks.c.mark.in_(before - now)))
    add_marks(connection, case.case_id, now - before)


def add_marks(connection: Connection, case_id: str, marks: Iterable[bytes]) -> None:
    """Let a case be found by further marks."""
    if rows := [{"case_id": case_id, "mark": each} for each in marks]:
        connection.execute(insert(schema.marks), rows)
