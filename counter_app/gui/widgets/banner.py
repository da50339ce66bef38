"""One place that says what happened and what to do: at the foot of the page, above the buttons."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.announce import alert, announce
from counter_app.gui.widgets.busy import BusyLine
from counter_app.gui.widgets.buttons import KeyButton
from counter_app.gui.widgets.mark import Mark
from counter_app.gui.widgets.reference import SELECTABLE, Reference

__all__ = ["Banner", "BusyLine"]

_ICONS = {
    "bad": ("octagon", "bad"),
    "warn": ("triangle", "warn"),
    "info": ("info", "accentText"),
    "ok": ("done", "ok"),
}
_URGENT = frozenset({"bad", "warn"})


class Banner(QFrame):
    """A shape, a title, the remedy, a reference for support, and the action that helps.

    Tones: `bad` = it did not happen, act; `warn` = unknown or offline; `info`; `ok` = good news elsewhere.
    """

    retried = Signal()
    """The action was pressed."""
    stopped = Signal()
    """What goes on by itself is not wanted any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorBanner")
        theme.set_role(self, "card")
        self.tone = ""
        self.mark = Mark(size=22)
        self.title = QLabel()
        self.remedy = QLabel()
        self.reference = Reference()
        self.action = KeyButton(self.tr("Try again"), key="Alt+T", icon="refresh", shortcut="Alt+T")
        self.stop = KeyButton(kind="quiet")
        self._name_parts()
        self._lay_out()
        self.action.clicked.connect(self.retried)
        self.stop.clicked.connect(self.stopped)
        self.hide()

    def show_message(
        self,
        tone: str,
        title: str,
        remedy: str,
        reference: str = "",
        action: str = "",
        *,
        key: str = "Alt+T",
        icon: str = "refresh",
        stop: str = "",
    ) -> None:
        """Show what happened; `action` is the text of the button, and none shows no button.

        `stop` is that of a second one, for what goes on by itself.
        """
        self.tone = tone
        theme.set_tone(self, tone)
        self.mark.show_icon(*_ICONS[tone])
        self.title.setText(title)
        theme.set_tone(self.title, tone)
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self.reference.show_reference(reference)
        self._offer(action, key, icon)
        self.stop.setText(stop)
        self.stop.setVisible(bool(stop))
        is_news = self.isHidden() or (title, remedy) != (self.accessibleName(), self.accessibleDescription())
        self.setAccessibleName(title)
        self.setAccessibleDescription(remedy)
        self.show()
        if is_news:
            (alert if tone in _URGENT else announce)(self, f"{title}. {remedy}")

    def clear(self) -> None:
        """Take the message away."""
        self.tone = ""
        self.hide()
        for label in (self.title, self.remedy):
            label.clear()
        self.reference.show_reference("")

    def _offer(self, action: str, key: str, icon: str) -> None:
        self.action.setText(action)
        self.action.set_icon(icon)
        self.action.set_key(key)
        self.action.set_shortcut(key)
        self.action.setVisible(bool(action))

    def _name_parts(self) -> None:
        self.title.setObjectName("errorTitle")
        self.remedy.setObjectName("errorRemedy")
        self.reference.label.setObjectName("errorReference")
        self.reference.copy_button.setObjectName("copyReferenceButton")
        self.action.setObjectName("retryButton")
        self.stop.setObjectName("stopRepeatingButton")
        theme.set_role(self.title, "strong")
        theme.set_role(self.remedy, "body")
        for label in (self.title, self.remedy):
            label.setWordWrap(True)
            label.setTextInteractionFlags(SELECTABLE & ~Qt.TextInteractionFlag.TextSelectableByKeyboard)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.title)
        words.addWidget(self.remedy)
        words.addWidget(self.reference)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 16, 10)
        row.setSpacing(12)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
