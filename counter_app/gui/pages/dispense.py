"""Page 5: the code is redeemed and the products are handed over."""

import re
from dataclasses import replace

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget, QWizard

from counter_app.case import Case, Operation, Step
from counter_app.counter import Counter
from counter_app.gui import words
from counter_app.gui.messages import message
from counter_app.gui.pages.invoice_fields import InvoiceFields
from counter_app.gui.pages.otp_panel import OtpPanel
from counter_app.gui.pages.outcome import OutcomeCard
from counter_app.gui.pages.step_page import Onward, StepPage, direction, heading
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.field import Field
from counter_app.gui.widgets.tables import Column, LineTable
from counter_app.models import Dispensation, DispensationLine, OpaqueId, Topic
from counter_app.osigu.errors import Failure

_CODE_COLUMN = 400
# What ends or replaces the dispensation: its invoice waits for the outcome.
_ENDS = frozenset({Operation.START, Operation.FINISH, Operation.CANCEL, Operation.LOOK_UP})


class DispensePage(StepPage):
    """A scanner's Enter starts; nothing but Ctrl+Enter completes."""

    step = Step.DISPENSE
    name = "dispensePage"

    def __init__(self, counter: Counter) -> None:
        self.code = QLineEdit()
        self.invoice = InvoiceFields()
        self.otp = OtpPanel()
        self.outcome = OutcomeCard(counter.profile.provider_slug)
        super().__init__(counter, "", "")
        self.setAccessibleName(self.tr("Dispense"))
        self.start_button = KeyButton(self.tr("Start"), kind="primary", key="Enter", icon="scan", size="page")
        self.finish_button = KeyButton(
            self.tr("Complete dispensation"), kind="primary", key="Ctrl+Enter", shortcut="Ctrl+Return", size="footer"
        )
        self.cancel_button = KeyButton(
            self.tr("Cancel dispensation"), kind="danger", key="Alt+X", shortcut="Alt+X", size="footer"
        )
        self.products = LineTable(
            [
                Column(self.tr("Product"), stretch=True),
                Column(self.tr("Quantity"), number=True),
                Column(self.tr("Unit price"), number=True),
                Column(self.tr("Total"), number=True, strong=True),
            ]
        )
        self._started: tuple[OpaqueId, tuple[DispensationLine, ...]] | None = None
        self._name_widgets()
        self._build()
        self._connect()

    def _name_widgets(self) -> None:
        self.code.setObjectName("dispenseCode")
        self.code.setMaxLength(200)
        self.code.setPlaceholderText(self.tr("Scan or type the code"))
        self.start_button.setObjectName("startButton")
        self.products.setObjectName("dispensationProducts")
        self.products.setAccessibleName(self.tr("What may be handed over"))

    def _build(self) -> None:
        self.code_field = Field(self.tr("Code of the authorization or prescription"), self.code)
        self._starting = QWidget()
        row = QHBoxLayout(self._starting)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.code_field.setFixedWidth(_CODE_COLUMN)
        row.addWidget(self.code_field)
        beside = QVBoxLayout()
        beside.addSpacing(21)
        beside.addWidget(self.start_button)
        beside.addStretch(1)
        row.addLayout(beside)
        row.addStretch(1)
        self.body.addWidget(self._starting)
        self.body.addWidget(self.outcome)
        self.body.addWidget(self._hand_over())
        self.body.addStretch(1)

    def _hand_over(self) -> QWidget:
        self._handing = QWidget()
        self._total = QLabel()
        self._total_words = QLabel(self.tr("Total of the lines"))
        set_role(self._total, "section")
        set_role(self._total_words, "secondary")
        total = QHBoxLayout()
        total.setContentsMargins(0, 0, 14, 0)
        total.addStretch(1)
        total.addWidget(self._total_words)
        total.addWidget(self._total)
        left = QVBoxLayout()
        left.setSpacing(10)
        left.addWidget(heading(self.tr("Hand over")))
        left.addWidget(self.products)
        left.addLayout(total)
        left.addWidget(heading(self.tr("The pharmacy's invoice")))
        left.addWidget(self.invoice)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.otp)
        right.addStretch(1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._handing)
        self._columns.setContentsMargins(0, 0, 0, 0)
        self._columns.setSpacing(24)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right)
        return self._handing

    def _connect(self) -> None:
        self.code.textChanged.connect(self._on_code_typed)
        self.code.returnPressed.connect(self.start)
        self.start_button.clicked.connect(self.start)
        self.invoice.typed.connect(self._on_invoice_typed)
        self.otp.typed.connect(self.write_draft)
        self.otp.send_wanted.connect(self._on_send_otp)
        self.otp.check_wanted.connect(self._on_check_otp)
        self.finish_button.clicked.connect(self.finish)
        self.cancel_button.clicked.connect(self.cancel)

    def fit_to(self, narrow: bool) -> None:  # noqa: D102
        self._columns.setDirection(direction(narrow))

    # --- the case on screen -----------------------------------------------------------------------------------------

    def show_case(self, case: Case) -> None:  # noqa: D102
        self._started = None
        self.code.setText(case.draft.get("code") or case.code or "")
        self.code_field.clear_error()
        self.otp.start(case)
        self.update_case(case)

    def update_case(self, case: Case) -> None:  # noqa: D102
        dispensation = case.dispensation
        if not self.code.text() and case.code:
            self.code.setText(case.code)
        self._starting.setVisible(dispensation is None)
        self._handing.setVisible(dispensation is not None and dispensation.open)
        self.outcome.show_case(case)
        self._say_heading(case)
        self._allow(case)
        if dispensation is not None:
            self._show_products(case, dispensation)
        self.otp.show_case(case, self.counter.busy(case.case_id))

    def _say_heading(self, case: Case) -> None:
        dispensation = case.dispensation
        over = dispensation is not None and not dispensation.open
        self.title_label.setVisible(not over)
        self.subtitle_label.setVisible(not over)
        self.title_label.setText(self.tr("Dispense"))
        if dispensation is None:
            said = self.tr("Starting redeems the code here: OSIGU then says what may be handed over.")
        elif case.awaits_proof:
            said = self.tr("Check each box against its line, then the patient's code.")
        else:
            said = self.tr("Check each box against its line, then complete with the invoice.")
        self.subtitle_label.setText(said)

    def _show_products(self, case: Case, dispensation: Dispensation) -> None:
        seen = (dispensation.dispensation_id, dispensation.lines)
        if seen == self._started:
            return
        self._started = seen
        names = {line.product_code: line.name for line in (case.prescription.lines if case.prescription else ())}
        self.products.show_rows([_row(line, names.get(line.product_code, "")) for line in dispensation.lines])
        total = dispensation.total
        self._total.setText(words.amount(total) if total is not None else "—")
        self.invoice.start(case.draft, total)

    def _allow(self, case: Case) -> None:
        free = not self.busy
        self.code.setEnabled(free)
        self.start_button.setEnabled(free and bool(self.code.text().strip()))
        # While the patient's code is on its way, the invoice can be written.
        self.invoice.setEnabled(self.counter.busy(case.case_id) not in _ENDS)
        self.cancel_button.setEnabled(free and case.pending is None)
        ready = free and case.pending is None and not case.awaits_proof and self.invoice.complete()
        self.finish_button.setEnabled(ready)
        self.finish_button.set_reason(self._reason(case))

    def _reason(self, case: Case) -> str:
        """Why the hand-over can't be completed yet."""
        if case.awaits_proof:
            return self.tr("First check the patient's code.")
        if not self.invoice.complete():
            return self.tr("First write the invoice's number and amount.")
        return ""

    def isComplete(self) -> bool:
        """Once the hand-over is confirmed, or taken back."""
        if not self.case_id or self.busy:
            return False
        dispensation = self.case.dispensation
        return dispensation is not None and not dispensation.open

    def begin(self, _case: Case) -> Onward:  # noqa: D102
        return Onward.NOW if self.isComplete() else Onward.NO

    def validatePage(self) -> bool:
        """The last page: it is left when the dispensation is over."""
        return self.walking or self.isComplete()

    def focus_first(self) -> None:  # noqa: D102
        dispensation = self.case.dispensation
        if dispensation is None:
            self.code.setFocus()
            self.code.selectAll()
        elif not dispensation.open:
            self.wizard().button(QWizard.WizardButton.FinishButton).setFocus()
        elif self.case.awaits_proof:
            (self.otp.code if self.case.challenge else self.otp.send_button).setFocus()
        else:
            self.invoice.number.setFocus()

    # --- what staff do ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Redeem the code."""
        code = read_code(self.code.text())
        if not code:
            self.code_field.set_error(self.tr("Which code?"))
        elif not self.busy and self.case.dispensation is None:
            self.counter.send(Operation.START, replace(self.case, code=code))

    def finish(self) -> None:
        """Confirm the hand-over."""
        invoice = self.invoice.invoice()
        if invoice is not None and not self.busy and self.case.pending is None and not self.case.awaits_proof:
            self.counter.send(Operation.FINISH, replace(self.case, invoice=invoice))

    def cancel(self) -> None:
        """Take the started dispensation back."""
        if not self.busy and self.case.pending is None:
            self.counter.send(Operation.CANCEL, self.case)

    def _on_send_otp(self) -> None:
        self.counter.send(Operation.SEND_OTP, self.case)

    def _on_check_otp(self) -> None:
        self.counter.send(Operation.VALIDATE_OTP, self.case)

    def case_changed(self, case: Case) -> None:
        """As every page; and the focus goes where the next value goes."""
        before, self._seen = getattr(self, "_seen", None), _place(case)
        super().case_changed(case)
        if not self.isVisible() or before == self._seen:
            return
        if before is not None and before[1] != self._seen[1] and case.challenge is not None:
            self.otp.code_sent()
        self.focus_first()

    def mark(self, doing: Operation | Topic, failure: Failure) -> None:  # noqa: D102
        if doing is Operation.START:
            self.code_field.set_error(message(failure, doing).title)
            self.code.setFocus()
            self.code.selectAll()
        elif doing is Operation.VALIDATE_OTP:
            self.otp.refuse(message(failure, doing).title)
        elif doing is Operation.FINISH:
            self.invoice.mark(failure.fields)

    def _on_code_typed(self, text: str) -> None:
        self.code_field.clear_error()
        self.write_draft("code", text)
        self.start_button.setEnabled(not self.busy and bool(text.strip()))

    def _on_invoice_typed(self, key: str, text: str) -> None:
        self.write_draft(key, text)
        if self.case_id:
            self._allow(self.case)


def read_code(text: str) -> str:
    """The code in what was typed or scanned: the last part of a web address, without the spaces people write."""
    last = text.strip().rstrip("/").rsplit("/", 1)[-1] if "://" in text else text
    return re.sub(r"\s+", "", last)


def _place(case: Case) -> tuple[str, OpaqueId | None, bool]:
    """What the page is about now; when it changes, the focus moves."""
    state = f"{case.dispensation.dispensation_id}{case.dispensation.status}" if case.dispensation else ""
    return state, case.challenge.otp_id if case.challenge else None, case.proof is not None


def _row(line: DispensationLine, name: str) -> tuple[str, str, str, str]:
    price = words.amount(line.unit_price) if line.unit_price is not None else "—"
    total = words.amount(line.quantity * line.unit_price) if line.unit_price is not None else "—"
    first = f"{name}\n{line.product_code}" if name else line.product_code
    return first, words.quantity(line.quantity), price, total
