"""A damaged journal: what can be read of it goes into a new one, and the damaged one is put aside, never deleted.

The order makes a power cut harmless: the damaged file stays in its place until the new one is ready beside it.
"""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from counter_app.journal import chain, copies, schema
from counter_app.journal.chain import Entry
from counter_app.journal.durable import keep_names
from counter_app.journal.engine import FILE, engine_for_reading, engine_of, files_of, make_private, settle, writing
from counter_app.journal.errors import JournalError
from counter_app.journal.making import make
from counter_app.journal.remains import best_reading
from counter_app.journal.rows import written
from counter_app.journal.saving import save
from counter_app.journal.vault import Vault
from counter_app.models import Notice

_SCRATCH = "salvaging"
_READY = "journal.salvaged"
_ASIDE = "damaged-"


def rescue(folder: Path, vault: Vault, who: str) -> None:
    """Bring what can be read of the damaged journal into a new one, ready beside it.

    Raises:
        JournalError: when it was written by a newer program, whose rows this one doesn't know.
        OSError, DatabaseError: when the disk refuses.
    """
    scratch = folder / _SCRATCH
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        _fill(made := make_private(scratch), _copied(folder, scratch), vault, who)
        made.rename(folder / _READY)
        keep_names(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def finish(folder: Path, vault: Vault) -> tuple[Notice, ...]:
    """Put the damaged journal aside and the rescued one in its place, also where a power cut came between.

    Raises:
        OSError: when the disk refuses; it is finished at the next start then.
    """
    shutil.rmtree(folder / _SCRATCH, ignore_errors=True)
    ready = folder / _READY
    if not ready.exists():
        return ()
    aside = folder / f"{_ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
    aside.mkdir(mode=0o700)
    for file in files_of(folder / FILE):
        if file.exists():
            _put_aside(file, aside, vault)
    saved, lost = _counted(ready)
    keep_names(aside)
    ready.rename(folder / FILE)
    keep_names(folder)
    return (Notice(code="salvaged", saved=saved, lost=lost, place=str(aside)),)


def was_needed(folder: Path) -> bool:
    """Whether a damaged journal lies aside in a folder: what only it refers to is not to be thrown away."""
    return any(folder.glob(f"{_ASIDE}*"))


def _copied(folder: Path, scratch: Path) -> Path:
    copy = scratch / f"damaged-{FILE}"
    for source, target in zip(files_of(folder / FILE)[:2], files_of(copy), strict=False):
        if source.exists():
            copies.copy_plainly(source, target)
    return copy


def _fill(made: Path, copy: Path, vault: Vault, who: str) -> None:
    """Fill a new journal with what the copy of a damaged one still holds."""
    engine = engine_of(made)
    try:
        with writing(engine) as connection:
            make(connection, vault)
        settle(engine)
        with closing(best_reading(copy, made)) as remains, writing(engine) as connection:
            if remains.version > schema.SCHEMA_VERSION:
                raise JournalError("The journal is damaged, and a newer program wrote it: install that.", "newer")
            if remains.there:
                save(connection, vault, remains)
            entry = Entry(at=written(datetime.now(UTC)), who=who, what="journal.salvaged")
            chain.append(connection, vault, [entry])
        settle(engine)
    finally:
        engine.dispose()


def _put_aside(file: Path, aside: Path, vault: Vault) -> None:
    """Move a file untouched; one with plain text in it, from before contents were sealed, is sealed on the way."""
    if not copies.is_plain(file):
        file.rename(aside / file.name)
        return
    copies.copy_sealed(file, aside / f"{file.name}.sealed", vault)
    file.unlink()


def _counted(journal: Path) -> tuple[int, int]:
    """How many cases were saved; and how many were not, as far as the audit trail tells of them."""
    cases, events = schema.cases.c, schema.events.c
    wiped = select(events.case_id).where(events.what == "wiped")
    lost = select(func.count(events.case_id.distinct())).where(
        events.case_id != "", events.case_id.not_in(wiped), events.case_id.not_in(select(cases.case_id))
    )
    engine = engine_for_reading(journal)
    with engine.connect() as connection:
        saved = connection.execute(select(func.count()).select_from(schema.cases)).scalar_one()
        return saved, connection.execute(lost).scalar_one()
