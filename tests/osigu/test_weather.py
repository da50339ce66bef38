"""Every weather between a counter and OSIGU: a question is asked again within bounds, a write never blindly.

In `BOTH`, each happening is made at a question and at a write; what staff are told is the design's failure table.
"""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from odd_desk import HANG_UP, NOW, TOKEN, Desk, Heard, cut_off, failure_of, says

from counter_app.osigu.client import OsiguClient
from counter_app.osigu.errors import CAPTIVE, FATE_UNKNOWN, Failure, Kind
from counter_app.osigu.timeouts import Timeouts

TOKENS = "/v1/oauth/token"
READ = "/dispensing/v1/dispensations/d"
WRITE = "/dispensing/v1/dispensations/d/cancel"
STARTED = says(200, {"dispensation_id": "d", "status": "STARTED"})
CANCELLED = says(200, {"dispensation_id": "d", "status": "CANCELLED"})
PAGE = b"\xef\xbb\xbf\n<!DOCTYPE html><html><body>Welcome to our Wi-Fi</body></html>"
CAPTIVE_SENTENCE = "A proxy or sign-in page of this network answered instead of OSIGU."
AN_HOUR = 3_600.0


def read(osigu: OsiguClient) -> Awaitable[object]:
    return osigu.read_dispensation("d")


def write(osigu: OsiguClient) -> Awaitable[object]:
    return osigu.cancel_dispensation("d")


async def both(osigu: OsiguClient, desk: Desk, *answers: bytes) -> tuple[Failure, Failure]:
    """How a question and a write end when they get these answers."""
    desk.tells(READ, *answers)
    desk.tells(WRITE, *answers)
    return await failure_of(read(osigu)), await failure_of(write(osigu))


def times(desk: Desk) -> tuple[int, int]:
    """How often the question and the write came in."""
    heard = [each.target for each in desk.heard]
    return heard.count(READ), heard.count(WRITE)


# --- OSIGU is busy or ill ---------------------------------------------------------------------------------------------


def dated(seconds: float) -> str:
    return (NOW + timedelta(seconds=seconds)).strftime("%a, %d %b %Y %H:%M:%S GMT")


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "waits",
    [
        (None, None, 3),
        ("3", 3.0, 3),
        (dated(9), 9.0, 3),
        (dated(-600), 0.0, 3),
        ("0", 0.0, 3),
        ("-5", None, 3),
        ("soon", None, 3),
        ("60", 60.0, 1),
        (dated(86_400), 3_600.0, 1),
        ("9" * 400, 3_600.0, 1),
    ],
)
async def test_who_is_turned_away_did_nothing_and_a_question_waits_as_long_as_it_is_told(
    osigu, desk, time, status, waits
):
    told, seconds, asked = waits
    headers = {} if told is None else {"Retry_After": told}
    question, change = await both(osigu, desk, says(status, None, **headers))
    assert question.kind is change.kind is Kind.BUSY
    assert question.retry_after == change.retry_after == seconds
    assert times(desk) == (asked, 1)
    assert len(time.naps) == asked - 1
    assert all((seconds or 0.0) <= nap <= (seconds or 0.0) + 1.0 for nap in time.naps)


@pytest.mark.parametrize("body", [None, PAGE, {"message": "oops"}, b'{"message": "cut o'])
@pytest.mark.parametrize("status", [500, 502, 504, 520, 599])
async def test_a_fault_of_osigu_is_asked_again_and_leaves_the_fate_of_a_write_unknown(osigu, desk, status, body):
    question, change = await both(osigu, desk, says(status, body))
    assert (question.kind, change.kind) == (Kind.SERVER, Kind.UNKNOWN)
    assert times(desk) == (3, 1)


# --- the line breaks --------------------------------------------------------------------------------------------------

