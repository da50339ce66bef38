"""Puts the parts together; the only module that knows them all."""

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    QSocketNotifier,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from counter_app import __version__, logs, paths, settings
from counter_app.counter import Counter
from counter_app.gui import theme
from counter_app.gui.clipboard import DiscreetClipboard
from counter_app.gui.garbage import GarbageCollector, take_down
from counter_app.gui.main_window import MainWindow
from counter_app.gui.one_window import OneWindow
from counter_app.models import Topic
from counter_app.osigu.errors import Failure, Kind
from counter_app.settings import Profile, SettingsError
from counter_app.worker import Worker

if TYPE_CHECKING:
    from counter_app.operations.connection import Checked

NO_SCREEN = 2
_CLOSING_MS = 10_000  # a program that is being closed gives its folder up sooner
_LANGUAGE = "COUNTER_LANGUAGE"
_log = logging.getLogger(__name__)


def run(*, demo: bool = False, tour: Path | None = None) -> int:
    """Open the window and stay until staff close it; returns the exit status.

    What Python and Qt own together ends here, in the opposite order of its making. The interpreter's own end would take
    it down in any order, and Qt's answer to a wrong one is a crash.
    """
    before = QApplication.instance()
    application = _application()
    with ExitStack() as stack:
        if application is not before:  # one that stood before is its maker's to end
            stack.callback(application.shutdown)
        profile, complaint = _profile(stack, demo=demo)
        if not demo:
            logs.start(paths.log_folder())
            stack.callback(logs.stop)
        one = OneWindow(profile.data_dir)
        stack.callback(take_down, one)
        if not one.claim():
            if one.call_other():
                return _say("counter-app is open already on this folder: its window is in front now.", 0)
            if not one.claim(patience_ms=_CLOSING_MS):
                return _say("Another counter-app has this folder and does not answer: end it, then start again.", 1)
        stack.callback(one.release)
        stack.enter_context(_speaking(profile.language))
        theme.Theme.apply(application)
        DiscreetClipboard(application)
        worker = Worker(stack.enter_context(_prepared(profile)))
        counter = Counter(profile, worker)
        window = MainWindow(counter)
        GarbageCollector(window)
        stack.callback(take_down, window, counter, worker)
        stack.callback(worker.stop)
        stack.callback(counter.keep_drafts)
        one.wanted.connect(window.come_to_front)
        QTimer.singleShot(0, one.listen)
        stack.callback(one.stop_listening)
        stack.enter_context(_listening_for_bugs(counter))
        stack.enter_context(_ending_when_asked(application))
        window.open_on(application.primaryScreen().availableSize())
        _after_first_paint(window, worker, counter, complaint)
        if tour is not None:
            return _play(tour, application, window, profile)
        return application.exec()


def _after_first_paint(window: MainWindow, worker: Worker, counter: Counter, complaint: Failure | None) -> None:
    """Start the work once the window stands; without usable settings there is nothing to work with."""
    if complaint is not None:
        window.show_broken(complaint)
        return
    QTimer.singleShot(0, worker.start)
    QTimer.singleShot(0, counter.load)


def _play(folder: Path, application: QApplication, window: MainWindow, profile: Profile) -> int:
    from counter_app.gui.tour import Tour  # noqa: PLC0415

    tour = Tour(window, folder)
    tour.ended.connect(application.exit)
    QTimer.singleShot(0, tour.start)
    status = application.exec()
    for line in tour.report():
        sys.stdout.write(f"{line}\n")
    return status if profile.demo else 1


def check(*, demo: bool = False) -> int:
    """Test the connection and print a line per step; returns 0 when every step went well, else 1."""
    with ExitStack() as stack:
        profile, complaint = _profile(stack, demo=demo)
        if complaint is not None:
            return _say(f"settings: failed: {complaint.message}", 1)
        prepare = stack.enter_context(_prepared(profile))
        return asyncio.run(_check(prepare()))


async def _check(profile: Profile) -> int:
    from counter_app.operations import connection  # noqa: PLC0415
    from counter_app.osigu.errors import OsiguError  # noqa: PLC0415

    status = 0
    try:
        async for step in connection.check(profile):
            status |= _say(f"{step.step}: {_how_it_went(step)}", 0 if step.failure is None else 1)
    except OsiguError as error:
        return _say(f"settings: failed: {error.failure.message or 'the address cannot be used'}", 1)
    return status


def _how_it_went(step: "Checked") -> str:
    from counter_app.gui.messages import message  # noqa: PLC0415

    if step.failure is not None:
        said = message(step.failure, Topic.FORMS)
        return f"failed: {said.title}. {said.remedy}"
    if step.step == "token":
        return "ok"
    return f"ok, {step.found} {'way' if step.found == 1 else 'ways'} to search"


