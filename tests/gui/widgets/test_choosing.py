"""Segmented choices, suggestions, dates and the search box."""

from datetime import date

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from counter_app.gui.widgets.date_edit import DateEdit, read_date, write_date
from counter_app.gui.widgets.search_edit import SearchEdit
from counter_app.gui.widgets.segmented import Segmented
from counter_app.gui.widgets.suggest import SuggestEdit

FOUND = [("R51", "Headache"), ("G44.2", "Tension-type headache"), ("G44.0", "Cluster headache syndrome")]


@pytest.fixture
def diagnosis(shown, qtbot: QtBot) -> SuggestEdit:
    edit = SuggestEdit(ask_after_ms=0)
    edit.after = QLineEdit()
    window = shown(edit, edit.after)
    window.activateWindow()
    edit.setFocus()
    return edit


def open_list(edit: SuggestEdit, qtbot: QtBot, text: str = "head") -> None:
    with qtbot.waitSignal(edit.asked):
        qtbot.keyClicks(edit, text)
    edit.show_suggestions(FOUND)
    assert edit.is_open


# --- a choice of two or three ----------------------------------------------------------------------------------------


def test_the_arrow_keys_choose_another_way(shown, qtbot: QtBot) -> None:
    picker = Segmented()
    shown(picker)
    picker.set_choices([("document", "Identity document"), ("member", "Member number")])
    assert picker.chosen == "document"
    picker.setFocus()
    for key, chosen in ((Qt.Key.Key_Right, "member"), (Qt.Key.Key_Left, "document"), (Qt.Key.Key_Down, "member")):
        with qtbot.waitSignal(picker.chosen_changed) as told:
            qtbot.keyClick(picker, key)
        assert told.args == [chosen]
        assert picker.chosen == chosen


def test_a_choice_stays_when_it_is_still_offered(shown) -> None:
    picker = Segmented()
    shown(picker)
    picker.set_choices([("a", "A"), ("b", "B")])
    picker.choose("b")
    picker.set_choices([("a", "A"), ("c", "C"), ("b", "B")])
    assert picker.chosen == "b"
    picker.choose("unknown")
    assert picker.chosen == "b"
    assert picker.grab().toImage() is not None


def test_choosing_moves_nothing(shown) -> None:
    picker = Segmented()
    shown(picker)
    picker.set_choices([("a", "Identity document"), ("b", "Member number")])
    places = [picker.tabRect(number) for number in range(2)]
    picker.choose("b")
    assert [picker.tabRect(number) for number in range(2)] == places


# --- suggestions -----------------------------------------------------------------------------------------------------


def test_typing_asks_once_for_what_stands_there(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    asked = QSignalSpy(diagnosis.asked)
    qtbot.keyClicks(diagnosis, "head")
    qtbot.waitUntil(lambda: asked.count() > 0)
    assert asked.count() == 1
    assert asked.at(0) == ["head"]


def test_what_the_program_writes_asks_for_nothing(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(diagnosis.asked, wait=20):
        diagnosis.setText("R51")
        diagnosis.clear()


def test_what_assistive_technology_writes_asks(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    spoken = QAccessible.queryAccessibleInterface(diagnosis)
    with qtbot.waitSignal(diagnosis.asked) as asked:
        spoken.setText(QAccessible.Text.Value, "head")
    assert asked.args == ["head"]


def test_enter_picks_the_highlighted_row_and_goes_no_further(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    open_list(diagnosis, qtbot)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Down)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Down)
    entered = QSignalSpy(diagnosis.returnPressed)
    with qtbot.waitSignal(diagnosis.picked) as picked:
        qtbot.keyClick(diagnosis, Qt.Key.Key_Return)
    assert picked.args == ["G44.2", "Tension-type headache"]
    assert diagnosis.text() == "G44.2"
    assert not diagnosis.is_open
    assert entered.count() == 0
    qtbot.keyClick(diagnosis, Qt.Key.Key_Return)
    assert entered.count() == 1


def test_up_and_down_go_round_the_list(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    open_list(diagnosis, qtbot)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Up)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Return)
    assert diagnosis.text() == "G44.0"


def test_escape_closes_the_list_and_keeps_what_was_typed(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    leave = QPushButton()
    leave.setParent(diagnosis.window())
    leave.setShortcut("Esc")
    leave.show()
    pressed = QSignalSpy(leave.clicked)
    open_list(diagnosis, qtbot)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Escape)
    assert not diagnosis.is_open
    assert diagnosis.text() == "head"
    assert diagnosis.hasFocus()
    assert pressed.count() == 0


def test_tab_leaves_and_picks_only_what_was_gone_to(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    open_list(diagnosis, qtbot)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Tab)
    assert diagnosis.text() == "head"
    assert not diagnosis.is_open
    assert diagnosis.after.hasFocus()
    diagnosis.setFocus()
    diagnosis.clear()
    open_list(diagnosis, qtbot)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Down)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Tab)
    assert diagnosis.text() == "R51"