CHUNKS_CUT = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{"


@pytest.mark.parametrize(
    "answer",
    [
        HANG_UP,
        cut_off(),
        cut_off(b""),
        CHUNKS_CUT,
        b"HTTP/1.1 200 O",
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x00\xff" * 40,
        says(200, None, length="many"),
    ],
)
async def test_a_cut_or_garbled_answer_is_asked_for_again_and_a_writes_fate_is_unknown(osigu, desk, answer):
    question, change = await both(osigu, desk, answer)
    assert (question.kind, change.kind) == (Kind.OFFLINE, Kind.UNKNOWN)
    assert times(desk) == (3, 1)


@pytest.mark.parametrize("after_the_body", [True, False])
async def test_a_connection_that_is_reset_leaves_the_fate_of_a_write_unknown(connect, after_the_body):
    """Even before its body was read, nobody knows whether the other side has all of it."""
    heard: list[str] = []

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        if TOKENS in head:
            writer.write(TOKEN)
            await reader.readexactly(len("grant_type=client_credentials"))
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        heard.append(head.split()[0])
        if after_the_body and head.startswith("POST"):
            await reader.read(1)
        # Closed with nothing to linger for, a socket says RST and not FIN.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with await asyncio.start_server(reset, "127.0.0.1", 0) as server:
        osigu = await connect(base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert (await failure_of(read(osigu))).kind is Kind.OFFLINE
        assert (await failure_of(osigu.send_otp("b", "s", "SMS"))).kind is Kind.UNKNOWN
    assert heard == ["GET", "GET", "GET", "POST"]


async def test_the_network_goes_and_comes_and_the_next_call_needs_no_restart(osigu, desk):
    desk.tells(READ, STARTED)
    desk.tells(WRITE, CANCELLED)
    await read(osigu)
    port = desk.port
    await desk.shut()
    assert (await failure_of(read(osigu))).kind is Kind.OFFLINE
    change = await failure_of(write(osigu))
    assert change.kind is Kind.OFFLINE
    assert change.kind not in FATE_UNKNOWN
    await desk.open(port=port)
    await read(osigu)
    await write(osigu)
    assert times(desk) == (2, 1)


async def test_a_network_that_comes_back_while_a_question_waits_answers_it(connect, desk):
    desk.tells(READ, STARTED)
    port = desk.port

    async def comes_back(_seconds: float) -> None:
        await desk.open(port=port)

    osigu = await connect(sleep=comes_back)
    await osigu.warm()
    await desk.shut()
    assert (await osigu.read_dispensation("d")).status == "STARTED"


async def test_a_name_that_nobody_knows_is_offline_and_nothing_has_left(connect, time):
    osigu = await connect(base_url="https://osigu.invalid")
    for call in (read, write):
        assert (await failure_of(call(osigu))).kind is Kind.OFFLINE
    assert len(time.naps) == 4


# --- a proxy, a sign-in page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", [says(200, PAGE), says(200, b"Please sign in", Content_Type="text/html; charset=utf-8"), says(203, PAGE)]
)
async def test_a_page_instead_of_an_answer_is_told_as_one_and_leaves_the_fate_of_a_write_unknown(osigu, desk, page):
    question, change = await both(osigu, desk, page)
    for failure in (question, change):
        assert (failure.kind, failure.code, failure.message) == (Kind.CONTRACT, CAPTIVE, CAPTIVE_SENTENCE)
    assert change.kind in FATE_UNKNOWN
    assert change.reference == "d"
    assert times(desk) == (1, 1)


@pytest.mark.parametrize("body", [None, b"{", b"\xff\xfe", {}, [], {"dispensation_id": "another", "status": "STARTED"}])
async def test_another_garbled_success_is_not_blamed_on_the_network(osigu, desk, body):
    question, change = await both(osigu, desk, says(200, body))
    assert (question.kind, question.code, question.message) == (Kind.CONTRACT, None, None)
    assert change.kind in FATE_UNKNOWN
    assert times(desk) == (1, 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_way_to_a_sign_in_page_is_not_followed(osigu, desk, status):
    sign_in = says(status, PAGE, Location="https://hotspot.invalid/login?from=osigu")
    question, change = await both(osigu, desk, sign_in)
    for failure in (question, change):
        assert (failure.kind, failure.code, failure.status) == (Kind.CONTRACT, CAPTIVE, status)
    assert times(desk) == (1, 1)


async def test_a_redirect_within_osigu_is_not_blamed_on_the_network(osigu, desk):
    question, _ = await both(osigu, desk, says(308, None, Location=f"{READ}/"))
    assert (question.kind, question.code) == (Kind.CONTRACT, None)


@pytest.mark.parametrize("status", [407, 511])
async def test_a_proxy_that_wants_a_sign_in_passed_nothing_on(osigu, desk, status):
    for failure in await both(osigu, desk, says(status, PAGE)):
        assert (failure.kind, failure.code, failure.message) == (Kind.SETTINGS, CAPTIVE, CAPTIVE_SENTENCE)
    assert times(desk) == (1, 1)


@pytest.mark.parametrize(
    "page", [says(200, PAGE), says(302, None, Location="https://hotspot.invalid/"), says(407), says(511, PAGE)]
)
async def test_a_sign_in_page_in_the_tokens_place_is_told_and_no_write_has_left(osigu, desk, page):
    desk.tells(TOKENS, page)
    for call in (read, write):
        failure = await failure_of(call(osigu))
        assert (failure.kind, failure.code, failure.message) == (Kind.SETTINGS, CAPTIVE, CAPTIVE_SENTENCE)
        assert failure.kind not in FATE_UNKNOWN
    assert times(desk) == (0, 0)
    assert len(desk.heard) == 2


@pytest.mark.parametrize(
    ("refusal", "kind", "code"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", Kind.SETTINGS, CAPTIVE),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", Kind.OFFLINE, None),
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", Kind.OFFLINE, None),
        (b"", Kind.OFFLINE, None),
    ],
)
async def test_a_proxy_that_makes_no_connection_is_told_and_nothing_has_left(connect, monkeypatch, refusal, kind, code):
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split(b" ")[0])
        writer.write(refusal)
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
        osigu = await connect(base_url="https://osigu.invalid")
        for call in (read, write):
            failure = await failure_of(call(osigu))
            assert (failure.kind, failure.code) == (kind, code)
    assert set(asked) == {b"CONNECT"}


