"""The line to OSIGU: one keep-alive connection pool, and the one way in which a call is made on it.

Every failure leaves as an `OsiguError` without httpx's own exception behind it, whose text would hold addresses. Of a
call, its name, outcome, duration and attempt are logged, never a URL, a body or an id.
"""

import asyncio
import logging
import ssl
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import Generic, TypeVar

import httpx

from counter_app import __version__
from counter_app.models import OpaqueId
from counter_app.osigu import address, calls, reading, uploads, writing
from counter_app.osigu.auth import BearerAuth, Token, Tokens
from counter_app.osigu.calls import Call, Effect
from counter_app.osigu.errors import Failure, Kind, OsiguError
from counter_app.osigu.refusals import failure_of
from counter_app.osigu.retry import Patience, kind_of_error, kind_of_status, kind_of_token_status
from counter_app.osigu.timeouts import Timeouts

T = TypeVar("T")
_log = logging.getLogger("counter_app.osigu")

# Four patients at once and a file on its way; kept open between the steps of one patient's visit.
_LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=8, keepalive_expiry=30.0)
_DISTRUSTED = (
    "The certificate of OSIGU's address is not trusted: check this computer's date, and its antivirus or proxy."
)
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
    """One call ready to be made: how it is built, sent, judged and read. `seconds` bound the whole attempt."""

    call: Call
    build: Callable[[], httpx.Request]
    auth: httpx.Auth
    kind_of: Callable[[int], Kind]
    read: Callable[[bytes], T]
    seconds: float
    about: OpaqueId | None = None


class Line:
    """An open way to OSIGU. `clock` and `sleep` are in seconds, `now` gives an aware time."""

    def __init__(
        self,
        base_url: httpx.URL,
        credentials: httpx.BasicAuth,
        timeouts: Timeouts,
        patience: Patience,
        now: Callable[[], datetime],
    ) -> None:
        self._base_url = base_url
        self._credentials = credentials
        self._timeouts = timeouts
        self._patience = patience
        self._now = now
        self._tokens = Tokens(self._fetch_token, patience, patience.clock)
        self._bearer = BearerAuth(base_url, self._tokens)
        self._http: httpx.AsyncClient

    async def open(self) -> None:
        """Make the connection pool; nothing is sent yet.

        Raises:
            OsiguError: with `Kind.SETTINGS` when this computer's certificates or proxies can't be used.
        """
        # httpx and httpcore log whole addresses at INFO and DEBUG.
        for noisy in ("httpx", "httpcore"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        try:
            self._http = httpx.AsyncClient(
                base_url=self._base_url,
                headers={"Accept": "application/json", "User-Agent": f"counter_app/{__version__}"},
                verify=await self._trust(),
                # A proxy would look for its own loopback, not for this computer's.
                trust_env=not address.is_loopback(self._base_url),
                limits=_LIMITS,
                follow_redirects=False,
            )
        except (OSError, ValueError, ImportError) as error:
            _log.warning("no line: %s", type(error).__name__)
        else:
            return
        raise OsiguError(
            Failure(kind=Kind.SETTINGS, message="This computer's proxy or certificate settings can't be used.")
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _trust(self) -> ssl.SSLContext:
        if self._base_url.scheme == "http":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and costs nothing to make
        return await asyncio.to_thread(_known_authorities)

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
        await self._tokens.value()  # ahead, so that fetching it doesn't use up the call's own time
        exchange = _Exchange(
            call=call,
            build=partial(
                self._http.build_request,
                call.method,
                path,
                content=parcel.content,
                headers=parcel.headers,
                timeout=self._timeouts.answered_within(seconds),
            ),
            auth=self._bearer,
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
            build=partial(
                self._http.build_request,
                calls.TOKEN.method,
                calls.TOKEN.path,
                data={"grant_type": "client_credentials"},
                timeout=self._timeouts.answered_within(seconds),
            ),
            auth=self._credentials,
            kind_of=kind_of_token_status,
            read=reading.token,
            seconds=self._timeouts.whole(seconds),
        )
        return await self._attempt(exchange, attempt)

    async def _attempt(self, exchange: _Exchange[T], number: int) -> T:
        began, outcome, status = time.perf_counter(), "stopped", None
        try:
            async with asyncio.timeout(exchange.seconds):
                response = await self._http.send(exchange.build(), auth=exchange.auth)
            status = response.status_code
            outcome = str(status)
            if response.is_success:
                return exchange.read(response.content)
            failure = failure_of(response, exchange.kind_of(status), exchange.about, self._now())
        except OsiguError as error:
            outcome = error.failure.kind
            raise
        except reading.NotPromisedError as error:
            outcome = f"{status}, not as promised: {error}"
            failure = Failure(kind=Kind.CONTRACT, status=status, reference=exchange.about)
        except Exception as error:  # noqa: BLE001  whatever it is, it leaves as a failure without a URL in it
            outcome = type(error).__name__
            failure = _unforeseen(exchange, error)
        finally:
            spent = (time.perf_counter() - began) * 1000
            _log.info("%s: %s, %.0f ms, attempt %d", exchange.call.name, outcome, spent, number)
        # Raised here and not above: no exception of httpx stays chained to it.
        raise OsiguError(_explained(failure))


def _known_authorities() -> ssl.SSLContext:
    """The authorities that come with httpx and those of this computer, where an antivirus puts its own."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


def _unforeseen(exchange: _Exchange[T], error: Exception) -> Failure:
    kind = kind_of_error(error, exchange.call.effect)
    if kind is Kind.BUG:
        frames = traceback.extract_tb(error.__traceback__)
        places = " < ".join(f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames))
        # The class and the places alone: an exception's text may quote an address or what staff typed.
        _log.error("%s: %s at %s", exchange.call.name, type(error).__name__, places)
    return Failure(kind=kind, reference=exchange.about)


def _explained(failure: Failure) -> Failure:
    """The failure with a sentence for the manager, where it lies in this computer's settings."""
    if failure.kind is not Kind.SETTINGS:
        return failure
    message = _DISTRUSTED if failure.status is None else _NOT_OSIGU
    return Failure(kind=failure.kind, status=failure.status, message=message)
