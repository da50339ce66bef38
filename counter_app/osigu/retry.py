"""What happened, sorted by what the counter can do about it, and what is tried again by itself. The tables are data.

A write is never repeated here: after a lost answer only a look-up tells its fate (design: "Failures").
"""

import asyncio
import random
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx

from counter_app.osigu.calls import Effect
from counter_app.osigu.clock import steady
from counter_app.osigu.errors import Failure, Kind, OsiguError

T = TypeVar("T")


class NoTokenError(OsiguError):
    """There is no token to send, and asking for one was repeated enough. The call that needed it did not leave."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """What one happening means for a question and for a write."""

    read: Kind
    write: Kind

    def of(self, effect: Effect) -> Kind:
        """The kind for a call with that effect."""
        return self.write if effect is Effect.WRITE else self.read


def _both(kind: Kind) -> Kinds:
    return Kinds(kind, kind)


_SERVER_OR_UNKNOWN = Kinds(Kind.SERVER, Kind.UNKNOWN)
_OFFLINE_OR_UNKNOWN = Kinds(Kind.OFFLINE, Kind.UNKNOWN)

STATUS_KINDS: Mapping[int, Kinds] = {
    400: _both(Kind.INVALID),
    401: _both(Kind.CREDENTIALS),
    403: _both(Kind.NOT_AFFILIATED),
    404: _both(Kind.NOT_FOUND),
    407: _both(Kind.SETTINGS),  # a proxy's own word: it passed nothing on
    408: _OFFLINE_OR_UNKNOWN,  # "too slow" may come from a proxy that passed the call on
    409: _both(Kind.CONFLICT),
    410: _both(Kind.NOT_FOUND),
    422: _both(Kind.INVALID),
    423: _both(Kind.CONFLICT),
    425: _both(Kind.BUSY),
    429: _both(Kind.BUSY),
    500: _SERVER_OR_UNKNOWN,
    502: _SERVER_OR_UNKNOWN,  # a 502 does not say whether the write happened
    503: _both(Kind.BUSY),
    504: _SERVER_OR_UNKNOWN,
    511: _both(Kind.SETTINGS),  # a network that wants a sign-in first (RFC 6585, 6)
}
# The first digit decides where the table above is silent. Redirects are not followed: the token stays at its host.
FAMILY_KINDS: Mapping[int, Kinds] = {
    3: _both(Kind.CONTRACT),
    4: _both(Kind.INVALID),
    5: _SERVER_OR_UNKNOWN,
}
# At the token call nothing has left yet, and "not found" speaks of the address, not of a patient.
TOKEN_STATUS_KINDS: Mapping[int, Kind] = {
    400: Kind.CREDENTIALS,
    401: Kind.CREDENTIALS,
    403: Kind.CREDENTIALS,
    404: Kind.SETTINGS,
    405: Kind.SETTINGS,
    407: Kind.SETTINGS,
    410: Kind.SETTINGS,
    511: Kind.SETTINGS,
}

# The first row that fits decides. A never-made connection is safe to make again, a write's included.
ERROR_KINDS: tuple[tuple[type[Exception], Kinds], ...] = (
    (ssl.SSLCertVerificationError, _both(Kind.SETTINGS)),
    (httpx.ConnectError, _both(Kind.OFFLINE)),
    (httpx.ConnectTimeout, _both(Kind.OFFLINE)),
    (httpx.PoolTimeout, _both(Kind.OFFLINE)),
    (httpx.ProxyError, _both(Kind.OFFLINE)),
    (httpx.UnsupportedProtocol, _both(Kind.SETTINGS)),
    (httpx.LocalProtocolError, _both(Kind.BUG)),
    (httpx.DecodingError, _both(Kind.CONTRACT)),
    (httpx.TransportError, _OFFLINE_OR_UNKNOWN),
    (TimeoutError, _OFFLINE_OR_UNKNOWN),
)

# How httpx tells of a proxy that refuses to connect: by the status and its words.
_PROXY_WANTS_SIGN_IN = "407"

# How many times a question is repeated by itself.
REPEATS: Mapping[Kind, int] = {Kind.OFFLINE: 2, Kind.SERVER: 2, Kind.BUSY: 2}

FIRST_WAIT = 0.5  # seconds; doubled with each repetition, drawn anew between zero and that (full jitter)
LONGEST_WAIT = 8.0  # seconds, however often it was doubled
LONGEST_OBEDIENCE = 15.0  # seconds of Retry-After that are waited out; of a longer one staff are told
BUDGET = 45.0  # seconds after which no repetition begins: somebody stands at the counter
LONGEST_RETRY_AFTER = 3600.0  # seconds; more than that is a fault of the server's clock


def kind_of_status(status: int, effect: Effect) -> Kind:
    """What an HTTP status that is no success means."""
    kinds = STATUS_KINDS.get(status) or FAMILY_KINDS.get(status // 100) or _both(Kind.CONTRACT)
    return kinds.of(effect)


def kind_of_token_status(status: int) -> Kind:
    """What such a status means at the token call, where nothing else has been sent."""
    if status in TOKEN_STATUS_KINDS:
        return TOKEN_STATUS_KINDS[status]
    kind = kind_of_status(status, Effect.READ)
    return kind if kind in REPEATS else Kind.CONTRACT


def kind_of_error(error: Exception, effect: Effect) -> Kind:
    """What an exception of the transport means; one that nobody foresaw is a fault of this program."""
    if isinstance(error, httpx.ProxyError) and str(error).startswith(_PROXY_WANTS_SIGN_IN):
        return Kind.SETTINGS
    suspect = _distrusted(error) or error
    for row, kinds in ERROR_KINDS:
        if isinstance(suspect, row):
            return kinds.of(effect)
    return Kind.BUG


def _distrusted(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The refused certificate that httpx tells as a failed connection, where it was that."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    return cause


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` of seconds or a date; None where there is none that can be understood."""
    if not header:
        return None
    try:
        seconds = float(header) if header.strip().isdecimal() else _until(header, now)
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _until(date: str, now: datetime) -> float:
    moment = parsedate_to_datetime(date)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()


def _jitter(longest: float) -> float:
    return random.uniform(0, longest)  # noqa: S311  spreads the calls of many counters; no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Repeats a question while that may help. `clock` is in seconds."""

    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    clock: Callable[[], float] = steady
    jitter: Callable[[float], float] = _jitter

    async def repeat(self, attempt: Callable[[int], Awaitable[T]]) -> T:
        """Call `attempt` with 1, 2, … until it succeeds or repeating it makes no sense.

        Raises:
            OsiguError: the last attempt's.
        """
        began, number = self.clock(), 1
        while True:
            try:
                return await attempt(number)
            except NoTokenError:
                raise
            except OsiguError as error:
                wait = self.wait(error.failure, number)
                if wait is None or self.clock() - began + wait > BUDGET:
                    raise
            await self.sleep(wait)
            number += 1

    def wait(self, failure: Failure, made: int) -> float | None:
        """Seconds before the next attempt after `made` ones, or None when there is to be none."""
        if made > REPEATS.get(failure.kind, 0):
            return None
        told = failure.retry_after or 0.0
        if told > LONGEST_OBEDIENCE:
            return None
        return told + self.jitter(min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (made - 1)))
