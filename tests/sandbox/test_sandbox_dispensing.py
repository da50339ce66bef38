"""Dispensing an authorization or an electronic prescription."""

import re
from typing import Any

import pytest
from sandbox_caller import BLOOD_COUNT, IBUPROFEN, INVOICE, JOSE, MARIA, Caller, wrong_paths

from counter_app.sandbox.running import RunningSandbox

LINE = {"product_code": "MED-042", "quantity": 30, "unit_price": 0.35}
SUBSTITUTE = {"substitute_product_code": "MED-SBX-023", "substitution_reason": "OUT_OF_STOCK"}


# --- Starting -------------------------------------------------------------------------------------------------------


def test_an_approved_code_is_started_with_its_products_and_prices(caller: Caller) -> None:
    answer = caller.start(caller.authorized(), beneficiary_id=MARIA)
    assert answer.status_code == 201
    started = answer.json()
    assert re.fullmatch(r"disp_[0-9A-Z]{26}", started["dispensation_id"])
    assert started | {"dispensation_id": ""} == {
        "dispensation_id": "",
        "status": "STARTED",
        "code_type": "AUTHORIZATION",
        "products": [LINE],
        "verification_required": None,
    }
    assert caller.get(f"/dispensing/v1/dispensations/{started['dispensation_id']}").json() == started


def test_prices_come_without_float_noise(caller: Caller) -> None:
    assert '"unit_price":0.35}' in caller.start(caller.authorized()).text


def test_a_code_holds_the_products_of_its_own_type(caller: Caller) -> None:
    request = caller.completed(products=[IBUPROFEN, BLOOD_COUNT])
    labs = caller.get(request).json()["authorizations"][1]["authorization_code"]
    assert [each["product_code"] for each in caller.start(labs).json()["products"]] == ["LAB-001"]


def test_a_prescription_is_dispensed_by_the_same_calls(caller: Caller) -> None:
    started = caller.start("RX-2026-000101", beneficiary_id=MARIA).json()
    assert (started["code_type"], started["verification_required"]) == ("PRESCRIPTION", None)
    assert started["products"] == [LINE]
    assert caller.finish(f"/dispensing/v1/dispensations/{started['dispensation_id']}").status_code == 200


def test_an_unknown_code_is_404(caller: Caller) -> None:
    assert caller.start("AUTH-2026-999999").status_code == 404


def test_another_persons_code_is_refused(caller: Caller) -> None:
    assert wrong_paths(caller.start(caller.authorized(), beneficiary_id=JOSE)) == {"beneficiary_id"}


def test_a_rejected_code_is_refused(caller: Caller) -> None:
    code = caller.authorized(sponsor_slug="sponsor-review", products=[IBUPROFEN | {"quantity": 100}])
    answer = caller.start(code)
    assert wrong_paths(answer) == {"code"}
    assert answer.json()["code"] == "NOT_APPROVED"


def test_a_code_that_the_sponsor_has_not_decided_is_refused_until_it_has(
    sandbox: RunningSandbox, caller: Caller
) -> None:
    code = caller.authorized(sponsor_slug="sponsor-async")
    assert caller.start(code).json()["code"] == "NOT_APPROVED"
    sandbox.pass_time(30)
    assert caller.start(code).status_code == 201


def test_an_expired_code_is_refused() -> None:
    with RunningSandbox(token_life=90 * 86400) as sandbox, Caller(sandbox) as caller:
        code = caller.signed_in().authorized()
        sandbox.pass_time(31 * 86400)
        answer = caller.start(code)
        assert wrong_paths(answer) == {"code"}
        assert answer.json()["code"] == "CODE_EXPIRED"


def test_an_expired_prescription_is_refused(caller: Caller) -> None:
    assert caller.start("RX-2026-000104").json()["code"] == "CODE_EXPIRED"


def test_a_prescription_dispensed_elsewhere_is_409_with_its_dispensation(caller: Caller) -> None:
    answer = caller.start("RX-2026-000105")
    assert answer.status_code == 409
    known = caller.get(f"/dispensing/v1/dispensations/{answer.json()['dispensation_id']}").json()
    assert known["status"] == "COMPLETED"