def test_enter_keeps_what_was_typed_where_no_row_was_gone_to(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    open_list(diagnosis, qtbot)
    entered = QSignalSpy(diagnosis.returnPressed)
    qtbot.keyClick(diagnosis, Qt.Key.Key_Return)
    assert diagnosis.text() == "head"
    assert entered.count() == 1


def test_a_click_picks_and_the_focus_stays_in_the_line(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    open_list(diagnosis, qtbot)
    view = diagnosis._list.view
    place = view.visualRect(view.model().index(2, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert diagnosis.text() == "G44.0"
    assert diagnosis.hasFocus()


def test_an_answer_that_comes_after_staff_have_gone_opens_nothing(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    diagnosis.after.setFocus()
    diagnosis.show_suggestions(FOUND)
    assert not diagnosis.is_open


def test_down_in_a_closed_line_asks_again(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    diagnosis.setText("head")
    with qtbot.waitSignal(diagnosis.asked):
        qtbot.keyClick(diagnosis, Qt.Key.Key_Down)


def test_the_list_lies_right_under_the_line_and_is_read_out(diagnosis: SuggestEdit, qtbot: QtBot) -> None:
    open_list(diagnosis, qtbot)
    opened = diagnosis._list
    assert opened.y() == diagnosis.geometry().bottom() + 2
    assert opened.width() == diagnosis.width()
    spoken = QAccessible.queryAccessibleInterface(opened.view)
    assert spoken.text(QAccessible.Text.Name) == "Suggestions"
    assert opened.view.model().index(0, 0).data() == "R51, Headache"
    assert not opened.grab().isNull()


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("1984-02-29", "en_US"),
        ("1984-02-29", "es_CO"),
        ("2/29/1984", "en_US"),
        ("29/02/1984", "es_CO"),
        ("29/2/1984", "es_CO"),
        ("29.02.1984", "es_CO"),
        ("29-2-1984", "pt_BR"),
        (" 29 / 02 / 1984 ", "pt_BR"),
        ("29 Feb 1984", "en_US"),
        ("29 feb 1984", "es_CO"),
        ("29 de febrero de 1984", "es_CO"),
        ("29 de fevereiro de 1984", "pt_BR"),
    ],
)
def test_a_day_is_read_the_way_people_write_it(text: str, language: str) -> None:
    assert read_date(text, QLocale(language)) == date(1984, 2, 29)


@pytest.mark.parametrize("text", ["", "yesterday", "1983-02-29", "29/02/84", "31/04/2020", "2/29"])
def test_what_names_no_day_is_not_guessed(text: str) -> None:
    assert read_date(text, QLocale("es_CO")) is None


@pytest.mark.parametrize("language", ["en_US", "es_CO", "pt_BR"])
def test_what_is_written_can_be_read_again(language: str) -> None:
    day = date(2026, 6, 25)
    assert read_date(write_date(day, QLocale(language)), QLocale(language)) == day


def test_a_day_can_be_picked_from_the_calendar_by_keyboard(shown, qtbot: QtBot) -> None:
    field = DateEdit()
    shown(field)
    field.set_value(date(1984, 2, 28))
    qtbot.keyClick(field.edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    calendar = field._calendar.calendar
    assert field._calendar.isVisible()
    assert calendar.selectedDate().toString(Qt.DateFormat.ISODate) == "1984-02-28"
    calendar.activated.emit(calendar.selectedDate().addDays(1))
    assert field.value() == date(1984, 2, 29)
    assert not field._calendar.isVisible()


def test_an_empty_date_has_no_value(shown) -> None:
    field = DateEdit()
    shown(field)
    field.set_value(None)
    assert field.value() is None
    assert field.focusProxy() is field.edit
    assert field.button.accessibleName()


# --- searching -------------------------------------------------------------------------------------------------------


def test_a_search_waits_for_a_pause_and_shows_all_again_at_once(shown, qtbot: QtBot) -> None:
    search = SearchEdit("Name, document, code…", after_ms=1)
    shown(search)
    with qtbot.waitSignal(search.searched) as found:
        qtbot.keyClicks(search, "maria")
    assert found.args == ["maria"]
    with qtbot.waitSignal(search.searched) as found:
        search.clear()
    assert found.args == [""]
