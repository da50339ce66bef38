"""The foot of the page: what failed, or what is awaited. One for the whole window, lent to the page on screen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.case import LOOKED_UP, Operation
from counter_app.counter import Counter
from counter_app.gui.messages import message
from counter_app.gui.widgets.banner import Banner
from counter_app.gui.widgets.busy import BusyLine
from counter_app.models import Topic
from counter_app.osigu.errors import Failure


class Foot(QWidget):
    """Shows the failure of the case on screen, or that an answer is awaited for it."""

    retried = Signal()

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self._case_id = ""
        self._beside: Operation | Topic | None = None
        self.banner = Banner()
        self.busy_line = BusyLine()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 4, 8)
        layout.setSpacing(4)
        layout.addWidget(self.banner)
        layout.addWidget(self.busy_line)
        self.banner.retried.connect(self._on_retried)
        self.busy_line.stopped.connect(self.stop_waiting)
        counter.failed.connect(self._on_failed)
        counter.recovered.connect(self._on_recovered)
        counter.busy_changed.connect(self._on_busy_changed)

    def serve(self, case_id: str) -> None:
        """Turn to a case: its failure and its wait, nobody else's."""
        self._case_id = case_id
        self.clear()
        if case_id and (standing := self._counter.failure(case_id)):
            self._show(*standing)
        self._on_busy_changed(case_id)

    def show_failure(self, failure: Failure, doing: Operation | Topic) -> None:
        """Say a failure that belongs to no case's operation, such as a sponsor's form that can't be had."""
        self._beside = doing
        self._show(doing, failure)

    def forget(self, doing: Operation | Topic) -> None:
        """That failure no longer matters; another one stays."""
        if self._beside == doing:
            self.clear()

    def clear(self) -> None:
        """Take the banner away."""
        self._beside = None
        self.banner.clear()
        self._keep_busy_place()

    def stop_waiting(self) -> None:
        """Give up waiting for the answer."""
        if self._case_id:
            self._counter.stop_waiting(self._case_id)

    def _show(self, doing: Operation | Topic, failure: Failure) -> None:
        said = message(failure, doing)
        # Support can look up what reached OSIGU, not a file that is missing here.
        known = failure.reference if "file" not in failure.fields else None
        reference = "" if known is None else str(known)
        self.banner.show_message(said.tone, said.title, said.remedy, reference, said.action)
        self._keep_busy_place()

    def _keep_busy_place(self) -> None:
        """A place is kept for the wait so that nothing jumps; beside a banner there is no room for an empty one."""
        policy = self.busy_line.sizePolicy()
        policy.setRetainSizeWhenHidden(self.banner.isHidden())
        self.busy_line.setSizePolicy(policy)

    def _on_failed(self, case_id: str, doing: Operation, failure: Failure) -> None:
        if case_id == self._case_id:
            self._show(doing, failure)

    def _on_recovered(self, case_id: str) -> None:
        if case_id == self._case_id:
            self.clear()

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

    def _on_retried(self) -> None:
        """Try again what failed; where its fate is unknown that means to look, never to send again."""
        standing = self._counter.failure(self._case_id) if self._case_id else None
        if standing is None:
            self.retried.emit()
            return
        doing, _ = standing
        case = self._counter.case(self._case_id)
        looks = case.pending is not None and case.pending.operation in LOOKED_UP
        self._counter.send(Operation.LOOK_UP if looks else doing, case)