def test_a_code_started_already_is_409_with_its_dispensation(caller: Caller) -> None:
    code = caller.authorized()
    first = caller.start(code).json()["dispensation_id"]
    again = caller.start(code)
    assert (again.status_code, again.json()["dispensation_id"]) == (409, first)
    assert again.json()["code"] == "DISPENSATION_STARTED"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [({}, {"code"}), ({"code": 1}, {"code"}), ({"code": "RX-2026-000101", "sponsor": "x"}, {"sponsor"})],
)
def test_starting_takes_a_code_and_perhaps_a_beneficiary(caller: Caller, body: object, wrong: set[str]) -> None:
    assert wrong_paths(caller.post("/dispensing/v1/dispensations", body)) == wrong


# --- Completing -----------------------------------------------------------------------------------------------------


def test_completing_keeps_the_invoice_and_answers_its_total(sandbox: RunningSandbox, caller: Caller) -> None:
    dispensation = caller.started(caller.authorized())
    answer = caller.finish(dispensation, amount=10.5, document_serial="A", products=[LINE | SUBSTITUTE])
    assert answer.status_code == 200
    assert answer.json()["status"] == "COMPLETED"
    assert answer.text.endswith('"total_amount":10.5}')
    kept = sandbox.dispensations[-1]
    assert kept.invoice is not None
    assert kept.invoice["document_number"] == "F-001"
    assert caller.get(dispensation).json()["status"] == "COMPLETED"


def test_completing_twice_is_409_with_the_dispensation(caller: Caller) -> None:
    dispensation = caller.started(caller.authorized())
    caller.finish(dispensation)
    again = caller.finish(dispensation)
    assert again.status_code == 409
    assert dispensation.endswith(again.json()["dispensation_id"])


def test_a_dispensed_code_is_409(caller: Caller) -> None:
    code = caller.authorized()
    caller.finish(caller.started(code))
    assert caller.start(code).json()["code"] == "DISPENSATION_COMPLETED"


@pytest.mark.parametrize("missing", ["amount", "document_number", "document_date", "provider_transaction_id",
                                     "provider_slug"])  # fmt: skip
def test_the_invoice_is_complete(caller: Caller, missing: str) -> None:
    dispensation = caller.started("RX-2026-000101")
    invoice = {key: value for key, value in INVOICE.items() if key != missing}
    assert wrong_paths(caller.post(f"{dispensation}/complete", invoice)) == {missing}


@pytest.mark.parametrize("amount", [0, -1, "10.50", True, None, 0.1 + 0.2, 10.505])
def test_an_amount_is_a_number_above_zero_in_cents(caller: Caller, amount: object) -> None:
    assert wrong_paths(caller.finish(caller.started("RX-2026-000101"), amount=amount)) == {"amount"}


@pytest.mark.parametrize("amount", [1, 0.01, 1e3, 12.50])
def test_an_amount_may_be_whole(caller: Caller, amount: float) -> None:
    answer = caller.finish(caller.started("RX-2026-000101"), amount=amount)
    assert answer.json()["total_amount"] == amount


@pytest.mark.parametrize("written", ["2026-06-25", "2026-06-25T09:30:00", "25/06/2026", 1782000000])
def test_an_invoices_date_has_an_offset(caller: Caller, written: object) -> None:
    assert wrong_paths(caller.finish(caller.started("RX-2026-000101"), document_date=written)) == {"document_date"}


def test_an_invoices_date_may_be_in_utc(caller: Caller) -> None:
    answer = caller.finish(caller.started("RX-2026-000101"), document_date="2026-06-25T14:30:00.123Z")
    assert answer.status_code == 200


def test_another_providers_name_is_refused(caller: Caller) -> None:
    assert wrong_paths(caller.finish(caller.started("RX-2026-000101"), provider_slug="elsewhere")) == {"provider_slug"}


def test_a_transaction_id_belongs_to_one_dispensation(caller: Caller) -> None:
    caller.finish(caller.started("RX-2026-000101"))
    answer = caller.finish(caller.started("RX-2026-000102"))
    assert wrong_paths(answer) == {"provider_transaction_id"}


