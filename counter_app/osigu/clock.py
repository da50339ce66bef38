"""The clocks of the wire. The steady one is moved by nobody's setting of the date and counts this computer's sleep:
a token grows old and a connection dies behind a closed lid, while `time.monotonic` may stand still there.
"""

import time
from datetime import UTC, datetime

# Linux has a clock of this name; on macOS CLOCK_MONOTONIC is the one; Windows' own monotonic clock counts sleep.
_COUNTS_SLEEP: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def steady() -> float:
    """Seconds since some moment in the past; only differences mean anything."""
    return time.monotonic() if _COUNTS_SLEEP is None else time.clock_gettime(_COUNTS_SLEEP)


def utc_now() -> datetime:
    """What this computer believes that the time is."""
    return datetime.now(UTC)
