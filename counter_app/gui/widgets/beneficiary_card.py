"""Who was found: one person with the cover, several to choose from, or nobody yet."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.case import Case
from counter_app.gui import theme, words
from counter_app.gui.theme import set_role, set_tone
from counter_app.gui.widgets.card import Card, Pairs
from counter_app.gui.widgets.tables import Column, LineTable
from counter_app.models import Beneficiary

_CARD_HEIGHT = 236  # of a person who was found: the place is there before


class BeneficiaryCard(QWidget):
    """Shows the matches of a case. The place is there before the answer is, so nothing jumps."""

    chosen = Signal(object)
    """The `Beneficiary` that staff chose of several."""
    confirmed = Signal()
    """Enter was pressed on the chosen one."""

    def __init__(self) -> None:
        super().__init__()
        self._matches: tuple[Beneficiary, ...] = ()
        self._showing = False
        self._empty = QLabel(self.tr("The patient appears here: name, plan and cover."))
        self._empty.setWordWrap(True)
        set_role(self._empty, "caption")
        self._icon = QLabel()
        self.status = QLabel()
        self.name = QLabel()
        self.status.setObjectName("coverageStatus")
        self.name.setObjectName("beneficiaryName")
        self._document = QLabel()
        self._pairs = Pairs()
        self._advice = QLabel()
        self._choose = QLabel()
        self.table = LineTable(
            [
                Column(self.tr("Beneficiary"), stretch=True),
                Column(self.tr("Plan")),
                Column(self.tr("Cover")),
            ],
            selectable=True,
        )
        self._build()
        self.table.chosen.connect(self._on_row_chosen)
        self.table.activated_row.connect(self._on_row_activated)

    def _build(self) -> None:
        self.table.setObjectName("beneficiaryChoices")
        self.table.setAccessibleName(self.tr("People who match"))
        for label, role in (
            (self.name, "display"),
            (self._document, "secondary"),
            (self._advice, "caption"),
            (self._choose, "section"),
        ):
            set_role(label, role)
            label.setWordWrap(True)
        covered = QHBoxLayout()
        covered.setSpacing(10)
        covered.addWidget(self._icon)
        covered.addWidget(self.status, 1)
        self._card = Card()
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.setSpacing(10)
        inside.addWidget(self._empty)
        inside.addLayout(covered)
        inside.addWidget(self.name)
        inside.addWidget(self._document)
        self._lines = [_line(), _line()]
        inside.addWidget(self._lines[0])
        inside.addWidget(self._pairs)
        inside.addWidget(self._lines[1])
        inside.addWidget(self._advice)
        outer = QVBoxLayout(self)
        # Four pixels for the focus ring, which stands just outside the list.
        outer.setContentsMargins(4, 0, 4, 4)
        outer.setSpacing(12)
        outer.addWidget(self._choose)
        outer.addWidget(self.table)
        outer.addWidget(self._card)

    def show_case(self, case: Case) -> None:
        """Show who was found in a case."""
        several = len(case.matches) > 1
        self._choose.setVisible(several)
        self.table.setVisible(several)
        if several:
            self._show_choices(case)
        self._show_person(case)

    def _show_choices(self, case: Case) -> None:
        self._choose.setText(self.tr("{count} people match").format(count=len(case.matches)))
        if case.matches != self._matches:
            self._matches = case.matches
            self.table.show_rows([self._row(each) for each in case.matches])
        chosen = case.matches.index(case.beneficiary) if case.beneficiary in case.matches else -1
        self._showing = True
        self.table.select(chosen)
        self._showing = False

    def _row(self, person: Beneficiary) -> tuple[str, str, str]:
        names = [each.name for each in self._matches]
        only_by_id = str(person.beneficiary_id) if names.count(person.name) > 1 else ""
        told_apart = " · ".join(text for text in (person.relationship, person.document) if text) or only_by_id
        first, second = words.cover(person.coverage)
        return (f"{person.name}\n{told_apart}", person.coverage.plan or "—", f"{first}\n{second}")

    def _show_person(self, case: Case) -> None:
        person = case.beneficiary
        several = len(case.matches) > 1
        for always in (self._icon, self.status, self.name, self._advice):
            always.setVisible(person is not None)
        once: tuple[QWidget, ...] = (self._document, self._pairs, *self._lines)
        for widget in once:
            # Of several the row above has it already.
            widget.setVisible(person is not None and not several)
        self._card.setMinimumHeight(0 if several else _CARD_HEIGHT)
        set_role(self.name, "title" if several else "display")
        self._empty.setVisible(person is None and not several)
        self._card.setVisible(person is not None or not several)
        if person is None:
            for label in (self.status, self.name, self._document):
                label.clear()
            return
        self._say_cover(person)
        self.name.setText(person.name)
        self._document.setText(words.document(case))
        self._pairs.show_pairs(
            [
                (self.tr("Plan"), person.coverage.plan or "—"),
                (self.tr("Covered until"), _until(person)),
                (self.tr("Sponsor"), case.sponsor or "—"),
            ]
        )

    def _say_cover(self, person: Beneficiary) -> None:
        tone = "ok" if person.covered else "bad"
        self._icon.setPixmap(theme.pixmap("done" if person.covered else "octagon", tone, 22))
        set_tone(self.status, tone)
        self.status.setText(self.tr("Active cover") if person.covered else self.tr("No active cover"))
        self._advice.setText(
            self.tr("Say the name aloud and compare it with the card before you go on.")
            if person.covered
            else self.tr(
                "The sponsor says that this cover is not active. Ask for the insurer's current card, or search with "
                "another sponsor."
            )
        )

    def _on_row_chosen(self, row: int) -> None:
        if 0 <= row < len(self._matches) and not self._showing:
            self.chosen.emit(self._matches[row])

    def _on_row_activated(self, row: int) -> None:
        self._on_row_chosen(row)
        self.confirmed.emit()


def _until(person: Beneficiary) -> str:
    until = person.coverage.effective_until
    return words.day(until) if until else "—"


def _line() -> QFrame:
    line = QFrame()
    set_role(line, "line")
    line.setFixedHeight(1)
    return line
