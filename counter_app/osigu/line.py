"""The line to OSIGU: the one way in which a call is made on the connections there.

Every failure leaves as an `OsiguError` without httpx's own exception behind it, whose text would hold addresses. Of a
call, its name, outcome, duration and attempt are logged, never a URL, a body or an id.
"""

import asyncio
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Generic, TypeVar

import httpx

from counter_app.models import OpaqueId
from counter_app.osigu import address, calls, reading, uploads, writing
from counter_app.osigu.auth import BearerAuth, Token, Tokens
from counter_app.osigu.budget import Budget, Urgency, current_urgency
from counter_app.osigu.calls import Call, Effect
from counter_app.osigu.connections import Connections
from counter_app.osigu.errors import CAPTIVE, Failure, Kind, OsiguError
from counter_app.osigu.refusals import captive, failure_of, not_promised, written_at
from counter_app.osigu.retry import Patience, kind_of_error, kind_of_status, kind_of_token_status
from counter_app.osigu.timeouts import Timeouts

T = TypeVar("T")
_log = logging.getLogger("counter_app.osigu")

_DISTRUSTED = (
    "The certificate of OSIGU's address is not trusted: check this computer's date, and its antivirus or proxy."
)
_CLOCKS_AGREE = 120.0  # seconds; an answer is no exact time signal
_NOT_OSIGU = "There is no OSIGU at the address in the settings."


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What goes with a call: a body that can be read twice, and its headers."""

    content: bytes | uploads.Body | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


EMPTY = Parcel()


def json_parcel(body: Mapping[str, object]) -> Parcel:
    """A JSON body, its amounts exact."""
    return Parcel(content=writing.exact_json(body), headers={"Content-Type": "application/json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange(Generic[T]):
    """One call ready to be made: how it is built, sent, judged and read. `seconds` bound each time that it leaves."""

    call: Call
    build: Callable[[httpx.AsyncClient], httpx.Request]
    answer: Callable[["_Exchange[T]"], Awaitable[httpx.Response]]
    kind_of: Callable[[int], Kind]
    read: Callable[[bytes], T]
    seconds: float
    about: OpaqueId | None = None


class Line:
    """An open way to OSIGU. `patience.clock` and `.sleep` are in seconds, `now` gives an aware time.

    Each time that something leaves, it costs one of the `budget`, where there is one. `clock_off` says how many seconds
    this computer's clock is ahead of OSIGU's, as far as its last answer told; less than two minutes count as none.
    """

    def __init__(
        self,
        base_url: httpx.URL,
        credentials: httpx.BasicAuth,
        timeouts: Timeouts,
        patience: Patience,
        *,
        now: Callable[[], datetime],
        budget: Budget | None = None,
    ) -> None:
        self._base_url = base_url
        self._credentials = credentials
        self._timeouts = timeouts
        self._patience = patience
        self._now = now
        self._budget = budget
        self._tokens = Tokens(self._fetch_token, patience, patience.clock)
        self._connections = Connections(base_url, patience.clock)
        self.clock_off = 0.0

    async def open(self) -> None:
        """Get the connections ready; nothing is sent yet.

        Raises:
            OsiguError: with `Kind.SETTINGS` when this computer's certificates or proxies can't be used.
        """
        await self._connections.open()

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.close()

    async def warm(self) -> None:
        """Fetch the token ahead of the first call.

        Raises:
            OsiguError: with `Kind.CREDENTIALS`, `OFFLINE`, `SERVER`, `BUSY`, `SETTINGS` or `CONTRACT`.
        """
        await self._tokens.value()

    async def send(
        self,
        call: Call,
        read: Callable[[bytes], T],
        *,
        names: Mapping[str, OpaqueId] | None = None,
        query: Mapping[str, str] | None = None,
        parcel: Parcel = EMPTY,
        seconds: float | None = None,
    ) -> T:
        """Make a call and return what `read` makes of its answer; a question is repeated where that may help.

        Args:
            call: which one.
            read: takes the body of a success.
            names: what fills `call.path`.
            query: what stands behind the path.
            parcel: the body.
            seconds: how long the answer may take; without it, the ordinary read time-out.

        Raises:
            OsiguError: see the failure table in `retry`.
        """
        names = names or {}
        seconds = self._timeouts.read if seconds is None else seconds
        path = address.path_of(call.path, names, query or {})
        exchange = _Exchange(
            call=call,
            build=lambda http: http.build_request(
                call.method,
                path,
                content=parcel.content,
                headers=parcel.headers,
                timeout=self._timeouts.answered_within(seconds),
            ),
            answer=self._answer_to_bearer,
            kind_of=partial(kind_of_status, effect=call.effect),
            read=read,
            seconds=self._timeouts.whole(seconds),
            about=names.get("id"),
        )
        if call.effect is Effect.WRITE:
            return await self._attempt(exchange, 1)
        return await self._patience.repeat(partial(self._attempt, exchange))

    async def _fetch_token(self, attempt: int) -> Token:
        seconds = self._timeouts.read
        exchange = _Exchange(
            call=calls.TOKEN,
            build=lambda http: http.build_request(
                calls.TOKEN.method,
                calls.TOKEN.path,
                data={"grant_type": "client_credentials"},
                timeout=self._timeouts.answered_within(seconds),
            ),
            # Staff may be waiting for the token that a background call went to fetch.
            answer=partial(self._leave, auth=self._credentials, urgency=Urgency.STAFF),
            kind_of=kind_of_token_status,
            read=reading.token,
            seconds=self._timeouts.whole(seconds),
        )
        return await self._attempt(exchange, attempt)

    async def _answer_to_bearer(self, exchange: _Exchange[T]) -> httpx.Response:
        """OSIGU's answer to a call with the token; where that is refused with 401, to the same call with a new one.

        That is safe for a write as well: 401 says that it did not happen. The body is sent anew, so it must be one
        that can be read twice. Neither fetching a token nor waiting for the budget uses up the call's own time.
        """
        token, urgency = await self._tokens.value(), current_urgency()
        response = await self._leave(exchange, BearerAuth(self._base_url, token), urgency)
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return response
        renewed = await self._tokens.value(instead_of=token)
        return await self._leave(exchange, BearerAuth(self._base_url, renewed), urgency)

    async def _leave(self, exchange: _Exchange[T], auth: httpx.Auth, urgency: Urgency) -> httpx.Response:
        if self._budget is not None:
            await self._budget.spend(urgency)
        async with self._connections.lent() as http, asyncio.timeout(exchange.seconds):
            return await http.send(exchange.build(http), auth=auth)

    async def _attempt(self, exchange: _Exchange[T], number: int) -> T:
        began, outcome, status = time.perf_counter(), "stopped", None
        try:
            response = await exchange.answer(exchange)
            status = response.status_code
            outcome = str(status)
            if response.is_success:
                found = exchange.read(response.content)
                self._compare_clocks(response)
                return found
            failure = failure_of(response, exchange.kind_of(status), exchange.about, self._now())
        except OsiguError as error:
            outcome = error.failure.kind
            raise
        except reading.NotPromisedError as error:
            outcome = f"{status}, not as promised: {error}"
            failure = not_promised(response, exchange.about)
        except Exception as error:  # noqa: BLE001  whatever it is, it leaves as a failure without a URL in it
            outcome = type(error).__name__
            failure = _unforeseen(exchange, error)
        finally:
            spent = (time.perf_counter() - began) * 1000
            _log.info("%s: %s, %.0f ms, attempt %d", exchange.call.name, outcome, spent, number)
        # Raised here and not above: no exception of httpx stays chained to it.
        raise OsiguError(_explained(failure))

    def _compare_clocks(self, response: httpx.Response) -> None:
        written = written_at(response)
        if written is None:
            return
        off, before = (self._now() - written).total_seconds(), self.clock_off
        self.clock_off = off if abs(off) > _CLOCKS_AGREE else 0.0
        if self.clock_off and not before:
            _log.warning("this computer's clock is %.0f s off OSIGU's", self.clock_off)


async def or_none(found: Awaitable[tuple[T, ...]]) -> tuple[T, ...]:
    """What was found; nothing where OSIGU has no such list (404)."""
    try:
        return await found
    except OsiguError as error:
        if error.failure.kind is Kind.NOT_FOUND:
            return ()
        raise


def _unforeseen(exchange: _Exchange[T], error: Exception) -> Failure:
    kind = kind_of_error(error, exchange.call.effect)
    if kind is Kind.BUG:
        frames = traceback.extract_tb(error.__traceback__)
        places = " < ".join(f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames))
        # The class and the places alone: an exception's text may quote an address or what staff typed.
        _log.error("%s: %s at %s", exchange.call.name, type(error).__name__, places)
    failure = Failure(kind=kind, reference=exchange.about)
    return captive(failure) if kind is Kind.SETTINGS and isinstance(error, httpx.ProxyError) else failure


def _explained(failure: Failure) -> Failure:
    """The failure with a sentence for the manager, where it lies in this computer's settings."""
    if failure.kind is not Kind.SETTINGS or failure.code == CAPTIVE:
        return failure
    message = _DISTRUSTED if failure.status is None else _NOT_OSIGU
    return Failure(kind=failure.kind, status=failure.status, message=message)
