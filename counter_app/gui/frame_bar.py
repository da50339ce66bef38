"""The frame at the window's foot: environment, connection, what OSIGU has not confirmed, the time."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from counter_app.counter import Counter
from counter_app.gui import theme, words
from counter_app.gui.theme import set_role
from counter_app.gui.widgets.chip import EnvironmentBadge
from counter_app.osigu.errors import Kind

HEIGHT = 32
_TICK = 5_000


class FrameBar(QWidget):
    """Always in sight."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self.setFixedHeight(HEIGHT)
        set_role(self, "frame")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.badge = EnvironmentBadge(counter.profile.environment)
        self._connection_mark, self._connection = QLabel(), QLabel()
        self._confirmed_mark, self._confirmed = QLabel(), QLabel()
        self._provider = QLabel(counter.profile.provider_slug)
        self._time = QLabel()
        self._kind: Kind | None = None
        self._heard = False
        self._connection.setObjectName("connectionStatus")
        self._confirmed.setObjectName("unconfirmedCount")
        for label in (self._connection, self._confirmed, self._provider, self._time):
            set_role(label, "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(15, 0, 16, 0)
        row.setSpacing(6)
        row.addWidget(self.badge)
        row.addSpacing(8)
        for widget in (self._connection_mark, self._connection):
            row.addWidget(widget)
        row.addSpacing(8)
        for widget in (self._confirmed_mark, self._confirmed):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._provider)
        row.addSpacing(10)
        row.addWidget(self._time)
        self._tick = QTimer(self, interval=_TICK)
        self._tick.timeout.connect(self._show)
        self._tick.start()
        counter.connection_changed.connect(self._on_connection_changed)
        counter.busy_changed.connect(self._on_busy_changed)
        counter.listed.connect(self._show)
        theme.changes().scheme_changed.connect(self._on_scheme_changed)
        self._show()

    def _show(self) -> None:
        shape, tone, said = self._connection_words()
        ratio = self.devicePixelRatioF()
        self._connection_mark.setPixmap(theme.pixmap(shape, tone, 16, ratio))
        self._connection.setText(said)
        count = self._counter.unconfirmed()
        if count:
            self._confirmed_mark.setPixmap(theme.pixmap("half", "warn", 16, ratio))
            self._confirmed.setText(self.tr("{count} not yet confirmed by OSIGU").format(count=count))
        else:
            self._confirmed_mark.setPixmap(theme.pixmap("check", "text2", 16, ratio))
            self._confirmed.setText(self.tr("Everything confirmed"))
        self._time.setText(words.now_clock())

    def _connection_words(self) -> tuple[str, str, str]:
        if self._kind is Kind.BUSY:
            return "slow", "warn", self.tr("OSIGU is busy")
        if self._kind is not None:
            return "unlink", "bad", self.tr("No connection")
        if not self._heard:
            return "link", "text2", self.tr("Not asked yet")
        return "link", "ok", self.tr("Connected")

    def _on_connection_changed(self, kind: Kind | None) -> None:
        self._kind, self._heard = kind, True
        self._show()

    def _on_busy_changed(self, _case_id: str) -> None:
        self._show()

    def _on_scheme_changed(self, _scheme: str) -> None:
        self._show()
