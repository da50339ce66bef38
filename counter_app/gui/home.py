"""Nobody is being served: what to do, and what is waiting."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from counter_app.case import Standing
from counter_app.counter import Counter
from counter_app.gui import words
from counter_app.gui.journal_messages import why_nothing_begins
from counter_app.gui.pages.step_page import caption
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.choice_card import ChoiceCard, EmptyState


class Home(QWidget):
    """A question, one sentence, two ways to begin with their keys, and what is waiting."""

    new_case_wanted = Signal()
    code_wanted = Signal()

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self.setObjectName("homePage")
        set_role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        new_case = ChoiceCard("plus", "F2")
        new_case.say(
            self.tr("The patient has a prescription"),
            self.tr("New authorization"),
            self.tr("Find the patient with the document or the insurer's card."),
        )
        code = ChoiceCard("scan", "F3")
        code.say(
            self.tr("The patient brings a code"),
            self.tr("Dispense a code"),
            self.tr("Type it or scan it: OSIGU says what may be handed over."),
        )
        new_case.setObjectName("homeNewCase")
        code.setObjectName("homeDispenseCode")
        self.new_case, self.code = new_case, code
        new_case.clicked.connect(self.new_case_wanted)
        code.clicked.connect(self.code_wanted)
        state = EmptyState(
            self.tr("Who is at the counter?"),
            self.tr("Nobody is being served. Start in one of two ways."),
            [new_case, code],
        )
        self._waiting = caption()
        state.column.addSpacing(12)
        state.column.addWidget(self._waiting)
        self.foot_place = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 0, 32, 0)
        layout.addStretch(1)
        layout.addWidget(state, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)
        layout.addLayout(self.foot_place)
        counter.listed.connect(self._on_listed)
        counter.safekeeping.changed.connect(self._on_safekeeping_changed)
        self._on_listed()

    def _on_safekeeping_changed(self) -> None:
        """Offer to begin only what would be kept."""
        safekeeping = self._counter.safekeeping
        for card in (self.new_case, self.code):
            card.setEnabled(safekeeping.keeps)
            card.setToolTip(why_nothing_begins(safekeeping.lock, safekeeping.trouble))

    def _on_listed(self) -> None:
        standings = [case.standing for case in self._counter.cases()]
        waiting, ready = standings.count(Standing.WAITING), standings.count(Standing.READY)
        said = []
        if waiting:
            said.append(
                words.counted(
                    waiting, self.tr("1 case waits for its sponsor."), self.tr("{count} cases wait for their sponsors.")
                )
            )
        if ready:
            said.append(
                words.counted(ready, self.tr("1 is ready to dispense."), self.tr("{count} are ready to dispense."))
            )
        self._waiting.setText(" ".join(said))
