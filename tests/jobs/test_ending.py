"""How the program ends: at once, whole, and with nothing left that would bring the computer's next hour to a halt."""

import gc
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from counter_app import app
from counter_app.counter import Counter
from counter_app.gui import tour
from counter_app.gui.garbage import GarbageCollector
from counter_app.gui.main_window import MainWindow
from counter_app.gui.one_window import OneWindow
from counter_app.worker import Worker

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of each window

TWICE = """
import sys
from counter_app.__main__ import main
sys.exit(sum(main(["--demo", "--tour", folder]) for folder in sys.argv[1:]))
"""


def test_opened_and_closed_twice_it_ends_well_and_says_nothing(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-X", "faulthandler", "-c", TWICE, str(tmp_path / "first"), str(tmp_path / "second")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("dispensation id: ") == 2
    assert list(temporary.iterdir()) == []


def _made_for_a_window() -> int:
    gc.collect()  # what earlier tests have left
    made = (MainWindow, Counter, Worker, OneWindow, QTranslator)
    return sum(isinstance(each, made) for each in shiboken6.getAllValidWrappers())


def test_nothing_of_the_window_is_left_when_it_is_closed(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(app, "_application", lambda: qapp)
    monkeypatch.setattr(tour, "Tour", partial(tour.Tour, settle_ms=0))
    before = (QLocale(), sys.excepthook)
    made_before = _made_for_a_window()
    others = GarbageCollector._running
    gc.enable()
    assert app.run(demo=True, tour=tmp_path) == 0
    assert not [window for window in qapp.topLevelWidgets() if isinstance(window, MainWindow)]
    assert (QLocale(), sys.excepthook) == before
    # What earlier tests have left may go meanwhile.
    assert _made_for_a_window() <= made_before
    # One that an earlier test has left goes on collecting; this window's own is gone.
    assert GarbageCollector._running <= others
    assert gc.isenabled() or others
