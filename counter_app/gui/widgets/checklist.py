"""The documents that a sponsor asks for, and how far each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.card import Card
from counter_app.gui.widgets.elided import ElidedLabel
from counter_app.gui.widgets.mark import Mark

MISSING, CHOSEN, UPLOADING, ATTACHED = "missing", "chosen", "uploading", "attached"
ROW_HEIGHT = 68
_PAD, _MARK, _GAP, _BAR = 17, 20, 13, 6
_ICONS = {
    MISSING: ("ring", "text3"),
    CHOSEN: ("file", "warn"),
    UPLOADING: ("upload", "accentText"),
    ATTACHED: ("done", "ok"),
}


@dataclass(frozen=True)
class ChecklistRow:
    """One document: what it is, what is known of it, and its state."""

    file_type: str
    title: str
    detail: str = ""
    state: str = MISSING
    percent: int = 0


class Checklist(Card):
    """One row per document. Rows keep their height whatever happens in them."""

    attach_wanted = Signal(str)
    """A file of this type is to be chosen."""
    send_wanted = Signal()
    """The file that is chosen is to be sent."""
    stop_wanted = Signal()
    """The upload under way is to be stopped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("indicationList")
        self._rows: list[_DocumentRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_rows(self, rows: Sequence[ChecklistRow]) -> None:
        """Show documents; rows that stay are changed in place, so the focus stays too."""
        while len(self._rows) < len(rows):
            self._add_row()
        while len(self._rows) > len(rows):
            gone = self._rows.pop()
            gone.hide()
            gone.forget_names()
            gone.deleteLater()
        for number, (shown, row) in enumerate(zip(self._rows, rows, strict=True)):
            shown.show_row(row)
            shown.rule.setVisible(number > 0)
        self.setVisible(bool(rows))

    def show_progress(self, percent: int) -> None:
        """Move the bar of the upload under way."""
        for shown in self._rows:
            shown.show_progress(percent)

    def _add_row(self) -> None:
        row = _DocumentRow()
        row.attach_wanted.connect(self.attach_wanted)
        row.send_wanted.connect(self.send_wanted)
        row.stop_wanted.connect(self.stop_wanted)
        self._rows.append(row)
        self._column.addWidget(row)


class _DocumentRow(QWidget):
    """A document's icon, words, state and button, with room for the bar."""

    attach_wanted = Signal(str)
    send_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._row = ChecklistRow("", "")
        self.rule = QFrame(self)
        self.mark = Mark(size=_MARK)
        self.title, self.detail, self.state = QLabel(), ElidedLabel(), QLabel()
        self.button = KeyButton("", "quiet")
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 100)
        roles = ((self.rule, "rule"), (self.title, "strong"), (self.detail, "caption"), (self.state, "strong"))
        for widget, role in roles:
            theme.set_role(widget, role)
        self.button.clicked.connect(self._on_pressed)
        self._lay_out()

    def show_row(self, row: ChecklistRow) -> None:
        """Show a document as it stands now."""
        self._row = row
        self.mark.show_icon(*_ICONS[row.state])
        self.title.setText(row.title)
        self.detail.setText(row.detail)
        self._say_state()
        is_uploading = row.state == UPLOADING
        self.bar.setVisible(is_uploading)
        # One upload runs at a time, so the name is there once.
        self.bar.setObjectName("uploadProgress" if is_uploading else "")
        self.bar.setAccessibleName(self.tr("Upload of {title}").format(title=row.title))
        self.bar.setValue(row.percent)
        self._offer_button(is_uploading=is_uploading)

    def show_progress(self, percent: int) -> None:
        """Move the bar, if this document is the one being sent."""
        if self._row.state == UPLOADING:
            self.bar.setValue(percent)
            self.state.setText(self._uploading(percent))

    def forget_names(self) -> None:
        """Give the names free before Qt gets round to deleting the row."""
        self.bar.setObjectName("")
        self.button.setObjectName("")

    def _say_state(self) -> None:
        words = {
            CHOSEN: self.tr("Chosen, not sent yet"),
            UPLOADING: self._uploading(self._row.percent),
            ATTACHED: self.tr("Attached"),
        }
        self.state.setText(words.get(self._row.state, ""))
        theme.set_tone(self.state, {CHOSEN: "warn", UPLOADING: "accent", ATTACHED: "ok"}.get(self._row.state, ""))

    def _uploading(self, percent: int) -> str:
        return self.tr("Uploading {percent} %").format(percent=percent)

    def _offer_button(self, *, is_uploading: bool) -> None:
        words = {UPLOADING: self.tr("Stop"), CHOSEN: self.tr("Send")}
        text = words.get(self._row.state, self.tr("Attach"))
        self.button.setText(text)
        self.button.setObjectName("stopUploadButton" if is_uploading else f"attach_{self._row.file_type}")
        self.button.setAccessibleName(f"{text}: {self._row.title}")
        self.button.setVisible(self._row.state != ATTACHED)

    def _lay_out(self) -> None:
        self.setFixedHeight(ROW_HEIGHT)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.detail)
        words.addStretch(1)
        right = QHBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.state)
        right.addWidget(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(_PAD, 6, _PAD, 12)
        row.setSpacing(_GAP)
        row.addWidget(self.mark)
        row.addLayout(words, 1)
        row.addLayout(right)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the line above the row and the bar below its words: they take no room from either."""
        super().resizeEvent(event)
        self.rule.setGeometry(1, 0, self.width() - 2, 1)
        left = _PAD + _MARK + _GAP
        self.bar.setGeometry(left, ROW_HEIGHT - _BAR - 6, self.width() - left - _PAD, _BAR)

    def _on_pressed(self) -> None:
        if self._row.state == UPLOADING:
            self.stop_wanted.emit()
        elif self._row.state == CHOSEN:
            self.send_wanted.emit()
        else:
            self.attach_wanted.emit(self._row.file_type)
