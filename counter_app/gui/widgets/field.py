"""A labelled field with one line below it for help, mistakes and reckonings."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.announce import alert
from counter_app.gui.widgets.mark import Mark

HELP_HEIGHT = 22

# What each tone of the help line shows: its icon, and the colour of icon and words.
_TONES = {
    "help": ("", "text3"),
    "ok": ("check", "ok"),
    "warn": ("triangle", "warn"),
    "required": ("info", "text3"),
    "error": ("triangle", "bad"),
}


class HelpLine(QWidget):
    """An icon and a sentence in a place that is kept even when there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = Mark(size=16)
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.set_role(self.label, "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 3, 0, 0)
        row.setSpacing(5)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label, 1, Qt.AlignmentFlag.AlignTop)
        self.setMinimumHeight(HELP_HEIGHT)
        self.say("", "help")

    def say(self, sentence: str, tone: str) -> None:
        """Show a sentence in a tone: `help`, `ok`, `warn`, `required` or `error`."""
        icon, colour = _TONES[tone]
        self.mark.show_icon(icon, colour)
        self.mark.setVisible(bool(icon and sentence))
        self.label.setText(sentence)
        theme.set_tone(self.label, colour)


class Field(QWidget):
    """A label, its control, and the help line below, whose place is kept.

    `required` is what assistive technology says before the help; on the screen the help line says by whom.
    """

    def __init__(
        self,
        label: str,
        control: QWidget,
        help: str = "",  # noqa: A002
        parent: QWidget | None = None,
        *,
        required: bool = False,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self.label = QLabel()
        self.help_line = HelpLine()
        self._help, self._tone, self._error = help, "help", ""
        self._keeps_place = True
        self._required = required
        theme.set_role(self.label, "label")
        self.label.setFixedHeight(18)
        self.label.setBuddy(self._spoken())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.label)
        column.addSpacing(3)
        column.addWidget(control)
        column.addWidget(self.help_line)
        column.addStretch(1)
        self.set_label(label)
        self._show()

    @property
    def help_label(self) -> QLabel:
        """The label in the help line, for whoever must name it."""
        return self.help_line.label

    @property
    def error(self) -> str:
        """The mistake shown now; empty when there is none."""
        return self._error

    def set_label(self, text: str) -> None:
        """Name the field, on the screen and to assistive technology."""
        self.label.setText(text)
        self.label.setVisible(bool(text))
        self._spoken().setAccessibleName(text)

    def set_help(self, text: str, tone: str = "help") -> None:
        """Say something about the field: `help`, `ok`, `warn` or `required`. A mistake stays in front."""
        self._help, self._tone = text, tone
        self._show()

    def set_error(self, text: str) -> None:
        """Show a mistake in the help's place, and say it."""
        is_new = text != self._error
        self._error = text
        self._show()
        if text and is_new:
            alert(self._spoken(), f"{self.label.text()}: {text}")

    def clear_error(self) -> None:
        """Take the mistake away; the help comes back."""
        self.set_error("")

    def fold_help(self) -> None:
        """Give the help line its place only while it says something: for fields that cannot be wrong."""
        self._keeps_place = False
        self._show()

    def _spoken(self) -> QWidget:
        """The widget that people type in: that of a control made of several is its focus proxy."""
        return self.control.focusProxy() or self.control

    def _show(self) -> None:
        sentence = self._error or self._help
        self.help_line.say(sentence, "error" if self._error else self._tone)
        self.help_line.setVisible(self._keeps_place or bool(sentence))
        needed = self.tr("Required") if self._required else ""
        self._spoken().setAccessibleDescription(". ".join(filter(None, (needed, sentence))))
        theme.set_invalid(self._spoken(), "yes" if self._error else "")
