"""The operations under way: for which case, and the case as it was sent."""

from PySide6.QtCore import QObject, Signal

from counter_app.case import WRITES, Case, Operation
from counter_app.models import record
from counter_app.worker import Landed, Worker

_CONFIRMED = WRITES | {Operation.LOOK_UP}


@record
class Job:
    """An operation under way; `by_itself` where nobody asked for it."""

    operation: Operation
    case: Case
    by_itself: bool = False


class Jobs(QObject):
    """Sends operations to the worker, of one case one at a time, and knows which are not back yet."""

    landed = Signal(object, object)
    """An operation ended: its `Job`, what `Landed`."""
    progressed = Signal(str, object, object)
    """How far a case's upload is: `case_id`, bytes sent, bytes in all."""

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._jobs: dict[int, Job] = {}
        worker.landed.connect(self._on_landed)
        worker.progressed.connect(self._on_progressed)

    def begin(self, operation: Operation, case: Case, *, by_itself: bool) -> None:
        """Perform an operation on a case; staff's own go before those that nobody asked for."""
        number = self._worker.submit(operation, case, urgent=not by_itself)
        self._jobs[number] = Job(operation=operation, case=case, by_itself=by_itself)

    def busy(self, case_id: str) -> Operation | None:
        """The operation under way for a case."""
        return next((job.operation for job in self._jobs.values() if job.case.case_id == case_id), None)

    def is_busy(self, case_id: str) -> bool:
        """Whether an operation is under way for a case."""
        return self.busy(case_id) is not None

    def stop(self, case_id: str) -> None:
        """Give up waiting for a case's operation."""
        for number, job in self._jobs.items():
            if job.case.case_id == case_id:
                self._worker.cancel(number)

    def unconfirmed(self) -> set[str]:
        """The cases of which a write is in flight, or being looked up."""
        return {job.case.case_id for job in self._jobs.values() if job.operation in _CONFIRMED}

    def _on_landed(self, number: int, landed: Landed) -> None:
        if (job := self._jobs.pop(number, None)) is not None:
            self.landed.emit(job, landed)

    def _on_progressed(self, number: int, sent: int, total: int) -> None:
        if (job := self._jobs.get(number)) is not None:
            self.progressed.emit(job.case.case_id, sent, total)
