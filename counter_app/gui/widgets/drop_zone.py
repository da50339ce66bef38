"""A place to drop files on."""

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from counter_app.gui import theme
from counter_app.gui.widgets.mark import Mark

HEIGHT = 84


class DropZone(QWidget):
    """Says what may be dropped, and which files were."""

    dropped = Signal(list)
    """The paths of the files that were dropped."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setObjectName("dropZone")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._is_over = False
        self.title = QLabel(self.tr("Drop the scanned prescription here"))
        self.caption = QLabel(self.tr("PDF, JPG or PNG, up to 10 MB"))
        theme.set_role(self.title, "strong")
        theme.set_role(self.caption, "caption")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.caption)
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 20, 8)
        row.setSpacing(18)
        row.addStretch(1)
        row.addWidget(Mark("upload", "accentText", 24))
        row.addLayout(words)
        row.addStretch(1)
        self.setMinimumHeight(HEIGHT)

    @property
    def is_over(self) -> bool:
        """Whether a file is held over the zone now."""
        return self._is_over

    def say(self, title: str, caption: str) -> None:
        """Say what may be dropped."""
        self.title.setText(title)
        self.caption.setText(caption)

    def sizeHint(self) -> QSize:
        """As wide as its place, as high as the look has it."""
        return QSize(super().sizeHint().width(), HEIGHT)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up for files of this computer; nothing else is taken."""
        if files_in(event.mimeData()):
            event.acceptProposedAction()
            self._show_over(is_over=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Go back to rest."""
        super().dragLeaveEvent(event)
        self._show_over(is_over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Say which files were dropped."""
        self._show_over(is_over=False)
        if paths := files_in(event.mimeData()):
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def changeEvent(self, event: QEvent) -> None:
        """Show when nothing can be dropped."""
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the ground and its dashed edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "disabledFill" if not self.isEnabled() else "accentTint" if self._is_over else "alt"
        pen = QPen(theme.color("ring" if self._is_over else "line"), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([4, 2])
        painter.setPen(pen)
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        painter.end()

    def _show_over(self, *, is_over: bool) -> None:
        self._is_over = is_over
        self.update()


def files_in(mime: QMimeData) -> list[str]:
    """The paths of this computer's files in what is dragged."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
