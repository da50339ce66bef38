"""What will be sent, and what was."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout

from counter_app.case import Case
from counter_app.gui import words
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.card import Card, Pairs
from counter_app.gui.widgets.discard import discard_all
from counter_app.models import PrescriptionLine


class _Lines(QGridLayout):
    """Prescribed products under each other: name and code, posology, quantity."""

    def show_lines(self, lines: Sequence[PrescriptionLine], *, posology: bool) -> None:
        discard_all(self)
        self.setVerticalSpacing(8)
        self.setHorizontalSpacing(16)
        for row, line in enumerate(lines):
            name = QLabel(line.name or line.product_code)
            code = QLabel(line.product_code if line.name else words.product_type(line.product_type))
            number = QLabel(words.quantity(line.quantity))
            set_role(name, "strong")
            set_role(code, "caption")
            set_role(number, "strong")
            name.setWordWrap(True)
            self.addWidget(name, row * 2, 0)
            self.addWidget(code, row * 2 + 1, 0)
            if posology:
                taken = QLabel(line.posology or "—")
                taken.setWordWrap(True)
                set_role(taken, "secondary")
                self.addWidget(taken, row * 2, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
            self.addWidget(number, row * 2, 2, 2, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setColumnStretch(0, 1)
        self.setColumnStretch(1, 1 if posology else 0)


class RequestCard(Card):
    """The request as it will go to the sponsor."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._pairs = Pairs()
        self._lines = _Lines()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self._pairs)
        layout.addWidget(rule())
        layout.addLayout(self._lines)

    def show_case(self, case: Case) -> None:
        """Show what stands in a case."""
        written = case.prescription
        if written is None:
            return
        files = ", ".join(each.name for each in case.indications)
        self._pairs.show_pairs(
            [
                (self.tr("Diagnosis"), written.diagnosis_code),
                *((words.field_name(key), text) for key, text in written.extra),
                (self.tr("Files"), files or "—"),
            ]
        )
        self._lines.show_lines(written.lines, posology=True)
        products = ", ".join(f"{words.quantity(line.quantity)} {line.product_code}" for line in written.lines)
        self.setAccessibleName(self.tr("What will be sent"))
        self.setAccessibleDescription(f"{written.diagnosis_code}; {products}; {files}")


class SentCard(Card):
    """The same at a glance, beside the decision."""

    def __init__(self) -> None:
        super().__init__("quiet")
        self.setFixedWidth(300)
        title = QLabel(self.tr("What was sent"))
        set_role(title, "section")
        self._diagnosis = Pairs()
        self._lines = _Lines()
        self._foot = Pairs()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(self._diagnosis)
        layout.addWidget(rule())
        layout.addLayout(self._lines)
        layout.addWidget(rule())
        layout.addWidget(self._foot)

    def show_case(self, case: Case) -> None:
        """Show what was sent of a case."""
        written = case.prescription
        if written is None:
            return
        self._diagnosis.show_pairs([(self.tr("Diagnosis"), written.diagnosis_code)])
        self._lines.show_lines(written.lines, posology=False)
        self._foot.show_pairs(
            [
                (self.tr("Files"), self.tr("{count} attached").format(count=len(case.indications))),
                (self.tr("Sent"), words.clock(case.sent_at) if case.sent_at else "—"),
            ]
        )


def rule() -> QFrame:
    """A line between two parts of a card."""
    line = QFrame()
    set_role(line, "line")
    line.setFixedHeight(1)
    return line
