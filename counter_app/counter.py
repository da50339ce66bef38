"""The cases open at this counter. Pages talk to nothing else.

One way down: a page changes its case or sends an operation. One way up: `changed`, `failed`, `busy_changed`,
`progressed`, `answered`. A late answer goes to its own case, shown or not.
"""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from counter_app.case import Case, Ending, Operation, merge, new_case
from counter_app.going_on import POLL_MS, GoingOn, Pace
from counter_app.jobs import Job, Jobs
from counter_app.models import Topic
from counter_app.open_cases import DRAFT_MS, OpenCases, after_leaving, is_blank
from counter_app.osigu.errors import Failure, Kind
from counter_app.questions import Questions
from counter_app.safekeeping import CHECK_MS, Safekeeping
from counter_app.settings import Profile
from counter_app.worker import Landed, Worker


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
    repeats_changed = Signal(str)
    """Whether what failed is tried again by itself is another thing now: `case_id`."""
    busy_changed = Signal(str)
    """An operation of this case began or ended: `case_id`."""
    progressed = Signal(str, object, object)
    """How far a case's upload is: `case_id`, bytes sent, bytes in all."""
    answered = Signal(object, object, object)
    """A question's `Topic`, what was asked as a tuple, the answer."""
    unanswered = Signal(object, object, object)
    """A question's `Topic`, what was asked as a tuple, the `Failure`."""
    broken = Signal(object)
    """Nothing can be done at all, or the program made a mistake: the `Failure`."""
    connection_changed = Signal(object)
    """The failure kind of the last call, or None when it went well."""

    def __init__(
        self,
        profile: Profile,
        worker: Worker,
        *,
        draft_ms: int = DRAFT_MS,
        poll_ms: int = POLL_MS,
        check_ms: int = CHECK_MS,
        pace: Pace = Pace(),  # noqa: B008  frozen
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.profile = profile
        self._worker = worker
        self._jobs = Jobs(worker, parent=self)
        self._jobs.landed.connect(self._on_landed)
        self._jobs.progressed.connect(self.progressed)
        self._failures: dict[str, tuple[Operation, Failure]] = {}
        self._must_load = False
        self._questions = Questions(worker, parent=self)
        self._questions.answered.connect(self._on_answered)
        self._questions.unanswered.connect(self.unanswered)
        self._questions.read.connect(self._on_read)
        self._questions.wiped.connect(self._on_wiped)
        self._questions.refused.connect(self._on_refused)
        self._cases = OpenCases(self.ask, self._jobs.is_busy, draft_ms=draft_ms, parent=self)
        self._going_on = GoingOn(pace, poll_ms=poll_ms, parent=self)
        self._going_on.due.connect(self._on_due)
        self._going_on.polled.connect(self._on_polled)
        self._going_on.changed.connect(self.repeats_changed)
        self.safekeeping = Safekeeping(worker, check_ms=check_ms, parent=self)
        self.safekeeping.opened.connect(self._on_opened)
        self.safekeeping.mended.connect(self._cases.keep_all)

    # --- the cases --------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the cases of this counter from the journal; `listed` follows."""
        self.ask(Topic.CASES)

    def cases(self) -> tuple[Case, ...]:
        """Every case that the list shows, newest first."""
        return self._cases.newest_first()

    def case(self, case_id: str) -> Case:
        """A case as it now is.

        Raises:
            KeyError: for an id that this counter doesn't have.
        """
        return self._cases[case_id]

    def has(self, case_id: str) -> bool:
        """Whether this counter has a case, or has it still."""
        return case_id in self._cases

    def find(self, text: str) -> None:
        """Look for cases on the disk by words; those found join the others, and `listed` follows."""
        self._questions.find(text)

    def found(self, text: str) -> frozenset[str]:
        """The ids of the cases that the disk found for this very text; an older text's say nothing about it."""
        return self._questions.found(text)

    def open(self, *, brings_code: bool = False) -> str:
        """Open a case for whoever stands at the counter; returns its id. It is kept once something is known."""
        self.safekeeping.read()
        sponsors = self.profile.sponsors
        case = new_case(sponsor=sponsors[0] if sponsors and not brings_code else None, brings_code=brings_code)
        self._cases.put(case)
        self.listed.emit()
        return case.case_id

    def change(self, case: Case, what: str) -> None:
        """Take what staff decided into a case and keep it; what was being repeated for it stops."""
        if self._change(case, what):
            self._going_on.stop(case.case_id)

    def _change(self, case: Case, what: str) -> bool:
        if not self._cases.change(case, what):
            return False
        self.changed.emit(case.case_id)
        self.listed.emit()
        return True

    def put_aside(self, case_id: str) -> None:
        """Leave a case for later. One in which nothing is known yet is forgotten; one that was refused is done."""
        case = self._cases[case_id]
        if not is_blank(case) or self._jobs.is_busy(case_id):
            self.change(*after_leaving(case))
            return
        if self._cases.is_on_disk(case_id):
            self.change(replace(case, ending=Ending.ABANDONED), "abandoned")
        self._cases.drop(case_id)
        self._going_on.stop(case_id)
        self.listed.emit()

    def write_draft(self, case_id: str, texts: Mapping[str, str]) -> None:
        """Remember what stands half typed in a case; on disk 500 ms after the last key."""
        if self._cases.write_draft(case_id, texts):
            self._going_on.stop(case_id)

    def keep_drafts(self) -> None:
        """Send everything that is not on the disk yet there now."""
        self._cases.keep_all()

    # --- operations -------------------------------------------------------------------------------------------------

    def send(self, operation: Operation, case: Case) -> bool:
        """Take a case with what staff entered and perform an operation on it; False where one is under way already."""
        if self._jobs.is_busy(case.case_id):
            return False
        self._going_on.pressed(case.case_id)
        self.forget_failure(case.case_id)
        self._submit(operation, case)
        return True

    def _submit(self, operation: Operation, case: Case, *, by_itself: bool = False) -> None:
        self._cases.put(case, on_disk=True)
        self._jobs.begin(operation, case, by_itself=by_itself)
        self.busy_changed.emit(case.case_id)

    def busy(self, case_id: str) -> Operation | None:
        """The operation under way for a case."""
        return self._jobs.busy(case_id)

    def stop_waiting(self, case_id: str) -> None:
        """Give up waiting for a case's operation. A write is unknown then, not undone, and is looked up."""
        self._jobs.stop(case_id)

    def repeats(self, case_id: str) -> bool:
        """Whether what failed for a case is tried again by itself when the line is back."""
        return self._going_on.repeats(case_id)

    def stop_repeating(self, case_id: str) -> None:
        """Try nothing again by itself for a case; staff press again when they want it."""
        self._going_on.stop(case_id)

    def failure(self, case_id: str) -> tuple[Operation, Failure] | None:
        """What failed last for a case and still stands."""
        return self._failures.get(case_id)

    def forget_failure(self, case_id: str) -> None:
        """What failed no longer stands: it went well since, or staff have corrected the field."""
        if self._failures.pop(case_id, None) is not None:
            self.recovered.emit(case_id)

    def unconfirmed(self) -> int:
        """How many things OSIGU has not confirmed: writes in flight or of unknown fate."""
        return len(self._cases.pending() | self._jobs.unconfirmed())

    # --- questions beside a case, and the disk ----------------------------------------------------------------------

    def ask(self, topic: Topic, *given: object) -> None:
        """Ask something beside a case; `answered` or `unanswered` brings it back with what was asked."""
        self._questions.ask(topic, *given)

    def _on_answered(self, topic: Topic, given: tuple[object, ...], answer: object) -> None:
        if topic is Topic.POLICY:
            self._take_policy(given[0], answer)
        if topic is Topic.FORMS:
            self._tell_connection(None)
        self.answered.emit(topic, given, answer)

    def _take_policy(self, request: object, answer: object) -> None:
        for case in self.cases():
            if case.request_id == request and isinstance(answer, tuple) and case.policy != answer:
                self._change(replace(case, policy=answer), "policy")
                return

    def _on_opened(self) -> None:
        """Read the cases where that failed before the journal was open, and wipe those past their time."""
        self.ask(Topic.WIPE)
        if self._must_load:
            self.load()

    def _on_read(self, topic: Topic, cases: list[Case]) -> None:
        new = self._cases.join(cases)
        self.listed.emit()
        if topic is not Topic.CASES:
            return
        # What the last session left unconfirmed is looked up at once, not at the first tick.
        for case in new:
            if case.pending is not None:
                self._on_due(case.case_id, Operation.LOOK_UP)
        self._on_polled()

    def _on_wiped(self, case_ids: tuple[str, ...]) -> None:
        for case_id in case_ids:
            self._cases.drop(case_id)
        if case_ids:
            self.listed.emit()

    def _on_refused(self, topic: Topic, given: tuple[object, ...], failure: Failure) -> None:
        self._must_load = self._must_load or topic is Topic.CASES
        self._cases.refused(topic, given)
        self.safekeeping.refused(failure)

    def _on_landed(self, job: Job, landed: Landed) -> None:
        case_id, failure = job.case.case_id, landed.failure
        if landed.case is not None and case_id in self._cases:
            self._cases.put(merge(job.case, self._cases[case_id], landed.case))
        if failure is None:
            self.forget_failure(case_id)
        else:
            self._take_failure(job, failure)
        if case_id in self._cases:
            self._going_on.follow(self._cases[case_id], failure, None if job.by_itself else job.operation)
        self._tell_connection(failure)
        self._cases.settled(case_id)
        self.busy_changed.emit(case_id)
        self.changed.emit(case_id)
        self.listed.emit()
        if failure is not None and not job.by_itself:
            self.failed.emit(case_id, job.operation, failure)
        if job.operation in _BEFORE_DECISION and case_id in self._cases:
            self._questions.ask_policy(self._cases[case_id])

    def _take_failure(self, job: Job, failure: Failure) -> None:
        if not job.by_itself:
            self._failures[job.case.case_id] = (job.operation, failure)
        if failure.kind is Kind.SETTINGS and (failure.code or "").startswith("journal."):
            self.safekeeping.refused(failure)

    def _tell_connection(self, failure: Failure | None) -> None:
        kind = failure.kind if failure else None
        if kind in _SAYS_NOTHING:
            return
        self.connection_changed.emit(kind if kind in (Kind.OFFLINE, Kind.SERVER, Kind.UNKNOWN, Kind.BUSY) else None)
        if kind is None or kind in _ANSWERED:
            self._going_on.line_is_back()

    # --- what goes on by itself -------------------------------------------------------------------------------------

    def _on_due(self, case_id: str, operation: Operation) -> None:
        """Look up a write, or try again what never left; where something is under way, its end decides anew."""
        if case_id in self._cases and not self._jobs.is_busy(case_id):
            self._submit(operation, self._cases[case_id], by_itself=operation is Operation.LOOK_UP)

    def _on_polled(self) -> None:
        """Ask for one decision that a sponsor still owes."""
        case = self._going_on.next_of([each for each in self.cases() if not self._jobs.is_busy(each.case_id)])
        if case is not None:
            self._submit(Operation.READ_DECISION, case, by_itself=True)


_BEFORE_DECISION = frozenset({Operation.CREATE, Operation.ATTACH, Operation.COMPLETE})
# What never came as far as the line.
_SAYS_NOTHING = frozenset({Kind.SETTINGS, Kind.LOCKED, Kind.STOPPED, Kind.BUG})
# Refusals that only OSIGU can have said: the line is there.
_ANSWERED = frozenset({Kind.INVALID, Kind.NOT_FOUND, Kind.CONFLICT, Kind.NOT_AFFILIATED})
