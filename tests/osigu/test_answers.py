"""OSIGU's answers become the counter's own words; what is not said is never a yes."""

import contextlib
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_desk import NOW, failure_of, says

from counter_app.models import (
    Authorization,
    Coverage,
    Decision,
    DispensationLine,
    DocumentType,
    FieldKind,
    FormField,
    Outcome,
    Prescription,
    Product,
    Proof,
    Rules,
    SearchForm,
)
from counter_app.osigu import reading, wire
from counter_app.osigu.errors import Kind, OsiguError

MARIA = {
    "beneficiary_id": "bnf_01HW8GQ2KMNP3F4R5T6Y7U8I9O",
    "first_name": "MARIA",
    "last_name": "GONZALEZ",
    "coverage": {"plan_code": "GOLD-100", "active": True, "effective_until": "2027-01-31"},
}
SEARCH = "/v1/sponsors/s/search"
FORMS = "/v1/sponsors/s/forms"
REQUEST = "/arc/v1/authorization-requests/areq_1"
DISPENSATIONS = "/dispensing/v1/dispensations"


def decided(status="COMPLETED", *authorizations):
    return {"authorization_request_id": "areq_1", "status": status, "authorizations": list(authorizations)}


# --- forms ----------------------------------------------------------------------------------------------------------