def _say(line: str, status: int) -> int:
    sys.stdout.write(f"{line}\n")
    return status


# --- the profile ----------------------------------------------------------------------------------------------------


def _profile(stack: ExitStack, *, demo: bool) -> tuple[Profile, Failure | None]:
    """The profile, and what is wrong with it in a sentence; the window opens all the same and shows it."""
    if demo:
        return _demo_profile(stack), None
    try:
        profile = settings.read(os.environ)
    except SettingsError as error:
        return Profile(), Failure(kind=Kind.SETTINGS, message=str(error))
    return profile, _missing(", ".join(profile.missing)) if profile.missing else None


def _demo_profile(stack: ExitStack) -> Profile:
    from counter_app.sandbox import defaults  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="counter-demo-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return Profile(
        client_id=defaults.CLIENT_ID,
        client_secret=defaults.CLIENT_SECRET,
        provider_slug=defaults.PROVIDER_SLUG,
        sponsors=defaults.SPONSORS,
        language=_language(),
        data_dir=folder,
        demo=True,
    )


def _language() -> str:
    """The language set for this counter. The demo reads nothing else, so nothing else can be wrong with it."""
    try:
        return settings.read({_LANGUAGE: os.environ.get(_LANGUAGE, "")}).language
    except SettingsError:
        return ""


def _missing(names: str) -> Failure:
    sentence = f"These settings are missing: {names}. Set them and start again, or try the program with --demo."
    return Failure(kind=Kind.SETTINGS, message=sentence)


@contextmanager
def _prepared(profile: Profile) -> Iterator[Callable[[], Profile]]:
    """What the worker calls on its own thread for the profile to use; in the demo it starts the sandbox first."""
    with ExitStack() as running:

        def prepare() -> Profile:
            if not profile.demo:
                return profile
            from counter_app.sandbox.running import RunningSandbox  # noqa: PLC0415

            sandbox = running.enter_context(RunningSandbox())
            return replace(profile, base_url=sandbox.base_url)

        yield prepare


# --- Qt -------------------------------------------------------------------------------------------------------------


def _application() -> QApplication:
    """The application object. Where no window can be opened it says so in one line and ends the program."""
    qInstallMessageHandler(_no_screen)
    application = QApplication(["counter-app"])
    qInstallMessageHandler(None)
    application.setApplicationName("counter-app")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("counter-app")
    return application


def _no_screen(kind: QtMsgType, _context: QMessageLogContext, _text: str) -> None:
    """Qt aborts where it finds no screen; staff get a sentence instead of a core dump."""
    if kind == QtMsgType.QtFatalMsg:
        sys.stderr.write("counter-app can't open a window: there is no screen, or one of Qt's libraries is missing.\n")
        sys.stderr.flush()
        os._exit(NO_SCREEN)


@contextmanager
def _ending_when_asked(application: QApplication) -> Iterator[None]:
    """Ctrl+C and the system's request to end are obeyed like staff's: drafts are kept, nothing is left behind."""
    here, there = socket.socketpair()
    there.setblocking(False)
    # Python runs its signal handlers between two lines of Python, and a window at rest runs none: this wakes it.
    awake = QSocketNotifier(here.fileno(), QSocketNotifier.Type.Read)
    awake.activated.connect(lambda: here.recv(1))
    before = {each: signal.signal(each, lambda *_: _end(application)) for each in (signal.SIGINT, signal.SIGTERM)}
    signal.set_wakeup_fd(there.fileno())
    try:
        yield
    finally:
        signal.set_wakeup_fd(-1)
        for each, handler in before.items():
            signal.signal(each, handler)
        take_down(awake)
        here.close()
        there.close()


def _end(application: QApplication) -> None:
    # Asked for by a timer, so that it counts even before the application runs.
    QTimer.singleShot(0, lambda: application.exit(0))


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """Dates, numbers, sorting and the window's own texts in a language; the system's where none is named."""
    before, locale = QLocale(), QLocale(language) if language else QLocale.system()
    QLocale.setDefault(locale)
    of_qt, own = QTranslator(), QTranslator()
    of_qt.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    own.load(locale, "counter", "_", str(paths.resource("translations")))
    for each in (of_qt, own):
        QApplication.installTranslator(each)
    try:
        yield
    finally:
        take_down(own, of_qt)
        QLocale.setDefault(before)


@contextmanager
def _listening_for_bugs(counter: Counter) -> Iterator[None]:
    """A fault of the program is written to the log and told to staff; the window stays open."""

    def told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("a fault of the program: %s", kind.__name__, exc_info=(kind, error, trace))
        counter.broken.emit(Failure(kind=Kind.BUG))

    before, sys.excepthook = sys.excepthook, told
    try:
        yield
    finally:
        sys.excepthook = before
