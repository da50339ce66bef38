"""A small button with an icon alone; its words are its accessible name and its tooltip."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from counter_app.gui import theme


class IconButton(QToolButton):
    """For what the keyboard reaches in another way: it takes no focus."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.say(name)
        self._on_scheme_changed()
        theme.changes().scheme_changed.connect(self._on_scheme_changed)

    def say(self, name: str) -> None:
        """Say what the button does."""
        self.setAccessibleName(name)
        self.setToolTip(name)

    def _on_scheme_changed(self, _scheme: str = "") -> None:
        self.setIcon(theme.icon(self._icon, "text2", 18))
