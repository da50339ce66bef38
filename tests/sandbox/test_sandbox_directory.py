"""Sponsors, their forms and rules, the people and the products."""

from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from sandbox_caller import MARIA, Caller, wrong_paths

from counter_app.sandbox import defaults, people
from counter_app.sandbox.people import PEOPLE, Person
from counter_app.sandbox.products import PRODUCTS
from counter_app.sandbox.running import RunningSandbox

QUICKSTART = {"document_type": "CC", "document_number": "123456789"}


def forms(caller: Caller, sponsor: str) -> dict[str, Any]:
    return {form["form_id"]: form for form in caller.get(f"/v1/sponsors/{sponsor}/forms").json()}


def test_the_first_sponsor_has_the_two_forms_of_the_quickstart(caller: Caller) -> None:
    answer = caller.get("/v1/sponsors/sponsor-sandbox/forms").json()
    assert [form["form_id"] for form in answer] == ["national-id", "member-id"]
    assert answer[0]["label"] == "Cédula"
    assert answer[0]["fields"] == [
        {"key": "document_type", "type": "enum", "required": True, "values": ["CC", "CE", "TI", "PA"]},
        {"key": "document_number", "type": "string", "required": True},
    ]


def test_the_other_sponsors_search_by_other_things_too(caller: Caller) -> None:
    dated = forms(caller, "sponsor-async")["name-and-birth"]["fields"]
    assert ("birth_date", "date") in [(field["key"], field["type"]) for field in dated]
    assert forms(caller, "sponsor-otp")["card"]["fields"][0]["type"] == "card-number"
    assert forms(caller, "sponsor-review")["policy"]["fields"][1]["required"] is False


@pytest.mark.parametrize("sponsor", defaults.SPONSORS)
def test_everybody_finds_maria_by_her_document(caller: Caller, sponsor: str) -> None:
    answer = caller.search(sponsor, **QUICKSTART)
    assert answer.status_code == 200
    assert answer.json()["beneficiary_id"] == MARIA


def test_the_quickstart_search_is_answered_as_documented(caller: Caller) -> None:
    found = caller.search(**QUICKSTART).json()
    until = date.fromisoformat(found["coverage"].pop("effective_until"))
    assert until >= datetime.now(UTC).date()
    assert found == {
        "beneficiary_id": MARIA,
        "first_name": "MARIA",
        "last_name": "GONZALEZ",
        "coverage": {"plan_code": "GOLD-100", "active": True},
    }


def test_marias_cover_lasts_until_the_day_of_the_quickstart_and_after_it_goes_on_lasting() -> None:
    assert people.MARIA.covered_until(date(2026, 6, 25)) == date(2027, 1, 31)
    assert people.MARIA.covered_until(date(2027, 2, 1)) > date(2027, 2, 1)


def test_maria_is_found_by_her_member_number(caller: Caller) -> None:
    assert caller.search(member_id="M-100001").json()["beneficiary_id"] == MARIA


def test_names_are_found_whatever_their_accents_and_capitals(caller: Caller) -> None:
    answer = caller.search("sponsor-async", last_name="pena munoz", birth_date="1971-11-30")
    assert answer.json()["last_name"] == "PEÑA MUÑOZ"


def test_the_ten_people_cover_the_names_and_covers_that_are_awkward() -> None:
    assert len({person.beneficiary_id for person in PEOPLE}) == 10
    names = " ".join(f"{person.first_name} {person.last_name}" for person in PEOPLE)
    assert {"Ñ", "'"} <= set(names)
    assert any(" " in person.first_name for person in PEOPLE)


@pytest.mark.parametrize("person", [person for person in PEOPLE if person.listed], ids=lambda person: person.member_id)
def test_a_cover_is_active_exactly_as_long_as_it_lasts(caller: Caller, person: Person) -> None:
    cover = caller.search(member_id=person.member_id).json()["coverage"]
    ended = date.fromisoformat(cover["effective_until"]) < datetime.now(UTC).date()
    assert cover["active"] is not ended


def test_one_expired_cover_is_shown_as_inactive(caller: Caller) -> None:
    answer = caller.search(document_type="CC", document_number="111222333")
    assert answer.status_code == 200
    assert answer.json()["coverage"]["active"] is False


def test_another_expired_cover_is_not_found(caller: Caller) -> None:
    answer = caller.search(document_type="CC", document_number="444555666")
    assert answer.status_code == 404
    assert answer.json()["code"] == "BENEFICIARY_NOT_FOUND"


def test_a_family_is_answered_as_a_list(caller: Caller) -> None:
    family = caller.search("sponsor-review", policy_number="FAM-7700").json()
    assert [person["first_name"] for person in family] == ["LUIS", "CAMILA", "MATEO"]


def test_a_family_can_be_narrowed_by_the_optional_field(caller: Caller) -> None:
    found = caller.search("sponsor-review", policy_number="FAM-7700", birth_date="2014-08-02").json()
    assert [person["first_name"] for person in found] == ["MATEO"]


