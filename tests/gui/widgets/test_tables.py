import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from counter_app.gui.widgets.icon_button import IconButton
from counter_app.gui.widgets.tables import Cell, Column, LineTable

COLUMNS = [Column("Product", stretch=True), Column("Posology"), Column("Quantity", number=True, strong=True)]
ROWS = [
    ("Ibuprofen 400 mg, tablet\nMED-042", "1 every 8 h", "30"),
    ("Omeprazole 20 mg, capsule\nMED-023", "1 a day", "14"),
    ("Brain MRI, plain\nIMG-210", "—", "1"),
]


@pytest.fixture
def people(shown) -> LineTable:
    table = LineTable(COLUMNS, selectable=True, row_height=52)
    table.after = QLineEdit()
    window = shown(table, table.after)
    window.activateWindow()
    table.show_rows(ROWS)
    return table


def test_a_table_is_as_high_as_its_rows_up_to_a_number_of_them() -> None:
    table = LineTable(COLUMNS, most_rows=2)
    table.show_rows(ROWS[:1])
    assert table.sizeHint().height() == 32 + 48 + 2
    table.show_rows(ROWS)
    assert table.sizeHint().height() == 32 + 2 * 48 + 2


def test_assistive_technology_reads_both_lines_of_a_cell(people: LineTable) -> None:
    spoken = QAccessible.queryAccessibleInterface(people)
    texts = [spoken.child(number).text(QAccessible.Text.Name) for number in range(spoken.childCount())]
    assert "Ibuprofen 400 mg, tablet, MED-042" in texts
    assert "Quantity" in texts
    assert people.cell_text(2, 2) == "1"
    assert people.row_count() == 3


def test_tab_leaves_the_table(people: LineTable, qtbot: QtBot) -> None:
    people.select(0)
    people.setFocus()
    qtbot.keyClick(people, Qt.Key.Key_Tab)
    assert people.after.hasFocus()


def test_the_arrow_keys_choose_and_enter_confirms(people: LineTable, qtbot: QtBot) -> None:
    people.select(0)
    people.setFocus()
    with qtbot.waitSignal(people.chosen) as chosen:
        qtbot.keyClick(people, Qt.Key.Key_Down)
    assert chosen.args == [1]
    with qtbot.waitSignal(people.activated_row) as confirmed:
        qtbot.keyClick(people, Qt.Key.Key_Return)
    assert confirmed.args == [1]
    assert people.current_row() == 1


def test_taking_the_choice_away_says_so(people: LineTable, qtbot: QtBot) -> None:
    people.select(1)
    with qtbot.waitSignal(people.chosen) as chosen:
        people.select(-1)
    assert chosen.args == [-1]
    with qtbot.assertNotEmitted(people.chosen):
        people.select(-1)


def test_numbers_and_their_heads_stand_at_the_right(people: LineTable) -> None:
    side = people.model().headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole)
    assert side & Qt.AlignmentFlag.AlignRight


def test_a_table_to_read_takes_neither_focus_nor_choice(shown) -> None:
    table = LineTable(COLUMNS)
    shown(table)
    table.show_rows([("Ibuprofen\nMED-042", "1 a day", Cell("30", "check", "ok"))])
    assert table.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert not table.grab().isNull()


def test_the_current_rows_button_bears_the_name_and_no_other_does(shown) -> None:
    table = LineTable(COLUMNS, remove_name="removeProductButton")
    window = shown(table)
    table.show_rows(ROWS)
    for row in (0, 2):
        table.select(row)
        named = window.findChildren(IconButton, "removeProductButton")
        assert [each.accessibleName() for each in named] == [f"Remove {ROWS[row][0].splitlines()[0]}"]


def test_a_row_is_taken_out_by_its_button_and_by_delete(shown, qtbot: QtBot) -> None:
    table = LineTable(COLUMNS, remove_name="removeProductButton")
    window = shown(table)
    table.show_rows(ROWS)
    table.select(1)
    with qtbot.waitSignal(table.removed) as removed:
        window.findChild(IconButton, "removeProductButton").click()
    assert removed.args == [1]
    table.setFocus()
    with qtbot.waitSignal(table.removed) as removed:
        qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert removed.args == [1]


def test_after_a_row_is_gone_the_one_at_its_place_is_current(people: LineTable) -> None:
    people.select(2)
    people.show_rows(ROWS[:2])
    assert people.current_row() == 1


def test_rows_that_stay_are_changed_where_they_stand(people: LineTable) -> None:
    people.select(1)
    resets = QSignalSpy(people.model().modelReset)
    people.show_rows([(f"{first} x", *rest) for first, *rest in ROWS])
    assert resets.count() == 0
    assert people.current_row() == 1


def test_a_refused_row_says_why_until_new_rows_come(people: LineTable) -> None:
    people.mark_row(1, "Not registered with this pharmacy")
    assert people.cell_text(1, 0) == "Omeprazole 20 mg, capsule\nNot registered with this pharmacy"
    assert not people.grab().isNull()
    people.show_rows(ROWS)
    assert people.cell_text(1, 0) == ROWS[1][0]


def test_a_narrow_table_never_widens_its_page() -> None:
    table = LineTable(COLUMNS)
    table.show_rows([("A product whose name is as long as the whole window is wide, and longer\nMED", "x", "1")])
    assert table.minimumSizeHint().width() <= 240
