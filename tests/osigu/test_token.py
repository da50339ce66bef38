"""The bearer token: fetched once, kept, renewed once, and never taken to another host."""

import asyncio
import base64

import httpx
import pytest
from odd_desk import HANG_UP, TOKEN, cut_off, failure_of, says

from counter_app.osigu.auth import BearerAuth, Token
from counter_app.osigu.errors import FATE_UNKNOWN, Kind, OsiguError

FORMS = "/v1/sponsors/s/forms"
TOKENS = "/v1/oauth/token"


def token(value, **more):
    return says(200, {"access_token": value, "token_type": "bearer", "expires_in": 3600, **more})


async def test_the_token_is_asked_for_with_basic_credentials_and_a_form(connect, desk):
    osigu = await connect(client_id="caja-ñ", client_secret="s:e/c+r t")
    await osigu.warm()
    (heard,) = desk.heard
    assert heard.method == "POST"
    assert heard.body == b"grant_type=client_credentials"
    assert heard.headers["content-type"] == "application/x-www-form-urlencoded"
    assert base64.b64decode(heard.headers["authorization"].removeprefix("Basic ")).decode() == "caja-ñ:s:e/c+r t"


async def test_ten_calls_at_once_fetch_one_token(osigu, desk):
    desk.tells(FORMS, says(200, []))
    await asyncio.gather(*[osigu.forms("s") for _ in range(10)])
    assert len(desk.calls(TOKENS)) == 1
    assert {each.headers["authorization"] for each in desk.calls(FORMS)} == {"Bearer tok-1"}


@pytest.mark.parametrize(("more", "seconds"), [({}, 3000), ({"expires_in": 60}, 50), ({"expires_in": None}, 3000)])
async def test_a_token_is_used_for_fifty_of_its_sixty_minutes(osigu, desk, time, more, seconds):
    desk.tells(TOKENS, token("a", **more), token("b", **more))
    desk.tells(FORMS, says(200, []))
    await osigu.forms("s")
    time.now += seconds - 0.1
    await osigu.forms("s")
    assert len(desk.calls(TOKENS)) == 1
    time.now += 0.2
    await osigu.forms("s")
    assert [each.headers["authorization"] for each in desk.calls(FORMS)] == ["Bearer a", "Bearer a", "Bearer b"]


async def test_a_refused_token_is_renewed_once_and_the_write_made_again(osigu, desk):
    desk.tells(TOKENS, token("old"), token("new"))
    desk.tells("/dispensing/v1/dispensations", says(401), says(201, {"dispensation_id": 7, "status": "STARTED"}))
    assert (await osigu.start_dispensation("AUTH-1", 12)).dispensation_id == 7
    first, second = desk.calls("/dispensing")
    assert first.headers["authorization"] == "Bearer old"
    assert second.headers["authorization"] == "Bearer new"
    assert first.body == second.body


async def test_calls_refused_together_renew_the_token_once(osigu, desk):
    desk.tells(TOKENS, token("old"), token("new"))
    desk.tells(FORMS, says(401), says(401), says(401), says(200, []))
    await osigu.warm()
    await asyncio.gather(*[osigu.forms("s") for _ in range(3)])
    assert len(desk.calls(TOKENS)) == 2


async def test_a_second_refusal_means_the_credentials(osigu, desk):
    desk.tells(FORMS, says(401))
    assert (await failure_of(osigu.forms("s"))).kind is Kind.CREDENTIALS
    assert len(desk.calls(FORMS)) == 2


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_refused_client_id_means_the_credentials_and_is_not_repeated(osigu, desk, status):
    desk.tells(TOKENS, says(status, {"error": "invalid_client", "error_description": "no such client"}))
    failure = await failure_of(osigu.warm())
    assert (failure.kind, failure.message) == (Kind.CREDENTIALS, "no such client")
    assert len(desk.heard) == 1


async def test_an_address_without_a_token_call_is_a_wrong_setting_not_a_missing_patient(osigu, desk):
    desk.tells(TOKENS, says(404, b"<html>nothing here</html>"))
    failure = await failure_of(osigu.search("s", {}))
    assert failure.kind is Kind.SETTINGS
    assert failure.message == "There is no OSIGU at the address in the settings."


