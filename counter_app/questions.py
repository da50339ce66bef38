"""What the counter asks beside a case: each answer comes back with what was asked, those of the disk apart."""

from PySide6.QtCore import QObject, Signal

from counter_app.case import Case
from counter_app.models import Topic, record
from counter_app.worker import Landed, Worker

_ON_DISK = frozenset({Topic.CASES, Topic.FIND, Topic.KEEP, Topic.KEEP_DRAFT, Topic.WIPE})


@record
class _Question:
    """A question under way: its topic and what was asked."""

    topic: Topic
    given: tuple[object, ...]


class Questions(QObject):
    """Asks the worker and hears back. Lives on the window's thread."""

    answered = Signal(object, object, object)
    """A question's `Topic`, what was asked as a tuple, the answer."""
    unanswered = Signal(object, object, object)
    """A question's `Topic`, what was asked as a tuple, the `Failure`."""
    read = Signal(object, object)
    """Cases came from the disk: the `Topic` that asked for them, a list."""
    wiped = Signal(object)
    """Closed cases are past their time: their ids."""
    refused = Signal(object, object, object)
    """The disk refused: the `Topic`, what was asked as a tuple, the `Failure`."""

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._asked: dict[int, _Question] = {}
        self._sought = ""
        self._found: frozenset[str] = frozenset()
        worker.landed.connect(self._on_landed)

    def ask(self, topic: Topic, *given: object) -> None:
        """Ask; one of the signals brings the answer."""
        self._asked[self._worker.submit(topic, *given)] = _Question(topic=topic, given=given)

    def ask_policy(self, case: Case) -> None:
        """Ask which files a sponsor wants until that is known: the page shows the usual type in the meantime."""
        if case.request_id is not None and not case.policy and not case.decided:
            self.ask(Topic.POLICY, case.request_id)

    def find(self, text: str) -> None:
        """Look for cases on the disk by words."""
        self._sought, self._found = text, frozenset()
        if text.strip():
            self.ask(Topic.FIND, text)

    def found(self, text: str) -> frozenset[str]:
        """The ids of the cases that the disk found for this very text; an older text's say nothing about it."""
        return self._found if text == self._sought else frozenset()

    def _on_landed(self, number: int, landed: Landed) -> None:
        question = self._asked.pop(number, None)
        if question is None:
            return
        topic, given = question.topic, question.given
        if landed.failure is not None:
            (self.refused if topic in _ON_DISK else self.unanswered).emit(topic, given, landed.failure)
        elif topic in (Topic.CASES, Topic.FIND):
            cases = _cases_in(landed.answer)
            if topic is Topic.FIND and given[0] == self._sought:
                self._found = frozenset(case.case_id for case in cases)
            self.read.emit(topic, cases)
        elif topic is Topic.WIPE:
            self.wiped.emit(landed.answer)
        elif topic not in _ON_DISK:
            self.answered.emit(topic, given, landed.answer)


def _cases_in(answer: object) -> list[Case]:
    return [each for each in answer if isinstance(each, Case)] if isinstance(answer, list | tuple) else []
