"""The wizard of one case at a time: five pages, one footer."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget, QWizard
from shiboken6 import isValid

from counter_app.case import Case, Operation, Step
from counter_app.counter import Counter
from counter_app.gui.foot import Foot
from counter_app.gui.footer import BUTTON, Footer
from counter_app.gui.pages.beneficiary import BeneficiaryPage
from counter_app.gui.pages.complete import CompletePage
from counter_app.gui.pages.dispense import DispensePage
from counter_app.gui.pages.indication import IndicationPage
from counter_app.gui.pages.prescription import PrescriptionPage
from counter_app.gui.pages.step_page import StepPage
from counter_app.osigu.errors import Failure

_GUTTER = 32


@dataclass(frozen=True)
class _Place:
    """Where staff left a case: as it was then, the page, the widget with the focus, whether they were going on."""

    case: Case
    page: int
    focus: str
    leaving: bool


class CaseWizard(QWizard):
    """Takes staff through a case; turned to another case it shows that one where it stands."""

    put_aside = Signal()
    """Staff leave the case for later."""
    completed = Signal()
    """Staff are done with the case."""
    resized = Signal()
    page_shown = Signal()
    """Another page is on screen."""

    def __init__(self, counter: Counter, foot: Foot) -> None:
        super().__init__()
        self._counter = counter
        self._foot = foot
        self._case_id = ""
        self.setObjectName("wizard")
        self.setAccessibleName(self.tr("Authorization"))
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setWizardStyle(QWizard.WizardStyle.ModernStyle)
        self.setOption(QWizard.WizardOption.NoDefaultButton)
        self.setOption(QWizard.WizardOption.NoBackButtonOnStartPage, on=False)
        self.beneficiary_page = BeneficiaryPage(counter)
        self.prescription_page = PrescriptionPage(counter)
        self.indication_page = IndicationPage(counter)
        self.complete_page = CompletePage(counter)
        self.dispense_page = DispensePage(counter)
        self._focus_before: QWidget | None = None
        self._places: dict[str, _Place] = {}
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._footer = Footer(self)
        self._footer.fill(
            self.complete_page.complete_button, self.dispense_page.finish_button, self.dispense_page.cancel_button
        )
        for page in self.pages():
            self.setPage(page.step, page)
            page.completeness_changed.connect(self._allow_next)
        self.setStartId(Step.BENEFICIARY)
        self._tidy()
        self.currentIdChanged.connect(self._on_page_changed)
        counter.changed.connect(self._on_case_changed)
        counter.failed.connect(self._on_case_failed)
        counter.busy_changed.connect(self._on_busy_changed)

    def pages(self) -> Sequence[StepPage]:
        """The pages, in the order of the job."""
        return (
            self.beneficiary_page,
            self.prescription_page,
            self.indication_page,
            self.complete_page,
            self.dispense_page,
        )

    def page_on_screen(self) -> StepPage | None:
        """The page that staff see."""
        page = self.currentPage()
        return page if isinstance(page, StepPage) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the footer's edges under the page's."""
        super().resizeEvent(event)
        self._tidy()
        self.resized.emit()

    def _tidy(self) -> None:
        page = self.page_on_screen()
        self._footer.tidy(page.gutter if page is not None else _GUTTER)

    # --- cases --------------------------------------------------------------------------------------------------------

    def serve(self, case_id: str) -> None:
        """Turn to a case and show the page where staff left it, or that of its step where it has moved since."""
        case = self._counter.case(case_id)
        self._case_id = case_id
        for page in self.pages():
            page.serve(case)
        self.setStartId(Step.DISPENSE if case.brings_code else Step.BENEFICIARY)
        place = self._places.pop(case_id, None)
        stayed = place if place is not None and place.case.step is case.step else None
        self._walk_to(case.step if stayed is None or self._locked(case) else stayed.page)
        self._foot.serve(case_id)
        self._refresh()
        self._focus()
        if stayed is not None:
            self._go_back_to(stayed, case)

    def _go_back_to(self, place: _Place, case: Case) -> None:
        """Put the focus where it was, and go on as soon as the answer is there, as staff wanted it."""
        page = self.page_on_screen()
        if page is None or page.step != place.page:
            return
        page.leaving = place.leaving
        if not place.focus or place.case != case:
            return
        for widget in self.findChildren(QWidget, place.focus):
            if widget.isVisible() and widget.isEnabled():
                widget.setFocus()

    def _walk_to(self, step: int) -> None:
        """Start again and go on to a step; nothing is validated or asked again on the way."""
        pages = self.pages()
        for page in pages:
            page.walking = True
        self.restart()
        while self.currentId() != step and self.nextId() != -1:
            self.next()
        for page in pages:
            page.walking = False

    def leave(self) -> None:
        """Turn away from the case; where it was left is remembered."""
        if (case := self._case()) is not None and (page := self.page_on_screen()) is not None:
            # Where it was last in here: by now it may have gone to the sidebar.
            focus = self.focusWidget()
            name = focus.objectName() if focus is not None and focus is not self else ""
            self._places[self._case_id] = _Place(case, self.currentId(), name, page.leaving)
        self._focus_before = None
        self._case_id = ""
        for page in self.pages():
            page.leave()
        self._foot.serve("")

    def _case(self) -> Case | None:
        is_there = self._case_id and self._counter.has(self._case_id)
        return self._counter.case(self._case_id) if is_there else None

    def reject(self) -> None:
        """Put the case aside. Escape does not come here: it stops a wait and never leaves a page."""
        if self._case_id:
            self.put_aside.emit()

    def accept(self) -> None:
        """The case is done."""
        self.completed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Escape and Enter to the page: QDialog would hide the wizard or press a button by itself."""
        event.ignore()

    # --- what changes -------------------------------------------------------------------------------------------------

    def _on_page_changed(self, _number: int) -> None:
        page = self.page_on_screen()
        if page is None or not self._case_id or page.walking:
            return
        page.update_case(page.case)
        self._refresh()
        self._focus()

    def _focus(self) -> None:
        page = self.page_on_screen()
        if page is not None:
            page.focus_first()

    def _on_case_changed(self, case_id: str) -> None:
        page = self.page_on_screen()
        if case_id != self._case_id or page is None:
            return
        case = self._counter.case(case_id)
        if case.step < page.step and not case.brings_code:
            self._walk_to(case.step)
        # The pages that nobody sees catch up when they are shown.
        page = self.page_on_screen() or page
        page.case_changed(case)
        self._refresh()

    def _on_case_failed(self, case_id: str, doing: Operation, failure: Failure) -> None:
        page = self.page_on_screen()
        if case_id == self._case_id and page is not None:
            page.case_failed(doing, failure)
            self._refresh()

    def _on_busy_changed(self, case_id: str) -> None:
        page = self.page_on_screen()
        if case_id != self._case_id or page is None:
            return
        if page.busy:
            self._hold_focus()
        page.update_case(page.case)
        self._refresh()
        if not page.busy:
            self._give_focus_back()

    def _hold_focus(self) -> None:
        """Keep the focus while the page is disabled: it must not fall on a button of the sidebar under a scanner."""
        focus = QApplication.focusWidget()
        if focus is not None and focus is not self and self.isAncestorOf(focus):
            self._focus_before = focus
            self.setFocus()

    def _give_focus_back(self) -> None:
        before, self._focus_before = self._focus_before, None
        if QApplication.focusWidget() not in (self, None) or before is None or not isValid(before):
            return
        if before.isVisible() and before.isEnabled():
            before.setFocus()
        else:
            self._focus()

    def _refresh(self) -> None:
        """Bring the footer and the page's foot in line with the case."""
        page = self.page_on_screen()
        case = self._case()
        if page is None or case is None:
            return
        if page.foot_place.indexOf(self._foot) < 0:
            page.foot_place.addWidget(self._foot)
        self._foot.show()
        self._footer.show_for(page, case)
        self._footer.chain(page)
        self.button(BUTTON.NextButton).setText(page.next_words(case))
        self.button(BUTTON.BackButton).setEnabled(len(self.visitedIds()) > 1 and not self._locked(case))
        self._allow_next()
        self._tidy()
        self.page_shown.emit()

    def _allow_next(self) -> None:
        page = self.page_on_screen()
        if page is not None and self._case_id:
            complete = page.isComplete()
            self.button(BUTTON.NextButton).setEnabled(complete)
            self.button(BUTTON.FinishButton).setEnabled(complete)

    def _locked(self, case: Case) -> bool:
        """Whether there is no way back: what went to the sponsor can't be changed any more."""
        busy = self._counter.busy(case.case_id)
        if busy in (Operation.COMPLETE, Operation.LOOK_UP) or case.pending is not None:
            return True
        return case.decided and not (self.currentId() == Step.DISPENSE and case.dispensation is None)
