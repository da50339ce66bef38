"""One running program per data folder: a second start brings the first one's window to the front.

Two programs on one folder would each send what the other has already sent.
"""

from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

_PATIENCE_MS = 1_000


class OneWindow(QObject):
    """Holds a data folder for this program alone, for as long as it lives."""

    wanted = Signal()
    """Somebody has started the program again: the window is wanted in front."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._server: QLocalServer | None = None
        self._name = f"counter-app-{blake2b(str(folder).encode(), digest_size=8).hexdigest()}"
        self._lock = QLockFile(str(folder / "counter.lock"))
        # A lock is given up by its owner or with its owner's process, never by the clock.
        self._lock.setStaleLockTime(0)

    def claim(self, *, patience_ms: int = 0) -> bool:
        """Take the folder; False where another program that runs now has it, and keeps it for `patience_ms`.

        A folder that can't be written is not claimed and not refused: the journal says what is wrong with it.
        """
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._lock.tryLock(patience_ms):
            return True
        return self._lock.error() is not QLockFile.LockError.LockFailedError

    def listen(self) -> None:
        """Hear a second start. Apart from `claim`, because the network part of Qt can wait until the window stands."""
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # What a killed program left behind would keep the name.
        QLocalServer.removeServer(self._name)
        server.newConnection.connect(self._on_connection)
        server.listen(self._name)
        self._server = server

    def stop_listening(self) -> None:
        """Answer no more: this program is closing, and whoever starts now waits for the folder instead."""
        if self._server is not None:
            self._server.close()

    def call_other(self) -> bool:
        """Ask the program that has the folder to show its window; False where it doesn't answer."""
        from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        heard = socket.waitForConnected(_PATIENCE_MS)
        socket.disconnectFromServer()
        return heard

    def release(self) -> None:
        """Give the folder up."""
        self._lock.unlock()

    def _on_connection(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            self._server.nextPendingConnection().deleteLater()
        self.wanted.emit()
