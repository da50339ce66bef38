"""What the counter does by itself: a write of unknown fate is looked up, what never left is tried again when it may.

Two rules keep anything from happening twice. A write that may have reached OSIGU is only ever looked up. One that
never left is sent again because staff pressed for it, and only for some minutes after they did.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.case import WRITES, Case, Operation, Standing
from counter_app.models import record
from counter_app.osigu.errors import Failure, Kind

POLL_MS = 15_000


@record
class Pace:
    """How long the counter waits before it does something by itself, in milliseconds.

    The first wait doubles up to the longest, which is `repeat` for what never left. `patience` is how long after
    staff pressed a write may still leave.
    """

    first: int = 2_000
    repeat: int = 30_000
    patience: int = 600_000


@record
class _Wait:
    """What comes next for a case, after how many tries; `offline` where the line was what failed."""

    operation: Operation
    tries: int
    offline: bool
    timer: QTimer


def _now() -> datetime:
    return datetime.now(UTC)


class GoingOn(QObject):
    """Knows for which cases something is done next, and when. It sends nothing: `due` tells the counter."""

    due = Signal(str, object)
    """The time has come for a case's `Operation`: `case_id`, the operation."""
    changed = Signal(str)
    """Whether what failed for a case is tried again by itself is another thing now: `case_id`."""
    polled = Signal()
    """The moment to ask for one decision that a sponsor still owes."""

    def __init__(
        self, pace: Pace, *, poll_ms: int, now: Callable[[], datetime] = _now, parent: QObject | None = None
    ) -> None:
        """Make the plan; `poll_ms` is the time between two polls, and the longest between two look-ups."""
        super().__init__(parent)
        self._pace = pace
        self._poll_ms = poll_ms
        self._now = now
        self._pressed: dict[str, datetime] = {}
        self._waits: dict[str, _Wait] = {}
        self._asked: list[str] = []
        self._poll_timer = QTimer(self, interval=poll_ms)
        self._poll_timer.timeout.connect(self.polled)
        self._poll_timer.start()

    def repeats(self, case_id: str) -> bool:
        """Whether what failed for a case is tried again by itself when the line is back."""
        wait = self._waits.get(case_id)
        return wait is not None and wait.operation is not Operation.LOOK_UP

    def pressed(self, case_id: str) -> None:
        """Staff have decided on something for a case: what was planned for it no longer counts."""
        self._pressed[case_id] = self._now()
        self._drop(case_id)

    def stop(self, case_id: str) -> None:
        """Repeat nothing more for a case. A write of unknown fate is looked up all the same."""
        if self.repeats(case_id):
            self._drop(case_id)

    def follow(self, case: Case, failure: Failure | None = None, failed: Operation | None = None) -> None:
        """Plan what comes next for a case, now that an operation of it has ended.

        Args:
            case: the case as it now is.
            failure: what went wrong, if anything did.
            failed: the operation that did, where staff had asked for it.
        """
        wait = self._waits.get(case.case_id)
        tries = wait.tries if wait is not None else 0
        offline = failure is not None and failure.kind is Kind.OFFLINE
        if case.pending is not None:
            self._plan(case.case_id, Operation.LOOK_UP, tries, self._poll_ms, offline=offline)
        elif offline and failed is not None:
            self._plan(case.case_id, failed, tries, self._pace.repeat, offline=True)
        elif failure is None or failed is not None:
            self._drop(case.case_id)

    def line_is_back(self) -> None:
        """A call went through: whoever waits for the line goes on now."""
        for wait in list(self._waits.values()):
            if wait.offline:
                wait.timer.start(0)

    def next_of(self, cases: list[Case]) -> Case | None:
        """The case whose sponsor is asked next for the decision it owes, each in its turn."""
        owed = {case.case_id: case for case in cases if case.standing is Standing.WAITING and case.pending is None}
        self._asked = [case_id for case_id in self._asked if case_id in owed]
        waited_longest = [case_id for case_id in owed if case_id not in self._asked] or self._asked
        if not waited_longest:
            return None
        chosen = waited_longest[0]
        self._asked = [*(each for each in self._asked if each != chosen), chosen]
        return owed[chosen]

    def _plan(self, case_id: str, operation: Operation, tries: int, longest: int, *, offline: bool) -> None:
        before = self.repeats(case_id)
        self._forget(case_id)
        wait_ms = min(self._pace.first * 2**tries, longest)
        if operation not in WRITES or self._may_leave(case_id, wait_ms):
            timer = QTimer(self, singleShot=True)
            timer.timeout.connect(lambda: self._on_time(case_id))
            self._waits[case_id] = _Wait(operation=operation, tries=tries + 1, offline=offline, timer=timer)
            timer.start(wait_ms)
        if before != self.repeats(case_id):
            self.changed.emit(case_id)

    def _may_leave(self, case_id: str, wait_ms: int = 0) -> bool:
        """Whether staff pressed so lately that a write still leaves on their word; a clock set back ends that too."""
        pressed = self._pressed.get(case_id)
        if pressed is None:
            return False
        since = self._now() - pressed
        return timedelta(0) <= since <= timedelta(milliseconds=self._pace.patience - wait_ms)

    def _on_time(self, case_id: str) -> None:
        wait = self._waits.get(case_id)
        if wait is None:
            return
        # A computer that slept wakes up with timers that are long due.
        if wait.operation in WRITES and not self._may_leave(case_id):
            self._drop(case_id)
        else:
            self.due.emit(case_id, wait.operation)

    def _drop(self, case_id: str) -> None:
        before = self.repeats(case_id)
        self._forget(case_id)
        if before:
            self.changed.emit(case_id)

    def _forget(self, case_id: str) -> None:
        if (wait := self._waits.pop(case_id, None)) is not None:
            wait.timer.stop()
            wait.timer.deleteLater()
