"""What this program puts on the clipboard stays out of clipboard histories, and goes with the program."""

from PySide6.QtCore import QCoreApplication, QMimeData, QObject
from PySide6.QtGui import QClipboard, QGuiApplication

_HINT = "x-kde-passwordManagerHint"
_NO, _YES = (0).to_bytes(4, "little"), (1).to_bytes(4, "little")
# Klipper and CopyQ; Windows' own history and cloud (Microsoft: Clipboard Formats). On macOS Qt writes types
# under a prefix of its own, so that of the histories there only those written with Qt understand.
_HINTS = {
    _HINT: b"secret",
    "application/x-nspasteboard-concealed-type": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': _YES,
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': _NO,
    'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"': _NO,
}
# Here no other program shares the clipboard, and Qt doesn't say whose it is.
_ALONE = ("offscreen", "minimal")


class DiscreetClipboard(QObject):
    """Watches the clipboard for what this program puts there, by a button or from any field.

    It is cleared when the program ends: a patient's name must not wait there for whoever comes next, and a code can
    be copied again from its case. What other programs put there is never touched.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._clipboard = QGuiApplication.clipboard()
        self._clipboard.changed.connect(self._on_changed)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.clear)

    def clear(self) -> None:
        """Take back what is still there of this program's."""
        for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
            if self._owns(mode):
                self._clipboard.clear(mode)

    def _on_changed(self, mode: QClipboard.Mode) -> None:
        """Put the same text there again, with the hints, before another program has come to look."""
        if not self._owns(mode):
            return
        put = self._clipboard.mimeData(mode)
        if put is None or put.hasFormat(_HINT) or not put.hasText():
            return
        self._clipboard.setMimeData(discreet(put.text()), mode)

    def _owns(self, mode: QClipboard.Mode) -> bool:
        if mode is QClipboard.Mode.Selection:
            return self._clipboard.ownsSelection()
        if mode is QClipboard.Mode.Clipboard:
            return self._clipboard.ownsClipboard() or QGuiApplication.platformName() in _ALONE
        return False


def discreet(text: str) -> QMimeData:
    """A text for the clipboard that can be pasted anywhere, with the hints that histories go by."""
    content = QMimeData()
    content.setText(text)
    for kind, hint in _HINTS.items():
        content.setData(kind, hint)
    return content
