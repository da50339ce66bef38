"""What a chosen file looks like, on a desk."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from counter_app.gui.theme import set_role
from counter_app.gui.widgets.elided import ElidedLabel
from counter_app.models import Preview


class PreviewCard(QFrame):
    """The first page of a file, as large as the card allows, with its name and number of pages."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "desk")
        self._image = QImage()
        self._name = ElidedLabel("")
        self._pages = QLabel()
        self._sheet = QLabel()
        self._sheet.setObjectName("indicationPreview")
        self._sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._sheet.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._sheet.setWordWrap(True)
        self._sheet.setMinimumHeight(220)
        set_role(self._name, "strong")
        set_role(self._pages, "caption")
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self._pages)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 10, 16, 16)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(self._sheet, 1)
        self.clear()

    def clear(self) -> None:
        """Nothing chosen yet."""
        self._image = QImage()
        self._name.setText(self.tr("Preview"))
        self._pages.clear()
        self._say(self.tr("The chosen page appears here. Check that it is sharp and signed."))

    def wait_for(self, name: str) -> None:
        """A file was chosen; its picture is on its way."""
        self._image = QImage()
        self._name.setText(name)
        self._pages.clear()
        self._say("")

    def show_preview(self, preview: Preview) -> None:
        """Show the first page."""
        stride = preview.width * 4
        drawn = QImage(preview.rgba, preview.width, preview.height, stride, QImage.Format.Format_RGBA8888)
        self._image = drawn.copy()  # the bytes go when the preview does
        self._pages.setText(self.tr("Page 1 of {count}").format(count=preview.pages) if preview.pages > 1 else "")
        self._sheet.setAccessibleName(self.tr("First page of the chosen file"))
        self._fit()

    def show_nothing(self) -> None:
        """There is a file, but no picture can be made of it."""
        self._image = QImage()
        self._say(self.tr("No preview for this file. It can be sent all the same: open it to check it."))

    def _say(self, text: str) -> None:
        set_role(self._sheet, "caption")
        self._sheet.setPixmap(QPixmap())
        self._sheet.setText(text)
        self._sheet.setAccessibleName(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the page as large as it fits."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = QSize(int(self._sheet.width() * ratio), int(self._sheet.height() * ratio))
        pixmap = QPixmap.fromImage(
            self._image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )
        pixmap.setDevicePixelRatio(ratio)
        self._sheet.setPixmap(pixmap)
