"""The sandbox's time, which a test can move on instead of waiting."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Clock:
    """Tells the time in UTC, as far ahead of the computer's clock as it was moved."""

    def __init__(self, real: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._real = real
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """The time in UTC."""
        return self._real() + self._ahead

    def pass_time(self, seconds: float) -> None:
        """Let so many seconds go by at once."""
        self._ahead += timedelta(seconds=seconds)


def new_id(prefix: str, now: datetime) -> str:
    """An id like `areq_01HX9KP7VQ2D4FZ8N0YPRQAW6X`: 48 bits of time and 80 of chance, as a ULID."""
    number = (int(now.timestamp() * 1000) << 80) | secrets.randbits(80)
    return f"{prefix}_" + "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def stamp(moment: datetime) -> str:
    """A moment as OSIGU writes it: `2026-06-25T14:02:11.789Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def midnight(moment: datetime) -> datetime:
    """The beginning of a moment's day, in UTC."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def stamp_of_day(moment: datetime) -> str:
    """A midnight as OSIGU writes it: `2026-07-25T00:00:00Z`."""
    return f"{moment.date().isoformat()}T00:00:00Z"