async def test_the_quickstarts_forms_are_read(osigu, desk):
    document = {"key": "document_type", "type": "enum", "values": ["CC", "CE", "TI", "PA"], "required": True}
    number = {"key": "document_number", "type": "string", "required": True}
    desk.tells(FORMS, says(200, [{"form_id": "national-id", "label": "Cédula", "fields": [document, number]}]))
    assert await osigu.forms("s") == (
        SearchForm(
            form_id="national-id",
            label="Cédula",
            fields=(
                FormField(key="document_type", kind=FieldKind.CHOICE, choices=("CC", "CE", "TI", "PA"), required=True),
                FormField(key="document_number", required=True),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("told", "kind", "choices"),
    [
        ({"type": "string"}, FieldKind.TEXT, ()),
        ({"type": "date"}, FieldKind.DATE, ()),
        ({"type": "enum", "values": ["A", 5, None, {}]}, FieldKind.CHOICE, ("A", "5")),
        ({"type": "enum"}, FieldKind.TEXT, ()),
        ({"type": "enum", "values": []}, FieldKind.TEXT, ()),
        ({"type": "enum", "values": "A,B"}, FieldKind.TEXT, ()),
        ({"type": "hologram", "values": ["A"]}, FieldKind.TEXT, ()),
        ({"type": None}, FieldKind.TEXT, ()),
        ({}, FieldKind.TEXT, ()),
    ],
)
async def test_a_field_that_nobody_knows_is_a_text_field(osigu, desk, told, kind, choices):
    desk.tells(FORMS, says(200, {"content": [{"form_id": 3, "fields": [{"key": "k", **told}]}]}))
    (form,) = await osigu.forms("s")
    assert (form.form_id, form.label) == ("3", None)
    assert form.fields == (FormField(key="k", kind=kind, choices=choices),)


# --- search ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [MARIA, [MARIA], {"content": [MARIA], "totalPages": 1}])
async def test_a_person_is_found_in_each_spelling(osigu, desk, body):
    desk.tells(SEARCH, says(200, body))
    (maria,) = await osigu.search("s", {"document_type": "CC", "document_number": "123456789"})
    assert maria.beneficiary_id == "bnf_01HW8GQ2KMNP3F4R5T6Y7U8I9O"
    assert maria.name == "MARIA GONZALEZ"
    assert maria.coverage == Coverage(plan="GOLD-100", active=True, effective_until=date(2027, 1, 31))
    assert desk.heard[-1].json == {"document_type": "CC", "document_number": "123456789"}


async def test_a_family_comes_whole(osigu, desk):
    child = {"beneficiary_id": 12, "first_name": "ANA", "relationship": "CHILD", "document_number": 99}
    desk.tells(SEARCH, says(200, [MARIA, child]))
    _, ana = await osigu.search("s", {})
    assert (ana.beneficiary_id, ana.relationship, ana.document, ana.covered) == (12, "CHILD", "99", False)


@pytest.mark.parametrize("body", [[], {"content": []}])
async def test_an_empty_list_is_nobody(osigu, desk, body):
    desk.tells(SEARCH, says(200, body))
    assert (await failure_of(osigu.search("s", {}))).kind is Kind.NOT_FOUND
    assert len(desk.calls("search")) == 1


@pytest.mark.parametrize(
    "coverage",
    [
        None,
        [],
        "GOLD",
        {},
        {"active": None},
        {"active": "true"},
        {"active": 1},
        {"active": "ACTIVE"},
        {"active": False},
    ],
)
async def test_cover_that_is_not_plainly_confirmed_is_no_cover(osigu, desk, coverage):
    desk.tells(SEARCH, says(200, {**MARIA, "coverage": coverage}))
    (maria,) = await osigu.search("s", {})
    assert not maria.covered


async def test_a_person_without_cover_or_name_is_still_a_person(osigu, desk):
    desk.tells(SEARCH, says(200, {"beneficiary_id": 7, "first_name": None, "extra": {"ignored": 1}}))
    (somebody,) = await osigu.search("s", {})
    assert (somebody.beneficiary_id, somebody.name, somebody.covered) == (7, "", False)


@pytest.mark.parametrize(
    ("told", "until"),
    [
        ("2027-01-31", date(2027, 1, 31)),
        ("2027-01-31T23:59:59Z", date(2027, 1, 31)),
        ("2027-01-31T23:59:59-05:00", date(2027, 1, 31)),
        ("31/01/2027", None),
        ("", None),
        (None, None),
        (1801353600, None),
        ({}, None),
    ],
)
async def test_an_end_of_cover_that_cant_be_read_is_not_known(osigu, desk, told, until):
    desk.tells(SEARCH, says(200, {**MARIA, "coverage": {"active": True, "effective_until": told}}))
    (maria,) = await osigu.search("s", {})
    assert maria.coverage == Coverage(active=True, effective_until=until)


@pytest.mark.parametrize(
    "body", [{}, {"beneficiary_id": None}, {"beneficiary_id": ""}, {"beneficiary_id": True}, ["x"]]
)
async def test_a_person_without_an_id_is_not_what_osigu_promises(osigu, desk, body):
    desk.tells(SEARCH, says(200, body))
    assert (await failure_of(osigu.search("s", {}))).kind is Kind.CONTRACT


# --- request and decision -------------------------------------------------------------------------------------------


async def test_the_rules_of_a_sponsor_are_read(osigu, desk):
    told = {
        "required_fields": ["professional_license_number"],
        "authorization_types": ["A", "B"],
        "verification": {"dispensing": "OTP"},
        "evaluation": "ASYNC",
    }
    desk.tells("/arc/v1/sponsors/s/configuration", says(200, told))
    assert await osigu.rules("s", "LAB") == Rules(
        required_fields=("professional_license_number",),
        authorization_types=("A", "B"),
        verification="OTP",
        decides_later=True,
    )
    assert desk.heard[-1].target.endswith("?product_type=LAB")


@pytest.mark.parametrize("told", [{}, {"verification": None, "required_fields": None, "evaluation": "LATER"}])
async def test_rules_that_say_nothing_demand_nothing(osigu, desk, told):
    desk.tells("/arc/v1/sponsors/s/configuration", says(200, told))
    assert await osigu.rules("s", "LAB") == Rules()


async def test_the_quickstarts_decision_is_read(osigu, desk):
    told = {
        "authorization_code": "AUTH-2026-001234",
        "product_type": "MEDICATION",
        "status": "APPROVED",
        "expires_at": "2026-07-25T00:00:00Z",
    }
    desk.tells(f"{REQUEST}/complete", says(200, decided("COMPLETED", told)))
    assert await osigu.complete_request("areq_1") == Decision(
        status="COMPLETED",
        authorizations=(
            Authorization(
                status="APPROVED",
                code="AUTH-2026-001234",
                product_type="MEDICATION",
                expires_at=datetime(2026, 7, 25, tzinfo=UTC),
            ),
        ),
    )


async def test_a_mixed_decision_is_read_with_its_reasons(osigu, desk):
    told = [
        {"status": "APPROVED", "authorization_code": 55, "expires_at": "2026-07-25T00:00:00"},
        {"status": "REJECTED", "rejection_reason": "Not covered"},
        {"status": "ON_THE_MOON"},
        {},
    ]
    desk.tells(REQUEST, says(200, decided("COMPLETED", *told)))
    decision = await osigu.read_request("areq_1")
    approved, rejected, odd, silent = decision.authorizations
    assert (approved.code, approved.expires_at) == ("55", datetime(2026, 7, 25, tzinfo=UTC))
    assert rejected.rejection_reason == "Not covered"
    assert (odd.status, silent.status) == ("ON_THE_MOON", "")
    assert decision.outcome is Outcome.PARTLY_APPROVED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        {},
        {"authorization_request_id": "areq_1"},
        {"status": "COMPLETED", "authorizations": []},
        {**decided(), "authorizations": ["text"]},
        {**decided(), "authorization_request_id": "areq_2"},
        b'{"authorization_request_id": "areq_1", "status": NaN}',
    ],
)
async def test_a_decision_that_is_not_one_leaves_the_fate_of_complete_unknown(osigu, desk, body):
    desk.tells(f"{REQUEST}/complete", says(200, body))
    failure = await failure_of(osigu.complete_request("areq_1"))
    assert (failure.kind, failure.status, failure.reference) == (Kind.CONTRACT, 200, "areq_1")
    assert len(desk.calls("complete")) == 1


