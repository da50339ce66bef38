"""The sidebar: two ways to begin, a search box, and the cases by what they wait for."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from counter_app.counter import Counter
from counter_app.gui import case_rows
from counter_app.gui.journal_messages import why_nothing_begins
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.case_list import CaseList
from counter_app.gui.widgets.search_edit import SearchEdit

_MINUTE = 60_000
_SOON_MS = 30
_AS_TYPED_MS = 30


class Sidebar(QWidget):
    """Tells what is waiting for whom, and brings it on screen."""

    new_case_wanted = Signal()
    code_wanted = Signal()
    case_wanted = Signal(str)

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        set_role(self, "sidebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.new_case = KeyButton(
            self.tr("New authorization"), kind="primary", key="F2", shortcut="F2", icon="plus", size="sidebar"
        )
        self.dispense_code = KeyButton(self.tr("Dispense a code"), key="F3", shortcut="F3", icon="scan", size="sidebar")
        self.search = SearchEdit(self.tr("Name, document, code…"), after_ms=_AS_TYPED_MS)
        self.cases = CaseList()
        self._rows = case_rows.Rows()
        self._said = QLabel()
        self._build()
        # Several changes of one moment become one drawing of the list.
        self._soon = QTimer(self, interval=_SOON_MS, singleShot=True)
        self._soon.timeout.connect(self.show_cases)
        self._each_minute = QTimer(self, interval=_MINUTE)
        self._each_minute.timeout.connect(self.show_cases)
        self._each_minute.start()
        self.new_case.clicked.connect(self.new_case_wanted)
        self.dispense_code.clicked.connect(self.code_wanted)
        self.search.searched.connect(self._on_searched)
        self.cases.activated_case.connect(self.case_wanted)
        counter.listed.connect(self._on_listed)
        counter.safekeeping.changed.connect(self._on_safekeeping_changed)
        for number in range(case_rows.WITH_KEY):
            keys = QShortcut(QKeySequence(case_rows.key_of(number)), self)
            keys.activated.connect(partial(self._open_place, number))

    def _build(self) -> None:
        self.new_case.setObjectName("newCaseButton")
        self.dispense_code.setObjectName("dispenseCodeButton")
        self.search.setObjectName("caseSearch")
        self.search.setAccessibleName(self.tr("Search the cases by name, document or code"))
        self.cases.setAccessibleName(self.tr("Cases at this counter"))
        self._said.setObjectName("caseSearchSaid")
        self._said.setWordWrap(True)
        set_role(self._said, "caption")
        self._said.hide()
        above = QVBoxLayout()
        above.setContentsMargins(15, 14, 15, 4)
        above.setSpacing(6)
        above.addWidget(self.new_case)
        above.addWidget(self.dispense_code)
        above.addSpacing(4)
        above.addWidget(self.search)
        above.addWidget(self._said)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 1, 8)
        layout.setSpacing(0)
        layout.addLayout(above)
        layout.addWidget(self.cases, 1)

    def show_cases(self) -> None:
        """Draw the list as the cases stand now."""
        wanted = self.search.text()
        found = self._rows.groups(self._counter.cases(), wanted, self._counter.found(wanted))
        self.cases.show_rows(found)
        self._say(sum(len(rows) for _, rows in found), is_sought=bool(wanted.strip()))

    def _say(self, shown: int, *, is_sought: bool) -> None:
        said = ""
        if shown >= case_rows.MOST:
            said = self.tr("The newest {count} are shown. Type more to find others.").format(count=shown)
        elif is_sought and not shown:
            said = self.tr("No case matches.")
        self._said.setText(said)
        self._said.setVisible(bool(said))

    def _on_listed(self) -> None:
        # Not started anew: where many cases move, the list would wait for the last of them.
        if not self._soon.isActive():
            self._soon.start()

    def _on_searched(self, text: str) -> None:
        """Show at once what is known here; what only the disk knows joins it."""
        self._counter.find(text)
        self.show_cases()

    def _open_place(self, number: int) -> None:
        """Bring on screen the case that stands in a place of the list, as it is shown now."""
        rows = self.cases.rows()
        if number < len(rows):
            self.case_wanted.emit(rows[number].case_id)

    def _on_safekeeping_changed(self) -> None:
        """Begin only what would be kept, and say why not."""
        safekeeping = self._counter.safekeeping
        for button in (self.new_case, self.dispense_code):
            button.setEnabled(safekeeping.keeps)
            button.set_reason(why_nothing_begins(safekeeping.lock, safekeeping.trouble))

    def select(self, case_id: str) -> None:
        """Mark the case on screen; beginning is the next step only where there is none."""
        self.show_cases()
        self.cases.select(case_id)
        self.new_case.set_kind("accent" if case_id else "primary")
