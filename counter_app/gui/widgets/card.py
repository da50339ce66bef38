"""Cards: a ground for what belongs together, labelled values, and the page that scrolls."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from counter_app.gui import theme


class Card(QFrame):
    """A rounded ground: white, or in a tone: `quiet`, `ok`, `warn`, `bad`, `info`."""

    def __init__(self, tone: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "card")
        self.set_tone(tone)

    def set_tone(self, tone: str) -> None:
        """Change the ground's tone."""
        theme.set_tone(self, tone)


class Pair(QWidget):
    """A caption over its value."""

    def __init__(self, caption: str = "", value: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.caption = QLabel(caption)
        self.value = QLabel(value)
        theme.set_role(self.caption, "caption")
        theme.set_tone(self.caption, "text2")
        theme.set_role(self.value, "strong")
        self.value.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(self.caption)
        column.addWidget(self.value)
        self.show_pair(caption, value)

    def show_pair(self, caption: str, value: str) -> None:
        """Show another caption and value."""
        self.caption.setText(caption)
        self.value.setText(value)
        self.value.setAccessibleDescription(caption)


class Pairs(QWidget):
    """Captions over values, side by side, in as many columns as asked or all in one row."""

    def __init__(self, columns: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._pairs: list[Pair] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(12)

    @property
    def pairs(self) -> Sequence[Pair]:
        """The pairs, in the order shown."""
        return self._pairs

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show captions and values; widgets are kept, so nothing flickers."""
        across = self._columns or max(1, len(pairs))
        while len(self._pairs) < len(pairs):
            self._add(len(self._pairs), across)
        for shown, words in zip(self._pairs, pairs, strict=False):
            shown.show_pair(*words)
        for number, shown in enumerate(self._pairs):
            shown.setVisible(number < len(pairs))

    def _add(self, number: int, across: int) -> None:
        pair = Pair()
        self._pairs.append(pair)
        row, column = divmod(number, across)
        self._grid.addWidget(pair, row, column, Qt.AlignmentFlag.AlignTop)
        self._grid.setColumnStretch(column, 1)


class PageScroll(QScrollArea):
    """Scrolls a page up and down, never sideways, and keeps the focus in sight.

    Put the page's gutters into the content: the ring of a focused button needs 4 px beside it.
    """

    def __init__(self, content: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "pageScroll")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        if content is not None:
            self.setWidget(content)
            content.setAutoFillBackground(False)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        content = self.widget()
        if now is not None and content is not None and content.isAncestorOf(now):
            self.ensureWidgetVisible(now, 0, 32)
