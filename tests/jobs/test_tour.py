"""The tour: the main job played by itself, with a picture per page. Whoever sees status 0 may believe it."""

import gc
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Self

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from counter_app import app
from counter_app.gui import tour
from counter_app.sandbox import running

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of each window

PAGES = (
    "0-counter",
    "1-beneficiary",
    "2-prescription",
    "3-indication",
    "4-review",
    "4-decision",
    "5-dispense",
    "5-done",
)

Play = Callable[[Path], int]


@pytest.fixture
def play(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Play]:
    """Play the tour in this process, without the rests that only pictures need."""
    locale = QLocale()
    monkeypatch.setattr(app, "_application", lambda: qapp)
    monkeypatch.setattr(tour, "Tour", partial(tour.Tour, settle_ms=0))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    yield lambda folder: app.run(demo=True, tour=folder)
    QLocale.setDefault(locale)
    gc.enable()  # the program has a collector of its own


def test_the_tour_plays_the_whole_job(play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert play(tmp_path / "tour") == 0
    code, dispensation = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"authorization code: AUTH-\S+", code)
    assert re.fullmatch(r"dispensation id: \S+", dispensation)


def test_every_page_has_its_picture(play: Play, tmp_path: Path) -> None:
    play(tmp_path)
    assert sorted(path.stem for path in tmp_path.glob("*.png")) == sorted(PAGES)
    pictures = [QImage(str(tmp_path / f"{page}.png")) for page in PAGES]
    assert {(picture.width(), picture.height()) for picture in pictures} == {(1366, 768)}


def test_a_folder_that_cannot_be_written_ends_the_tour(
    play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file, no folder")
    assert play(tmp_path / "taken" / "tour") == 1
    assert capsys.readouterr().out == "tour: the folder for the pictures can't be written\n"


class _Refusing(running.RunningSandbox):
    """An OSIGU whose sponsor can't take the request."""

    def __enter__(self) -> Self:
        self.fail("complete", 422, times=None)
        return super().__enter__()


def test_a_tour_that_does_not_reach_its_end_says_so(
    play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "RunningSandbox", _Refusing)
    monkeypatch.setattr(tour, "_PATIENCE_MS", 1_500)
    assert play(tmp_path) == 1
    assert capsys.readouterr().out.startswith("tour: waited in vain (")
    assert (tmp_path / "failed.png").exists()
    assert not (tmp_path / "5-done.png").exists()


# What may be set on the computer of somebody who only wants to look: an address that would be refused, a language and
# a home that aren't there.
AWKWARD = {
    "COUNTER_BASE_URL": "http://example.com",
    "COUNTER_CLIENT_SECRET": "",
    "COUNTER_DATA_DIR": "~nobody-of-this-name/counter",
    "COUNTER_LANGUAGE": "tlh",
    "COUNTER_SPONSORS": ",,",
    "COUNTER_PASSPHRASE": "\N{SNOWMAN}",
    "HOME": os.devnull,
}


@pytest.mark.parametrize("environment", [{}, AWKWARD], ids=["as it is", "awkward"])
def test_the_command_needs_nothing_and_leaves_nothing(tmp_path: Path, environment: dict[str, str]) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "counter_app", "--demo", "--tour", str(tmp_path / "tour")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(temporary), **environment},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "authorization code: AUTH-" in ended.stdout
    assert "dispensation id: " in ended.stdout
    assert "Traceback" not in ended.stderr
    assert len(list((tmp_path / "tour").glob("*.png"))) == len(PAGES)
    assert list(temporary.iterdir()) == []
