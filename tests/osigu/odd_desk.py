"""A desk that answers HTTP as a test tells it to: real sockets, so that odd, broken and missing answers are real."""

import asyncio
import heapq
import json
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from counter_app.osigu.errors import Failure, OsiguError
from counter_app.osigu.timeouts import Timeouts

NOW = datetime(2026, 6, 25, 14, 0, tzinfo=UTC)
HANG_UP = b""
"""Close the connection without a word."""


def says(status: int = 200, body: object = None, **headers: object) -> bytes:
    """An HTTP answer; `body` is sent as JSON unless it is bytes, `Retry_After=1` is a header."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {headers.pop('length', len(content))}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def cut_off(body: bytes = b'{"beneficiary_id":') -> bytes:
    """An answer that promises more than it holds."""
    return says(200, body, length=len(body) + 100)


@dataclass
class Heard:
    """A call as it came in."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int = 0

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Desk:
    """A server whose answers a test writes down; the last one written for a path is given again and again."""

    script: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    heard: list[Heard] = field(default_factory=list)
    port: int = 0
    server: asyncio.Server | None = None
    connections: set[asyncio.Task[None]] = field(default_factory=set)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    before_answering: Callable[[Heard], Awaitable[None]] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tells(self, path: str, *answers: bytes) -> None:
        self.script[path] = list(answers)

    def calls(self, part: str = "") -> list[Heard]:
        return [each for each in self.heard if part in each.target]

    async def open(self, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", port, ssl=tls)
        self.port = self.server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        self.server.close()
        for connection in self.connections:
            connection.cancel()
        await asyncio.gather(*self.connections, return_exceptions=True)
        await self.server.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.add(asyncio.current_task())
        number = len(self.connections)
        try:
            while (heard := await _request(reader)) is not None:
                heard.connection = number
                self.heard.append(heard)
                self.arrived.set()
                if self.before_answering is not None:
                    await self.before_answering(heard)
                answer = self._answer(heard.target.partition("?")[0])
                writer.write(answer)
                await writer.drain()
                if answer == HANG_UP or b"Connection: close" in answer or not _whole(answer):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def _answer(self, path: str) -> bytes:
        answers = self.script.get(path) or [says(404)]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def _whole(answer: bytes) -> bool:
    head, _, content = answer.partition(b"\r\n\r\n")
    return f"Content-Length: {len(content)}".encode() in head


async def _request(reader: asyncio.StreamReader) -> Heard | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, target, _ = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Heard(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))


@dataclass
class Time:
    """A clock that moves when somebody sleeps."""

    now: float = 1_000.0
    naps: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


async def settled() -> None:
    """Let every task go as far as it can without the network."""
    for _ in range(50):
        await asyncio.sleep(0)


class Hours:
    """A clock that a test moves; who sleeps wakes when their time has come, the earliest first."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.naps = 0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps += 1
        wakes = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, self.naps, wakes))
        await wakes

    async def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        await settled()
        while self._sleepers and self._sleepers[0][0] <= end:
            self.now, _, wakes = heapq.heappop(self._sleepers)
            if not wakes.done():
                wakes.set_result(None)
            await settled()
        self.now = end
        await settled()

    async def heard(self, desk: Desk, count: int) -> None:
        """Wait for so many calls at the desk; no time passes."""
        async with asyncio.timeout(10):
            while len(desk.heard) < count:
                desk.arrived.clear()
                await desk.arrived.wait()
        await settled()


TOKEN = says(200, {"access_token": "tok-1", "token_type": "bearer", "expires_in": 3600})
QUICK = Timeouts(connect=1.0, read=1.0, write=1.0, pool=1.0, complete=1.0, upload_rate=1e9)


async def failure_of(call: Awaitable[object]) -> Failure:
    """The failure that a call ends with."""
    with pytest.raises(OsiguError) as caught:
        await call
    assert caught.value.__cause__ is None
    return caught.value.failure
