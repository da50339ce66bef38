"""Certificates: what this computer does not trust gets neither a token nor a write, and the manager is told why."""

import asyncio
from datetime import timedelta

import pytest
from certificates import self_signed
from odd_desk import TOKEN, Desk, failure_of, says

from counter_app.osigu.errors import FATE_UNKNOWN, Kind

WRITE = "/dispensing/v1/dispensations/d/cancel"


@pytest.fixture
async def secure():
    """A desk behind TLS, opened by the test."""
    desk = Desk()
    desk.tells("/v1/oauth/token", TOKEN)
    desk.tells(WRITE, says(200, {"dispensation_id": "d", "status": "CANCELLED"}))
    yield desk
    await desk.shut()


def address_of(desk: Desk) -> str:
    return f"https://127.0.0.1:{desk.port}"


async def test_a_certificate_that_this_computer_trusts_is_good(connect, secure, monkeypatch, tmp_path):
    trusted, context = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    await secure.open(tls=context)
    osigu = await connect(base_url=address_of(secure))
    assert (await osigu.cancel_dispensation("d")).status == "CANCELLED"


@pytest.mark.parametrize("write", [True, False])
async def test_a_certificate_that_vouches_for_itself_gets_no_token(connect, secure, tmp_path, time, write):
    _, context = self_signed(tmp_path)
    await secure.open(tls=context)
    osigu = await connect(base_url=address_of(secure))
    failure = await failure_of(osigu.cancel_dispensation("d") if write else osigu.read_dispensation("d"))
    assert failure.kind is Kind.SETTINGS
    assert failure.kind not in FATE_UNKNOWN
    assert "certificate" in failure.message
    assert secure.heard == []
    assert time.naps == []


async def test_a_certificate_that_has_ended_points_to_this_computers_date(connect, secure, monkeypatch, tmp_path):
    """A clock a year ahead makes every certificate an old one."""
    trusted, context = self_signed(tmp_path, ends=timedelta(days=-1))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    await secure.open(tls=context)
    osigu = await connect(base_url=address_of(secure))
    failure = await failure_of(osigu.cancel_dispensation("d"))
    assert failure.kind is Kind.SETTINGS
    assert "date" in failure.message
    assert secure.heard == []


async def test_a_certificate_that_changes_in_the_middle_stops_the_write_before_it_leaves(
    connect, secure, monkeypatch, tmp_path
):
    """A network's sign-in page takes OSIGU's place between two calls."""
    trusted, context = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    await secure.open(tls=context)
    osigu = await connect(base_url=address_of(secure))
    await osigu.warm()
    await secure.shut()
    (tmp_path / "other").mkdir()
    _, other = self_signed(tmp_path / "other")
    await secure.open(tls=other, port=secure.port)
    failure = await failure_of(osigu.cancel_dispensation("d"))
    assert (failure.kind, failure.status) == (Kind.SETTINGS, None)
    assert len(secure.heard) == 1


async def test_a_handshake_that_breaks_off_is_offline(connect, time):
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        osigu = await connect(base_url=f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        assert (await failure_of(osigu.cancel_dispensation("d"))).kind is Kind.OFFLINE
