"""The failure tables, row by row (design: "Failures")."""

import ssl
from datetime import UTC, datetime

import httpx
import pytest
from odd_desk import Time

from counter_app.osigu import retry
from counter_app.osigu.calls import Effect
from counter_app.osigu.errors import FATE_UNKNOWN, Failure, Kind, OsiguError
from counter_app.osigu.retry import NoTokenError, Patience

NOW = datetime(2026, 6, 25, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (302, Kind.CONTRACT, Kind.CONTRACT),
        (400, Kind.INVALID, Kind.INVALID),
        (401, Kind.CREDENTIALS, Kind.CREDENTIALS),
        (402, Kind.INVALID, Kind.INVALID),
        (403, Kind.NOT_AFFILIATED, Kind.NOT_AFFILIATED),
        (404, Kind.NOT_FOUND, Kind.NOT_FOUND),
        (407, Kind.SETTINGS, Kind.SETTINGS),
        (408, Kind.OFFLINE, Kind.UNKNOWN),
        (409, Kind.CONFLICT, Kind.CONFLICT),
        (410, Kind.NOT_FOUND, Kind.NOT_FOUND),
        (413, Kind.INVALID, Kind.INVALID),
        (422, Kind.INVALID, Kind.INVALID),
        (423, Kind.CONFLICT, Kind.CONFLICT),
        (425, Kind.BUSY, Kind.BUSY),
        (429, Kind.BUSY, Kind.BUSY),
        (500, Kind.SERVER, Kind.UNKNOWN),
        (502, Kind.SERVER, Kind.UNKNOWN),
        (503, Kind.BUSY, Kind.BUSY),
        (504, Kind.SERVER, Kind.UNKNOWN),
        (511, Kind.SETTINGS, Kind.SETTINGS),
        (599, Kind.SERVER, Kind.UNKNOWN),
        (700, Kind.CONTRACT, Kind.CONTRACT),
    ],
)
def test_a_status_means_for_a_question_and_for_a_write(status, read, write):
    assert retry.kind_of_status(status, Effect.READ) is read
    assert retry.kind_of_status(status, Effect.WRITE) is write


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, Kind.CONTRACT),
        (400, Kind.CREDENTIALS),
        (401, Kind.CREDENTIALS),
        (403, Kind.CREDENTIALS),
        (404, Kind.SETTINGS),
        (405, Kind.SETTINGS),
        (407, Kind.SETTINGS),
        (408, Kind.OFFLINE),
        (410, Kind.SETTINGS),
        (422, Kind.CONTRACT),
        (429, Kind.BUSY),
        (500, Kind.SERVER),
        (503, Kind.BUSY),
        (511, Kind.SETTINGS),
    ],
)
def test_at_the_token_call_a_status_speaks_of_this_counter_and_never_of_a_patient(status, kind):
    assert retry.kind_of_token_status(status) is kind


@pytest.mark.parametrize(
    ("error", "read", "write"),
    [
        (httpx.ConnectError, Kind.OFFLINE, Kind.OFFLINE),
        (httpx.ConnectTimeout, Kind.OFFLINE, Kind.OFFLINE),
        (httpx.PoolTimeout, Kind.OFFLINE, Kind.OFFLINE),
        (httpx.ProxyError, Kind.OFFLINE, Kind.OFFLINE),
        (httpx.ReadTimeout, Kind.OFFLINE, Kind.UNKNOWN),
        (httpx.WriteTimeout, Kind.OFFLINE, Kind.UNKNOWN),
        (httpx.ReadError, Kind.OFFLINE, Kind.UNKNOWN),
        (httpx.WriteError, Kind.OFFLINE, Kind.UNKNOWN),
        (httpx.CloseError, Kind.OFFLINE, Kind.UNKNOWN),
        (httpx.RemoteProtocolError, Kind.OFFLINE, Kind.UNKNOWN),
        (TimeoutError, Kind.OFFLINE, Kind.UNKNOWN),
        (httpx.DecodingError, Kind.CONTRACT, Kind.CONTRACT),
        (httpx.UnsupportedProtocol, Kind.SETTINGS, Kind.SETTINGS),
        (httpx.LocalProtocolError, Kind.BUG, Kind.BUG),
        (ValueError, Kind.BUG, Kind.BUG),
        (ZeroDivisionError, Kind.BUG, Kind.BUG),
    ],
)
def test_an_exception_means_for_a_question_and_for_a_write(error, read, write):
    assert retry.kind_of_error(error("x"), Effect.READ) is read
    assert retry.kind_of_error(error("x"), Effect.WRITE) is write


