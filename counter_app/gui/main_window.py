"""The window: sidebar at the left, the case being served at the right, the frame below."""

from PySide6.QtCore import QMargins, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from counter_app.case import Case, Standing
from counter_app.counter import Counter
from counter_app.gui import words
from counter_app.gui.closing import Closing
from counter_app.gui.foot import Foot
from counter_app.gui.frame_bar import FrameBar
from counter_app.gui.home import Home
from counter_app.gui.sidebar import Sidebar
from counter_app.gui.theme import set_role
from counter_app.gui.unlock import UnlockPage
from counter_app.gui.widgets.identity_bar import IdentityBar
from counter_app.gui.widgets.step_rail import StepRail
from counter_app.gui.wizard import CaseWizard
from counter_app.models import Topic
from counter_app.osigu.errors import Failure, Kind

_SIDEBAR = 272
_WIDE_SIDEBAR = 304
_WIDE = 1600
_GUTTER = 32
_TITLE_BAR = 40
_LARGEST = QSize(1920, 1080)
_FORMS_MS = 5_000


class MainWindow(QMainWindow):
    """Holds the parts together; knows which case is on screen."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self._case_id = ""
        self.setObjectName("mainWindow")
        # No patient's name here: titles are listed by the system, and screenshots show them.
        self.setWindowTitle(self.tr("Counter"))
        self.setMinimumSize(1000, 540)
        self.sidebar = Sidebar(counter)
        self.identity = IdentityBar()
        self.rail = StepRail(
            [
                self.tr("Beneficiary"),
                self.tr("Prescription"),
                self.tr("Indication"),
                self.tr("Send"),
                self.tr("Dispense"),
            ]
        )
        self.foot = Foot(counter)
        self.home = Home(counter)
        self.wizard = CaseWizard(counter, self.foot)
        self.unlock = UnlockPage(counter.safekeeping)
        self.closing = Closing(counter, self)
        self.frame = FrameBar(counter)
        self._stack = QStackedWidget()
        self._forms_again = QTimer(self, interval=_FORMS_MS, singleShot=True)
        self._forms_again.timeout.connect(self._on_retried)
        self._build()
        self._connect()
        self.show_home()

    def open_on(self, room: QSize) -> None:
        """Open as large as the screen's room allows, up to a full-HD one; a screen of that size is filled."""
        self.resize(room.shrunkBy(QMargins(0, _TITLE_BAR, 0, 0)).boundedTo(_LARGEST))
        if room.width() <= _LARGEST.width():
            self.showMaximized()
        else:
            self.show()

    def _build(self) -> None:
        self._stack.addWidget(self.home)
        self._stack.addWidget(self.wizard)
        self._stack.addWidget(self.unlock)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.identity)
        right.addWidget(self.rail)
        right.addWidget(self._stack, 1)
        upper = QHBoxLayout()
        upper.setSpacing(0)
        upper.addWidget(self.sidebar)
        upper.addLayout(right, 1)
        whole = QWidget()
        set_role(whole, "page")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self.frame)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        for begins in (self.sidebar, self.home):
            begins.new_case_wanted.connect(self.begin_case)
            begins.code_wanted.connect(self.begin_code)
        self.sidebar.case_wanted.connect(self.show_case)
        self.wizard.put_aside.connect(self.put_aside)
        self.wizard.completed.connect(self.put_aside)
        self.wizard.page_shown.connect(self._show_frame)
        # Queued: what moves the wizard again while it is being resized leaves it at its old size.
        self.wizard.resized.connect(self._show_frame, Qt.ConnectionType.QueuedConnection)
        self.wizard.beneficiary_page.forms_failed.connect(self._on_forms_failed)
        self.foot.retried.connect(self._on_retried)
        self._counter.broken.connect(self.show_broken)
        self._counter.changed.connect(self._on_case_changed)
        self._counter.connection_changed.connect(self._on_connection_changed)
        self._counter.listed.connect(self._on_listed)
        self._counter.safekeeping.changed.connect(self._on_safekeeping_changed)
        self.closing.agreed.connect(self.close)
        QShortcut(QKeySequence("Ctrl+F"), self).activated.connect(self.sidebar.search.setFocus)

    def resizeEvent(self, event: object) -> None:
        """Keep the sidebar's width to the look."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.sidebar.setFixedWidth(_WIDE_SIDEBAR if self.width() >= _WIDE else _SIDEBAR)

    def come_to_front(self) -> None:
        """Show the window above the others: somebody has started the program again."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Everything is kept: what is half typed goes to the disk now, writes in flight are looked up next time."""
        self._counter.keep_drafts()
        if self.closing.allows():
            super().closeEvent(event)
        else:
            event.ignore()

    # --- which case -------------------------------------------------------------------------------------------------

    def begin_case(self) -> None:
        """Serve somebody with a prescription."""
        self._begin(brings_code=False)

    def begin_code(self) -> None:
        """Serve somebody who brings a code."""
        self._begin(brings_code=True)

    def _begin(self, *, brings_code: bool) -> None:
        """Nothing is typed that could not be kept."""
        if self._counter.safekeeping.keeps:
            self._leave()
            self.show_case(self._counter.open(brings_code=brings_code))

    def show_case(self, case_id: str) -> None:
        """Bring a case on screen, where it stands."""
        if case_id == self._case_id:
            return
        self._leave()
        self._case_id = case_id
        self._stack.setCurrentWidget(self.wizard)
        self.wizard.serve(case_id)
        self.sidebar.select(case_id)
        self._show_frame()

    def put_aside(self) -> None:
        """Leave the case for later; the counter is free, and nothing is tried again for the case by itself."""
        if self._case_id:
            self._counter.stop_repeating(self._case_id)
        self._leave()
        self.show_home()

    def _leave(self) -> None:
        if self._case_id:
            leaving, self._case_id = self._case_id, ""
            self.wizard.leave()
            self._counter.put_aside(leaving)

    def show_home(self) -> None:
        """Nobody is being served."""
        self._stack.setCurrentWidget(self.home)
        self.home.foot_place.addWidget(self.foot)
        self.foot.show()
        self.identity.show_nobody()
        self._set_gutter(_GUTTER)
        self.rail.hide()
        self.sidebar.select("")
        self.sidebar.new_case.setFocus()

    # --- what stands around the page --------------------------------------------------------------------------------

    def _show_frame(self) -> None:
        if not self._case_id:
            return
        case = self._counter.case(self._case_id)
        self._identify(case)
        page = self.wizard.page_on_screen()
        if page is not None:
            self._set_gutter(page.gutter)
            self.rail.show()
            if case.standing is Standing.CLOSED:
                self.rail.show_step(0, len(self.wizard.pages()))
            else:
                # Whoever brings a code has done no step here.
                self.rail.show_step(int(page.step), 0 if case.brings_code else int(page.step) - 1)

    def _set_gutter(self, gutter: int) -> None:
        """Keep the edges of what stands above the page over the page's own."""
        self.identity.set_gutter(gutter)
        self.rail.set_gutter(gutter)

    def _identify(self, case: Case) -> None:
        person = case.beneficiary
        if person is None:
            self.identity.show_nobody()
            return
        until = words.day(person.coverage.effective_until) if person.coverage.effective_until else ""
        if person.covered:
            long = self.tr("Cover active until {day}").format(day=until) if until else self.tr("Cover active")
            short, tone = (until or self.tr("Active")), "ok"
        else:
            long, short, tone = self.tr("Cover not active"), self.tr("Not active"), "bad"
        self.identity.show_person(
            person.name, words.document(case), case.sponsor or "", person.coverage.plan or "", long, tone, short
        )

    def _on_case_changed(self, case_id: str) -> None:
        if case_id == self._case_id:
            self._show_frame()

    def _on_listed(self) -> None:
        """Show the case no longer once it is gone: it was wiped."""
        if self._case_id and not self._counter.has(self._case_id):
            self._case_id = ""
            self.wizard.leave()
            self.show_home()

    def _on_safekeeping_changed(self) -> None:
        """Show the lock while the vault is locked, and what there is to do once it is open."""
        is_locked, shows_lock = self._counter.safekeeping.lock is not None, self._stack.currentWidget() is self.unlock
        if is_locked and not shows_lock:
            self._leave()
            self.identity.show_nobody()
            self.rail.hide()
            self._stack.setCurrentWidget(self.unlock)
        elif shows_lock and not is_locked:
            self.show_home()

    # --- what fails outside a case's operation ----------------------------------------------------------------------

    def show_broken(self, failure: Failure) -> None:
        """Say what stands in the way of all work: the settings, or a fault of the program."""
        if failure.kind is Kind.SETTINGS:
            self._counter.safekeeping.refused(failure)
        else:
            self.foot.show_failure(failure, Topic.CASES)

    def _on_forms_failed(self, failure: Failure | None) -> None:
        if failure is None:
            self.foot.forget(Topic.FORMS)
        elif self._case_id:
            self.foot.show_failure(failure, Topic.FORMS)
            if failure.kind is Kind.OFFLINE:
                self._forms_again.start()

    def _on_connection_changed(self, kind: Kind | None) -> None:
        if kind is None and self._forms_again.isActive():
            self._forms_again.start(0)

    def _on_retried(self) -> None:
        """Ask again for what stands beside the case: the sponsor's form."""
        self._forms_again.stop()
        self.foot.clear()
        if self._case_id:
            self.wizard.beneficiary_page.ask_forms_again()
