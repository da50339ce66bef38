"""What can go wrong between a counter and OSIGU, switched on for one operation and a number of calls."""

from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from threading import Lock
from typing import Final

OPERATIONS: Final = (
    "token",
    "forms",
    "search",
    "configuration",
    "create",
    "read_request",
    "document_policy",
    "upload",
    "upload_base64",
    "complete",
    "start",
    "send_otp",
    "validate_otp",
    "biometric",
    "read_dispensation",
    "finish",
    "cancel",
    "medications",
    "products",
)
"""The operations' names, as faults and counts know them."""


class Kind(Enum):
    """What happens to a call; the value is the fault's word on the command line."""

    STATUS = "status"
    """Not acted on; an HTTP status is answered."""
    DROP = "drop"
    """Not acted on; the connection is closed without an answer."""
    LOSE = "lose"
    """Acted on; the connection is closed without an answer."""
    GARBLE = "garble"
    """Acted on; a page of HTML is answered with status 200."""
    CUT = "cut"
    """Acted on; the connection is closed in the middle of the answer."""
    REVOKE = "revoke"
    """Not acted on; the token has just become worthless, so the answer is 401."""
    SLOW = "slow"
    """Acted on after some seconds, whether or not the client still waits."""


@dataclass(frozen=True)
class Fault:
    """One fault.

    Args:
        kind: what happens.
        operation: to which operation, one of `OPERATIONS`.
        times: to how many calls; None for all from now on.
        status: the HTTP status of a `STATUS`.
        retry_after: of a `STATUS`, the `Retry-After` in seconds, or the moment for one written as a date.
        seconds: the delay of a `SLOW`.
    """

    kind: Kind
    operation: str
    times: int | None = 1
    status: int = 503
    retry_after: float | datetime | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.operation not in OPERATIONS:
            raise ValueError(f"no operation {self.operation!r}; one of {', '.join(OPERATIONS)}")
        if self.times is not None and self.times < 1:
            raise ValueError("a fault happens at least once")

    @property
    def retry_after_header(self) -> str | None:
        """The value of `Retry-After`: whole seconds or an HTTP date (RFC 9110, 10.2.3)."""
        if isinstance(self.retry_after, datetime):
            return format_datetime(self.retry_after.astimezone(UTC), usegmt=True)
        return None if self.retry_after is None else f"{self.retry_after:g}"


class Faults:
    """The faults still to happen, per operation in the order they were added; a `SLOW` goes along with another."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, bool], deque[Fault]] = {}
        self._lock = Lock()  # tests add faults on their thread while the server takes them on its own

    def add(self, fault: Fault) -> None:
        """Let it happen to the next calls of its operation."""
        with self._lock:
            self._queue(fault.operation, slow=fault.kind is Kind.SLOW).append(fault)

    def take(self, operation: str) -> Fault | None:
        """What happens to this call, if anything."""
        return self._take(operation, slow=False)

    def take_delay(self, operation: str) -> float:
        """How many seconds this call is held up."""
        fault = self._take(operation, slow=True)
        return 0.0 if fault is None else fault.seconds

    def _take(self, operation: str, *, slow: bool) -> Fault | None:
        with self._lock:
            queue = self._queue(operation, slow=slow)
            if not queue:
                return None
            fault = queue[0]
            if fault.times == 1:
                queue.popleft()
            elif fault.times is not None:
                queue[0] = replace(fault, times=fault.times - 1)
            return fault

    def _queue(self, operation: str, *, slow: bool) -> deque[Fault]:
        return self._waiting.setdefault((operation, slow), deque())


def parse(text: str) -> Fault:
    """Read a fault of the command line.

    `lose:complete`, `drop:create:2`, `garble:search`, `cut:search`, `revoke:create`: the fault, the operation, and how
    many times (once). `status:search:503:2`: the status stands before; a fifth part is `Retry-After`, in seconds or, as
    in `status:search:429:1:date30`, a date so many seconds ahead. `slow:search:2.5:1`: seconds, how many times (all).

    Raises:
        ValueError: in words, when it can't be read.
    """
    word, _, rest = text.partition(":")
    parts = rest.split(":")
    try:
        kind = Kind(word)
    except ValueError:
        raise ValueError(f"no fault {word!r}; one of {', '.join(each.value for each in Kind)}") from None
    operation, values = parts[0], parts[1:]
    try:
        if kind is Kind.SLOW:
            return _parse_slow(operation, *values)
        if kind is Kind.STATUS:
            return _parse_status(operation, *values)
        return Fault(kind, operation, times=int(*values) if values else 1)
    except TypeError:
        raise ValueError(f"{text!r} has too few or too many parts") from None


def _parse_slow(operation: str, seconds: str, times: str | None = None) -> Fault:
    return Fault(Kind.SLOW, operation, times=int(times) if times else None, seconds=float(seconds))


def _parse_status(operation: str, status: str, times: str = "1", retry_after: str | None = None) -> Fault:
    return Fault(
        Kind.STATUS, operation, times=int(times), status=int(status), retry_after=_parse_retry_after(retry_after)
    )


def _parse_retry_after(text: str | None) -> float | datetime | None:
    if text is None:
        return None
    if text.startswith("date"):
        return datetime.now(UTC) + timedelta(seconds=float(text.removeprefix("date")))
    return float(text)
