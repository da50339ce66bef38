"""An identifier for support: selectable, and copied by one press."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from counter_app.gui import theme
from counter_app.gui.clipboard import discreet
from counter_app.gui.widgets.announce import announce
from counter_app.gui.widgets.buttons import KeyButton

SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class Reference(QWidget):
    """*For support*, the identifier, and *Copy*. Hidden while there is no identifier."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = QLabel(self.tr("For support"))
        self.label = QLabel()
        self.copy_button = KeyButton(self.tr("Copy"), "quiet")
        self.copy_button.setAccessibleName(self.tr("Copy the reference for support"))
        theme.set_role(self.caption, "caption")
        theme.set_tone(self.caption, "text2")
        theme.set_role(self.label, "reference")
        self.label.setTextInteractionFlags(SELECTABLE)
        self.label.setAccessibleDescription(self.caption.text())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 0)
        row.setSpacing(9)
        row.addWidget(self.caption)
        row.addWidget(self.label)
        row.addWidget(self.copy_button)
        row.addStretch(1)
        self.copy_button.clicked.connect(self._on_copy)
        self.hide()

    def show_reference(self, reference: str) -> None:
        """Show an identifier; none hides the line."""
        self.label.setText(reference)
        self.setVisible(bool(reference))

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setMimeData(discreet(self.label.text()))
        announce(self, self.tr("Copied"))
