"""What is sent is what OSIGU documents, its amounts exact."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_desk import failure_of, says

from counter_app.models import (
    DispensationLine,
    Invoice,
    Prescription,
    PrescriptionLine,
    ProductType,
    Proof,
)
from counter_app.osigu import writing
from counter_app.osigu.errors import Kind, OsiguError

CREATED = says(202, {"authorization_request_id": "areq_1", "status": "PENDING_INDICATION"})
BOGOTA = timezone(timedelta(hours=-5))
INVOICE = Invoice(number="FV-1", amount=Decimal("120.50"), issued_at=datetime(2026, 6, 25, 9, 2, 11, 789, BOGOTA))
FINISHED = says(200, {"dispensation_id": "d", "status": "COMPLETED", "total_amount": 120.5})


def line(quantity="30", posology="", code="MED-042"):
    return PrescriptionLine(
        product_code=code, product_type=ProductType.MEDICATION, quantity=Decimal(quantity), posology=posology
    )


async def test_the_quickstarts_request_is_sent(osigu, desk):
    desk.tells("/arc/v1/authorization-requests", CREATED)
    prescription = Prescription(diagnosis_code="R51", lines=(line(posology="1 tablet every 8h for 10 days"),))
    await osigu.create_request("bnf_01HW8GQ2KMNP3F4R5T6Y7U8I9O", "sponsor-sandbox", prescription)
    heard = desk.heard[-1]
    assert heard.headers["content-type"] == "application/json"
    assert heard.json == {
        "beneficiary_id": "bnf_01HW8GQ2KMNP3F4R5T6Y7U8I9O",
        "sponsor_slug": "sponsor-sandbox",
        "diagnosis_code": "R51",
        "products": [
            {
                "product_code": "MED-042",
                "product_type": "MEDICATION",
                "quantity": 30,
                "posology": "1 tablet every 8h for 10 days",
            }
        ],
    }


async def test_a_sponsors_further_fields_stand_at_the_top_and_replace_nothing(osigu, desk):
    desk.tells("/arc/v1/authorization-requests", CREATED)
    extra = (("professional_license_number", "TP-1"), ("service_type_code", ""), ("beneficiary_id", "x"))
    await osigu.create_request("bnf_1", "s", Prescription(diagnosis_code="R51", lines=(line(),), extra=extra))
    body = desk.heard[-1].json
    assert body["professional_license_number"] == "TP-1"
    assert body["beneficiary_id"] == "bnf_1"
    assert "service_type_code" not in body
    assert "posology" not in body["products"][0]


@pytest.mark.parametrize(
    ("quantity", "written"), [("30", b"30"), ("30.0", b"30"), ("3E+1", b"30"), ("0.5", b"0.5"), ("2.50", b"2.50")]
)
async def test_a_whole_quantity_is_a_json_integer(osigu, desk, quantity, written):
    desk.tells("/arc/v1/authorization-requests", CREATED)
    await osigu.create_request("b", "s", Prescription(diagnosis_code="R51", lines=(line(quantity),)))
    assert b'"quantity":' + written + b"}" in desk.heard[-1].body


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "0.1234567890123456", "1E+40", "1E-40"])
async def test_a_quantity_that_cant_be_exact_is_refused_before_anything_is_sent(osigu, desk, quantity):
    prescription = Prescription(diagnosis_code="R51", lines=(line(), line(quantity)))
    failure = await failure_of(osigu.create_request("b", "s", prescription))
    assert (failure.kind, failure.fields) == (Kind.INVALID, {"products[1].quantity": "inexact"})
    assert not desk.heard


async def test_the_hand_over_is_sent_as_documented(osigu, desk):
    desk.tells("/dispensing/v1/dispensations/d/complete", FINISHED)
    lines = (
        DispensationLine(product_code="MED-042", quantity=Decimal(30), unit_price=Decimal("0.10")),
        DispensationLine(product_code="X", quantity=Decimal("0.5"), unit_price=Decimal(3)),
    )
    done = await osigu.complete_dispensation("d", INVOICE, "txn-1", lines, Proof(otp_token="ovt"))
    assert (done.completed, done.total_amount) == (True, Decimal("120.5"))
    assert b'"amount":120.50,' in desk.heard[-1].body
    assert b'"unit_price":0.10}' in desk.heard[-1].body
    assert desk.heard[-1].json == {
        "amount": 120.5,
        "document_number": "FV-1",
        "document_date": "2026-06-25T09:02:11-05:00",
        "provider_transaction_id": "txn-1",
        "provider_slug": "pharmacy-1",
        "products": [
            {"product_code": "MED-042", "quantity": 30, "unit_price": 0.1},
            {"product_code": "X", "quantity": 0.5, "unit_price": 3},
        ],
        "otp_verification_token": "ovt",
    }


async def test_what_is_not_known_of_a_hand_over_is_left_out(osigu, desk):
    desk.tells("/dispensing/v1/dispensations/d/complete", FINISHED)
    await osigu.complete_dispensation("d", INVOICE, "txn-1", proof=Proof(reading_id=8))
    body = desk.heard[-1].json
    assert body["biometric_reading_id"] == 8
    assert {"products", "otp_verification_token", "document_serial"}.isdisjoint(body)


async def test_lines_without_a_price_are_left_to_osigu(osigu, desk):
    desk.tells("/dispensing/v1/dispensations/d/complete", FINISHED)
    lines = (DispensationLine(product_code="MED-042", quantity=Decimal(30)),)
    await osigu.complete_dispensation("d", INVOICE, "txn-1", lines)
    assert "products" not in desk.heard[-1].json


async def test_an_invoice_without_its_offset_is_not_sent(osigu, desk):
    invoice = Invoice(number="1", amount=Decimal(1), issued_at=datetime(2026, 6, 25, 9))  # noqa: DTZ001
    failure = await failure_of(osigu.complete_dispensation("d", invoice, "t"))
    assert (failure.kind, failure.fields) == (Kind.INVALID, {"document_date": "offset"})
    assert not desk.heard


async def test_a_code_without_a_known_patient_is_sent_alone(osigu, desk):
    desk.tells("/dispensing/v1/dispensations", says(201, {"dispensation_id": "d", "status": "STARTED"}))
    await osigu.start_dispensation("RX-1", None)
    assert desk.heard[-1].json == {"code": "RX-1"}


async def test_a_call_without_a_body_has_none(osigu, desk):
    await failure_of(osigu.complete_request("areq_1"))
    assert desk.heard[-1].body == b""
    assert "content-type" not in desk.heard[-1].headers


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_an_amount_that_is_sent_reads_back_as_the_same(amount):
    written = writing.exact_json({"amount": writing.exact(amount, "amount")})
    assert Decimal(json.loads(written, parse_float=Decimal)["amount"]) == amount


@settings(deadline=None)
@given(st.text())
def test_any_text_is_sent_as_it_is(text):
    assert json.loads(writing.exact_json([text, None, True])) == [text, None, True]


@pytest.mark.parametrize("value", [0.1, datetime(2026, 1, 1, tzinfo=UTC), b"x"])
def test_what_has_no_exact_spelling_is_not_written(value):
    with pytest.raises(TypeError):
        writing.exact_json({"value": value})


def test_a_refused_amount_names_its_field():
    with pytest.raises(OsiguError) as caught:
        writing.exact(Decimal("NaN"), "amount")
    assert caught.value.failure.fields == {"amount": "inexact"}
