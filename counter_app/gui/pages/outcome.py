"""How a dispensation stands or ended, with the ids that prove it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.case import Case
from counter_app.gui import theme, words
from counter_app.gui.pages.step_page import caption, heading
from counter_app.gui.printing import SlipMaker
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.announce import announce
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.card import Card
from counter_app.models import Dispensation

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_IN_A_ROW = 4
_BETWEEN_ROWS = 12


class OutcomeCard(QWidget):
    """While it is open: status and id in a line. Once it is over: what came of it, and every id."""

    def __init__(self, provider: str = "") -> None:
        super().__init__()
        self.slip = SlipSection(provider)
        self.status = QLabel()
        self.dispensation_id = QLabel()
        self.status.setObjectName("dispensationStatus")
        self.dispensation_id.setObjectName("dispensationId")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icon = QLabel()
        self._title = QLabel()
        self._sentence = QLabel()
        self._values: dict[str, QLabel] = {}
        self._captions: dict[str, QLabel] = {}
        self._title.setObjectName("dispensationOutcome")
        set_role(self._title, "title")
        set_role(self._sentence, "secondary")
        set_role(self.status, "strong")
        set_role(self.dispensation_id, "codeStrong")
        self._sentence.setWordWrap(True)
        self.dispensation_id.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._ending())
        layout.addWidget(self._details())
        layout.addWidget(self.slip)

    def _ending(self) -> Card:
        self._banner = Card("ok")
        row = QHBoxLayout(self._banner)
        row.setContentsMargins(24, 18, 24, 18)
        row.setSpacing(18)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._title)
        texts.addWidget(self._sentence)
        row.addWidget(self._icon)
        row.addLayout(texts, 1)
        return self._banner

    def _details(self) -> Card:
        card = Card("quiet")
        grid = QGridLayout(card)
        grid.setContentsMargins(20, 10, 20, 10)
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(24)
        fixed = {"id": self.dispensation_id, "status": self.status}
        names = (
            ("code", self.tr("Code")),
            ("id", self.tr("Dispensation")),
            ("status", self.tr("Status")),
            ("time", self.tr("As of")),
            ("invoice", self.tr("Invoice")),
            ("total", self.tr("Amount charged")),
        )
        for number, (key, name) in enumerate(names):
            value_name, value = QLabel(name), fixed.get(key, QLabel())
            set_role(value_name, "caption")
            if key not in fixed:
                set_role(value, "codeStrong" if key == "code" else "strong")
            row, column = divmod(number, _IN_A_ROW)
            grid.addWidget(value_name, row * 3, column)
            grid.addWidget(value, row * 3 + 1, column)
            self._captions[key], self._values[key] = value_name, value
        for column in range(_IN_A_ROW):
            grid.setColumnStretch(column, 2 if column < 2 else 1)
        self._grid = grid
        return card

    def show_case(self, case: Case) -> None:
        """Show how the dispensation of a case stands."""
        dispensation = case.dispensation
        self.setVisible(dispensation is not None)
        self.slip.show_case(case)
        if dispensation is None:
            self.status.clear()
            self.dispensation_id.clear()
            return
        self._banner.setVisible(not dispensation.open)
        self._say_ending(case, dispensation)
        self.status.setText(dispensation.status)
        self.dispensation_id.setText(str(dispensation.dispensation_id))
        amount = case.invoice.amount if case.invoice else dispensation.total_amount
        texts = {
            "code": case.code or "",
            "time": words.clock(dispensation.read_at) if dispensation.read_at else "",
            "invoice": case.invoice.number if case.invoice and dispensation.completed else "",
            "total": words.amount(amount) if amount is not None and dispensation.completed else "",
        }
        self._grid.setRowMinimumHeight(2, _BETWEEN_ROWS if dispensation.completed else 0)
        for key, text in texts.items():
            shown = bool(text)
            self._values[key].setText(text)
            self._values[key].setVisible(shown)
            self._captions[key].setVisible(shown)
        self.setAccessibleName(self._title.text() or dispensation.status)

    def _say_ending(self, case: Case, dispensation: Dispensation) -> None:
        if case.used_elsewhere:
            tone, shape = "bad", "octagon"
            self._title.setText(self.tr("This code was dispensed before"))
            self._sentence.setText(
                self.tr("Hand nothing over. Ask the patient where it was redeemed, or write to support@osigu.com.")
            )
        elif dispensation.completed:
            tone, shape = "ok", "done"
            self._title.setText(self.tr("Handed over and confirmed"))
            self._sentence.setText(self.tr("OSIGU has filed the claim. Don't file another one."))
        elif dispensation.open:
            tone, shape = "ok", "half"
            self._title.clear()
            self._sentence.clear()
        elif dispensation.status == "CANCELLED":
            tone, shape = "warn", "triangle"
            self._title.setText(self.tr("Taken back: nothing was dispensed"))
            self._sentence.setText(self.tr("Nothing was charged to the sponsor. Keep the products at the pharmacy."))
        else:
            tone, shape = "warn", "triangle"
            self._title.setText(self.tr("This dispensation can't be completed"))
            self._sentence.setText(self.tr("OSIGU says how it stands below. Hand nothing over."))
        self._banner.set_tone(tone)
        self._icon.setPixmap(theme.pixmap(shape, tone, 32, self.devicePixelRatioF()))


class SlipSection(QWidget):
    """The slip of a completed dispensation: printed, or saved as a PDF. Asking is apart from acting."""

    def __init__(self, provider: str) -> None:
        super().__init__()
        self._provider = provider
        self._case: Case | None = None
        self._said: dict[str, str] = {}
        self._maker = SlipMaker()
        self.print_button = KeyButton(self.tr("Print slip"), key="Ctrl+P", shortcut="Ctrl+P", icon="printer")
        self.save_button = KeyButton(self.tr("Save PDF"), key="Ctrl+S", shortcut="Ctrl+S", icon="download")
        self.status = caption()
        self.print_button.setObjectName("printReceiptButton")
        self.save_button.setObjectName("saveReceiptButton")
        self.status.setObjectName("receiptStatus")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.print_button)
        buttons.addWidget(self.save_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(heading(self.tr("Slip for the patient")))
        layout.addLayout(buttons)
        layout.addWidget(self.status)
        self.print_button.clicked.connect(self.pick_printer)
        self.save_button.clicked.connect(self.pick_file)
        self._maker.ended.connect(self._on_ended)

    def show_case(self, case: Case) -> None:
        """Offer the slip of a dispensation that was completed at this counter, and of no other."""
        completed = case.dispensation is not None and case.dispensation.completed and not case.used_elsewhere
        self._case = case if completed else None
        self.setVisible(completed)
        self.status.setText(self._said.get(case.case_id, ""))

    def pick_file(self) -> None:
        """Ask in the system's own dialog where to save the slip."""
        if self._case is None:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        suggested = str(Path(folder) / self.file_name())
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Save the slip"), suggested, self.tr("PDF (*.pdf)"))
        if path:
            self.save(path)

    def file_name(self) -> str:
        """A name for the file: of the dispensation, with nothing of the patient in it."""
        dispensation = self._case.dispensation if self._case else None
        number = re.sub(r"[^\w-]+", "-", str(dispensation.dispensation_id)) if dispensation else ""
        return self.tr("slip-{number}.pdf").format(number=number)

    def save(self, path: str) -> None:
        """Save the slip into a PDF."""
        if self._case is not None:
            self._say(self._case.case_id, self.tr("Saving…"))
            self._maker.save(self._case, self._provider, path)

    def pick_printer(self) -> None:
        """Ask in the system's own dialog where to print."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo  # noqa: PLC0415

        if self._case is None:
            return
        if not QPrinterInfo.availablePrinterNames():
            said = self.tr("There is no printer on this computer. Save the slip instead.")
            self._on_ended(self._case.case_id, said)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QPrintDialog.DialogCode.Accepted:
            self.print_on(printer)
        dialog.deleteLater()

    def print_on(self, printer: "QPrinter") -> None:
        """Print the slip."""
        if self._case is not None:
            self._say(self._case.case_id, self.tr("Printing…"))
            self._maker.print_on(self._case, self._provider, printer)

    def _on_ended(self, case_id: str, said: str) -> None:
        self._say(case_id, said)
        if self._case is not None and case_id == self._case.case_id:
            announce(self.status, said)

    def _say(self, case_id: str, said: str) -> None:
        # A late answer goes to its own case: it stands there when that one is shown again.
        self._said[case_id] = said
        if self._case is not None and case_id == self._case.case_id:
            self.status.setText(said)
