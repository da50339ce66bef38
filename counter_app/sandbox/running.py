"""The sandbox on a thread of its own, at a free port of this computer."""

import asyncio
import socket
import threading
from datetime import datetime
from typing import Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from counter_app.sandbox import defaults
from counter_app.sandbox.faults import Fault, Kind
from counter_app.sandbox.files import ReceivedFile
from counter_app.sandbox.records import AuthorizationRequest, Dispensation
from counter_app.sandbox.server import application
from counter_app.sandbox.site import Call, Site, Terms

_LOOPBACK = "127.0.0.1"
_STARTING = 10.0
_STOPPING = 5.0


class _Protocol(H11Protocol):
    """Hands each connection's transport to the application, so that a fault can really close it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        # asyncio forgets this on sockets whose protocol number is 0, and then every second answer waits 40 ms.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)


class _Server(uvicorn.Server):
    """Starts and stops at once: uvicorn's own loop looks every 100 ms whether to exit, then waits for clients."""

    def __init__(self, config: uvicorn.Config, site: Site) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._site = site

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self.ready.set()
        await self._site.stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for each in sockets or []:
            each.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_STOPPING)
        for server in self.servers:
            await server.wait_closed()


class RunningSandbox:
    """An OSIGU on this computer: real HTTP at `base_url`, in a background thread, with a face for tests.

    Every method may be called from any thread. It is started once; what was called can be read after it stopped.

    Args:
        latency: seconds that every answer takes.
        decide_after: seconds that sponsor-async takes to decide.
        limits: whether more than 10 tokens or 50 calls a minute are answered 429.
        token_life: seconds that a token is good.
        dispensation_life: seconds after which a started dispensation times out.
        client_id: the one client's id.
        client_secret: its secret.
        provider_slug: the pharmacy's name at OSIGU.
        largest_file: bytes of the largest file accepted; a larger one is answered 413.
        port: to listen on; 0 for a free one.
    """

    def __init__(
        self,
        latency: float = 0.0,
        decide_after: float = defaults.DECIDE_AFTER,
        *,
        limits: bool = False,
        token_life: float = defaults.TOKEN_LIFE,
        dispensation_life: float = defaults.DISPENSATION_LIFE,
        client_id: str = defaults.CLIENT_ID,
        client_secret: str = defaults.CLIENT_SECRET,
        provider_slug: str = defaults.PROVIDER_SLUG,
        largest_file: int = defaults.LARGEST_FILE,
        port: int = 0,
    ) -> None:
        self._site = Site(
            Terms(
                latency=latency,
                decide_after=decide_after,
                limits=limits,
                token_life=token_life,
                dispensation_life=dispensation_life,
                client_id=client_id,
                client_secret=client_secret,
                provider_slug=provider_slug,
                largest_file=largest_file,
            )
        )
        self._port = port
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    # --- Running -----------------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Listen; returns once calls are answered.

        Raises:
            OSError: when the port is taken.
            RuntimeError: when it runs already, or does not come up within 10 seconds.
        """
        if self._thread is not None:
            raise RuntimeError("the sandbox can be started once")
        listener = socket.create_server((_LOOPBACK, self._port), backlog=128)
        self._port = int(listener.getsockname()[1])
        config = uvicorn.Config(
            application(self._site),
            http=_Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="warning",
            access_log=False,  # a path names a request, and nothing about patients belongs into a log
            server_header=False,
        )
        server = _Server(config, self._site)
        self._thread = threading.Thread(target=self._run, args=(server, listener), name="sandbox", daemon=True)
        self._thread.start()
        if not server.ready.wait(_STARTING):
            raise RuntimeError("the sandbox does not start")
        return self

    def stop(self) -> None:
        """Close every connection and end the thread. Doing it twice is harmless."""
        if self._thread is None or self._loop is None:
            return
        loop, self._loop = self._loop, None
        loop.call_soon_threadsafe(self._site.stopping.set)
        self._thread.join(_STOPPING)
        self._site.provider.close()

    def _run(self, server: _Server, listener: socket.socket) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await server.serve(sockets=[listener])

        asyncio.run(serve())

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- What a client needs -----------------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:54321`."""
        return f"http://{_LOOPBACK}:{self._port}"

    @property
    def client_id(self) -> str:
        """The one client's id."""
        return self._site.terms.client_id

    @property
    def client_secret(self) -> str:
        """The one client's secret."""
        return self._site.terms.client_secret

    @property
    def provider_slug(self) -> str:
        """The pharmacy's name at OSIGU."""
        return self._site.terms.provider_slug

    @property
    def sponsors(self) -> tuple[str, ...]:
        """The names of the sponsors that the pharmacy is affiliated with."""
        return tuple(self._site.provider.sponsors)

    # --- What goes wrong ---------------------------------------------------------------------------------------------

    def add(self, fault: Fault) -> None:
        """Let a fault happen to the next calls of its operation."""
        self._site.faults.add(fault)

    def lose_answer(self, operation: str, times: int | None = 1) -> None:
        """Act, then close the connection without an answer."""
        self.add(Fault(Kind.LOSE, operation, times))

    def drop(self, operation: str, times: int | None = 1) -> None:
        """Close the connection without acting."""
        self.add(Fault(Kind.DROP, operation, times))

    def fail(
        self,
        operation: str,
        status: int = 503,
        times: int | None = 1,
        retry_after: float | datetime | None = None,
    ) -> None:
        """Answer a status without acting; `retry_after` is in seconds, or the moment for a header written as a date."""
        self.add(Fault(Kind.STATUS, operation, times, status=status, retry_after=retry_after))

    def garble(self, operation: str, times: int | None = 1) -> None:
        """Act, then answer a page of HTML with status 200."""
        self.add(Fault(Kind.GARBLE, operation, times))

    def cut(self, operation: str, times: int | None = 1) -> None:
        """Act, then close the connection in the middle of the answer."""
        self.add(Fault(Kind.CUT, operation, times))

    def slow(self, operation: str, seconds: float, times: int | None = None) -> None:
        """Act some seconds later, whether or not the client still waits."""
        self.add(Fault(Kind.SLOW, operation, times, seconds=seconds))

    def revoke_tokens(self) -> None:
        """Make every token issued so far worthless: the next call is answered 401, one with a new token is not."""
        self._site.access.revoke()

    def refuse_multipart(self) -> None:
        """Answer 415 to multipart uploads from now on, as OSIGU does where only Base64 is accepted."""
        self._site.multipart_refused = True

    def verify_by(self, sponsor: str, verification: str | None) -> None:
        """Change what a sponsor asks for at the counter: `OTP`, `BIOMETRIC` or None.

        Raises:
            Refusal: for an unknown sponsor.
        """
        self._site.provider.verify_by(sponsor, verification)

    def pass_time(self, seconds: float) -> None:
        """Move the sandbox's clock on: decisions fall, codes and tokens expire, without waiting."""
        self._site.clock.pass_time(seconds)

    # --- What was called, and what it led to -------------------------------------------------------------------------

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call that reached the sandbox, in order, whatever became of it."""
        return self._site.calls.all()

    def count(self, operation: str) -> int:
        """How many calls of an operation reached the sandbox, whatever became of them."""
        return sum(call.operation == operation for call in self.calls)

    @property
    def token_calls(self) -> int:
        """How many times a token was asked for."""
        return self.count("token")

    @property
    def requests_made(self) -> tuple[AuthorizationRequest, ...]:
        """The requests for authorization that it holds, in the order they were created."""
        return tuple(self._site.provider.requests.values())

    @property
    def dispensations(self) -> tuple[Dispensation, ...]:
        """The dispensations that it holds, in the order they were started; the first were there from the beginning."""
        return tuple(self._site.dispensing.dispensations.values())

    def files(self, request_id: str) -> tuple[ReceivedFile, ...]:
        """The files of a request, as received: `name`, `file_type`, `content`.

        Raises:
            Refusal: 404 for an unknown request.
        """
        return self._site.provider.request(request_id).files
