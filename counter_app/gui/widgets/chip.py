"""Small words about a state: chips, and the badge of the environment."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.mark import Mark

_ROLES = {"info": "accentText", "": "text2"}


class Chip(QFrame):
    """An icon and a word in a tone: `ok`, `warn`, `bad`, `info`, or none."""

    def __init__(self, icon: str, text: str, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "chip")
        self.mark = Mark(size=16)
        self.label = QLabel()
        theme.set_role(self.label, "captionStrong")
        row = QHBoxLayout(self)
        row.setContentsMargins(7, 0, 10, 0)
        row.setSpacing(5)
        row.addWidget(self.mark)
        row.addWidget(self.label)
        self.setFixedHeight(24)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.say(icon, text, tone)

    def say(self, icon: str, text: str, tone: str = "") -> None:
        """Show another state."""
        self.mark.show_icon(icon, _ROLES.get(tone, tone))
        self.mark.setVisible(bool(icon))
        self.label.setText(text)
        theme.set_tone(self.label, tone)
        theme.set_tone(self, tone)


class EnvironmentBadge(QLabel):
    """DEMO, SANDBOX or PRODUCTION, always in sight. The words are the same in each language."""

    def __init__(self, environment: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("environmentBadge")
        theme.set_role(self, "badge")
        self.show_environment(environment)

    def show_environment(self, environment: str) -> None:
        """Say which environment the window works with."""
        self.setText(environment)
        theme.set_tone(self, "" if environment == "PRODUCTION" else "warn")
        self.setAccessibleDescription(self.tr("The environment this window works with"))
