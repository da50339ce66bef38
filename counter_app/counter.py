"""The cases open at this counter. Pages talk to nothing else.

One way down: a page changes its case or sends an operation. One way up: `changed`, `failed`, `busy_changed`,
`progressed`, `answered`. A late answer goes to its own case, shown or not.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.case import Case, Ending, Operation, Standing, merge, new_case
from counter_app.models import Topic, record
from counter_app.osigu.errors import Failure, Kind
from counter_app.settings import Profile
from counter_app.worker import Landed, Worker

DRAFT_MS = 500
POLL_MS = 15_000


@record
class _Job:
    """An operation under way: for which case, and the case as it was sent."""

    operation: Operation
    case: Case
    by_itself: bool = False


@record
class _Question:
    """A question under way: its topic and what was asked, which comes back with the answer."""

    topic: Topic
    given: tuple[object, ...]


class Counter(QObject):
    """The cases, what is under way for each, and what else staff ask. Lives on the window's thread."""

    changed = Signal(str)
    """A case has moved or been read again: `case_id`."""
    listed = Signal()
    """The list of cases is another one."""
    failed = Signal(str, object, object)
    """`case_id`, the `Operation`, the `Failure`."""
    recovered = Signal(str)
    """What had failed for this case no longer stands: `case_id`."""
    busy_changed = Signal(str)
    """An operation of this case began or ended: `case_id`."""
    progressed = Signal(str, object, object)
    """How far a case's upload is: `case_id`, bytes sent, bytes in all."""
    answered = Signal(object, object, object)
    """A question's `Topic`, what was asked as a tuple, the answer."""
    unanswered = Signal(object, object, object)
    """A question's `Topic`, what was asked as a tuple, the `Failure`."""
    broken = Signal(object)
    """The journal can't be opened, read or written: the `Failure`."""
    connection_changed = Signal(object)
    """The failure kind of the last call, or None when it went well."""

    def __init__(
        self,
        profile: Profile,
        worker: Worker,
        *,
        draft_ms: int = DRAFT_MS,
        poll_ms: int = POLL_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.profile = profile
        self._worker = worker
        self._cases: dict[str, Case] = {}
        self._jobs: dict[int, _Job] = {}
        self._questions: dict[int, _Question] = {}
        self._failures: dict[str, tuple[Operation, Failure]] = {}
        self._half_typed: set[str] = set()
        self._on_disk: set[str] = set()
        self._to_keep: set[str] = set()
        self._turn = 0
        worker.landed.connect(self._on_landed)
        worker.progressed.connect(self._on_progressed)
        self._draft_timer = QTimer(self, interval=draft_ms, singleShot=True)
        self._draft_timer.timeout.connect(self.keep_drafts)
        self._poll_timer = QTimer(self, interval=poll_ms)
        self._poll_timer.timeout.connect(self._on_poll)
        self._poll_timer.start()

    def load(self) -> None:
        """Read the cases of this counter from the journal; `listed` follows."""
        self.ask(Topic.CASES)

    def cases(self) -> tuple[Case, ...]:
        """Every case that the list shows, newest first."""
        return tuple(sorted(self._cases.values(), key=lambda case: case.updated_at, reverse=True))

    def case(self, case_id: str) -> Case:
        """A case as it now is.

        Raises:
            KeyError: for an id that this counter doesn't have.
        """
        return self._cases[case_id]

    def open(self, *, brings_code: bool = False) -> str:
        """Open a case for whoever stands at the counter; returns its id. It is kept once something is known."""
        sponsors = self.profile.sponsors
        case = new_case(sponsor=sponsors[0] if sponsors and not brings_code else None, brings_code=brings_code)
        self._cases[case.case_id] = case
        self.listed.emit()
        return case.case_id

    def change(self, case: Case, what: str) -> None:
        """Take what staff decided into a case and keep it."""
        if self._cases.get(case.case_id) == case:
            return
        self._cases[case.case_id] = replace(case, updated_at=datetime.now(UTC))
        self._keep(case.case_id, what)
        self.changed.emit(case.case_id)
        self.listed.emit()

    def _keep(self, case_id: str, what: str) -> None:
        """Have a case kept; while a write is in flight only the worker knows its intent, so the case waits."""
        if self.busy(case_id) is not None:
            self._to_keep.add(case_id)
            return
        self._to_keep.discard(case_id)
        self._on_disk.add(case_id)
        self.ask(Topic.KEEP, self._cases[case_id], what)

    def put_aside(self, case_id: str) -> None:
        """Leave a case for later. One in which nothing is known yet is forgotten; one that was refused is done."""
        case = self._cases[case_id]
        if self._blank(case):
            if case_id in self._on_disk:
                self.change(replace(case, ending=Ending.ABANDONED), "abandoned")
            del self._cases[case_id]
            self._half_typed.discard(case_id)
            self.listed.emit()
        elif case.ending is None and case.refused:
            self.change(replace(case, ending=Ending.REJECTED), "closed")
        elif case.ending is None and (case.taken_back or case.used_elsewhere):
            self.change(case.ready_again(datetime.now(UTC)), "dispensation.left")

    def _blank(self, case: Case) -> bool:
        nothing_typed = not any(text.strip() for text in case.draft.values())
        return nothing_typed and not case.matches and case.dispensation is None and not self.busy(case.case_id)

    def write_draft(self, case_id: str, texts: Mapping[str, str]) -> None:
        """Remember what stands half typed in a case; on disk 500 ms after the last key."""
        case = self._cases[case_id]
        draft = {key: text for key, text in {**case.draft, **texts}.items() if text}
        if draft == case.draft:
            return
        self._cases[case_id] = replace(case, draft=draft)
        self._half_typed.add(case_id)
        self._draft_timer.start()

    def keep_drafts(self) -> None:
        """Send every draft that changed to the disk now."""
        self._draft_timer.stop()
        for case_id in self._half_typed & self._cases.keys():
            if case_id not in self._on_disk:
                self._keep(case_id, "opened")
            self.ask(Topic.KEEP_DRAFT, case_id, dict(self._cases[case_id].draft))
        self._half_typed.clear()

    def send(self, operation: Operation, case: Case) -> bool:
        """Take a case with what staff entered and perform an operation on it; False where one is under way already."""
        if self.busy(case.case_id) is not None:
            return False
        self.forget_failure(case.case_id)
        self._submit(operation, case)
        return True

    def _submit(self, operation: Operation, case: Case, *, by_itself: bool = False) -> None:
        self._cases[case.case_id] = case
        self._on_disk.add(case.case_id)
        job = self._worker.submit(operation, case)
        self._jobs[job] = _Job(operation=operation, case=case, by_itself=by_itself)
        self.busy_changed.emit(case.case_id)

    def busy(self, case_id: str) -> Operation | None:
        """The operation under way for a case."""
        return next((job.operation for job in self._jobs.values() if job.case.case_id == case_id), None)

    def stop_waiting(self, case_id: str) -> None:
        """Give up waiting for a case's operation. A write is unknown then, not undone, and is looked up."""
        for number, job in self._jobs.items():
            if job.case.case_id == case_id:
                self._worker.cancel(number)

    def failure(self, case_id: str) -> tuple[Operation, Failure] | None:
        """What failed last for a case and still stands."""
        return self._failures.get(case_id)

    def forget_failure(self, case_id: str) -> None:
        """What failed no longer stands: it went well since, or staff have corrected the field."""
        if self._failures.pop(case_id, None) is not None:
            self.recovered.emit(case_id)

    def unconfirmed(self) -> int:
        """How many things OSIGU has not confirmed: writes in flight or of unknown fate."""
        pending = {case.case_id for case in self._cases.values() if case.pending is not None}
        return len(pending | {job.case.case_id for job in self._jobs.values() if job.operation in _CONFIRMED})

    def ask(self, topic: Topic, *given: object) -> None:
        """Ask something beside a case; `answered` or `unanswered` brings it back with what was asked."""
        job = self._worker.submit(topic, *given)
        self._questions[job] = _Question(topic=topic, given=given)

    def _on_landed(self, number: int, landed: Landed) -> None:
        if (job := self._jobs.pop(number, None)) is not None:
            self._land(job, landed)
        elif (question := self._questions.pop(number, None)) is not None:
            self._land_answer(question, landed)

    def _land(self, job: _Job, landed: Landed) -> None:
        case_id = job.case.case_id
        if landed.case is not None and case_id in self._cases:
            self._cases[case_id] = merge(job.case, self._cases[case_id], landed.case)
        self._tell_connection(landed.failure)
        if landed.failure is None:
            self.forget_failure(case_id)
        elif not job.by_itself:
            self._failures[case_id] = (job.operation, landed.failure)
        if case_id in self._to_keep:
            self._keep(case_id, "changed")
        self.busy_changed.emit(case_id)
        self.changed.emit(case_id)
        self.listed.emit()
        if landed.failure is not None and not job.by_itself:
            self.failed.emit(case_id, job.operation, landed.failure)
        if job.operation in _BEFORE_DECISION and case_id in self._cases:
            self._ask_policy(self._cases[case_id])

    def _ask_policy(self, case: Case) -> None:
        """Ask which files the sponsor wants until that is known: the page shows the usual type in the meantime."""
        if case.request_id is not None and not case.policy and not case.decided:
            self.ask(Topic.POLICY, case.request_id)

    def _land_answer(self, question: _Question, landed: Landed) -> None:
        topic, given, failure = question.topic, question.given, landed.failure
        if topic in (Topic.CASES, Topic.KEEP, Topic.KEEP_DRAFT):
            if failure is not None:
                self.broken.emit(failure)
            elif topic is Topic.CASES:
                self._take_list(landed.answer)
            return
        if failure is not None:
            self.unanswered.emit(topic, given, failure)
            return
        if topic is Topic.POLICY:
            self._take_policy(given[0], landed.answer)
        if topic is Topic.FORMS:
            self._tell_connection(None)
        self.answered.emit(topic, given, landed.answer)

    def _take_list(self, answer: object) -> None:
        for case in answer if isinstance(answer, list) else ():
            self._cases.setdefault(case.case_id, case)
            self._on_disk.add(case.case_id)
        self.listed.emit()
        # What the last session left unconfirmed is looked up at once, not at the first tick.
        self._on_poll()

    def _take_policy(self, request: object, answer: object) -> None:
        for case in self._cases.values():
            if case.request_id == request and isinstance(answer, tuple) and case.policy != answer:
                self.change(replace(case, policy=answer), "policy")
                return

    def _tell_connection(self, failure: Failure | None) -> None:
        kind = failure.kind if failure else None
        self.connection_changed.emit(kind if kind in (Kind.OFFLINE, Kind.SERVER, Kind.UNKNOWN, Kind.BUSY) else None)

    def _on_progressed(self, number: int, sent: int, total: int) -> None:
        if (job := self._jobs.get(number)) is not None:
            self.progressed.emit(job.case.case_id, sent, total)

    def _on_poll(self) -> None:
        """Ask for one thing that OSIGU still owes an answer to, each in its turn: a decision, a write's fate."""
        owed = [
            case
            for case in self._cases.values()
            if (case.pending is not None or case.standing is Standing.WAITING) and self.busy(case.case_id) is None
        ]
        if not owed:
            return
        self._turn += 1
        case = owed[self._turn % len(owed)]
        operation = Operation.LOOK_UP if case.pending is not None else Operation.READ_DECISION
        self._submit(operation, case, by_itself=True)


_BEFORE_DECISION = frozenset({Operation.CREATE, Operation.ATTACH, Operation.COMPLETE})
_CONFIRMED = frozenset({Operation.COMPLETE, Operation.START, Operation.FINISH, Operation.CANCEL, Operation.LOOK_UP})