# --- the token --------------------------------------------------------------------------------------------------------


async def test_a_token_that_is_revoked_in_the_middle_is_renewed_without_anybody_noticing(osigu, desk):
    desk.tells(TOKENS, TOKEN, says(200, {"access_token": "tok-2"}), says(200, {"access_token": "tok-3"}))
    desk.tells(READ, says(401), STARTED)
    desk.tells(WRITE, says(401), CANCELLED)
    await read(osigu)
    assert (await osigu.cancel_dispensation("d")).status == "CANCELLED"
    assert times(desk) == (2, 2)
    sent = [each.headers["authorization"] for each in desk.heard if each.target != TOKENS]
    assert sent == ["Bearer tok-1", "Bearer tok-2", "Bearer tok-2", "Bearer tok-3"]


async def test_a_token_that_is_always_refused_means_the_credentials_and_the_write_did_not_happen(osigu, desk):
    question, change = await both(osigu, desk, says(401))
    assert question.kind is change.kind is Kind.CREDENTIALS
    assert change.kind not in FATE_UNKNOWN
    assert times(desk) == (2, 2)


async def test_a_write_that_fails_with_its_new_token_is_unknown_and_not_made_a_third_time(osigu, desk):
    desk.tells(WRITE, says(401), HANG_UP)
    assert (await failure_of(write(osigu))).kind is Kind.UNKNOWN
    assert times(desk) == (0, 2)


async def test_a_slow_new_token_does_not_make_a_refused_write_look_lost(connect, desk):
    """401 says that it did not happen; the time for a new token is not taken from the write's own."""
    desk.tells(WRITE, says(401), CANCELLED)
    osigu = await connect(timeouts=Timeouts(connect=0.1, read=0.7))
    await osigu.warm()

    async def be_slow(_heard: Heard) -> None:
        await asyncio.sleep(0.4)

    desk.before_answering = be_slow
    assert (await osigu.cancel_dispensation("d")).status == "CANCELLED"


# --- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [timedelta(days=-365), timedelta(days=365), timedelta(hours=-5)])
async def test_a_wrong_date_of_this_computer_does_not_change_how_long_is_waited(connect, desk, time, off):
    osigu = await connect(now=lambda: NOW + off)
    busy = says(429, None, Retry_After=dated(4), Date=dated(0))
    desk.tells(READ, busy, STARTED)
    desk.tells(WRITE, busy)
    await read(osigu)
    assert 4.0 <= time.naps[0] <= 4.5
    assert (await failure_of(write(osigu))).retry_after == 4.0