@pytest.mark.parametrize(
    ("products", "wrong"),
    [
        ([], "products"),
        ([LINE | {"product_code": "MED-SBX-001"}], "products[0].product_code"),
        ([LINE, LINE], "products[1].product_code"),
        ([LINE | {"quantity": 31}], "products[0].quantity"),
        ([LINE | {"quantity": 0}], "products[0].quantity"),
        ([LINE | {"unit_price": "0.35"}], "products[0].unit_price"),
        ([LINE | {"unit_price": False}], "products[0].unit_price"),
        ([LINE | {"unit_price": -1}], "products[0].unit_price"),
        ([{"product_code": "MED-042", "quantity": 1}], "products[0].unit_price"),
        ([LINE | SUBSTITUTE | {"substitution_reason": "CHEAPER"}], "products[0].substitution_reason"),
        ([LINE | {"substitute_product_code": "MED-SBX-023"}], "products[0].substitution_reason"),
        ([LINE | {"substitution_reason": "OTHER"}], "products[0].substitute_product_code"),
        ([LINE | SUBSTITUTE | {"substitute_product_code": "MED-999"}], "products[0].substitute_product_code"),
        ([LINE | SUBSTITUTE | {"substitute_product_code": "LAB-001"}], "products[0].substitute_product_code"),
        ([LINE | SUBSTITUTE | {"substitute_product_code": "MED-042"}], "products[0].substitute_product_code"),
        ([LINE | {"note": "x"}], "products[0].note"),
    ],
)
def test_the_products_dispensed_are_those_of_the_code_or_substitutes_with_a_reason(
    caller: Caller, products: list[Any], wrong: str
) -> None:
    assert wrong_paths(caller.finish(caller.started("RX-2026-000101"), products=products)) == {wrong}


@pytest.mark.parametrize("reason", ["OUT_OF_STOCK", "EMERGENCY", "ACTIVE_INGREDIENT", "OTHER"])
def test_each_documented_reason_is_accepted(caller: Caller, reason: str) -> None:
    product = LINE | SUBSTITUTE | {"substitution_reason": reason, "quantity": 10, "unit_price": 0}
    assert caller.finish(caller.started("RX-2026-000101"), products=[product]).status_code == 200


# --- Ending otherwise -----------------------------------------------------------------------------------------------


def test_a_cancelled_dispensation_frees_its_code(caller: Caller) -> None:
    code = caller.authorized()
    dispensation = caller.started(code)
    answer = caller.post(f"{dispensation}/cancel")
    assert answer.status_code == 200
    assert answer.json()["status"] == "CANCELLED"
    assert caller.get(dispensation).json()["status"] == "CANCELLED"
    assert caller.finish(dispensation).status_code == 409
    assert caller.start(code).status_code == 201


def test_what_is_completed_or_cancelled_cannot_be_cancelled(caller: Caller) -> None:
    done, cancelled = caller.started("RX-2026-000101"), caller.started("RX-2026-000102")
    caller.finish(done)
    caller.post(f"{cancelled}/cancel")
    assert caller.post(f"{done}/cancel").json()["code"] == "DISPENSATION_COMPLETED"
    assert caller.post(f"{cancelled}/cancel").json()["code"] == "DISPENSATION_CANCELLED"


def test_a_started_dispensation_times_out_and_frees_its_code() -> None:
    with RunningSandbox(dispensation_life=600) as sandbox, Caller(sandbox) as caller:
        dispensation = caller.signed_in().started("RX-2026-000101")
        sandbox.pass_time(599)
        assert caller.get(dispensation).json()["status"] == "STARTED"
        sandbox.pass_time(1)
        assert caller.get(dispensation).json()["status"] == "EXPIRED"
        assert caller.finish(dispensation).json()["code"] == "DISPENSATION_EXPIRED"
        assert caller.start("RX-2026-000101").status_code == 201


def test_an_unknown_dispensation_is_404_for_every_call(caller: Caller) -> None:
    path = "/dispensing/v1/dispensations/disp_none"
    answers = [caller.get(path), caller.finish(path), caller.post(f"{path}/cancel")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
