"""What was prescribed: registered once, with the fields that the sponsor wants."""

from dataclasses import replace
from decimal import Decimal

import pytest
from patients import HEADACHE, IBUPROFEN

from counter_app.case import Operation, Step
from counter_app.operations import prescription
from counter_app.osigu.errors import Kind, OsiguError


async def test_a_request_is_registered_with_what_was_prescribed(visit, sandbox):
    created = await visit.created()
    (made,) = sandbox.requests_made
    assert created.request_id == made.request_id
    assert made.beneficiary_id == created.beneficiary.beneficiary_id
    assert made.body["diagnosis_code"] == "R51"
    assert [(line.product_code, line.quantity) for line in made.lines] == [("MED-042", Decimal(30))]
    assert created.step is Step.INDICATION
    assert created.pending is None


async def test_what_a_sponsor_requires_besides_is_named_and_then_sent(visit, sandbox):
    case = await visit.prescribed("sponsor-strict")
    refused = await visit.perform(Operation.CREATE, case)
    assert refused.failure.kind is Kind.INVALID
    assert "professional_license_number" in refused.failure.fields
    assert refused.case.pending is None
    extra = replace(HEADACHE, extra=(("professional_license_number", "12345"),))
    await visit.do(Operation.CREATE, refused.case.prescribed(extra))
    assert sandbox.requests_made[0].body["professional_license_number"] == "12345"


async def test_a_product_that_is_not_registered_is_told_by_its_code(visit):
    unknown = replace(HEADACHE, lines=(replace(IBUPROFEN, product_code="MED-999"),))
    refused = await visit.perform(Operation.CREATE, await visit.prescribed(prescription=unknown))
    assert (refused.failure.kind, refused.failure.code) == (Kind.INVALID, "071-104")


async def test_nothing_is_registered_while_the_case_lacks_its_beginning(visit, sandbox):
    case = await visit.prescribed()
    for lacking in ("sponsor", "beneficiary", "prescription"):
        refused = await visit.perform(Operation.CREATE, replace(case, **{lacking: None}))
        assert refused.failure.kind is Kind.INVALID
        assert refused.case.pending is None
    assert sandbox.count("create") == 0


async def test_products_are_suggested_from_the_providers_own(services, sandbox):
    found = await prescription.products(services, "MEDICATION", " ibu ")
    assert [each.code for each in found] == ["MED-042", "MED-SBX-023"]
    assert sandbox.count("medications") == 0


async def test_a_medication_that_the_provider_does_not_list_is_looked_for_in_the_catalogue(services, sandbox):
    assert await prescription.products(services, "MEDICATION", "no such thing") == ()
    assert await prescription.products(services, "LAB", "no such thing") == ()
    assert (sandbox.count("products"), sandbox.count("medications")) == (2, 1)


async def test_the_same_words_are_asked_once(services, sandbox):
    first = await prescription.products(services, "MEDICATION", "Amox")
    assert await prescription.products(services, "MEDICATION", "amox ") == first
    assert sandbox.count("products") == 1


async def test_one_letter_is_too_little_to_ask_for(services, sandbox):
    assert await prescription.products(services, "MEDICATION", " a ") == ()
    assert sandbox.calls == ()


async def test_a_failed_catalogue_is_not_remembered(services, sandbox):
    sandbox.fail("products", status=503, times=3)
    with pytest.raises(OsiguError):
        await prescription.products(services, "MEDICATION", "ibu")
    assert await prescription.products(services, "MEDICATION", "ibu")
