"""A date typed as people write it, or picked from a calendar."""

import re
from datetime import date

from PySide6.QtCore import QDate, QEvent, QLocale, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.calendar_popup import CalendarPopup
from counter_app.gui.widgets.icon_button import IconButton


def read_date(text: str, locale: QLocale) -> date | None:
    """The day that a text names: `1984-02-29`, or the locale's own way with a year of four digits."""
    text = " ".join(text.split())
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    for pattern in _patterns(locale):
        day = locale.toDate(_separated_as(pattern, text), pattern)
        if day.isValid():
            return date(day.year(), day.month(), day.day())
    return None


def write_date(day: date, locale: QLocale) -> str:
    """A day as staff read it: `25 Jun 2026`."""
    return locale.toString(QDate(day.year, day.month, day.day), "d MMM yyyy")


def _patterns(locale: QLocale) -> tuple[str, ...]:
    short = locale.dateFormat(QLocale.FormatType.ShortFormat)
    # One or two digits for day and month; two digits for a year of birth would be a guess.
    short = re.sub("y+", "yyyy", re.sub("M+", "M", re.sub("d+", "d", short)))
    return (short, "yyyy-M-d", "d MMM yyyy", "d MMMM yyyy", "MMM d, yyyy", "MMMM d, yyyy", "d 'de' MMMM 'de' yyyy")


def _separated_as(pattern: str, text: str) -> str:
    """The text with the separator of a pattern of digits: staff type `.`, `/` and `-` alike."""
    wanted = re.search(r"[./-]", pattern)
    return re.sub(r"\s*[./-]\s*", wanted.group(), text) if wanted else text


class DateEdit(QWidget):
    """A line edit for a date, with a calendar beside it (Alt+Down)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QLineEdit()
        self.button = IconButton("calendar", self.tr("Choose the date from a calendar (Alt+Down)"))
        self._calendar: CalendarPopup | None = None
        theme.set_role(self.button, "beside")
        self.button.setFixedSize(38, 38)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.edit, 1)
        row.addWidget(self.button)
        self.setFocusProxy(self.edit)
        self.edit.installEventFilter(self)
        self.button.clicked.connect(self.open_calendar)

    def value(self) -> date | None:
        """The day, or None where the text names none."""
        return read_date(self.edit.text(), self.locale())

    def set_value(self, day: date | None) -> None:
        """Show a day as staff read it; None empties the field."""
        self.edit.setText(write_date(day, self.locale()) if day else "")

    def open_calendar(self) -> None:
        """Show the calendar under the field."""
        if self._calendar is None:
            self._calendar = CalendarPopup(self)
            self._calendar.calendar.clicked.connect(self._on_day_picked)
            self._calendar.calendar.activated.connect(self._on_day_picked)
        self._calendar.open_at(self.mapToGlobal(QPoint(0, self.height() + 2)), self.value())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt+Down opens the calendar, as it opens a combo box."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            is_down = event.key() == Qt.Key.Key_Down
            if is_down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.open_calendar()
                return True
        return super().eventFilter(watched, event)

    def _on_day_picked(self, day: QDate) -> None:
        self.set_value(date(day.year(), day.month(), day.day()))
        if self._calendar is not None:
            self._calendar.hide()
        self.edit.setFocus(Qt.FocusReason.PopupFocusReason)
