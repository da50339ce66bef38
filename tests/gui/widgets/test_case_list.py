from dataclasses import replace
from time import perf_counter

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from counter_app.gui.widgets.case_list import CaseList, CaseRow

MARIA = CaseRow("1", "serving", "MARÍA GONZÁLEZ", "Step 2 · Prescription", "10:41", "half", "accentText")
JORGE = CaseRow("2", "serving", "JORGE MUÑOZ", "Step 3 · Indication", "10:32", "half", "accentText")
CARMEN = CaseRow("3", "waiting", "CARMEN PATIÑO", "Asked 14 min ago", "10:27", "clock", "warn")
GROUPS = [("Being served", [MARIA, JORGE]), ("Waiting for the sponsor", [CARMEN]), ("Done today", [])]


def test_empty_groups_vanish_and_the_others_show_their_count() -> None:
    cases = CaseList()
    cases.show_rows(GROUPS)
    texts = [cases.model().index(row, 0).data() for row in range(cases.model().rowCount())]
    assert texts == [
        "Being served, 2",
        "MARÍA GONZÁLEZ, Step 2 · Prescription, 10:41",
        "JORGE MUÑOZ, Step 3 · Indication, 10:32",
        "Waiting for the sponsor, 1",
        "CARMEN PATIÑO, Asked 14 min ago, 10:27",
    ]


def test_the_arrow_keys_go_from_case_to_case_over_the_heads(shown, qtbot: QtBot) -> None:
    cases = CaseList()
    shown(cases)
    cases.show_rows(GROUPS)
    cases.select("2")
    cases.setFocus()
    qtbot.keyClick(cases, Qt.Key.Key_Down)
    assert cases.selected == "3"
    qtbot.keyClick(cases, Qt.Key.Key_Home)
    assert cases.selected == "1"


def test_enter_and_a_click_open_a_case_and_moving_does_not(shown, qtbot: QtBot) -> None:
    cases = CaseList()
    shown(cases)
    cases.show_rows(GROUPS)
    cases.select("1")
    cases.setFocus()
    with qtbot.assertNotEmitted(cases.activated_case):
        qtbot.keyClick(cases, Qt.Key.Key_Down)
    with qtbot.waitSignal(cases.activated_case) as opened:
        qtbot.keyClick(cases, Qt.Key.Key_Return)
    assert opened.args == ["2"]
    place = cases.visualRect(cases.model().index(4, 0)).center()
    with qtbot.waitSignal(cases.activated_case) as opened:
        qtbot.mouseClick(cases.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == ["3"]


def test_a_click_on_a_head_opens_nothing(shown, qtbot: QtBot) -> None:
    cases = CaseList()
    shown(cases)
    cases.show_rows(GROUPS)
    with qtbot.assertNotEmitted(cases.activated_case):
        qtbot.mouseClick(cases.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 18))
    assert cases.selected == ""


def test_the_selection_stays_with_its_case_when_the_list_changes(shown) -> None:
    cases = CaseList()
    shown(cases)
    cases.show_rows(GROUPS)
    cases.select("2")
    cases.show_rows([("Being served", [MARIA]), ("Waiting for the sponsor", [CARMEN, JORGE])])
    assert cases.selected == "2"
    cases.show_rows([("Being served", [MARIA])])
    assert cases.selected == ""


def test_a_change_within_a_row_redraws_that_row_alone(shown) -> None:
    cases = CaseList()
    shown(cases)
    cases.show_rows(GROUPS)
    resets, changes = QSignalSpy(cases.model().modelReset), QSignalSpy(cases.model().dataChanged)
    cases.show_rows(
        [("Being served", [MARIA, JORGE]), ("Waiting for the sponsor", [replace(CARMEN, place="Asked 15 min ago")])]
    )
    assert resets.count() == 0
    assert changes.count() == 1


def test_rows_are_as_high_as_the_look_has_them(shown) -> None:
    cases = CaseList()
    shown(cases)
    cases.show_rows(GROUPS)
    heights = [cases.visualRect(cases.model().index(row, 0)).height() for row in range(3)]
    assert heights == [36, 52, 52]


def test_assistive_technology_reads_each_row(shown) -> None:
    cases = CaseList()
    shown(cases)
    cases.show_rows(GROUPS)
    spoken = QAccessible.queryAccessibleInterface(cases)
    texts = [spoken.child(row).text(QAccessible.Text.Name) for row in range(spoken.childCount())]
    assert "CARMEN PATIÑO, Asked 14 min ago, 10:27" in texts


def test_thousands_of_cases_are_drawn_in_time(shown) -> None:
    cases = CaseList()
    shown(cases)
    rows = [replace(MARIA, case_id=str(number), name=f"PERSON {number}") for number in range(3000)]
    began = perf_counter()
    cases.show_rows([("Done today", rows)])
    cases.select("2999")
    cases.grab()
    assert perf_counter() - began < 1
    assert cases.selected == "2999"
