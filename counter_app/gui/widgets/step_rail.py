"""The five steps above the page: done, here, to come. It reports; it is not clicked."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from counter_app.gui import theme

HEIGHT = 48
_DISC = 24
DONE, HERE, TO_COME = "done", "here", "to come"


class _Disc(QWidget):
    """A numbered disc, or a tick."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number, self._standing = number, TO_COME
        self.setFixedSize(_DISC, _DISC)

    def show_standing(self, standing: str) -> None:
        self._standing = standing
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, edge, words = _DISCS[self._standing]
        painter.setBrush(theme.color(fill))
        painter.setPen(QPen(theme.color(edge), 1))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        if self._standing == DONE:
            theme.paint_icon(painter, "check", words, QPointF(4, 4), 16)
        else:
            painter.setFont(theme.font("label"))
            painter.setPen(theme.color(words))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, str(self._number))
        painter.end()


_DISCS = {
    DONE: ("accentTint", "accentLine", "accentText"),
    HERE: ("accent", "accent", "onAccent"),
    TO_COME: ("surface", "line", "text2"),
}
_WORDS = {DONE: ("body", "text2"), HERE: ("strong", "text"), TO_COME: ("body", "text3")}


class StepRail(QFrame):
    """Where the case on screen stands. Steps are numbered from 1."""

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.set_role(self, "bar")
        self.setObjectName("stepRail")
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._titles = tuple(titles)
        self._discs = [_Disc(number) for number in range(1, len(titles) + 1)]
        self._labels = [QLabel(title) for title in titles]
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self.set_gutter(32)
        self._lay_out()
        self.show_step(1, 0)

    def set_gutter(self, left: int, right: int | None = None) -> None:
        """Keep the rail's ends over the page's edges."""
        self._row.setContentsMargins(left, 0, left if right is None else right, 0)

    def show_step(self, current: int, done_through: int) -> None:
        """Show the step the case is at, and through which one it is done."""
        for number, (disc, label) in enumerate(zip(self._discs, self._labels, strict=True), start=1):
            standing = HERE if number == current else DONE if number <= done_through else TO_COME
            disc.show_standing(standing)
            role, tone = _WORDS[standing]
            theme.set_role(label, role)
            theme.set_tone(label, tone)
            label.setAccessibleDescription(self._spoken(standing))
        self.setAccessibleName(self._where(current))

    def _where(self, current: int) -> str:
        if not 1 <= current <= len(self._titles):
            return self.tr("All {count} steps done").format(count=len(self._titles))
        return self.tr("Step {number} of {count}: {title}").format(
            number=current, count=len(self._titles), title=self._titles[current - 1]
        )

    def _spoken(self, standing: str) -> str:
        return {DONE: self.tr("done"), HERE: self.tr("here"), TO_COME: self.tr("to come")}[standing]

    def _lay_out(self) -> None:
        for number, (disc, label) in enumerate(zip(self._discs, self._labels, strict=True)):
            if number:
                self._row.addSpacing(10)
                self._row.addWidget(_rule(), 1, Qt.AlignmentFlag.AlignVCenter)
                self._row.addSpacing(10)
            self._row.addWidget(disc)
            self._row.addSpacing(8)
            self._row.addWidget(label)


def _rule() -> QFrame:
    rule = QFrame()
    theme.set_role(rule, "rule")
    rule.setMinimumWidth(4)
    return rule
