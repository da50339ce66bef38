"""The bearer token: fetched once for all who wait, kept for most of its life, renewed once when OSIGU refuses it."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace

import httpx

from counter_app.osigu.address import origin
from counter_app.osigu.clock import steady
from counter_app.osigu.errors import CAPTIVE, Failure, Kind, OsiguError
from counter_app.osigu.retry import NoTokenError, Patience

# OSIGU guide, authentication: use a token for 50 of its 60 minutes, at most ten token calls a minute.
USED_SHARE = 50 / 60
MOST_CALLS = 10
WINDOW = 60.0  # seconds


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A token as OSIGU gave it, never decoded; `lasts` is in seconds."""

    value: str
    lasts: float


class Tokens:
    """The one token of a client. `fetch` makes one token call and raises `OsiguError`; `clock` is in seconds."""

    def __init__(
        self,
        fetch: Callable[[int], Awaitable[Token]],
        patience: Patience,
        clock: Callable[[], float] = steady,
    ) -> None:
        self._fetch = fetch
        self._patience = patience
        self._clock = clock
        self._lock = asyncio.Lock()
        self._called: deque[float] = deque(maxlen=MOST_CALLS)
        self._value: str | None = None
        self._good_until = 0.0
        self._ended = 0
        self._failure: Failure | None = None

    async def value(self, *, instead_of: str | None = None) -> str:
        """The token to send; a new one when there is none, it is old, or it is `instead_of`, which OSIGU refused.

        Raises:
            NoTokenError: `CREDENTIALS`, `SETTINGS`, `OFFLINE`, `SERVER` or `BUSY`; nothing was sent.
        """
        if known := self._fresh(instead_of):
            return known
        ended = self._ended
        async with self._lock:
            if known := self._fresh(instead_of):
                return known
            # Whoever waited for a fetch that failed shares its failure: ten patients are not ten token calls.
            if self._failure is not None and ended != self._ended:
                raise NoTokenError(self._failure)
            return await self._renew()

    def _fresh(self, refused: str | None) -> str | None:
        if self._value is None or self._value == refused or self._clock() >= self._good_until:
            return None
        return self._value

    async def _renew(self) -> str:
        self._value, self._failure = None, None
        try:
            token = await self._patience.repeat(self._call)
        except OsiguError as error:
            self._failure, self._ended = _nothing_left(error.failure), self._ended + 1
            raise NoTokenError(self._failure) from None
        self._value, self._ended = token.value, self._ended + 1
        return token.value

    async def _call(self, attempt: int) -> Token:
        now = self._clock()
        if len(self._called) == MOST_CALLS and now - self._called[0] < WINDOW:
            raise OsiguError(Failure(kind=Kind.BUSY, retry_after=WINDOW - (now - self._called[0])))
        self._called.append(now)
        token = await self._fetch(attempt)
        self._good_until = now + token.lasts * USED_SHARE
        return token


def _nothing_left(failure: Failure) -> Failure:
    """The failure, told so that no write's fate is thought unknown because of it: the write stayed here."""
    if failure.kind is not Kind.CONTRACT:
        return failure
    return replace(failure, kind=Kind.SETTINGS if failure.code == CAPTIVE else Kind.SERVER)


class BearerAuth(httpx.Auth):
    """Puts the token on a call to OSIGU's host, and on no other."""

    def __init__(self, base_url: httpx.URL, token: str) -> None:
        self._origin = origin(base_url)
        self._token = token

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send `request` with the token.

        Raises:
            OsiguError: with `Kind.CONTRACT` when the request goes to another host: the token stays here.
        """
        if origin(request.url) != self._origin:
            raise OsiguError(Failure(kind=Kind.CONTRACT))
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
