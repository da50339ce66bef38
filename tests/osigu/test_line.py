"""How calls are made: what is repeated, how long is waited, what is logged, and that staff can stop."""

import asyncio
import logging
import socket
import ssl

import pytest
from odd_desk import HANG_UP, QUICK, TOKEN, cut_off, failure_of, says

from counter_app.models import Prescription
from counter_app.osigu.client import OsiguClient
from counter_app.osigu.errors import FATE_UNKNOWN, Kind, OsiguError
from counter_app.osigu.timeouts import Timeouts

FORMS = "/v1/sponsors/s/forms"
SEARCH = "/v1/sponsors/s/search"
REQUESTS = "/arc/v1/authorization-requests"
NOTHING_PRESCRIBED = Prescription(diagnosis_code="R51", lines=())


@pytest.mark.parametrize("odd", [says(500), says(502), says(503), says(429), HANG_UP, cut_off()])
async def test_a_question_is_asked_again_by_itself(osigu, desk, time, odd):
    desk.tells(SEARCH, odd, odd, says(200, {"beneficiary_id": 1}))
    (found,) = await osigu.search("s", {"member_id": "1"})
    assert found.beneficiary_id == 1
    assert len(time.naps) == 2


@pytest.mark.parametrize(
    ("odd", "kind"), [(says(500), Kind.SERVER), (says(503), Kind.BUSY), (says(429), Kind.BUSY), (HANG_UP, Kind.OFFLINE)]
)
async def test_a_question_is_given_up_after_three_attempts(osigu, desk, odd, kind):
    desk.tells(FORMS, odd)
    assert (await failure_of(osigu.forms("s"))).kind is kind
    assert len(desk.calls("forms")) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 418])
async def test_a_refusal_is_an_answer_and_not_repeated(osigu, desk, status):
    desk.tells(FORMS, says(status))
    await failure_of(osigu.forms("s"))
    assert len(desk.calls("forms")) == 1


