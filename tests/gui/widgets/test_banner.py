import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from counter_app.gui.widgets import banner as module
from counter_app.gui.widgets.banner import Banner, BusyLine


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    words: list[str] = []
    for way in ("alert", "announce"):
        monkeypatch.setattr(module, way, lambda _widget, text, way=way: words.append(f"{way}: {text}"))
    return words


def test_a_failure_is_shown_said_and_offers_its_remedy(shown, qtbot: QtBot, said: list[str]) -> None:
    banner = Banner()
    window = shown(banner)
    banner.show_message("bad", "OSIGU did not accept it", "Correct it and send again.", "areq_01", "Try again")
    assert banner.isVisible()
    assert window.findChild(QLabel, "errorTitle").text() == "OSIGU did not accept it"
    assert window.findChild(QLabel, "errorRemedy").text() == "Correct it and send again."
    assert window.findChild(QLabel, "errorReference").text() == "areq_01"
    assert said == ["alert: OSIGU did not accept it. Correct it and send again."]
    window.activateWindow()
    with qtbot.waitSignal(banner.retried):
        qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.AltModifier)


def test_the_same_failure_shown_anew_is_not_said_anew(shown, said: list[str]) -> None:
    banner = Banner()
    shown(banner)
    for _ in range(2):
        banner.show_message("warn", "No connection", "Trying again is safe.")
    assert len(said) == 1
    banner.clear()
    banner.show_message("warn", "No connection", "Trying again is safe.")
    assert len(said) == 2


def test_where_trying_again_cannot_help_no_button_is_there(shown) -> None:
    banner = Banner()
    shown(banner)
    banner.show_message("info", "A new version is ready", "It starts with the next opening.")
    assert not banner.action.isVisible()
    assert not banner.reference.isVisible()


def test_the_reference_can_be_selected_by_keyboard_and_copied(shown, qtbot: QtBot) -> None:
    banner = Banner()
    shown(banner)
    banner.show_message("bad", "Title", "Remedy", "areq_01HX")
    flags = banner.reference.label.textInteractionFlags()
    assert flags & Qt.TextInteractionFlag.TextSelectableByKeyboard
    banner.reference.copy_button.click()
    assert QGuiApplication.clipboard().text() == "areq_01HX"


def test_a_cleared_banner_keeps_nothing_of_the_last_failure(shown) -> None:
    banner = Banner()
    shown(banner)
    banner.show_message("warn", "No connection", "Trying again is safe.", "areq_01", "Try again")
    banner.clear()
    assert not banner.isVisible()
    assert banner.title.text() == banner.remedy.text() == banner.reference.label.text() == ""


def test_another_action_brings_its_own_key(shown, qtbot: QtBot) -> None:
    banner = Banner()
    window = shown(banner)
    window.activateWindow()
    banner.show_message("ok", "The sponsor has answered", "Approved.", action="Open", key="Alt+O", icon="")
    assert banner.action.key == "Alt+O"
    with qtbot.waitSignal(banner.retried):
        qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)


def test_an_answer_that_comes_at_once_shows_nothing(shown, qtbot: QtBot) -> None:
    busy = BusyLine(spinner_after_ms=60_000, words_after_ms=60_000)
    shown(busy)
    busy.start("Asking the sponsor…")
    assert busy.is_waiting
    assert not busy.isVisible()
    busy.stop()
    assert not busy.is_waiting


def test_a_wait_shows_first_the_spinner_and_then_words(shown, qtbot: QtBot) -> None:
    busy = BusyLine(spinner_after_ms=1, words_after_ms=60_000)
    shown(busy)
    busy.start("Asking the sponsor…")
    qtbot.waitUntil(busy.isVisible)
    assert busy.cancel.isVisible()
    assert not busy.words.isVisible()
    busy._late_words.timeout.emit()
    assert busy.words.isVisible()
    assert busy.accessibleName() == "Asking the sponsor…"


def test_another_step_of_the_same_wait_changes_only_the_words(shown, qtbot: QtBot) -> None:
    busy = BusyLine(spinner_after_ms=1, words_after_ms=1)
    shown(busy)
    busy.start("Asking the sponsor…")
    qtbot.waitUntil(busy.words.isVisible)
    busy.start("The sponsor is deciding…")
    assert busy.words.isVisible()
    assert busy.words.text() == "The sponsor is deciding…"


def test_the_place_of_the_wait_is_kept_so_nothing_jumps(shown, qtbot: QtBot) -> None:
    busy, below = BusyLine(spinner_after_ms=1, words_after_ms=1), QLabel("below")
    shown(busy, below)
    place = below.pos()
    busy.start("Asking the sponsor…")
    qtbot.waitUntil(busy.words.isVisible)
    assert below.pos() == place
    busy.stop()
    assert below.pos() == place


def test_escape_gives_up_waiting(shown, qtbot: QtBot) -> None:
    busy = BusyLine(spinner_after_ms=1, words_after_ms=1)
    window = shown(busy)
    window.activateWindow()
    busy.start("Asking the sponsor…")
    qtbot.waitUntil(busy.isVisible)
    with qtbot.waitSignal(busy.stopped):
        qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not busy.isVisible()


def test_a_lost_answer_is_explained_at_once_with_its_reference(shown) -> None:
    busy = BusyLine()
    shown(busy)
    busy.explain("Checking whether it went through…", "Don't send again.", "areq_01")
    busy.say_attempt("Attempt 2 · 0:11")
    assert busy.isVisible()
    assert busy.remedy.text() == "Don't send again."
    assert busy.reference.isVisible()
    assert busy.attempt.isVisible()


def test_the_spinner_turns_only_while_it_can_be_seen(shown) -> None:
    busy = BusyLine()
    shown(busy)
    busy.explain("Checking…", "")
    assert busy.spinner._turn.isActive()
    busy.stop()
    assert not busy.spinner._turn.isActive()