def test_every_row_of_the_exception_table_decides_for_its_own_class():
    for error, kinds in retry.ERROR_KINDS:
        assert retry.kind_of_error(error("x"), Effect.READ) is kinds.read


def test_a_refused_certificate_is_this_computers_settings_though_httpx_calls_it_a_failed_connection():
    error = httpx.ConnectError("x")
    error.__cause__ = OSError("x")
    error.__cause__.__context__ = ssl.SSLCertVerificationError("x")
    assert retry.kind_of_error(error, Effect.WRITE) is Kind.SETTINGS


@pytest.mark.parametrize(
    ("said", "kind"), [("407 Proxy Authentication Required", Kind.SETTINGS), ("403", Kind.OFFLINE)]
)
def test_a_proxy_that_wants_a_sign_in_is_this_computers_settings_though_httpx_has_one_class_for_all(said, kind):
    assert retry.kind_of_error(httpx.ProxyError(said), Effect.WRITE) is kind


def test_what_is_repeated_by_itself_never_leaves_a_fate_unknown():
    assert set(retry.REPEATS) == {Kind.OFFLINE, Kind.SERVER, Kind.BUSY}
    assert not FATE_UNKNOWN & set(retry.REPEATS)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("-3", None),
        ("soon", None),
        ("1.5.2", None),
        ("999999999999", 3600.0),
        ("Thu, 25 Jun 2026 14:00:09 GMT", 9.0),
        ("Thu, 25 Jun 2026 13:00:00 GMT", 0.0),
        ("Thu, 25 Jun 2026 14:00:09 -0000", 9.0),
        ("Thu, 25 Jun 2027 14:00:00 GMT", 3600.0),
        ("Thu, 99 Jun 2026 14:00:09 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header, seconds):
    assert retry.retry_after(header, NOW) == seconds


def _longest(upper: float) -> float:
    return upper


@pytest.mark.parametrize(
    ("kind", "made", "told", "wait"),
    [
        (Kind.SERVER, 1, None, 0.5),
        (Kind.SERVER, 2, None, 1.0),
        (Kind.SERVER, 3, None, None),
        (Kind.BUSY, 1, 4.0, 4.5),
        (Kind.BUSY, 1, 15.0, 15.5),
        (Kind.BUSY, 1, 16.0, None),
        (Kind.OFFLINE, 1, None, 0.5),
        (Kind.INVALID, 1, None, None),
        (Kind.CREDENTIALS, 1, None, None),
        (Kind.CONTRACT, 1, None, None),
        (Kind.BUG, 1, None, None),
    ],
)
def test_the_wait_before_an_attempt_doubles_honours_the_server_and_ends(kind, made, told, wait):
    assert Patience(jitter=_longest).wait(Failure(kind=kind, retry_after=told), made) == wait


def test_the_wait_is_drawn_between_nothing_and_its_bound():
    waits = [Patience().wait(Failure(kind=Kind.SERVER), 1) for _ in range(100)]
    assert all(0 <= each <= retry.FIRST_WAIT for each in waits)
    assert len(set(waits)) > 1


def test_the_wait_has_a_cap(monkeypatch):
    monkeypatch.setitem(retry.REPEATS, Kind.SERVER, 20)
    assert Patience(jitter=_longest).wait(Failure(kind=Kind.SERVER), 12) == retry.LONGEST_WAIT


async def test_no_repetition_begins_when_staff_have_waited_long_enough():
    time, attempts = Time(), []

    async def slow(number: int) -> None:
        attempts.append(number)
        time.now += 30.0
        raise OsiguError(Failure(kind=Kind.OFFLINE))

    with pytest.raises(OsiguError):
        await Patience(sleep=time.sleep, clock=time.clock).repeat(slow)
    assert attempts == [1, 2]


async def test_a_missing_token_is_not_asked_for_all_over_again():
    attempts = []

    async def without_token(number: int) -> None:
        attempts.append(number)
        raise NoTokenError(Failure(kind=Kind.OFFLINE))

    with pytest.raises(NoTokenError):
        await Patience().repeat(without_token)
    assert attempts == [1]


def test_an_error_says_its_kind_and_status_and_nothing_that_staff_typed():
    error = OsiguError(Failure(kind=Kind.INVALID, status=422, message="MARIA", fields={"name": "GONZALEZ"}))
    assert str(error) == "invalid 422"
    assert str(OsiguError(Failure(kind=Kind.OFFLINE))) == "offline"
    assert repr(error.failure) == "<Failure>"
