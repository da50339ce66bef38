"""Verifying the beneficiary at the counter, by a code or a reading."""

from datetime import datetime

import pytest
from sandbox_caller import JOSE, MARIA, Caller, wrong_paths

from counter_app.sandbox.running import RunningSandbox

OTP = "otp_verification_token"
READING = "biometric_reading_id"


@pytest.fixture
def dispensation(caller: Caller) -> str:
    return caller.started(caller.authorized(sponsor_slug="sponsor-otp"))


def token(caller: Caller) -> str:
    return str(caller.validate_otp(caller.send_otp().json()["otp_id"]).json()[OTP])


def test_a_code_is_sent_to_a_masked_destination(caller: Caller) -> None:
    answer = caller.send_otp(channel="SMS")
    assert answer.status_code == 200
    assert answer.json() | {"otp_id": ""} == {
        "otp_id": "",
        "channel": "SMS",
        "expires_in": 300,
        "masked_destination": "*** *** 4471",
    }
    assert caller.send_otp(channel="EMAIL").json()["masked_destination"] == "m***@example.org"


def test_the_otp_sponsor_requires_a_verified_beneficiary(caller: Caller, dispensation: str) -> None:
    assert caller.get(dispensation).json()["verification_required"] == "OTP"
    assert wrong_paths(caller.finish(dispensation)) == {OTP}
    assert caller.finish(dispensation, otp_verification_token=token(caller)).status_code == 200


def test_a_wrong_code_is_refused_and_the_right_one_still_works(caller: Caller) -> None:
    otp = caller.send_otp().json()["otp_id"]
    wrong = caller.validate_otp(otp, "000000")
    assert wrong_paths(wrong) == {"code"}
    assert wrong.json()["code"] == "OTP_WRONG"
    assert caller.validate_otp(otp).status_code == 200


def test_a_code_expires_after_300_seconds(sandbox: RunningSandbox, caller: Caller) -> None:
    otp = caller.send_otp().json()["otp_id"]
    sandbox.pass_time(300)
    answer = caller.validate_otp(otp)
    assert wrong_paths(answer) == {"otp_id"}
    assert answer.json()["code"] == "OTP_EXPIRED"


def test_sending_again_gives_a_new_id_and_voids_the_earlier_one(caller: Caller) -> None:
    first, second = caller.send_otp().json()["otp_id"], caller.send_otp().json()["otp_id"]
    assert first != second
    assert caller.validate_otp(first).json()["code"] == "OTP_EXPIRED"
    assert caller.validate_otp(second).status_code == 200


def test_a_code_is_validated_once(caller: Caller) -> None:
    otp = caller.send_otp().json()["otp_id"]
    assert caller.validate_otp(otp).status_code == 200
    assert caller.validate_otp(otp).status_code == 422


def test_a_code_of_one_person_does_not_void_anothers(caller: Caller) -> None:
    first = caller.send_otp().json()["otp_id"]
    caller.send_otp(beneficiary_id=JOSE)
    assert caller.validate_otp(first).status_code == 200


@pytest.mark.parametrize(
    ("change", "wrong"),
    [({"channel": "PIGEON"}, {"channel"}), ({"beneficiary_id": "x"}, {"beneficiary_id"}), ({"to": "1"}, {"to"})],
)
def test_sending_is_strict(caller: Caller, change: dict[str, str], wrong: set[str]) -> None:
    assert wrong_paths(caller.send_otp(**change)) == wrong


def test_a_token_is_for_one_person_and_one_dispensation(caller: Caller, dispensation: str) -> None:
    otp = caller.send_otp(beneficiary_id=JOSE).json()["otp_id"]
    anothers = caller.validate_otp(otp).json()[OTP]
    assert wrong_paths(caller.finish(dispensation, otp_verification_token=anothers)) == {OTP}
    own = token(caller)
    assert caller.finish(dispensation, otp_verification_token=own).status_code == 200
    other = caller.started(caller.authorized(sponsor_slug="sponsor-otp"))
    again = caller.finish(other, otp_verification_token=own, provider_transaction_id="t-2")
    assert wrong_paths(again) == {OTP}


def test_a_token_expires(sandbox: RunningSandbox, caller: Caller, dispensation: str) -> None:
    own = token(caller)
    sandbox.pass_time(300)
    assert wrong_paths(caller.finish(dispensation, otp_verification_token=own)) == {OTP}


def test_an_invented_token_is_refused_even_where_none_is_required(caller: Caller) -> None:
    answer = caller.finish(caller.started("RX-2026-000101"), otp_verification_token="invented")
    assert wrong_paths(answer) == {OTP}


def test_a_fitting_reading_verifies_the_beneficiary(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.verify_by("sponsor-sandbox", "BIOMETRIC")
    dispensation = caller.started(caller.authorized())
    assert caller.get(dispensation).json()["verification_required"] == "BIOMETRIC"
    assert wrong_paths(caller.finish(dispensation)) == {READING}
    reading = caller.read_finger().json()
    assert reading["verification_status"] == "VERIFICATION_SUCCESS"
    assert datetime.fromisoformat(reading["expires_at"]).tzinfo is not None
    assert caller.finish(dispensation, biometric_reading_id=reading["id"]).status_code == 200


@pytest.mark.parametrize(("value", "status"), [("RkFJTA==", "VERIFICATION_FAILURE"), ("RVJST1I=", "ERROR")])
def test_a_reading_that_does_not_fit_verifies_nobody(
    sandbox: RunningSandbox, caller: Caller, value: str, status: str
) -> None:
    sandbox.verify_by("sponsor-sandbox", "BIOMETRIC")
    reading = caller.read_finger(value).json()
    assert reading["verification_status"] == status
    assert reading["failure_description"]
    answer = caller.finish(caller.started(caller.authorized()), biometric_reading_id=reading["id"])
    assert wrong_paths(answer) == {READING}


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"value": "?"}, {"value"}),
        ({"type": "IRIS"}, {"type"}),
        ({"beneficiary_id": "bnf_none"}, {"beneficiary_id"}),
    ],
)
def test_a_reading_is_checked_strictly(caller: Caller, change: dict[str, str], wrong: set[str]) -> None:
    assert wrong_paths(caller.read_finger(**change)) == wrong


def test_a_reading_is_taken_at_this_provider(caller: Caller) -> None:
    body = {"beneficiary_id": MARIA, "type": "FACE_RECOGNITION", "value": "RkFDRQ=="}
    assert caller.post("/arc/v1/providers/elsewhere/biometric-reading", body).status_code == 404
    assert caller.post("/arc/v1/providers/farmacia-demo/biometric-reading", body).status_code == 200


def test_a_reading_is_not_kept(sandbox: RunningSandbox, caller: Caller) -> None:
    caller.read_finger("c2VjcmV0LWZpbmdlcg==")
    assert "secret-finger" not in repr(vars(sandbox._site.verification))
