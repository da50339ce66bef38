"""Where calls may go, and that an id can't take them elsewhere."""

import httpx
import pytest
from odd_desk import failure_of, says

from counter_app.osigu import address
from counter_app.osigu.client import OsiguClient
from counter_app.osigu.errors import Kind, OsiguError


@pytest.mark.parametrize(
    "url",
    [
        "https://sandbox.osigu.com",
        "https://api.osigu.com/",
        "https://proxy.example/osigu/",
        "http://localhost:8123",
        "http://127.0.0.1:1",
        "http://127.9.9.9:1",
        "http://[::1]:80",
        "  https://api.osigu.com  ",
    ],
)
def test_https_and_this_computer_are_spoken_to(url):
    OsiguClient(url, "id", "secret", "provider")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://api.osigu.com", "insecure"),
        ("http://192.168.0.7", "insecure"),
        ("http://0.0.0.0", "insecure"),
        ("http://localhost.evil.example", "insecure"),
        ("http://127.0.0.1.evil.example", "insecure"),
        ("ftp://api.osigu.com", "invalid"),
        ("api.osigu.com", "invalid"),
        ("", "invalid"),
        ("https://", "invalid"),
        ("https://user:word@api.osigu.com", "invalid"),
        ("https://api.osigu.com/?a=b", "invalid"),
        ("https://api.osigu.com/#there", "invalid"),
        ("https://api.osigu.com:port", "invalid"),
        ("https://[::1", "invalid"),
    ],
)
def test_an_address_that_would_give_the_token_away_is_refused_at_once(url, why):
    with pytest.raises(OsiguError) as caught:
        OsiguClient(url, "id", "secret", "provider")
    failure = caught.value.failure
    assert failure.kind is Kind.SETTINGS
    assert failure.fields == {"base_url": why}
    assert failure.message


@pytest.mark.parametrize(
    ("request_id", "segment"),
    [
        ("areq_01HX", "areq_01HX"),
        (42, "42"),
        ("a/b", "a%2Fb"),
        ("../../x", "..%2F..%2Fx"),
        ("..", "%2E%2E"),
        (".", "%2E"),
        ("a?b#c", "a%3Fb%23c"),
        ("100%", "100%25"),
        ("50%2F", "50%252F"),
        ("ñ e", "%C3%B1%20e"),
    ],
)
async def test_an_id_is_one_segment_of_the_path_whatever_is_in_it(osigu, desk, request_id, segment):
    await failure_of(osigu.read_request(request_id))
    assert desk.calls("/arc")[0].target == f"/arc/v1/authorization-requests/{segment}"


async def test_an_empty_name_is_refused_before_anything_is_sent(osigu, desk):
    failure = await failure_of(osigu.forms(""))
    assert (failure.kind, failure.fields) == (Kind.INVALID, {"sponsor": "missing"})
    assert not desk.heard


async def test_what_staff_search_for_is_quoted(osigu, desk):
    desk.tells("/arc/v1/providers/products", says(200, {"content": []}))
    assert await osigu.provider_products("LAB", "a&b=c ñ") == ()
    assert desk.heard[-1].target == "/arc/v1/providers/products?product_type=LAB&query=a%26b%3Dc%20%C3%B1"


async def test_an_empty_question_is_left_out(osigu, desk):
    desk.tells("/arc/v1/providers/products", says(200, {"content": []}))
    await osigu.provider_products("LAB", "")
    assert desk.heard[-1].target == "/arc/v1/providers/products?product_type=LAB"


async def test_an_address_may_have_a_path_of_its_own(connect, desk):
    desk.tells("/osigu/v1/oauth/token", says(200, {"access_token": "t"}))
    desk.tells("/osigu/v1/sponsors/s/forms", says(200, []))
    osigu = await connect(base_url=f"{desk.base_url}/osigu/")
    assert await osigu.forms("s") == ()


def test_the_usual_port_is_the_same_origin_as_none():
    assert address.origin(httpx.URL("https://a:443/x")) == address.origin(httpx.URL("https://a/y"))
    assert address.origin(httpx.URL("https://a/x")) != address.origin(httpx.URL("http://a/x"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(osigu, desk, status):
    desk.tells("/v1/sponsors/s/forms", says(status, None, Location=f"{desk.base_url}/elsewhere"))
    assert (await failure_of(osigu.forms("s"))).kind is Kind.CONTRACT
    assert not desk.calls("/elsewhere")


async def test_a_proxy_of_the_environment_is_not_asked_for_this_computer(connect, desk, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    desk.tells("/v1/sponsors/s/forms", says(200, []))
    assert await (await connect()).forms("s") == ()


async def test_a_proxy_setting_that_cant_be_used_is_this_computers_settings(connect, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "gopher://nowhere")
    failure = await failure_of(connect(base_url="https://osigu.invalid"))
    assert failure.kind is Kind.SETTINGS
    assert failure.message
