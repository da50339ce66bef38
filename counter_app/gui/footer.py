"""The wizard's footer: which buttons stand there, and the measures that QWizard doesn't keep."""

from PySide6.QtWidgets import QAbstractButton, QApplication, QGridLayout, QHBoxLayout, QWidget, QWizard

from counter_app.case import Case, Step
from counter_app.gui.pages.step_page import StepPage
from counter_app.gui.widgets.buttons import KeyButton

BUTTON = QWizard.WizardButton
_CUSTOM = (
    (BUTTON.CustomButton1, QWizard.WizardOption.HaveCustomButton1),
    (BUTTON.CustomButton2, QWizard.WizardOption.HaveCustomButton2),
    (BUTTON.CustomButton3, QWizard.WizardOption.HaveCustomButton3),
)
_USUAL = (BUTTON.BackButton, BUTTON.Stretch, BUTTON.CancelButton, BUTTON.NextButton)


class Footer:
    """Lays out the buttons of a wizard; one is filled at a time, and it is the next step."""

    def __init__(self, wizard: QWizard) -> None:
        self._wizard = wizard
        self._laid_out: tuple[QWizard.WizardButton, ...] = ()

    def fill(self, complete: KeyButton, finish: KeyButton, cancel: KeyButton) -> None:
        """Give the wizard its buttons: its own four and the three that pages bring along."""
        tr = self._wizard.tr
        own = (
            (BUTTON.BackButton, "backButton", KeyButton(tr("Back"), key="Alt+B", shortcut="Alt+B", size="footer")),
            (BUTTON.NextButton, "nextButton", KeyButton(tr("Continue"), kind="primary", key="Enter", size="footer")),
            (
                BUTTON.FinishButton,
                "finishButton",
                KeyButton(tr("Finish"), kind="primary", key="Alt+F", shortcut="Alt+F", size="footer"),
            ),
            (
                BUTTON.CancelButton,
                "cancelButton",
                KeyButton(tr("Close case"), key="Ctrl+W", shortcut="Ctrl+W", size="footer"),
            ),
        )
        brought = (
            ("completeButton", complete),
            ("completeDispensationButton", finish),
            ("cancelDispensationButton", cancel),
        )
        for which, name, button in own:
            self._place(which, name, button)
        for (which, option), (name, button) in zip(_CUSTOM, brought, strict=True):
            self._wizard.setOption(option)
            self._place(which, name, button)

    def _place(self, which: QWizard.WizardButton, name: str, button: QAbstractButton) -> None:
        button.setObjectName(name)
        self._wizard.setButton(which, button)

    def show_for(self, page: StepPage, case: Case) -> None:
        """Show the buttons that this page of this case has now."""
        wanted = _wanted(page, case)
        if wanted == self._laid_out:
            return
        self._laid_out = wanted
        focus = QApplication.focusWidget()
        self._wizard.setButtonLayout(list(wanted))
        # QWizard hides all of itself while it lays out its buttons, and what is hidden loses the focus.
        if focus is not None and self._wizard.isAncestorOf(focus) and focus.isVisible():
            focus.setFocus()

    def chain(self, page: StepPage) -> None:
        """Make Tab go from the page's last control through the footer; QWizard's buttons come after the sidebar."""
        before = _last_inside(page)
        for which in self._laid_out:
            if which is not BUTTON.Stretch:
                QWidget.setTabOrder(before, self._wizard.button(which))
                before = self._wizard.button(which)

    def tidy(self, gutter: int) -> None:
        """Give the footer the look's measures; QWizard puts its own back whenever it lays itself out anew."""
        frame = self._wizard.button(BUTTON.CancelButton).parentWidget()
        grid = frame.layout() if frame is not None else None
        if not isinstance(grid, QGridLayout):
            return
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        # It takes the width of all the buttons it ever had for its least width.
        self._wizard.setMinimumSize(0, 0)
        for index in range(grid.count()):
            item = grid.itemAt(index)
            row = item.layout() if item is not None else None
            if isinstance(row, QHBoxLayout):
                row.setContentsMargins(gutter, 11, gutter, 11)
                row.setSpacing(10)


def _last_inside(page: StepPage) -> QWidget:
    """The last widget of a page in the order of Tab."""
    last: QWidget = page
    following = page.nextInFocusChain()
    while following is not None and following is not page:
        if page.isAncestorOf(following):
            last = following
        following = following.nextInFocusChain()
    return last


def _wanted(page: StepPage, case: Case) -> tuple[QWizard.WizardButton, ...]:
    if page.step is Step.COMPLETE:
        if case.decided:
            return (BUTTON.Stretch, BUTTON.CancelButton, BUTTON.NextButton)
        return (BUTTON.BackButton, BUTTON.Stretch, BUTTON.CancelButton, BUTTON.CustomButton1)
    if page.step is not Step.DISPENSE:
        return _USUAL
    if case.dispensation is None:
        first = () if case.brings_code else (BUTTON.BackButton,)
        return (*first, BUTTON.Stretch, BUTTON.CancelButton)
    if case.dispensation.open:
        return (BUTTON.CustomButton3, BUTTON.Stretch, BUTTON.CancelButton, BUTTON.CustomButton2)
    return (BUTTON.Stretch, BUTTON.CancelButton, BUTTON.FinishButton)
