"""The client against an OSIGU on this computer: the whole job, and what goes wrong on the way."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import pytest
from odd_desk import Time, failure_of

from counter_app.models import (
    Indication,
    Invoice,
    Outcome,
    Prescription,
    PrescriptionLine,
    ProductType,
    Proof,
)
from counter_app.osigu.client import OsiguClient
from counter_app.osigu.errors import Kind
from counter_app.osigu.timeouts import Timeouts
from counter_app.sandbox.running import RunningSandbox

MARIA = {"document_type": "CC", "document_number": "123456789"}
PAPER = b"%PDF-1.4\n" + b"x" * 500_000
MARIAS_ID = "bnf_01HW8GQ2KMNP3F4R5T6Y7U8I9O"
HEADACHE = Prescription(
    diagnosis_code="R51",
    lines=(
        PrescriptionLine(
            product_code="MED-042",
            product_type=ProductType.MEDICATION,
            quantity=Decimal(30),
            posology="1 tablet every 8h for 10 days",
        ),
    ),
)


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox() as running:
        yield running


@pytest.fixture
async def osigu(sandbox: RunningSandbox) -> AsyncIterator[OsiguClient]:
    time = Time()
    async with OsiguClient(
        sandbox.base_url,
        sandbox.client_id,
        sandbox.client_secret,
        sandbox.provider_slug,
        timeouts=Timeouts(connect=2.0, read=2.0, write=2.0, complete=2.0),
        sleep=time.sleep,
    ) as client:
        yield client


@pytest.fixture
def recipe(tmp_path: Path) -> Indication:
    file = tmp_path / "scan.pdf"
    file.write_bytes(PAPER)
    return Indication(path=str(file), name="recipe.pdf", size=len(PAPER))


def invoice(amount: Decimal | None) -> Invoice:
    return Invoice(number="FV-1", amount=amount or Decimal(1), issued_at=datetime(2026, 6, 25, 9, tzinfo=UTC))


@contextmanager
def opened(recipe: Indication) -> Iterator[BinaryIO]:
    with Path(recipe.path).open("rb") as file:
        yield file


async def attach(osigu, request, recipe, report=None):
    with opened(recipe) as file:
        await osigu.attach(request.request_id, recipe, file, report)


async def approved(osigu: OsiguClient, sponsor: str, recipe: Indication) -> str:
    request = await osigu.create_request(MARIAS_ID, sponsor, HEADACHE)
    await attach(osigu, request, recipe)
    decision = await osigu.complete_request(request.request_id)
    assert decision.approved[0].code is not None
    return decision.approved[0].code


async def test_the_quickstart_is_gone_through_from_the_card_to_the_hand_over(osigu, sandbox, recipe):
    assert {each.form_id for each in await osigu.forms("sponsor-sandbox")} == {"national-id", "member-id"}
    (maria,) = await osigu.search("sponsor-sandbox", MARIA)
    assert (maria.name, maria.covered) == ("MARIA GONZALEZ", True)
    assert (await osigu.rules("sponsor-sandbox", "MEDICATION")).verification is None
    request = await osigu.create_request(maria.beneficiary_id, "sponsor-sandbox", HEADACHE)
    assert request.status == "PENDING_INDICATION"
    assert [each.file_type for each in await osigu.document_policy(request.request_id) if each.required] == [
        "MEDICAL_INDICATION"
    ]
    assert (await osigu.complete_request(request.request_id)).outcome is Outcome.INDICATION_MISSING
    await attach(osigu, request, recipe)
    (file,) = sandbox.files(request.request_id)
    assert (file.name, file.file_type, file.content) == (
        "recipe.pdf",
        "MEDICAL_INDICATION",
        PAPER,
    )
    decision = await osigu.complete_request(request.request_id)
    assert decision.outcome is Outcome.APPROVED
    assert await osigu.read_request(request.request_id) == decision
    started = await osigu.start_dispensation(decision.approved[0].code, maria.beneficiary_id)
    assert started.open
    done = await osigu.complete_dispensation(started.dispensation_id, invoice(started.total), "txn-1", started.lines)
    assert done.completed
    assert (await osigu.read_dispensation(started.dispensation_id)).completed
    assert sandbox.count("token") == 1


async def test_a_sponsor_that_wants_a_one_time_code_gets_its_proof(osigu, recipe):
    code = await approved(osigu, "sponsor-otp", recipe)
    started = await osigu.start_dispensation(code, MARIAS_ID)
    assert started.verification_required == "OTP"
    challenge = await osigu.send_otp(MARIAS_ID, "sponsor-otp", "SMS")
    assert challenge.destination
    assert (await failure_of(osigu.validate_otp(challenge.otp_id, "000000"))).kind is Kind.INVALID
    token = await osigu.validate_otp(challenge.otp_id, "482913")
    done = await osigu.complete_dispensation(
        started.dispensation_id, invoice(started.total), "t", started.lines, Proof(otp_token=token)
    )
    assert done.completed


async def test_a_sponsor_that_wants_a_fingerprint_gets_its_proof(osigu, sandbox, recipe):
    sandbox.verify_by("sponsor-sandbox", "BIOMETRIC")
    started = await osigu.start_dispensation(await approved(osigu, "sponsor-sandbox", recipe), MARIAS_ID)
    refused = await failure_of(osigu.send_reading(MARIAS_ID, "FINGERPRINT_READING", b"FAIL"))
    assert (refused.kind, refused.code) == (Kind.INVALID, "VERIFICATION_FAILURE")
    proof = await osigu.send_reading(MARIAS_ID, "FINGERPRINT_READING", b"ridges")
    done = await osigu.complete_dispensation(started.dispensation_id, invoice(started.total), "t", started.lines, proof)
    assert done.completed


async def test_a_later_decision_is_waited_for_by_reading(osigu, sandbox, recipe):
    request = await osigu.create_request(MARIAS_ID, "sponsor-async", HEADACHE)
    await attach(osigu, request, recipe)
    assert (await osigu.complete_request(request.request_id)).outcome is Outcome.WAITING
    sandbox.pass_time(60)
    assert (await osigu.read_request(request.request_id)).outcome is Outcome.APPROVED


async def test_a_family_is_found_by_its_policy_in_both_spellings(osigu):
    for sponsor in ("sponsor-strict", "sponsor-review"):
        assert len(await osigu.search(sponsor, {"policy_number": "FAM-7700"})) == 3


async def test_nobody_and_ended_cover_are_told_apart_where_the_sponsor_does(osigu):
    nobody = {"document_type": "CC", "document_number": "1"}
    assert (await failure_of(osigu.search("sponsor-sandbox", nobody))).kind is Kind.NOT_FOUND
    (ramon,) = await osigu.search("sponsor-sandbox", {"document_type": "CC", "document_number": "111222333"})
    assert not ramon.covered


async def test_a_stranger_among_sponsors_is_refused(osigu):
    assert (await failure_of(osigu.forms("sponsor-elsewhere"))).kind is Kind.NOT_AFFILIATED


async def test_fields_that_a_sponsor_requires_are_named(osigu):
    failure = await failure_of(osigu.create_request(MARIAS_ID, "sponsor-strict", HEADACHE))
    assert failure.kind is Kind.INVALID
    assert "professional_license_number" in failure.fields


async def test_a_code_in_use_names_its_dispensation(osigu, recipe):
    code = await approved(osigu, "sponsor-sandbox", recipe)
    started = await osigu.start_dispensation(code, MARIAS_ID)
    failure = await failure_of(osigu.start_dispensation(code, MARIAS_ID))
    assert (failure.kind, failure.reference) == (Kind.CONFLICT, started.dispensation_id)
    assert (await osigu.cancel_dispensation(started.dispensation_id)).status == "CANCELLED"


async def test_an_unknown_code_is_not_found(osigu):
    assert (await failure_of(osigu.start_dispensation("AUTH-0", None))).kind is Kind.NOT_FOUND


async def test_an_e_prescription_is_dispensed_by_the_same_calls(osigu):
    started = await osigu.start_dispensation("RX-2026-000101", None)
    assert started.code_type == "PRESCRIPTION"


async def test_catalogues_are_searched(osigu):
    assert "MED-SBX-001" in {each.code for each in await osigu.medications("paracetamol")}
    assert await osigu.provider_products("LAB", "")


async def test_where_multipart_is_refused_the_file_arrives_all_the_same(osigu, sandbox, recipe):
    sandbox.refuse_multipart()
    request = await osigu.create_request(MARIAS_ID, "sponsor-sandbox", HEADACHE)
    told: list[tuple[int, int]] = []
    await attach(osigu, request, recipe, lambda sent, total: told.append((sent, total)))
    (file,) = sandbox.files(request.request_id)
    assert (file.name, file.content) == ("recipe.pdf", PAPER)
    assert (sandbox.count("upload"), sandbox.count("upload_base64")) == (1, 1)
    assert told[-1] == (len(PAPER), len(PAPER))


async def test_a_revoked_token_is_renewed_in_the_middle_of_an_upload(osigu, sandbox, recipe):
    request = await osigu.create_request(MARIAS_ID, "sponsor-sandbox", HEADACHE)
    sandbox.revoke_tokens()
    await attach(osigu, request, recipe)
    assert len(sandbox.files(request.request_id)) == 1
    assert sandbox.count("token") == 2


@pytest.mark.parametrize("fault", ["lose_answer", "drop", "cut"])
async def test_a_question_survives_a_bad_line(osigu, sandbox, fault):
    getattr(sandbox, fault)("search", times=2)
    assert await osigu.search("sponsor-sandbox", MARIA)
    assert sandbox.count("search") == 3


@pytest.mark.parametrize("fault", ["lose_answer", "drop", "cut"])
async def test_a_write_on_a_bad_line_is_unknown_and_sent_once(osigu, sandbox, recipe, fault):
    request = await osigu.create_request(MARIAS_ID, "sponsor-sandbox", HEADACHE)
    await attach(osigu, request, recipe)
    getattr(sandbox, fault)("complete")
    failure = await failure_of(osigu.complete_request(request.request_id))
    assert (failure.kind, failure.reference) == (Kind.UNKNOWN, request.request_id)
    assert sandbox.count("complete") == 1
    truth = await osigu.read_request(request.request_id)
    assert (truth.outcome is Outcome.APPROVED) is (fault != "drop")


async def test_a_page_of_html_is_not_an_answer(osigu, sandbox):
    sandbox.garble("create")
    assert (await failure_of(osigu.create_request(MARIAS_ID, "sponsor-sandbox", HEADACHE))).kind is Kind.CONTRACT


async def test_a_busy_osigu_is_waited_for_as_it_asks(osigu, sandbox):
    sandbox.fail("forms", 429, times=1, retry_after=5)
    sandbox.fail("forms", 503, times=1)
    assert await osigu.forms("sponsor-sandbox")
    assert sandbox.count("forms") == 3


async def test_wrong_credentials_are_told_as_such(sandbox):
    async with OsiguClient(sandbox.base_url, sandbox.client_id, "wrong", sandbox.provider_slug) as osigu:
        assert (await failure_of(osigu.warm())).kind is Kind.CREDENTIALS
    assert sandbox.count("token") == 1


async def test_four_patients_are_served_at_once(osigu, sandbox, recipe):
    codes = await asyncio.gather(*[approved(osigu, "sponsor-sandbox", recipe) for _ in range(4)])
    assert len(set(codes)) == 4
    assert sandbox.count("token") == 1
