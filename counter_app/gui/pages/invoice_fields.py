"""What the pharmacy charged: number, amount and date of its invoice."""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from counter_app.gui import words
from counter_app.gui.widgets.date_edit import DateEdit
from counter_app.gui.widgets.field import Field
from counter_app.models import Invoice

_CENT = Decimal("0.01")


class InvoiceFields(QWidget):
    """The invoice. The amount is checked against the lines' total, and never corrected by the program."""

    typed = Signal(str, str)
    """A draft key and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.number = QLineEdit()
        self.amount = QLineEdit()
        self.date = DateEdit()
        self.number.setObjectName("invoiceNumber")
        self.amount.setObjectName("invoiceAmount")
        self.date.edit.setObjectName("invoiceDate")
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.number.setMaxLength(60)
        self.amount.setMaxLength(20)
        self._total: Decimal | None = None
        self.number_field = Field(self.tr("Invoice number"), self.number, required=True)
        self.amount_field = Field(self.tr("Amount charged"), self.amount, required=True)
        self.date_field = Field(self.tr("Invoice date"), self.date, required=True)
        self.number_field.set_help(self.tr("From the till"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for field in (self.number_field, self.amount_field, self.date_field):
            row.addWidget(field, 1)
        # A preset amount is replaced by typing, however the field was reached.
        self.amount.installEventFilter(self)
        self.number.returnPressed.connect(self.amount.setFocus)
        self.number.textChanged.connect(self._on_number_typed)
        self.amount.textChanged.connect(self._on_amount_typed)
        self.date.edit.textChanged.connect(self._on_date_typed)

    def start(self, draft: Mapping[str, str], total: Decimal | None) -> None:
        """Show what stood half typed; an amount that nobody has typed yet is the lines' total, the date is today."""
        self._total = total
        self.number.setText(draft.get("invoice_number", ""))
        self.amount.setText(draft.get("invoice_amount") or (words.amount(total) if total is not None else ""))
        typed = draft.get("invoice_date", "")
        self.date.set_value(date.today())  # noqa: DTZ011  the pharmacy's own calendar day is meant
        if typed:
            self.date.edit.setText(typed)
        for field in (self.number_field, self.amount_field, self.date_field):
            field.clear_error()
        self._check_total()

    def complete(self) -> bool:
        """Whether number and amount stand there and can be read; an amount that can't is marked as it is typed."""
        return bool(self.number.text().strip()) and self._read_amount() is not None

    def invoice(self) -> Invoice | None:
        """The invoice; None, and the fields marked, where something can't be read."""
        number, amount, day = self.number.text().strip(), self._read_amount(), self.date.value()
        if not number:
            self.number_field.set_error(self.tr("The number on the invoice"))
        if amount is None:
            self._refuse_amount()
        if day is None:
            self.date_field.set_error(self.tr("A date like 2026-06-25"))
        if not number or amount is None or day is None:
            return None
        return Invoice(number=number, amount=amount, issued_at=_moment(day))

    def _read_amount(self) -> Decimal | None:
        amount = words.read_number(self.amount.text())
        return amount if amount is not None and amount > 0 and amount == amount.quantize(_CENT) else None

    def _refuse_amount(self) -> None:
        example = words.amount(Decimal("1250.5"))
        self.amount_field.set_error(self.tr("An amount like {example}").format(example=example))

    def mark(self, fields: Mapping[str, str]) -> None:
        """Mark what OSIGU refused, with its words."""
        places = {
            "document_number": self.number_field,
            "amount": self.amount_field,
            "document_date": self.date_field,
        }
        for path, said in fields.items():
            if field := places.get(path.rsplit(".", 1)[-1]):
                field.set_error(said)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Select the whole amount when its field is reached."""
        if event.type() is QEvent.Type.FocusIn:
            QTimer.singleShot(0, self.amount.selectAll)
        return super().eventFilter(watched, event)

    def _check_total(self) -> None:
        amount = words.read_number(self.amount.text())
        if self._total is None or amount is None:
            self.amount_field.set_help(self.tr("Taxes included"))
        elif amount == self._total:
            self.amount_field.set_help(self.tr("Agrees with the total"), tone="ok")
        else:
            total = words.amount(self._total)
            self.amount_field.set_help(self.tr("The lines come to {total}").format(total=total), tone="warn")

    def _on_number_typed(self, text: str) -> None:
        self.number_field.clear_error()
        self.typed.emit("invoice_number", text)

    def _on_amount_typed(self, text: str) -> None:
        self.amount_field.clear_error()
        self._check_total()
        if text.strip() and self._read_amount() is None:
            self._refuse_amount()
        self.typed.emit("invoice_amount", text)

    def _on_date_typed(self, text: str) -> None:
        self.date_field.clear_error()
        self.typed.emit("invoice_date", text)


def _moment(day: date) -> datetime:
    """The moment of an invoice with its offset: now for one of today, else noon of its day."""
    now = datetime.now().astimezone()
    return now if day == now.date() else datetime.combine(day, time(12)).astimezone()