@pytest.mark.parametrize("answer", [says(429), says(503), says(500), HANG_UP, cut_off()])
async def test_the_token_call_is_repeated_when_that_may_help(osigu, desk, time, answer):
    desk.tells(TOKENS, answer, answer, TOKEN)
    await osigu.warm()
    assert len(desk.heard) == 3
    assert len(time.naps) == 2


@pytest.mark.parametrize(
    "body", [b"", b"{", {}, {"access_token": ""}, {"access_token": "a\nb"}, [1], {"access_token": 5}]
)
async def test_an_answer_without_a_token_is_a_fault_of_osigu_and_no_write_leaves(osigu, desk, body):
    desk.tells(TOKENS, says(200, body))
    failure = await failure_of(osigu.cancel_dispensation("d"))
    assert failure.kind is Kind.SERVER
    assert failure.kind not in FATE_UNKNOWN
    assert len(desk.heard) == 1


async def test_the_eleventh_token_call_of_a_minute_is_not_made(osigu, desk, time):
    desk.tells(FORMS, says(401))
    for _ in range(5):
        await failure_of(osigu.forms("s"))
        time.now += 1
    assert len(desk.calls(TOKENS)) == 6
    desk.tells(TOKENS, says(401))
    for _ in range(4):
        await failure_of(osigu.forms("s"))
    assert len(desk.calls(TOKENS)) == 10
    failure = await failure_of(osigu.forms("s"))
    assert (failure.kind, failure.retry_after) == (Kind.BUSY, 55.0)
    assert len(desk.calls(TOKENS)) == 10
    time.now += 56
    assert (await failure_of(osigu.forms("s"))).kind is Kind.CREDENTIALS
    assert len(desk.calls(TOKENS)) == 11


async def test_who_waited_for_a_failed_token_call_shares_its_failure(osigu, desk):
    desk.tells(TOKENS, says(401))
    kinds = await asyncio.gather(*[failure_of(osigu.forms("s")) for _ in range(5)])
    assert {each.kind for each in kinds} == {Kind.CREDENTIALS}
    assert len(desk.heard) == 1
    await failure_of(osigu.forms("s"))
    assert len(desk.heard) == 2


async def test_a_patient_given_up_does_not_cost_the_others_their_token(osigu, desk):
    desk.tells(FORMS, says(200, []))
    asked = asyncio.Event()

    async def wait_for_the_first(_heard):
        if not asked.is_set():
            asked.set()
            await asyncio.sleep(10)

    desk.before_answering = wait_for_the_first
    first = asyncio.create_task(osigu.forms("s"))
    await asked.wait()
    second = asyncio.create_task(osigu.forms("s"))
    first.cancel()
    assert await second == ()
    assert first.cancelled() or await asyncio.gather(first, return_exceptions=True)


async def test_no_write_leaves_while_there_is_no_token(osigu, desk):
    desk.tells(TOKENS, HANG_UP)
    failure = await failure_of(osigu.cancel_dispensation("d"))
    assert failure.kind is Kind.OFFLINE
    assert not desk.calls("/dispensing")


async def test_a_write_whose_token_could_not_be_renewed_did_not_happen(osigu, desk):
    desk.tells(TOKENS, TOKEN, HANG_UP)
    desk.tells("/dispensing/v1/dispensations/d/cancel", says(401))
    assert (await failure_of(osigu.cancel_dispensation("d"))).kind is Kind.OFFLINE


async def test_the_token_stays_at_its_host(desk):
    auth = BearerAuth(httpx.URL("https://api.osigu.com"), "tok")
    async with httpx.AsyncClient(auth=auth) as http:
        with pytest.raises(OsiguError) as caught:
            await http.get(desk.base_url)
    assert caught.value.failure.kind is Kind.CONTRACT
    assert not desk.heard


def test_a_token_does_not_print_itself():
    assert "tok-1" not in repr(Token("tok-1", 60.0))