async def test_an_integer_id_stays_an_integer_all_the_way(osigu, desk):
    created = {"authorization_request_id": 9_007_199_254_740_993, "status": "PENDING_INDICATION", "created_at": "?"}
    desk.tells("/arc/v1/authorization-requests", says(202, created))
    request = await osigu.create_request(77, "s", Prescription(diagnosis_code="R51", lines=()))
    assert request.request_id == 9_007_199_254_740_993
    assert request.created_at is None
    assert desk.heard[-1].json["beneficiary_id"] == 77
    await failure_of(osigu.read_request(request.request_id))
    assert desk.heard[-1].target == "/arc/v1/authorization-requests/9007199254740993"


async def test_the_document_policy_is_read_and_its_absence_is_no_error(osigu, desk):
    told = [{"file_type": "LAB_ORDER", "label": "Lab order", "required": True}, {"file_type": "OTHER"}]
    desk.tells(f"{REQUEST}/document-policy", says(200, told))
    assert await osigu.document_policy("areq_1") == (
        DocumentType(file_type="LAB_ORDER", label="Lab order", required=True),
        DocumentType(file_type="OTHER"),
    )
    assert await osigu.document_policy("areq_2") == ()


async def test_only_its_absence_makes_a_policy_empty(osigu, desk):
    desk.tells(f"{REQUEST}/document-policy", says(403))
    assert (await failure_of(osigu.document_policy("areq_1"))).kind is Kind.NOT_AFFILIATED


async def test_catalogues_are_read_and_their_absence_is_no_error(osigu, desk):
    desk.tells(
        "/medical-catalogs/v1/medications", says(200, {"content": [{"product_code": "MED-042", "form": "tablet"}]})
    )
    assert await osigu.medications("para") == (Product(code="MED-042", form="tablet"),)
    assert desk.heard[-1].target.endswith("?query=para")
    assert await osigu.provider_products("LAB", "x") == ()


# --- dispensation ---------------------------------------------------------------------------------------------------


async def test_amounts_are_exact(osigu, desk):
    body = (
        b'{"dispensation_id": "d-1", "status": "STARTED", "code_type": "AUTHORIZATION", "verification_required": "OTP",'
        b' "products": [{"product_code": "MED-042", "quantity": 30, "unit_price": 0.1},'
        b' {"product_code": "X", "quantity": "2.5", "unit_price": "12345678901234.55"},'
        b' {"product_code": "Y", "quantity": 1, "unit_price": "free"}], "total_amount": 3.30}'
    )
    desk.tells(DISPENSATIONS, says(201, body))
    started = await osigu.start_dispensation("AUTH-1", "bnf_1")
    assert started.lines == (
        DispensationLine(product_code="MED-042", quantity=Decimal(30), unit_price=Decimal("0.1")),
        DispensationLine(product_code="X", quantity=Decimal("2.5"), unit_price=Decimal("12345678901234.55")),
        DispensationLine(product_code="Y", quantity=Decimal(1)),
    )
    assert str(started.total_amount) == "3.30"
    assert (started.code_type, started.verification_required) == ("AUTHORIZATION", "OTP")


@pytest.mark.parametrize(
    ("told", "required"), [(None, None), ("", None), ("OTP", "OTP"), ("IRIS", "IRIS"), (True, "true")]
)
async def test_a_verification_that_nobody_knows_is_still_one(osigu, desk, told, required):
    desk.tells(
        f"{DISPENSATIONS}/d", says(200, {"dispensation_id": "d", "status": "STARTED", "verification_required": told})
    )
    assert (await osigu.read_dispensation("d")).verification_required == required


@pytest.mark.parametrize(
    "body",
    [
        {"status": "STARTED"},
        {"dispensation_id": "d"},
        {"dispensation_id": "other", "status": "STARTED"},
        {"dispensation_id": "d", "status": "STARTED", "products": [{"product_code": "A", "quantity": "many"}]},
        {"dispensation_id": "d", "status": "STARTED", "products": [{"product_code": "A", "quantity": "Infinity"}]},
    ],
)
async def test_a_dispensation_that_is_not_one_is_not_taken_for_one(osigu, desk, body):
    desk.tells(f"{DISPENSATIONS}/d", says(200, body))
    assert (await failure_of(osigu.read_dispensation("d"))).kind is Kind.CONTRACT


