"""Whether what is typed at this counter can be kept: the vault open, the disk willing. Told before anybody types."""

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.models import Notice, Topic
from counter_app.osigu.errors import Failure, Kind
from counter_app.worker import Landed, Worker

CHECK_MS = 60_000


class Safekeeping(QObject):
    """Asks the journal how it is: once it is open, and every minute. Lives on the window's thread."""

    changed = Signal()
    """The lock, the trouble or the notices are others now."""
    opened = Signal()
    """Vault and journal are open."""
    mended = Signal()
    """What is typed can be kept again."""

    def __init__(self, worker: Worker, *, check_ms: int = CHECK_MS, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._lock: Failure | None = None
        self._trouble: Failure | None = None
        self._notices: tuple[Notice, ...] = ()
        self._told: frozenset[Notice] = frozenset()
        self._is_open = False
        self._opening = False
        self._question: int | None = None
        self._each = QTimer(self, interval=check_ms)
        self._each.timeout.connect(self.check)
        worker.locked.connect(self._on_locked)
        worker.opened.connect(self._on_opened)
        worker.landed.connect(self._on_landed)

    @property
    def lock(self) -> Failure | None:
        """Why the vault wants a passphrase, while it does; its code says which."""
        return self._lock

    @property
    def opening(self) -> bool:
        """Whether a passphrase is being tried."""
        return self._opening

    @property
    def trouble(self) -> Failure | None:
        """Why nothing can be kept, while nothing can."""
        return self._trouble

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What staff should know of the journal though work can go on, until they have read it."""
        return self._notices

    @property
    def keeps(self) -> bool:
        """Whether a case that is begun now would be kept."""
        return self._lock is None and self._trouble is None

    def unlock(self, passphrase: str) -> None:
        """Open the vault; `opened` follows, or `changed` with a lock that says "wrong"."""
        self._opening = True
        self._worker.unlock(passphrase)
        self.changed.emit()

    def check(self) -> None:
        """Ask the journal whether it can keep what is typed."""
        if self._question is None:
            self._question = self._worker.submit(Topic.JOURNAL, urgent=False)

    def try_again(self) -> None:
        """Staff have seen to it: open what never opened, or ask again."""
        if not self._is_open:
            self._worker.reopen()
        self.check()

    def refused(self, failure: Failure) -> None:
        """Something could not be kept or read just now."""
        if failure.kind in (Kind.LOCKED, Kind.STOPPED) or failure == self._trouble:
            return
        self._trouble = failure
        self.changed.emit()

    def read(self) -> None:
        """Staff have read the notices and gone on."""
        if self._notices:
            self._notices = ()
            self.changed.emit()

    def _on_locked(self, failure: Failure) -> None:
        self._lock, self._trouble, self._opening = failure, None, False
        self.changed.emit()

    def _on_opened(self) -> None:
        self._is_open, self._lock, self._trouble, self._opening = True, None, None, False
        self._each.start()
        self.changed.emit()
        self.opened.emit()
        self.check()

    def _on_landed(self, number: int, landed: Landed) -> None:
        if number != self._question:
            return
        self._question = None
        if landed.failure is not None:
            self.refused(landed.failure)
            return
        told = landed.answer if isinstance(landed.answer, tuple) else ()
        self._take(tuple(each for each in told if isinstance(each, Notice)))

    def _take(self, notices: tuple[Notice, ...]) -> None:
        was_in_trouble, before = self._trouble is not None, self._notices
        self._trouble = None
        # What staff have read already is not told again each minute.
        self._notices = tuple(each for each in notices if each in before or each not in self._told)
        self._told = self._told | set(notices)
        if was_in_trouble:
            self.mended.emit()
        if was_in_trouble or self._notices != before:
            self.changed.emit()
