"""The foot of the page: what failed, or what is awaited. One for the whole window, lent to the page on screen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.case import LOOKED_UP, Operation
from counter_app.counter import Counter
from counter_app.gui.journal_messages import noticed
from counter_app.gui.message import Message
from counter_app.gui.messages import message, repeating
from counter_app.gui.widgets.banner import Banner
from counter_app.gui.widgets.busy import BusyLine
from counter_app.models import OpaqueId, Topic
from counter_app.osigu.errors import Failure


class Foot(QWidget):
    """Shows what stands in the way of the case on screen, or that an answer is awaited for it.

    There is one banner. What keeps this computer from keeping anything comes first, then the case's own failure, then
    one beside it; while nobody is served, what staff should know of the journal.
    """

    retried = Signal()

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self._case_id = ""
        self._beside: tuple[Operation | Topic, Failure] | None = None
        self.banner = Banner()
        self.busy_line = BusyLine()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 8)
        layout.setSpacing(4)
        layout.addWidget(self.banner)
        layout.addWidget(self.busy_line)
        self.banner.retried.connect(self._on_retried)
        self.banner.stopped.connect(self._on_stopped)
        self.busy_line.stopped.connect(self.stop_waiting)
        counter.failed.connect(self._on_failed)
        counter.recovered.connect(self._on_recovered)
        counter.repeats_changed.connect(self._on_repeats_changed)
        counter.busy_changed.connect(self._on_busy_changed)
        counter.safekeeping.changed.connect(self._refresh)

    def serve(self, case_id: str) -> None:
        """Turn to a case: its failure and its wait, nobody else's."""
        self._case_id = case_id
        self.clear()
        self._on_busy_changed(case_id)

    def show_failure(self, failure: Failure, doing: Operation | Topic) -> None:
        """Say a failure that belongs to no case's operation, such as a sponsor's form that can't be had."""
        self._beside = (doing, failure)
        self._refresh()

    def forget(self, doing: Operation | Topic) -> None:
        """That failure no longer matters; another one stays."""
        if self._beside is not None and self._beside[0] == doing:
            self.clear()

    def clear(self) -> None:
        """Take away what was said beside the case; what stands of the case itself stays."""
        self._beside = None
        self._refresh()

    def stop_waiting(self) -> None:
        """Give up waiting for the answer."""
        if self._case_id:
            self._counter.stop_waiting(self._case_id)

    # --- what is said -----------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        said = self._of_safekeeping() or self._of_the_case() or self._of_notices()
        if said is None:
            self.banner.clear()
        else:
            words, reference = said
            stop = self.tr("Stop trying") if self._repeats() else ""
            known = "" if reference is None else str(reference)
            self.banner.show_message(words.tone, words.title, words.remedy, known, words.action, stop=stop)
        self._keep_busy_place()

    def _of_safekeeping(self) -> tuple[Message, OpaqueId | None] | None:
        trouble = self._counter.safekeeping.trouble
        return None if trouble is None else (message(trouble, Topic.JOURNAL), None)

    def _of_the_case(self) -> tuple[Message, OpaqueId | None] | None:
        standing = self._beside or (self._counter.failure(self._case_id) if self._case_id else None)
        if standing is None:
            return None
        doing, failure = standing
        said = message(failure, doing)
        if self._repeats():
            said = repeating(said, doing)
        # Support can look up what reached OSIGU, not a file that is missing here.
        return said, failure.reference if "file" not in failure.fields else None

    def _of_notices(self) -> tuple[Message, OpaqueId | None] | None:
        if self._case_id:
            return None
        said = [words for each in self._counter.safekeeping.notices if (words := noticed(each)) is not None]
        return (said[0], None) if said else None

    def _repeats(self) -> bool:
        """Whether what the banner says is tried again by itself."""
        if self._beside is not None or not self._counter.safekeeping.keeps or not self._case_id:
            return False
        return self._counter.repeats(self._case_id)

    def _keep_busy_place(self) -> None:
        """A place is kept for the wait so that nothing jumps; beside a banner only where the wait comes again."""
        policy = self.busy_line.sizePolicy()
        policy.setRetainSizeWhenHidden(self.banner.isHidden() or self._repeats())
        self.busy_line.setSizePolicy(policy)

    # --- what happens -----------------------------------------------------------------------------------------------

    def _on_failed(self, case_id: str, _doing: Operation, _failure: Failure) -> None:
        if case_id == self._case_id:
            self._beside = None
            self._refresh()

    def _on_recovered(self, case_id: str) -> None:
        if case_id == self._case_id:
            self.clear()

    def _on_repeats_changed(self, case_id: str) -> None:
        if case_id == self._case_id:
            self._refresh()

    def _on_busy_changed(self, case_id: str) -> None:
        if case_id != self._case_id:
            return
        doing = self._counter.busy(case_id) if case_id else None
        if doing is None or doing is Operation.READ_DECISION:
            self.busy_line.stop()
        else:
            self.busy_line.start(self._words(doing))

    def _words(self, doing: Operation) -> str:
        words = {
            Operation.SEARCH: self.tr("Asking the sponsor who this is…"),
            Operation.CREATE: self.tr("Registering the prescription with OSIGU…"),
            Operation.ATTACH: self.tr("Sending the file…"),
            Operation.COMPLETE: self.tr("The sponsor is deciding. This can take a minute…"),
            Operation.START: self.tr("Asking OSIGU what may be handed over…"),
            Operation.SEND_OTP: self.tr("Having the code sent to the patient…"),
            Operation.VALIDATE_OTP: self.tr("Checking the patient's code…"),
            Operation.FINISH: self.tr("Confirming the hand-over with OSIGU…"),
            Operation.CANCEL: self.tr("Taking the dispensation back…"),
        }
        return words.get(doing, self.tr("Asking OSIGU what became of it…"))

    def _on_stopped(self) -> None:
        self._counter.stop_repeating(self._case_id)

    def _on_retried(self) -> None:
        """Try again what failed; where its fate is unknown that means to look, never to send again."""
        if self._counter.safekeeping.trouble is not None:
            self._counter.safekeeping.try_again()
            return
        standing = self._counter.failure(self._case_id) if self._case_id and self._beside is None else None
        if standing is None:
            self.retried.emit()
            return
        doing, _ = standing
        case = self._counter.case(self._case_id)
        looks = case.pending is not None and case.pending.operation in LOOKED_UP
        self._counter.send(Operation.LOOK_UP if looks else doing, case)
