"""The counter's own words: only what the sponsor spelled as a yes is a yes."""

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from counter_app.models import (
    Authorization,
    Beneficiary,
    Coverage,
    Decision,
    Dispensation,
    DispensationLine,
    Outcome,
)

NOW = datetime(2026, 6, 25, 14, 0, tzinfo=UTC)
YES = Authorization(status="APPROVED", code="AUTH-1")
NO = Authorization(status="REJECTED", rejection_reason="too many")
LATER = Authorization(status="PENDING_SPONSOR")
STRANGE = Authorization(status="approved", code="AUTH-2")
CODELESS = Authorization(status="APPROVED")


@pytest.mark.parametrize(
    ("status", "authorizations", "outcome"),
    [
        ("COMPLETED", (YES,), Outcome.APPROVED),
        ("COMPLETED", (YES, YES), Outcome.APPROVED),
        ("COMPLETED", (YES, NO), Outcome.PARTLY_APPROVED),
        ("PENDING_SPONSOR", (YES, LATER), Outcome.PARTLY_APPROVED),
        ("COMPLETED", (NO,), Outcome.REJECTED),
        ("REJECTED", (), Outcome.REJECTED),
        ("PENDING_SPONSOR", (), Outcome.WAITING),
        ("COMPLETED", (LATER, NO), Outcome.WAITING),
        ("PENDING_INDICATION", (YES,), Outcome.INDICATION_MISSING),
        ("COMPLETED", (), Outcome.UNKNOWN),
        ("COMPLETED", (STRANGE,), Outcome.UNKNOWN),
        ("COMPLETED", (CODELESS,), Outcome.UNKNOWN),
        ("APPROVED", (), Outcome.UNKNOWN),
        ("IN_AUDIT", (), Outcome.UNKNOWN),
    ],
)
def test_the_whole_answer_comes_to_one_word(status, authorizations, outcome):
    assert Decision(status=status, authorizations=authorizations).outcome is outcome


@pytest.mark.parametrize(
    ("expires_at", "usable"),
    [(None, True), (NOW + timedelta(seconds=1), True), (NOW, False), (NOW - timedelta(days=1), False)],
)
def test_a_code_is_usable_until_it_expires(expires_at, usable):
    assert Authorization(status="APPROVED", code="A", expires_at=expires_at).usable(NOW) is usable


def test_nothing_but_an_approved_code_is_usable():
    assert not any(each.usable(NOW) for each in (NO, LATER, STRANGE, CODELESS))


def test_cover_that_is_not_said_to_be_active_is_none():
    assert not Beneficiary(beneficiary_id=1).covered
    assert Beneficiary(beneficiary_id=1, coverage=Coverage(active=True)).covered


@pytest.mark.parametrize(("first", "last", "name"), [("A", "B", "A B"), ("", "B", "B"), ("A", "", "A"), ("", "", "")])
def test_a_name_is_written_without_gaps(first, last, name):
    assert Beneficiary(beneficiary_id=1, first_name=first, last_name=last).name == name


def test_a_dispensation_is_open_until_it_is_completed_or_taken_back():
    states = {each: Dispensation(dispensation_id=1, status=each) for each in ("STARTED", "COMPLETED", "CANCELLED", "?")}
    assert [each for each, state in states.items() if state.open] == ["STARTED"]
    assert [each for each, state in states.items() if state.completed] == ["COMPLETED"]


def test_the_total_is_exact_to_the_cent():
    lines = tuple(
        DispensationLine(product_code="A", quantity=Decimal(3), unit_price=Decimal(price)) for price in ("0.1", "0.2")
    )
    assert Dispensation(dispensation_id=1, status="STARTED", lines=lines).total == Decimal("0.9")


def test_there_is_no_total_where_a_price_is_missing():
    priced = DispensationLine(product_code="A", quantity=Decimal(1), unit_price=Decimal(1))
    unpriced = DispensationLine(product_code="B", quantity=Decimal(1))
    assert Dispensation(dispensation_id=1, status="STARTED", lines=(priced, unpriced)).total is None
    assert Dispensation(dispensation_id=1, status="STARTED").total is None


def test_a_line_that_costs_nothing_has_a_price():
    free = DispensationLine(product_code="A", quantity=Decimal(2), unit_price=Decimal(0))
    assert Dispensation(dispensation_id=1, status="STARTED", lines=(free,)).total == Decimal(0)


def test_a_value_can_not_be_changed():
    with pytest.raises(FrozenInstanceError):
        YES.code = "AUTH-9"
