"""Credentials, tokens and limits."""

import httpx
import pytest
from sandbox_caller import Caller

from counter_app.sandbox.running import RunningSandbox

FORMS = "/v1/sponsors/sponsor-sandbox/forms"


def test_the_right_credentials_earn_a_token_that_opens_the_calls(caller: Caller) -> None:
    answer = caller.token()
    assert answer.status_code == 200
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("bearer", 3600)
    assert caller.get(FORMS).status_code == 200


def test_a_wrong_secret_is_answered_401_in_the_words_of_oauth(caller: Caller) -> None:
    answer = caller.token(secret="wrong")
    assert answer.status_code == 401
    assert answer.json() == {
        "error": "invalid_client",
        "error_description": "The client id or secret is wrong.",
    }


@pytest.mark.parametrize("header", ["", "Bearer abc", "Basic %%%", "Basic"])
def test_credentials_that_cannot_be_read_are_wrong(sandbox: RunningSandbox, header: str) -> None:
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{sandbox.base_url}/v1/oauth/token", data=form, headers={"Authorization": header})
    assert answer.status_code == 401


def test_another_grant_or_another_field_is_refused(caller: Caller) -> None:
    assert caller.token(grant_type="password").json()["error"] == "unsupported_grant_type"
    assert caller.token(grant_type="client_credentials", scope="all").json()["error"] == "invalid_request"


def test_the_token_call_takes_a_form_and_nothing_else(caller: Caller) -> None:
    answer = caller.post("/v1/oauth/token", {"grant_type": "client_credentials"})
    assert answer.status_code == 415


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc"])
def test_a_call_without_a_living_token_is_answered_401(sandbox: RunningSandbox, header: str) -> None:
    answer = httpx.get(sandbox.base_url + FORMS, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_dies_after_its_life() -> None:
    with RunningSandbox(token_life=60) as sandbox, Caller(sandbox) as caller:
        caller.signed_in()
        sandbox.pass_time(59)
        assert caller.get(FORMS).status_code == 200
        sandbox.pass_time(1)
        assert caller.get(FORMS).status_code == 401
        assert caller.token().json()["expires_in"] == 60


def test_revoked_tokens_are_worthless_and_a_new_one_is_not(sandbox: RunningSandbox, caller: Caller) -> None:
    sandbox.revoke_tokens()
    assert caller.get(FORMS).status_code == 401
    assert caller.signed_in().get(FORMS).status_code == 200
    assert sandbox.token_calls == 2


def test_the_eleventh_token_within_a_minute_is_answered_429_with_the_time_to_wait() -> None:
    with RunningSandbox(limits=True) as sandbox, Caller(sandbox) as caller:
        assert {caller.token().status_code for _ in range(10)} == {200}
        refused = caller.token()
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= 60
        sandbox.pass_time(60)
        assert caller.token().status_code == 200


def test_the_fifty_first_call_within_a_minute_is_answered_429() -> None:
    with RunningSandbox(limits=True) as sandbox, Caller(sandbox) as caller:
        caller.signed_in()
        assert {caller.get(FORMS).status_code for _ in range(50)} == {200}
        assert caller.get(FORMS).status_code == 429
        assert caller.token().status_code == 200


def test_without_limits_nobody_waits(caller: Caller) -> None:
    assert {caller.get(FORMS).status_code for _ in range(60)} == {200}


def test_credentials_and_provider_can_be_chosen() -> None:
    with (
        RunningSandbox(client_id="ñandú", client_secret="s:3", provider_slug="la-cruz") as sandbox,
        Caller(sandbox) as caller,
    ):
        assert caller.token().status_code == 200
        assert sandbox.provider_slug == "la-cruz"


def test_a_call_that_does_not_exist_is_answered_404_and_a_wrong_method_405(caller: Caller) -> None:
    assert caller.get("/v1/nothing").json()["code"] == "NOT_FOUND"
    assert caller.get("/v1/oauth/token").status_code == 405
