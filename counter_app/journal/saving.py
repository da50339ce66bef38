"""What is taken over from a damaged journal: whole sealed rows alone, each vouched for by its seal."""

from collections.abc import Iterator

from sqlalchemy import Connection, insert

from counter_app.case import Case
from counter_app.journal import chain, schema
from counter_app.journal.chain import START, Entry, Head
from counter_app.journal.remains import Raw, Remains
from counter_app.journal.rows import add_marks, case_of, row_of, unsealed
from counter_app.journal.vault import Vault
from counter_app.journal.words import words_of

_TOLD = ("at", "who", "what", "case_id", "from_state", "to_state")


def save(connection: Connection, vault: Vault, remains: Remains) -> None:
    """Take over the cases that are whole, what is half typed in them, and the audit trail as far as it goes."""
    still_open = _save_cases(connection, vault, remains)
    for row in remains.rows("drafts", "case_id", "content"):
        draft = _unsealed("draft", row, vault, remains)
        if draft is not None and row.case_id in still_open:
            still_open.discard(row.case_id)
            sealed = vault.seal(draft, f"draft:{row.case_id}")
            connection.execute(insert(schema.drafts).values(case_id=row.case_id, content=sealed))
    if not _save_events(connection, vault, remains):
        _chain_events(connection, vault, remains)


def _save_cases(connection: Connection, vault: Vault, remains: Remains) -> set[object]:
    """Take over the cases; the ids of the open ones are returned."""
    saved: dict[object, Case] = {}
    for row in remains.rows("cases", "case_id", "row_version", "content"):
        content = _unsealed("case", row, vault, remains)
        case = case_of(content) if content is not None else None
        if case is None or case.case_id != row.case_id or case.case_id in saved:
            continue
        saved[case.case_id] = case
        version = row.row_version if isinstance(row.row_version, int) else 1
        values = {"case_id": case.case_id, "row_version": version, **row_of(case, vault)}
        connection.execute(insert(schema.cases).values(**values))
        add_marks(connection, case.case_id, {vault.mark(word) for word in words_of(case)})
    return {case_id for case_id, case in saved.items() if case.ending is None}


def _unsealed(kind: str, row: Raw, vault: Vault, remains: Remains) -> bytes | None:
    """A row's content: sealed about its id, or plain text where it is from before contents were sealed."""
    if isinstance(row.content, str):
        return row.content.encode() if remains.version <= 1 else None
    return unsealed(row.content, f"{kind}:{row.case_id}", vault)


def _save_events(connection: Connection, vault: Vault, remains: Remains) -> bool:
    """Take over the events as they were told; where some are missing, the chain keeps saying so."""
    hashes: dict[int, bytes] = {}
    for row in remains.rows("events", "number", *_TOLD, "hash"):
        if _is_event(row) and row.number not in hashes:
            hashes[row.number] = row.hash
            values = {"number": row.number, "hash": row.hash, **{name: getattr(row, name) for name in _TOLD}}
            connection.execute(insert(schema.events).values(**values))
    last = max(hashes, default=0)
    heads = [Head(number=last, hash=hashes.get(last, START)), *_heads(vault, remains)]
    # Events at the end can be lost while the head that counts them is there: then it knows better.
    chain.set_head(connection, vault, max(heads, key=lambda each: each.number))
    return bool(hashes)


def _is_event(row: Raw) -> bool:
    told = all(isinstance(getattr(row, name), str) for name in _TOLD)
    return told and isinstance(row.number, int) and isinstance(row.hash, bytes)


def _heads(vault: Vault, remains: Remains) -> Iterator[Head]:
    for row in remains.rows("audit_head", "number", "hash"):
        found = unsealed(row.hash, f"audit_head:{row.number}", vault)
        if isinstance(row.number, int) and found is not None:
            yield Head(number=row.number, hash=found)


def _chain_events(connection: Connection, vault: Vault, remains: Remains) -> None:
    """Take over the events from before they were chained."""
    rows = sorted(remains.rows("events", "number", "at", "what", "case_id"), key=lambda row: row.place)
    entries = [Entry(at=str(row.at), who="", what=str(row.what), case_id=str(row.case_id)) for row in rows]
    chain.append(connection, vault, entries)