def test_another_sponsor_answers_several_people_under_content(caller: Caller) -> None:
    assert len(caller.search("sponsor-strict", policy_number="FAM-7700").json()["content"]) == 3


def test_nobody_found_is_404(caller: Caller) -> None:
    assert caller.search(document_type="CC", document_number="1").status_code == 404


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"document_type": "CC"}, {"document_number"}),
        ({"document_type": "XX", "document_number": "1"}, {"document_type"}),
        ({"document_type": "CC", "document_number": 1}, {"document_number"}),
        ({"document_type": "CC", "document_number": "1", "member_id": "M"}, {"member_id"}),
        ({"document_type": "CC", "document_number": " "}, {"document_number"}),
        ({}, {"document_type", "document_number"}),
        ([], {""}),
    ],
)
def test_a_search_that_is_not_one_filled_in_form_is_refused(caller: Caller, values: object, wrong: set[str]) -> None:
    assert wrong_paths(caller.post("/v1/sponsors/sponsor-sandbox/search", values)) == wrong


@pytest.mark.parametrize("written", ["30/11/1971", "19711130", "1971-11-31", "1971-11-30T00:00:00"])
def test_a_date_is_written_year_month_day(caller: Caller, written: str) -> None:
    answer = caller.search("sponsor-async", last_name="Peña Muñoz", birth_date=written)
    assert wrong_paths(answer) == {"birth_date"}


def test_a_sponsor_that_the_pharmacy_is_not_affiliated_with_is_403_everywhere(caller: Caller) -> None:
    answers: list[httpx.Response] = [
        caller.get("/v1/sponsors/sponsor-elsewhere/forms"),
        caller.search("sponsor-elsewhere", **QUICKSTART),
        caller.get("/arc/v1/sponsors/sponsor-elsewhere/configuration", product_type="MEDICATION"),
        caller.create(sponsor_slug="sponsor-elsewhere"),
        caller.send_otp(sponsor_slug="sponsor-elsewhere"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


def test_the_sandbox_names_its_sponsors(sandbox: RunningSandbox) -> None:
    assert sandbox.sponsors == defaults.SPONSORS


def rules(caller: Caller, sponsor: str) -> dict[str, Any]:
    answer: dict[str, Any] = caller.get(f"/arc/v1/sponsors/{sponsor}/configuration", product_type="MEDICATION").json()
    return answer


def test_the_configuration_tells_each_sponsors_rules(caller: Caller) -> None:
    assert rules(caller, "sponsor-sandbox") == {
        "sponsor_slug": "sponsor-sandbox",
        "product_type": "MEDICATION",
        "required_fields": [],
        "authorization_types": ["AMBULATORY", "EMERGENCY", "HOSPITALIZATION"],
        "verification": {"dispensing": None},
        "evaluation": "SYNC",
    }
    assert rules(caller, "sponsor-async")["evaluation"] == "ASYNC"
    assert rules(caller, "sponsor-otp")["verification"] == {"dispensing": "OTP"}
    assert rules(caller, "sponsor-strict")["required_fields"] == ["professional_license_number"]


def test_the_configuration_is_asked_for_one_type_of_product(caller: Caller) -> None:
    path = "/arc/v1/sponsors/sponsor-sandbox/configuration"
    assert wrong_paths(caller.get(path)) == {"product_type"}
    assert wrong_paths(caller.get(path, product_type="FOOD")) == {"product_type"}
    assert wrong_paths(caller.get(path, product_type="LAB", page="2")) == {"page"}


def test_the_medication_catalogue_is_narrowed_by_name_or_code(caller: Caller) -> None:
    path = "/medical-catalogs/v1/medications"
    assert caller.get(path, query="ibuprofen 4").json() == {
        "content": [{"product_code": "MED-042", "name": "Ibuprofen 400 mg", "form": "tablet"}]
    }
    assert [each["product_code"] for each in caller.get(path, query="acido").json()["content"]] == ["MED-SBX-022"]
    assert caller.get(path, query="zzz").json() == {"content": []}
    assert all(each["product_code"].startswith("MED-") for each in caller.get(path).json()["content"])


def test_the_providers_products_are_narrowed_by_type(caller: Caller) -> None:
    path = "/arc/v1/providers/products"
    labs = caller.get(path, product_type="LAB", query="gluc").json()
    assert labs == {"content": [{"product_code": "LAB-002", "name": "Glucose, fasting"}]}
    assert len(caller.get(path).json()["content"]) == len(PRODUCTS)
    assert wrong_paths(caller.get(path, product_type="FOOD")) == {"product_type"}


def test_there_are_a_few_dozen_products_of_four_types_with_a_price() -> None:
    assert 36 <= len(PRODUCTS) <= 60
    assert {code[:4] for code in PRODUCTS} == {"MED-", "LAB-", "IMG-", "PRC-"}
    assert all(product.unit_price > 0 for product in PRODUCTS.values())