async def test_the_end_of_a_dispensation_may_be_told_in_three_words(osigu, desk):
    desk.tells(f"{DISPENSATIONS}/5/cancel", says(200, {"dispensation_id": 5, "status": "CANCELLED"}))
    cancelled = await osigu.cancel_dispensation(5)
    assert (cancelled.dispensation_id, cancelled.status, cancelled.lines) == (5, "CANCELLED", ())


# --- proof ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "lasts", "channel"),
    [
        ({"channel": "EMAIL", "expires_in": 120, "masked_destination": "m***@x"}, 120, "EMAIL"),
        ({}, 300, "SMS"),
        ({"expires_in": -5}, 300, "SMS"),
        ({"expires_in": "soon"}, 300, "SMS"),
    ],
)
async def test_a_one_time_code_expires_when_osigu_says_or_after_five_minutes(osigu, desk, told, lasts, channel):
    desk.tells("/v1/otp/send", says(201, {"otp_id": 31, **told}))
    challenge = await osigu.send_otp("bnf_1", "s", "SMS")
    assert challenge.expires_at == NOW + timedelta(seconds=lasts)
    assert (challenge.otp_id, challenge.channel) == (31, channel)
    assert desk.heard[-1].json == {"beneficiary_id": "bnf_1", "sponsor_slug": "s", "channel": "SMS"}


async def test_a_checked_code_gives_its_token(osigu, desk):
    desk.tells("/v1/otp/validate", says(200, {"otp_verification_token": "ovt"}))
    assert await osigu.validate_otp(31, "482913") == "ovt"
    assert desk.heard[-1].json == {"otp_id": 31, "code": "482913"}


async def test_a_reading_that_was_recognised_is_a_proof(osigu, desk):
    desk.tells(
        "/arc/v1/providers/pharmacy-1/biometric-reading",
        says(200, {"id": 8, "verification_status": "VERIFICATION_SUCCESS"}),
    )
    assert await osigu.send_reading("bnf_1", "FINGERPRINT_READING", b"\x00\xff") == Proof(reading_id=8, checked_at=NOW)
    assert desk.heard[-1].json == {"beneficiary_id": "bnf_1", "type": "FINGERPRINT_READING", "value": "AP8="}


@pytest.mark.parametrize("status", ["VERIFICATION_FAILURE", "ERROR", "PERHAPS"])
async def test_a_reading_that_was_not_recognised_is_no_proof(osigu, desk, status):
    told = {"id": 8, "verification_status": status, "failure_description": "blurred"}
    desk.tells("/arc/v1/providers/pharmacy-1/biometric-reading", says(200, told))
    failure = await failure_of(osigu.send_reading("bnf_1", "FACE_RECOGNITION", b"x"))
    assert (failure.kind, failure.code, failure.fields) == (Kind.INVALID, status, {"biometric": "blurred"})


async def test_a_success_without_an_id_is_no_proof(osigu, desk):
    desk.tells(
        "/arc/v1/providers/pharmacy-1/biometric-reading", says(200, {"verification_status": "VERIFICATION_SUCCESS"})
    )
    assert (await failure_of(osigu.send_reading("b", "FACE_RECOGNITION", b"x"))).kind is Kind.CONTRACT


# --- any answer at all ----------------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("content", "form_id", "fields", "key", "values", "beneficiary_id", "coverage", "status"),
                    *("authorizations", "authorization_request_id", "dispensation_id", "products", "quantity"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=15,
)


@settings(max_examples=40, deadline=None)
@given(ANYTHING)
def test_no_answer_whatsoever_breaks_the_reading(answer):
    content = json.dumps(answer).encode()
    for read in (reading.forms, reading.people, reading.rules, reading.created, reading.policy, reading.dispensation):
        with contextlib.suppress(reading.NotPromisedError, OsiguError):
            read(content)


def test_an_answer_does_not_print_itself():
    maria = wire.BeneficiaryAnswer.model_validate(MARIA)
    assert repr(maria) == str(maria) == "<BeneficiaryAnswer>"


def test_what_is_wrong_with_an_answer_is_told_without_its_values():
    with pytest.raises(reading.NotPromisedError) as caught:
        reading.people(b'[{"first_name": "MARIA", "beneficiary_id": [12345]}]')
    assert "beneficiary_id" in str(caught.value)
    assert "MARIA" not in str(caught.value)
    assert "12345" not in str(caught.value)
