"""Clients at a desk that answers as a test tells it to."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from odd_desk import NOW, QUICK, TOKEN, Desk, Time

from counter_app.osigu.client import OsiguClient


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    desk.tells("/v1/oauth/token", TOKEN)
    await desk.open()
    yield desk
    await desk.shut()


@pytest.fixture
def time() -> Time:
    return Time()


Connect = Callable[..., Awaitable[OsiguClient]]


@pytest.fixture
async def connect(desk: Desk, time: Time) -> AsyncIterator[Connect]:
    """Open a client at the desk; what is given replaces the ordinary."""
    async with AsyncExitStack() as stack:

        async def open_client(**given: Any) -> OsiguClient:
            values = {
                "base_url": desk.base_url,
                "client_id": "counter",
                "client_secret": "s3cret",
                "provider_slug": "pharmacy-1",
                "timeouts": QUICK,
                "sleep": time.sleep,
                "clock": time.clock,
                "now": lambda: NOW,
            }
            return await stack.enter_async_context(OsiguClient(**{**values, **given}))

        yield open_client


@pytest.fixture
async def osigu(connect: Connect) -> OsiguClient:
    return await connect()