WRITES = {
    "create": (REQUESTS, lambda osigu: osigu.create_request("b", "s", NOTHING_PRESCRIBED)),
    "complete": (f"{REQUESTS}/r/complete", lambda osigu: osigu.complete_request("r")),
    "start": ("/dispensing/v1/dispensations", lambda osigu: osigu.start_dispensation("c", None)),
    "cancel": ("/dispensing/v1/dispensations/d/cancel", lambda osigu: osigu.cancel_dispensation("d")),
    "send_otp": ("/v1/otp/send", lambda osigu: osigu.send_otp("b", "s", "SMS")),
    "validate_otp": ("/v1/otp/validate", lambda osigu: osigu.validate_otp("o", "1")),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("odd", [says(500), says(502), says(504), HANG_UP, cut_off(b'{"status": "COM')])
async def test_a_write_without_an_answer_is_unknown_and_never_repeated(osigu, desk, time, write, odd):
    path, call = WRITES[write]
    desk.tells(path, odd)
    assert (await failure_of(call(osigu))).kind is Kind.UNKNOWN
    assert len(desk.calls(path)) == 1
    assert time.naps == []


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("odd", [says(429, None, Retry_After=3), says(503, None, Retry_After=3)])
async def test_a_write_turned_away_did_not_happen_and_is_not_repeated_by_itself(osigu, desk, time, write, odd):
    path, call = WRITES[write]
    desk.tells(path, odd)
    failure = await failure_of(call(osigu))
    assert (failure.kind, failure.retry_after) == (Kind.BUSY, 3.0)
    assert failure.kind not in FATE_UNKNOWN
    assert len(desk.calls(path)) == 1
    assert time.naps == []


async def test_the_wait_that_osigu_asks_for_is_honoured(osigu, desk, time):
    desk.tells(FORMS, says(429, None, Retry_After=4), says(200, []))
    await osigu.forms("s")
    assert 4.0 <= time.naps[0] <= 4.5


async def test_a_wait_too_long_for_the_counter_is_told_instead(osigu, desk, time):
    desk.tells(FORMS, says(429, None, Retry_After=60))
    assert (await failure_of(osigu.forms("s"))).retry_after == 60.0
    assert time.naps == []


async def test_a_write_that_never_connected_did_not_happen(osigu, desk):
    desk.tells("/v1/oauth/token", says(200, {"access_token": "t"}, Connection="close"))
    await osigu.warm()
    await desk.shut()
    assert (await failure_of(osigu.cancel_dispensation("d"))).kind is Kind.OFFLINE


async def test_without_a_network_a_question_is_offline(connect, time):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        osigu = await connect(base_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        assert (await failure_of(osigu.forms("s"))).kind is Kind.OFFLINE
    assert len(time.naps) == 2


async def test_an_answer_that_does_not_come_in_time_is_given_up(connect, desk):
    osigu = await connect(timeouts=Timeouts(read=0.05, complete=0.05))

    async def hang(heard):
        if "token" not in heard.target:
            await asyncio.sleep(5)

    desk.before_answering = hang
    assert (await failure_of(osigu.forms("s"))).kind is Kind.OFFLINE
    assert (await failure_of(osigu.complete_request("r"))).kind is Kind.UNKNOWN


async def test_an_answer_that_trickles_is_given_up_as_a_whole(connect, time):
    async def trickle(reader, writer):
        try:
            if b"oauth" in await reader.readuntil(b"\r\n\r\n"):
                writer.write(TOKEN)
                await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        osigu = await connect(base_url=f"http://127.0.0.1:{port}", timeouts=Timeouts(connect=0.02, read=0.03))
        assert (await failure_of(osigu.read_dispensation("d"))).kind is Kind.OFFLINE
        assert (await failure_of(osigu.cancel_dispensation("d"))).kind is Kind.UNKNOWN


def test_time_for_an_upload_grows_with_the_file():
    ordinary = Timeouts()
    assert (ordinary.connect, ordinary.read, ordinary.complete) == (5.0, 30.0, 110.0)
    assert ordinary.upload(0) == 30.0
    assert ordinary.upload(3_200_000) == 130.0
    phases = ordinary.answered_within(110.0)
    assert (phases.connect, phases.read, phases.write, phases.pool) == (5.0, 110.0, 30.0, 5.0)


async def test_stopping_passes_untouched_and_the_next_call_goes_on(osigu, desk):
    desk.tells(FORMS, says(200, []))
    asked = asyncio.Event()

    async def hang(heard):
        if "search" in heard.target:
            asked.set()
            await asyncio.sleep(5)

    desk.before_answering = hang
    task = asyncio.create_task(osigu.search("s", {}))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await osigu.forms("s") == ()


async def test_one_connection_serves_call_after_call(osigu, desk):
    desk.tells(FORMS, says(200, []))
    for _ in range(5):
        await osigu.forms("s")
    assert {each.connection for each in desk.heard} == {1}


async def test_an_answer_that_cant_be_unpacked_is_not_what_osigu_promises(osigu, desk):
    desk.tells(FORMS, says(200, b"no gzip at all", Content_Encoding="gzip"))
    assert (await failure_of(osigu.forms("s"))).kind is Kind.CONTRACT


async def test_nothing_of_a_patient_an_address_or_a_secret_is_logged(osigu, desk, caplog):
    caplog.set_level(logging.DEBUG)
    desk.tells(SEARCH, says(500), says(200, {"beneficiary_id": [1], "first_name": "MARIA"}))
    desk.tells(f"{REQUESTS}/areq_77", says(422, {"message": "GONZALEZ"}))
    await failure_of(osigu.search("s", {"document_number": "123456789"}))
    await failure_of(osigu.read_request("areq_77"))
    for secret in ("MARIA", "GONZALEZ", "123456789", "areq_77", "127.0.0.1", "/v1/", "tok-1", "s3cret"):
        assert secret not in caplog.text
    ours = [each.getMessage() for each in caplog.records if each.name == "counter_app.osigu"]
    assert len(ours) == 4
    assert ours[0].startswith("token: 200, ")
    assert ours[1].startswith("search: 500, ")
    assert "beneficiary_id" in ours[2]
    assert ours[2].endswith("attempt 2")
    assert ours[3].startswith("read_request: 422, ")


async def test_a_fault_of_this_program_is_logged_by_its_place_and_told_as_one(osigu, desk, caplog, monkeypatch):
    def broken(_content: bytes) -> None:
        raise ZeroDivisionError("MARIA at http://127.0.0.1")

    monkeypatch.setattr("counter_app.osigu.reading.forms", broken)
    desk.tells(FORMS, says(200, []))
    assert (await failure_of(osigu.forms("s"))).kind is Kind.BUG
    assert "ZeroDivisionError at test_line.py" in caplog.text
    assert "MARIA" not in caplog.text
    assert "127.0.0.1" not in caplog.text


async def test_no_exception_of_httpx_hangs_on_to_a_failure(osigu, desk):
    desk.tells(f"{REQUESTS}/r/complete", HANG_UP)
    with pytest.raises(OsiguError) as caught:
        await osigu.complete_request("r")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


async def test_a_client_trusts_its_own_and_this_computers_authorities():
    async with OsiguClient("https://osigu.invalid", "id", "secret", "p", timeouts=QUICK) as osigu:
        context = osigu._line._connections._pool.http._transport._pool._ssl_context
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert len(context.get_ca_certs()) > 10


async def test_certificates_that_cant_be_read_are_this_computers_settings(connect, monkeypatch, tmp_path):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    assert (await failure_of(connect(base_url="https://osigu.invalid"))).kind is Kind.SETTINGS


async def test_a_server_that_speaks_no_tls_is_offline(connect):
    async def plain(reader, writer):
        await reader.read(1)
        writer.write(says(400))
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server:
        osigu = await connect(base_url=f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert (await failure_of(osigu.forms("s"))).kind is Kind.OFFLINE
