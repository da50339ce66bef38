"""Everything one running sandbox consists of, apart from its server."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from counter_app.sandbox import defaults
from counter_app.sandbox.access import Access
from counter_app.sandbox.clock import Clock
from counter_app.sandbox.dispensing import Dispensing
from counter_app.sandbox.faults import Faults
from counter_app.sandbox.provider import Provider
from counter_app.sandbox.verification import Verification


@dataclass(frozen=True)
class Terms:
    """How a sandbox is set up; all durations are seconds.

    Args:
        latency: how long every answer takes.
        decide_after: how long sponsor-async takes to decide.
        limits: whether more than 10 tokens or 50 calls a minute are answered 429.
        token_life: how long a token is good.
        dispensation_life: after how long a started dispensation times out.
        client_id: the one client's id.
        client_secret: its secret.
        provider_slug: the pharmacy's name at OSIGU.
        largest_file: bytes of the largest file accepted.
    """

    latency: float = 0.0
    decide_after: float = defaults.DECIDE_AFTER
    limits: bool = False
    token_life: float = defaults.TOKEN_LIFE
    dispensation_life: float = defaults.DISPENSATION_LIFE
    client_id: str = defaults.CLIENT_ID
    client_secret: str = defaults.CLIENT_SECRET
    provider_slug: str = defaults.PROVIDER_SLUG
    largest_file: int = defaults.LARGEST_FILE


@dataclass(frozen=True)
class Call:
    """A call that reached the sandbox: its operation, its method and path (without the query), and the answer's status.

    The status is None while it is unanswered, and for ever if the connection was closed instead.
    """

    operation: str
    method: str
    path: str
    at: datetime
    status: int | None = None


class Calls:
    """The calls so far. Written by the server's thread alone; a list's copy is taken at once, so others may read it."""

    def __init__(self) -> None:
        self._made: list[Call] = []

    def begin(self, call: Call) -> int:
        """Note a call that has just come in; returns its place."""
        self._made.append(call)
        return len(self._made) - 1

    def answer(self, place: int, status: int) -> None:
        """Note what a call is answered."""
        self._made[place] = replace(self._made[place], status=status)

    def all(self) -> tuple[Call, ...]:
        """The calls in the order they came."""
        return tuple(self._made)


class Site:
    """The provider's state, who may call, what goes wrong and what was called."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.clock = Clock()
        self.provider = Provider(self.clock, terms.decide_after)
        self.verification = Verification(self.clock)
        self.dispensing = Dispensing(
            self.clock, self.provider, self.verification, terms.provider_slug, terms.dispensation_life
        )
        self.access = Access(self.clock, terms.client_id, terms.client_secret, terms.token_life, limits=terms.limits)
        self.faults = Faults()
        self.calls = Calls()
        self.multipart_refused = False
        self.stopping = asyncio.Event()

    async def hold(self, seconds: float) -> bool:
        """Wait; returns False when the sandbox is stopped meanwhile."""
        if seconds <= 0:
            return not self.stopping.is_set()
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return True
        return False
