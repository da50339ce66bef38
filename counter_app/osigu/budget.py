"""The call budget: all calls of the program together stay within what OSIGU allows one client in a minute.

Staff's own calls go first. What the program asks by itself may use only a share of the budget, so that no storm of
looking up keeps anybody at the counter waiting. Waiting before a call leaves is safe for a write as well.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import Enum

from counter_app.osigu.clock import steady

_log = logging.getLogger("counter_app.osigu")

WINDOW = 60.0  # seconds that a call counts
BACKGROUND_SHARE = 0.6  # of the budget; the rest is free for staff at any moment
TOLD_AFTER = 1.0  # seconds; of a shorter wait nobody needs to hear
_SHORTEST_NAP = 0.001  # seconds; less than that some clocks can't tell


class Urgency(Enum):
    """Who waits for the answer."""

    STAFF = "staff"
    BACKGROUND = "background"


_urgency: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.STAFF)


@contextmanager
def in_background() -> Iterator[None]:
    """What is called inside, and in every task that is started inside, is the program's own asking."""
    before = _urgency.set(Urgency.BACKGROUND)
    try:
        yield
    finally:
        _urgency.reset(before)


def current_urgency() -> Urgency:
    """Staff's, unless somebody said `in_background`."""
    return _urgency.get()


def _nobody_listens(_seconds: float) -> None:
    """Nobody wants to hear of waits."""


class Budget:
    """So many calls in any sixty seconds, for all clients that share it; it belongs to one event loop.

    Args:
        per_minute: how many.
        clock: in seconds, one that no setting of the date moves.
        sleep: in seconds.
        on_wait: told on the loop's thread, in the waiting call's context, how many seconds a call of staff will wait
            for the budget where it's more than one; told 0 when none of them waits any more.
    """

    def __init__(
        self,
        per_minute: int = 50,
        clock: Callable[[], float] = steady,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        on_wait: Callable[[float], None] = _nobody_listens,
    ) -> None:
        self._most = per_minute
        self._share = max(1, int(per_minute * BACKGROUND_SHARE))
        self._clock = clock
        self._sleep = sleep
        self._on_wait = on_wait
        self._gone: deque[float] = deque()  # when the calls of the last minute left
        self._waiting = 0  # calls of staff
        self._told = False
        self._nobody_waits = asyncio.Event()
        self._nobody_waits.set()
        # A lock lets its waiters through in their order, and forgets one that is cancelled.
        self._queues = {each: asyncio.Lock() for each in Urgency}

    async def spend(self, urgency: Urgency) -> None:
        """Wait until one more call may leave, and count it. Cancelled while it waits, it costs nothing."""
        if urgency is Urgency.STAFF:
            await self._spend_for_staff()
            return
        async with self._queues[urgency]:
            await self._until_nobody_at_the_counter_minds()
            self._gone.append(self._clock())

    async def _until_nobody_at_the_counter_minds(self) -> None:
        while True:
            if self._waiting:
                await self._nobody_waits.wait()
            elif (wait := self._wait(self._share)) > 0:
                await self._sleep(wait)
            else:
                return

    async def _spend_for_staff(self) -> None:
        self._tell(self._expected(self._waiting))
        self._waiting += 1
        self._nobody_waits.clear()
        try:
            async with self._queues[Urgency.STAFF]:
                while (wait := self._wait(self._most)) > 0:
                    await self._sleep(wait)
                self._gone.append(self._clock())
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._nobody_waits.set()
                self._tell_the_end()

    def _wait(self, bound: int) -> float:
        """Seconds until fewer than `bound` calls left in the last minute."""
        now = self._forget_the_old()
        if len(self._gone) < bound:
            return 0.0
        return max(self._gone[len(self._gone) - bound] + WINDOW - now, _SHORTEST_NAP)

    def _expected(self, ahead: int) -> float:
        """Seconds that a call of staff will wait with so many before it in the queue."""
        now = self._forget_the_old()
        place = len(self._gone) + ahead - self._most
        if place < 0 or not self._gone:
            return 0.0
        minutes, place = divmod(place, len(self._gone))
        return self._gone[place] + WINDOW * (1 + minutes) - now

    def _forget_the_old(self) -> float:
        now = self._clock()
        while self._gone and self._gone[0] + WINDOW <= now:
            self._gone.popleft()
        return now

    def _tell(self, seconds: float) -> None:
        if seconds > TOLD_AFTER:
            _log.info("a call waits for the call budget, %.0f s", seconds)
            self._told = True
            self._on_wait(seconds)

    def _tell_the_end(self) -> None:
        if self._told:
            self._told = False
            self._on_wait(0.0)
