"""The connections to OSIGU: kept open between the steps of one patient's visit, let go after a computer's sleep."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import httpx

from counter_app import __version__
from counter_app.osigu import address
from counter_app.osigu.errors import Failure, Kind, OsiguError

_log = logging.getLogger("counter_app.osigu")

KEPT_OPEN = 30.0  # seconds without a call
# Four patients at once and a file on its way.
_LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=8, keepalive_expiry=KEPT_OPEN)


@dataclass(slots=True)
class _Pool:
    """A pool of connections and how many calls are on it."""

    http: httpx.AsyncClient
    calls: int = 0


class Connections:
    """A pool to OSIGU's address. `clock` is in seconds and counts the time that this computer sleeps.

    httpx lets an idle connection go after some time as well, but its clock may stand still while the computer sleeps:
    a write on a connection from before would vanish, and its fate would be unknown.
    """

    def __init__(self, base_url: httpx.URL, clock: Callable[[], float]) -> None:
        self._base_url = base_url
        self._clock = clock
        self._used = clock()
        self._trust: ssl.SSLContext
        self._pool: _Pool

    async def open(self) -> None:
        """Make the pool; nothing is sent yet.

        Raises:
            OsiguError: with `Kind.SETTINGS` when this computer's certificates or proxies can't be used.
        """
        # httpx and httpcore log whole addresses at INFO and DEBUG.
        for noisy in ("httpx", "httpcore"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        try:
            self._trust = await self._trusted()
            self._pool = self._fresh()
        except (OSError, ValueError, ImportError) as error:
            _log.warning("no line: %s", type(error).__name__)
        else:
            return
        raise OsiguError(
            Failure(kind=Kind.SETTINGS, message="This computer's proxy or certificate settings can't be used.")
        )

    async def close(self) -> None:
        """Close the connections; no call is on them any more."""
        await self._pool.http.aclose()

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[httpx.AsyncClient]:
        """The pool, for one call."""
        if self._clock() - self._used > KEPT_OPEN:
            await self._start_afresh()
        pool = self._pool
        pool.calls += 1
        self._used = self._clock()
        try:
            yield pool.http
        finally:
            pool.calls -= 1
            self._used = self._clock()
            await self._close_if_left(pool)

    async def _start_afresh(self) -> None:
        left, self._pool, self._used = self._pool, self._fresh(), self._clock()
        await self._close_if_left(left)

    async def _close_if_left(self, pool: _Pool) -> None:
        # A call that is still on a pool from before keeps it until it ends.
        if pool is not self._pool and not pool.calls:
            # How a dead connection takes its end must not change what became of the call.
            with suppress(httpx.HTTPError, OSError):
                await pool.http.aclose()

    def _fresh(self) -> _Pool:
        http = httpx.AsyncClient(
            base_url=self._base_url,
            headers={"Accept": "application/json", "User-Agent": f"counter_app/{__version__}"},
            verify=self._trust,
            # A proxy would look for its own loopback, not for this computer's.
            trust_env=not address.is_loopback(self._base_url),
            limits=_LIMITS,
            follow_redirects=False,
        )
        return _Pool(http)

    async def _trusted(self) -> ssl.SSLContext:
        if self._base_url.scheme == "http":
            return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and costs nothing to make
        return await asyncio.to_thread(_known_authorities)


def _known_authorities() -> ssl.SSLContext:
    """The authorities that come with httpx and those of this computer, where an antivirus puts its own."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context
