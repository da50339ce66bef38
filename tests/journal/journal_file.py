"""The journal's file as somebody sees it who goes past the program; and cases to fill it with."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from patients import HEADACHE, MARIA, SOMEBODY, invoice

from counter_app.case import Case, Ending, new_case
from counter_app.journal.store import Store
from counter_app.models import Authorization, Decision, Dispensation, Indication

FILE = "journal.sqlite3"
NOW = datetime(2026, 6, 25, 14, 0, tzinfo=UTC)


def run(folder: Path, *statements: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Run statements in the file; the last one's rows are returned."""
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        rows: list[tuple[object, ...]] = []
        for statement in statements:
            rows = connection.execute(statement, values).fetchall()
        return rows


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def case_of(
    first: str, last: str, *, document: str = "", code: str | None = None, ending: Ending | None = None
) -> Case:
    """A case of somebody, as far as it is found by words."""
    somebody = replace(SOMEBODY, first_name=first, last_name=last, document=document)
    return replace(new_case(), beneficiary=somebody, code=code, ending=ending)


def rich_case() -> Case:
    """A case with something in every place that tells of a person, or lets somebody in."""
    return replace(
        new_case(sponsor="s"),
        query=MARIA,
        beneficiary=replace(SOMEBODY, first_name="MARIA", last_name="GONZALEZ", document="987654321"),
        prescription=HEADACHE,
        request_id="REQ-5512",
        indications=(Indication(path="/usb/gonzalez.pdf", name="gonzalez.pdf", size=2, kept="file-1"),),
        decision=Decision(status="COMPLETED", authorizations=(Authorization(status="APPROVED", code="AUTH-7755"),)),
        code="AUTH-7755",
        dispensation=Dispensation(dispensation_id="DISP-3141", status="STARTED"),
        invoice=invoice(),
    )


READABLE = (b"MARIA", b"GONZALEZ", b"maria", b"gonzalez", b"987654321", b"123456789", b"5512", b"7755", b"3141", b"R51")
"""What of a rich case nobody may find on the disk."""


def fill(store: Store, count: int) -> list[Case]:
    """Keep that many open cases."""
    return [store.keep(case_of(f"Person{number}", "Nobody"), "opened") for number in range(count)]
