"""What the five pages have in common: a case shown, input taken, a step left by itself when the answer comes."""

from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget, QWizard, QWizardPage

from counter_app.case import Case, Operation, Step
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.card import PageScroll
from counter_app.models import Topic
from counter_app.osigu.errors import Failure, Kind

if TYPE_CHECKING:
    from counter_app.counter import Counter

WIDEST_CONTENT = 1280
_FOOT = 4  # the foot's own margin
NARROW = 1180


class Onward(Enum):
    """How a page is left."""

    NOW = auto()
    """There is nothing to wait for."""
    LATER = auto()
    """As soon as the answer is there."""
    NO = auto()
    """Something has to be corrected first."""


class StepPage(QWizardPage):
    """One step of the job. A page shows a case, puts what staff enter into it, and asks the counter for the rest."""

    step: ClassVar[Step]
    name: ClassVar[str]
    completeness_changed = Signal()
    """Whether the page can be left may be another thing now. Not `completeChanged`: at that QWizard hides and shows
    all of itself, and the focus is lost to the sidebar."""

    def __init__(self, counter: "Counter", title: str, subtitle: str) -> None:
        super().__init__()
        self.counter = counter
        self.case_id = ""
        self.walking = False
        self.leaving = False
        """Whether the page is left by itself when the answer comes."""
        self.gutter = 32
        self.setObjectName(self.name)
        self.setAccessibleName(title)
        self.title_label = QLabel(title)
        self.subtitle_label = QLabel(subtitle)
        self.body = QVBoxLayout()
        self.foot_place = QVBoxLayout()
        self._lay_out()
        counter.answered.connect(self._on_answered)
        counter.unanswered.connect(self._on_unanswered)

    def _lay_out(self) -> None:
        set_role(self.title_label, "title")
        set_role(self.subtitle_label, "secondary")
        self.title_label.setWordWrap(True)
        self.subtitle_label.setWordWrap(True)
        self.heading = QHBoxLayout()
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self.title_label)
        texts.addWidget(self.subtitle_label)
        self.heading.addLayout(texts, 1)
        self._content = QWidget()
        inside = QVBoxLayout(self._content)
        self._inside = inside
        inside.setSpacing(16)
        inside.addLayout(self.heading)
        inside.addLayout(self.body, 1)
        self._scroll = PageScroll(self._content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addLayout(self.foot_place)

    def _set_gutters(self) -> None:
        narrow = self.window().width() < NARROW
        gutter = 24 if narrow else 32
        spare = max(0, (self.width() - 2 * gutter - WIDEST_CONTENT) // 2)
        self.gutter = gutter + spare
        # Inside what scrolls: the focus ring needs its room, and the scroll bar stands at the window's edge.
        self._inside.setContentsMargins(self.gutter, 20, self.gutter, 12)
        self.foot_place.setContentsMargins(self.gutter - _FOOT, 0, self.gutter - _FOOT, 0)
        self.fit_to(narrow)

    def resizeEvent(self, event: object) -> None:
        """Keep the gutters of the look: 24 below 1180 pixels, 32 above, and content centred on a wide screen."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._set_gutters()

    def fit_to(self, narrow: bool) -> None:
        """Stack or spread the page's columns."""

    # --- what a page fills in ---------------------------------------------------------------------------------------

    def show_case(self, case: Case) -> None:
        """Show all that this step knows of a case, half-typed input included."""
        raise NotImplementedError

    def update_case(self, case: Case) -> None:
        """Show what has changed; input that staff are writing stays."""
        raise NotImplementedError

    def begin(self, case: Case) -> Onward:
        """Take the input, ask for this step's operation, and say when the page can be left."""
        raise NotImplementedError

    def next_words(self, _case: Case) -> str:
        """What the Next button says on this page."""
        return self.tr("Continue")

    def focus_first(self) -> None:
        """Put the focus where the next value goes."""

    def mark(self, doing: Operation | Topic, failure: Failure) -> None:
        """Mark the fields that a failure is about."""

    def answer(self, topic: Topic, given: tuple[object, ...], answer: object) -> None:
        """Take an answer to a question that this page asked."""

    def no_answer(self, topic: Topic, given: tuple[object, ...], failure: Failure) -> None:
        """Go on without an answer to a question that this page asked."""

    # --- what the wizard and the counter say ------------------------------------------------------------------------

    @property
    def case(self) -> Case:
        """The case on screen."""
        return self.counter.case(self.case_id)

    @property
    def busy(self) -> bool:
        """Whether an operation of the case on screen is under way."""
        return bool(self.case_id) and self.counter.busy(self.case_id) is not None

    def serve(self, case: Case) -> None:
        """Turn to a case: what was on screen of another one goes."""
        self.case_id = case.case_id
        self.leaving = False
        self.show_case(case)
        self._scroll.verticalScrollBar().setValue(0)

    def leave(self) -> None:
        """Turn away from the case: what still comes for it is not shown here."""
        self.case_id = ""
        self.leaving = False

    def validatePage(self) -> bool:
        """Leave at once where the step is done; else begin it, and go on by itself when the answer comes."""
        if self.walking:
            return True
        if self.busy:
            return False
        onward = self.begin(self.case)
        self.leaving = onward is Onward.LATER
        return onward is Onward.NOW and self.case.step > self.step

    def case_changed(self, case: Case) -> None:
        """The case has moved; where this page was being left and its step is done, go on."""
        self.update_case(case)
        self.completeness_changed.emit()
        if self.leaving and case.step > self.step and not self.busy and self.isVisible():
            self.leaving = False
            self.walking = True
            self.wizard().next()
            self.walking = False

    def case_failed(self, doing: Operation, failure: Failure) -> None:
        """An operation of this case did not go well; where trying again mends it, the page is left then."""
        if failure.kind is Kind.INVALID:
            self.leaving = False
        self.mark(doing, failure)

    def write_draft(self, key: str, text: str) -> None:
        """Remember what stands half typed in the case on screen."""
        if self.case_id:
            self.counter.write_draft(self.case_id, {key: text})

    def _on_answered(self, topic: Topic, given: tuple[object, ...], answer: object) -> None:
        if self.case_id:
            self.answer(topic, given, answer)

    def _on_unanswered(self, topic: Topic, given: tuple[object, ...], failure: Failure) -> None:
        if self.case_id:
            self.no_answer(topic, given, failure)

    def focus_next_button(self) -> None:
        """Put the focus on the next step: Enter goes on."""
        self.wizard().button(QWizard.WizardButton.NextButton).setFocus()


def direction(narrow: bool) -> QBoxLayout.Direction:
    """How a page's columns stand: under each other where there is no room beside."""
    return QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight


def heading(text: str) -> QLabel:
    """A section's heading."""
    label = QLabel(text)
    set_role(label, "section")
    return label


def caption(text: str = "") -> QLabel:
    """A quiet line that wraps."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    set_role(label, "caption")
    return label


def selectable(label: QLabel) -> QLabel:
    """A label whose text can be selected by mouse and keyboard."""
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return label
