"""Requests for authorization, from opening to the sponsor's decision."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sandbox_caller import BLOOD_COUNT, IBUPROFEN, JOSE, MARIA, Caller, request_id, wrong_paths

from counter_app.sandbox.running import RunningSandbox

XRAY = {"product_code": "IMG-001", "product_type": "IMAGING", "quantity": 1}
LICENSED = {"sponsor_slug": "sponsor-strict", "professional_license_number": "RM-5521"}


# --- Opening --------------------------------------------------------------------------------------------------------


def test_a_request_is_opened_and_waits_for_its_indication(sandbox: RunningSandbox, caller: Caller) -> None:
    answer = caller.create()
    assert answer.status_code == 202
    opened = answer.json()
    assert opened["status"] == "PENDING_INDICATION"
    assert re.fullmatch(r"areq_[0-9A-Z]{26}", opened["authorization_request_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", opened["created_at"])
    (kept,) = sandbox.requests_made
    assert (kept.request_id, kept.beneficiary_id) == (opened["authorization_request_id"], MARIA)


def test_everything_that_the_guide_shows_may_be_said(caller: Caller) -> None:
    answer = caller.create(
        products=[IBUPROFEN | {"quantity": 2.5, "posology": "1 tablet every 8h for 10 days"}],
        provider_branch_id="branch-1",
        service_type_code="AMB",
        authorization_type="AMBULATORY",
        professional_license_number="RM-5521",
    )
    assert answer.status_code == 202


def test_a_product_that_is_not_registered_is_named_with_osigus_code(sandbox: RunningSandbox, caller: Caller) -> None:
    answer = caller.create(products=[IBUPROFEN, IBUPROFEN | {"product_code": "MED-999"}])
    assert wrong_paths(answer) == {"products[1].product_code"}
    assert answer.json()["code"] == "071-104"
    assert sandbox.requests_made == ()


def test_a_product_is_of_the_type_it_is_registered_as(caller: Caller) -> None:
    answer = caller.create(products=[IBUPROFEN | {"product_type": "LAB"}])
    assert wrong_paths(answer) == {"products[0].product_type"}


@pytest.mark.parametrize(
    "beneficiary", ["bnf_nobody", "bnf_01HW8GQ2KM0000000000000005", "bnf_01HW8GQ2KM0000000000000006"]
)
def test_a_beneficiary_must_be_known_and_covered(caller: Caller, beneficiary: str) -> None:
    assert wrong_paths(caller.create(beneficiary_id=beneficiary)) == {"beneficiary_id"}


def test_a_strict_sponsor_requires_the_professionals_license_number(caller: Caller) -> None:
    assert wrong_paths(caller.create(sponsor_slug="sponsor-strict")) == {"professional_license_number"}
    assert caller.create(**LICENSED).status_code == 202


def test_an_authorization_type_is_one_of_the_sponsors(caller: Caller) -> None:
    assert wrong_paths(caller.create(authorization_type="DENTAL")) == {"authorization_type"}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"beneficiary_id": None}, {"beneficiary_id"}),
        ({"diagnosis_code": "headache"}, {"diagnosis_code"}),
        ({"diagnosis_code": 51}, {"diagnosis_code"}),
        ({"products": []}, {"products"}),
        ({"products": IBUPROFEN}, {"products"}),
        ({"products": ["MED-042"]}, {"products[0]"}),
        ({"products": [{}]}, {f"products[0].{key}" for key in IBUPROFEN}),
        ({"products": [IBUPROFEN | {"quantity": 0}]}, {"products[0].quantity"}),
        ({"products": [IBUPROFEN | {"quantity": -1}]}, {"products[0].quantity"}),
        ({"products": [IBUPROFEN | {"quantity": "30"}]}, {"products[0].quantity"}),
        ({"products": [IBUPROFEN | {"quantity": True}]}, {"products[0].quantity"}),
        ({"products": [IBUPROFEN | {"product_type": "FOOD"}]}, {"products[0].product_type"}),
        ({"products": [IBUPROFEN | {"posology": None}]}, {"products[0].posology"}),
        ({"products": [IBUPROFEN | {"price": 1}]}, {"products[0].price"}),
        ({"provider_branch_id": ""}, {"provider_branch_id"}),
        ({"service_type_code": "x" * 501}, {"service_type_code"}),
        ({"diagnosis": "R51", "note": "x"}, {"diagnosis", "note"}),
    ],
)
def test_a_wrong_field_is_named_by_its_path(caller: Caller, change: dict[str, Any], wrong: set[str]) -> None:
    assert wrong_paths(caller.create(**change)) == wrong


@pytest.mark.parametrize("code", ["R51", "E11.9", "E119", "Z99.89", "C4A.0"])
def test_a_diagnosis_is_written_with_or_without_its_dot(caller: Caller, code: str) -> None:
    assert caller.create(diagnosis_code=code).status_code == 202


def test_a_body_that_is_not_json_is_refused(caller: Caller) -> None:
    path = "/arc/v1/authorization-requests"
    as_json = {"Content-Type": "application/json"}
    assert caller.http.post(path, content=b"{", headers=as_json).status_code == 400
    assert caller.http.post(path, content=b'{"amount": NaN}', headers=as_json).status_code == 400
    assert caller.http.post(path, content=b"\xff", headers=as_json).status_code == 400
    assert caller.http.post(path, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 415
    assert caller.http.post(path, content=b" " * 1_100_000, headers=as_json).status_code == 413
    assert wrong_paths(caller.post(path, ["a list"])) == {""}


# --- Document policy and decision -----------------------------------------------------------------------------------


def test_the_document_policy_says_which_file_is_required(caller: Caller) -> None:
    def required(**changes: Any) -> set[str]:
        policy = caller.get(f"{caller.created(**changes)}/document-policy").json()
        assert all(each["label"] for each in policy)
        return {each["file_type"] for each in policy if each["required"]}

    assert required() == {"MEDICAL_INDICATION"}
    assert required(products=[BLOOD_COUNT]) == {"MEDICAL_INDICATION"}
    assert required(**LICENSED, products=[BLOOD_COUNT]) == {"LAB_ORDER"}
    assert required(**LICENSED, products=[BLOOD_COUNT, IBUPROFEN]) == {"LAB_ORDER", "MEDICAL_INDICATION"}


def test_a_sponsor_without_a_document_policy_is_answered_404(caller: Caller) -> None:
    request = caller.created(sponsor_slug="sponsor-review")
    answer = caller.get(f"{request}/document-policy")
    assert (answer.status_code, answer.json()["code"]) == (404, "NO_DOCUMENT_POLICY")


def test_completing_is_answered_as_documented(caller: Caller) -> None:
    request = caller.created()
    caller.attach(request)
    answer = caller.complete(request)
    day = datetime.now(UTC).date()
    assert answer.status_code == 200
    assert answer.json() == {
        "authorization_request_id": request_id(request),
        "status": "COMPLETED",
        "authorizations": [
            {
                "authorization_code": f"AUTH-{day.year}-001234",
                "product_type": "MEDICATION",
                "status": "APPROVED",
                "expires_at": f"{day + timedelta(days=30)}T00:00:00Z",
            }
        ],
    }
    assert caller.get(request).json() == answer.json()


def test_without_its_file_a_request_stays_pending_with_status_200(caller: Caller) -> None:
    request = caller.created()
    answer = caller.complete(request)
    assert answer.status_code == 200
    assert answer.json() == {
        "authorization_request_id": request_id(request),
        "status": "PENDING_INDICATION",
        "authorizations": [],
    }
    caller.attach(request)
    assert caller.complete(request).json()["status"] == "COMPLETED"


def test_a_lab_of_the_strict_sponsor_waits_for_its_lab_order(caller: Caller) -> None:
    request = caller.created(**LICENSED, products=[BLOOD_COUNT])
    caller.attach(request, "MEDICAL_INDICATION")
    assert caller.complete(request).json()["status"] == "PENDING_INDICATION"
    caller.attach(request, "LAB_ORDER")
    assert caller.complete(request).json()["status"] == "COMPLETED"


def test_completing_twice_is_409_and_changes_nothing(caller: Caller) -> None:
    request = caller.completed()
    before = caller.get(request).json()
    again = caller.complete(request)
    assert again.status_code == 409
    assert again.json()["authorization_request_id"] == request_id(request)
    assert caller.get(request).json() == before


def test_a_completed_request_takes_no_more_files(sandbox: RunningSandbox, caller: Caller) -> None:
    request = caller.completed()
    assert caller.attach(request).status_code == 409
    assert len(sandbox.files(request_id(request))) == 1


def test_completing_has_no_body(caller: Caller) -> None:
    assert caller.post(f"{caller.created()}/complete", {}).status_code == 422


def test_each_type_of_product_gets_its_own_authorization(caller: Caller) -> None:
    request = caller.completed(products=[XRAY, IBUPROFEN, BLOOD_COUNT, IBUPROFEN])
    given = caller.get(request).json()["authorizations"]
    assert [each["product_type"] for each in given] == ["IMAGING", "MEDICATION", "LAB"]
    assert len({each["authorization_code"] for each in given}) == 3


def test_the_async_sponsor_decides_later() -> None:
    with RunningSandbox(decide_after=30) as sandbox, Caller(sandbox) as caller:
        request = caller.signed_in().completed(sponsor_slug="sponsor-async")
        sandbox.pass_time(29)
        waiting = caller.get(request).json()
        assert waiting["status"] == "PENDING_SPONSOR"
        assert [each["status"] for each in waiting["authorizations"]] == ["PENDING_SPONSOR"]
        assert "expires_at" not in waiting["authorizations"][0]
        assert caller.complete(request).status_code == 409
        sandbox.pass_time(1)
        decided = caller.get(request).json()
        assert decided["status"] == "COMPLETED"
        assert decided["authorizations"][0]["status"] == "APPROVED"


def test_the_reviewing_sponsor_rejects_large_quantities_with_a_reason_for_the_patient(caller: Caller) -> None:
    many = IBUPROFEN | {"quantity": 91}
    request = caller.completed(sponsor_slug="sponsor-review", products=[many, BLOOD_COUNT])
    rejected, approved = caller.get(request).json()["authorizations"]
    assert (rejected["status"], approved["status"]) == ("REJECTED", "APPROVED")
    assert "Ibuprofen 400 mg (91)" in rejected["rejection_reason"]
    assert "expires_at" not in rejected
    assert "rejection_reason" not in approved


def test_the_reviewing_sponsor_approves_ninety(caller: Caller) -> None:
    request = caller.completed(sponsor_slug="sponsor-review", products=[IBUPROFEN | {"quantity": 90}])
    assert caller.get(request).json()["authorizations"][0]["status"] == "APPROVED"


@pytest.mark.parametrize("rest", ["", "/document-policy"])
def test_an_unknown_request_cannot_be_read(caller: Caller, rest: str) -> None:
    assert caller.get(f"/arc/v1/authorization-requests/areq_none{rest}").status_code == 404


def test_an_unknown_request_cannot_be_changed(caller: Caller) -> None:
    path = "/arc/v1/authorization-requests/areq_none"
    assert caller.complete(path).status_code == 404
    assert caller.attach(path).status_code == 404


def test_two_requests_do_not_know_of_each_other(sandbox: RunningSandbox, caller: Caller) -> None:
    first, second = caller.created(), caller.created(beneficiary_id=JOSE)
    caller.attach(second)
    assert sandbox.files(request_id(first)) == ()
    assert caller.complete(first).json()["status"] == "PENDING_INDICATION"
