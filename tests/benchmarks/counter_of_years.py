"""A data folder as it looks after years at a counter: many closed cases, and some that are open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from counter_app.case import Case, Ending, new_case
from counter_app.journal import chain, schema
from counter_app.journal.chain import Entry
from counter_app.journal.engine import FILE, engine_of, writing
from counter_app.journal.rows import row_of, state_of, written
from counter_app.journal.store import Store
from counter_app.journal.vault import Vault
from counter_app.journal.words import words_of
from counter_app.models import (
    Authorization,
    Beneficiary,
    Coverage,
    Decision,
    Dispensation,
    Invoice,
    Prescription,
    PrescriptionLine,
    ProductType,
    SearchQuery,
)

OPEN = 100
_BATCH = 2_000
_FIRST = ("MARÍA", "JOSÉ", "ANA LUCÍA", "CARLOS", "SOFÍA", "JUAN PABLO", "LUISA", "ANDRÉS", "CARMEN", "DIEGO", "INÉS")
_LAST = ("GONZÁLEZ", "PÉREZ", "RAMÍREZ", "MUÑOZ", "CASTILLO", "HERRERA", "DE LEÓN", "ÁLVAREZ", "MORALES", "FUENTES")
_BEGAN = datetime(2021, 1, 4, 8, 0, tzinfo=UTC)


def case_of(number: int) -> Case:
    """An open case with all that a visit leaves, of an invented person."""
    first = _FIRST[number % len(_FIRST)]
    last = f"{_LAST[number % len(_LAST)]} {_LAST[number // 7 % len(_LAST)]}"
    at = _BEGAN + timedelta(minutes=7 * number)
    document, code = f"{10_000_000 + number * 37}", f"AUTH-{number:06d}"
    line = PrescriptionLine(
        product_code="MED-042", product_type=ProductType.MEDICATION, quantity=Decimal(30), posology="1 every 8 h"
    )
    return replace(
        new_case(sponsor="sponsor"),
        created_at=at,
        updated_at=at,
        query=SearchQuery(form_id="national-id", values=(("document_type", "CC"), ("document_number", document))),
        beneficiary=Beneficiary(
            beneficiary_id=f"b-{number}",
            first_name=first,
            last_name=last,
            document=document,
            coverage=Coverage(plan="GOLD-100", active=True, effective_until=date(2030, 1, 31)),
        ),
        confirmed=True,
        prescription=Prescription(diagnosis_code="R51", lines=(line,)),
        request_id=500_000 + number,
        decision=Decision(status="COMPLETED", authorizations=(Authorization(status="APPROVED", code=code),)),
        code=code,
        dispensation=Dispensation(dispensation_id=f"disp-{number:06d}", status="STARTED"),
        invoice=Invoice(number=f"FV-{number}", amount=Decimal("10.50"), issued_at=at),
    )


def fill(folder: Path, vault: Vault, closed: int) -> None:
    """Fill a folder: with closed cases many at once, and so past the store; with the open ones by the store."""
    Store(folder, vault).close()
    engine = engine_of(folder / FILE)
    ended = (replace(case_of(number), ending=Ending.DISPENSED) for number in range(closed))
    while some := tuple(islice(ended, _BATCH)):
        with writing(engine) as connection:
            rows = [{"case_id": each.case_id, "row_version": 1, **row_of(each, vault)} for each in some]
            connection.execute(insert(schema.cases), rows)
            connection.execute(insert(schema.marks), list(_marks(some, vault)))
            chain.append(connection, vault, map(_told, some))
    engine.dispose()
    store = Store(folder, vault)
    for number in range(OPEN):
        store.keep_draft(store.keep(case_of(closed + number), "opened").case_id, {"posology": "1 every 8 h"})
    store.close()


def _marks(cases: tuple[Case, ...], vault: Vault) -> Iterator[dict[str, object]]:
    for case in cases:
        yield from ({"case_id": case.case_id, "mark": mark} for mark in {vault.mark(word) for word in words_of(case)})


def _told(case: Case) -> Entry:
    return Entry(at=written(case.updated_at), who="", what="finish", case_id=case.case_id, to_state=state_of(case))