@pytest.mark.parametrize("date", ["yesterday", "", "Thu, 99 Jun 2026 14:00:00 GMT"])
async def test_an_answer_with_an_odd_date_is_measured_by_this_computers_clock(osigu, desk, date):
    _, change = await both(osigu, desk, says(429, None, Retry_After=dated(4), Date=date))
    assert change.retry_after == 4.0


async def test_setting_this_computers_date_neither_ages_a_token_nor_keeps_it_young(connect, desk, time):
    date = [NOW]
    desk.tells(READ, STARTED)
    osigu = await connect(now=lambda: date[0])
    for off in (0, 365, -365):
        date[0] = NOW + timedelta(days=off)
        await read(osigu)
    assert len(desk.calls(TOKENS)) == 1
    time.now += AN_HOUR
    await read(osigu)
    assert len(desk.calls(TOKENS)) == 2


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (timedelta(days=-365), timedelta(days=-365)),
        (timedelta(hours=5), timedelta(hours=5)),
        (timedelta(seconds=90), timedelta(0)),
        (timedelta(seconds=-90), timedelta(0)),
    ],
)
async def test_a_clock_that_is_off_is_known_and_logged_once(connect, desk, caplog, off, told):
    desk.tells(READ, says(200, {"dispensation_id": "d", "status": "STARTED"}, Date=dated(0)))
    osigu = await connect(now=lambda: NOW + off)
    assert osigu.clock_off == timedelta(0)
    await read(osigu)
    await read(osigu)
    assert osigu.clock_off == told
    assert caplog.text.count("this computer's clock is") == bool(told)


async def test_a_clock_that_was_set_right_is_right_with_the_next_answer(connect, desk):
    off = [timedelta(days=1)]
    desk.tells(READ, says(200, {"dispensation_id": "d", "status": "STARTED"}, Date=dated(0)))
    osigu = await connect(now=lambda: NOW + off[0])
    await read(osigu)
    off[0] = timedelta(0)
    await read(osigu)
    assert osigu.clock_off == timedelta(0)


async def test_the_date_of_a_sign_in_page_says_nothing_of_this_computers_clock(osigu, desk):
    desk.tells(READ, says(200, PAGE, Date=dated(-AN_HOUR)))
    await failure_of(read(osigu))
    assert osigu.clock_off == timedelta(0)


# --- the lid ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def forgotten(desk: Desk) -> Callable[[], None]:
    """Let the network forget the connections that there are now: nothing on them arrives, and nobody says so."""

    def forget() -> None:
        known = len(desk.connections)

        async def swallow(heard: Heard) -> None:
            if heard.connection <= known:
                await asyncio.Event().wait()

        desk.before_answering = swallow

    return forget


async def test_the_first_write_after_the_lid_was_closed_goes_on_a_connection_that_lives(osigu, desk, time, forgotten):
    desk.tells(READ, STARTED)
    desk.tells(WRITE, CANCELLED)
    await read(osigu)
    forgotten()
    time.now += AN_HOUR / 2
    assert (await osigu.cancel_dispensation("d")).status == "CANCELLED"
    assert [each.connection for each in desk.heard] == [1, 1, 2]


async def test_a_connection_that_was_used_just_now_is_used_again(osigu, desk, time):
    desk.tells(READ, STARTED)
    for _ in range(3):
        await read(osigu)
        time.now += 29.0
    assert {each.connection for each in desk.heard} == {1}


async def test_a_call_under_way_is_not_cut_off_by_one_that_starts_afresh(osigu, desk, time):
    desk.tells(READ, STARTED)
    desk.tells(WRITE, CANCELLED)
    arrived, may_answer = asyncio.Event(), asyncio.Event()

    async def hold_the_write(heard: Heard) -> None:
        if heard.target == WRITE:
            arrived.set()
            await may_answer.wait()

    desk.before_answering = hold_the_write
    under_way = asyncio.create_task(osigu.cancel_dispensation("d"))
    await arrived.wait()
    time.now += 60.0
    await read(osigu)
    may_answer.set()
    assert (await under_way).status == "CANCELLED"
    await read(osigu)
    assert [each.connection for each in desk.heard] == [1, 1, 2, 2]


async def test_a_connection_that_was_let_go_is_closed(osigu, desk, time):
    desk.tells(READ, STARTED)
    await read(osigu)
    (first,) = desk.connections
    time.now += 60.0
    await read(osigu)
    await asyncio.wait_for(first, 5)
    assert len(desk.connections) == 2
