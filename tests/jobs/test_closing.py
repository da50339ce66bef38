"""Closing the window: at once when everything is confirmed, else staff are told what becomes of it."""

import pytest
from desk import Desk
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from counter_app.app import _end

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen platform, of each window


@pytest.fixture
def unsure(desk: Desk) -> Desk:
    """A counter where one sending is of unknown fate."""
    desk.sandbox.drop("complete")
    desk.sandbox.fail("read_request", status=503, times=None)
    desk.serve().prescribe().attach().send()
    desk.until(lambda: desk.counter.unconfirmed() == 1 and desk.counter.busy(desk.case().case_id) is None)
    return desk


def _dialog_is_open(desk: Desk) -> bool:
    return desk.find("closeDialog") is not None


def test_with_everything_confirmed_the_window_closes_at_once(desk: Desk) -> None:
    desk.serve()
    assert desk.window.close()
    assert not desk.window.isVisible()


def test_what_is_not_confirmed_is_told_before_the_window_closes(unsure: Desk) -> None:
    assert unsure.shows("unconfirmedCount", "1 not yet confirmed")
    assert not unsure.window.close()
    dialog = unsure.seen("closeDialog")
    assert "1 thing" in dialog.accessibleName()
    assert "looked up at the next start" in dialog.accessibleDescription()
    assert QAccessible.queryAccessibleInterface(dialog).role() == QAccessible.Role.Dialog
    assert unsure.window.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return])
def test_staying_is_what_escape_and_enter_do(unsure: Desk, key: Qt.Key) -> None:
    unsure.window.close()
    dialog = unsure.seen("closeDialog")
    unsure.until(lambda: dialog.focusWidget() is not None, "the dialog has no focus")
    assert dialog.focusWidget().objectName() == "stayButton"
    unsure.qtbot.keyClick(dialog.focusWidget(), key)
    unsure.until(lambda: not _dialog_is_open(unsure), "the dialog stays")
    assert unsure.window.isVisible()


def test_a_window_closed_anyway_leaves_it_to_the_next_start(unsure: Desk, open_desk) -> None:
    unsure.window.close()
    unsure.press("closeAnywayButton")
    unsure.until(lambda: not unsure.window.isVisible(), "the window stays")
    unsure.close()
    unsure.sandbox._site.faults._waiting.clear()
    again = open_desk()
    again.until(lambda: bool(again.counter.cases()), "the case did not come back")
    assert again.case().pending is not None or again.counter.busy(again.case().case_id)


def test_an_answer_that_comes_while_staff_are_asked_is_told_as_well(desk: Desk) -> None:
    desk.sandbox.slow("complete", seconds=0.4, times=1)
    desk.serve().prescribe().attach().send()
    assert not desk.window.close()
    dialog = desk.seen("closeDialog")
    desk.until(lambda: "everything" in dialog.accessibleName(), "nobody was told")
    desk.press("closeAnywayButton")
    desk.until(lambda: not desk.window.isVisible(), "the window stays")


def test_the_end_of_the_session_asks_nobody(unsure: Desk) -> None:
    # What the system's session manager leads to; the request itself holds a session that only Qt can make.
    unsure.window.closing._on_session_ends()
    assert unsure.window.close()
    assert not _dialog_is_open(unsure)


def test_the_systems_request_to_end_asks_nobody(unsure: Desk, qapp: QApplication) -> None:
    ended = []
    qapp.aboutToQuit.connect(lambda: ended.append(True))
    _end(qapp)
    QCoreApplication.exec()
    assert ended
    assert not _dialog_is_open(unsure)
