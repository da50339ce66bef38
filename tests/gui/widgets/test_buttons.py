import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from counter_app.gui.widgets.buttons import KeyButton


def test_a_button_answers_to_its_key_from_anywhere_in_the_window(shown, qtbot: QtBot) -> None:
    button, field = KeyButton("Add line", key="Alt+A", shortcut="Alt+A"), QLineEdit()
    window = shown(button, field)
    window.activateWindow()
    field.setFocus()
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)


def test_a_label_alone_is_no_shortcut(shown, qtbot: QtBot) -> None:
    button, field = KeyButton("Add line", key="Alt+A"), QLineEdit()
    window = shown(button, field)
    window.activateWindow()
    field.setFocus()
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)


def test_the_key_still_works_after_the_text_has_changed(shown, qtbot: QtBot) -> None:
    button = KeyButton("Search", key="Alt+S", shortcut="Alt+S")
    window = shown(button)
    window.activateWindow()
    button.setText("Search again")
    with qtbot.waitSignal(button.clicked):
        qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.AltModifier)


def test_a_disabled_button_does_nothing_and_says_why(shown, qtbot: QtBot) -> None:
    button = KeyButton("Continue", "primary", "Enter", shortcut="Alt+X", reason="Choose a patient first")
    window = shown(button)
    window.activateWindow()
    button.setEnabled(False)
    with qtbot.assertNotEmitted(button.clicked):
        qtbot.keyClick(window, Qt.Key.Key_X, Qt.KeyboardModifier.AltModifier)
    assert button.toolTip() == "Choose a patient first"
    assert button.accessibleDescription() == "Choose a patient first"
    button.setEnabled(True)
    assert button.toolTip() == ""
    assert button.accessibleDescription() == "Enter"


def test_enter_in_a_field_never_presses_a_page_button_by_itself() -> None:
    assert not KeyButton("Copy").autoDefault()


@pytest.mark.parametrize(("size", "height"), [("footer", 46), ("sidebar", 46), ("page", 38)])
def test_buttons_have_the_height_of_their_place(shown, size: str, height: int) -> None:
    button = KeyButton("Continue", size=size)
    shown(button)
    assert button.height() == height


def test_a_button_is_never_narrower_than_its_words_and_its_key() -> None:
    plain = KeyButton("Back")
    longer = KeyButton("Zurück zur Übersicht")
    with_key = KeyButton("Back", key="Ctrl+Enter")
    assert plain.sizeHint().width() < with_key.sizeHint().width()
    assert plain.sizeHint().width() < longer.sizeHint().width()
    assert with_key.minimumSizeHint() == with_key.sizeHint()


def test_each_kind_looks_different_and_all_look_alike_when_disabled(shown) -> None:
    kinds = ("primary", "secondary", "accent", "danger", "quiet")
    buttons = [KeyButton("Continue", kind, "Enter") for kind in kinds]
    shown(*buttons)
    looks = [button.grab().toImage() for button in buttons]
    assert all(looks[one] != looks[other] for one in range(5) for other in range(one))


def test_changing_kind_and_key_shows_at_once(shown) -> None:
    button = KeyButton("New authorization", "secondary", "F2", "plus", size="sidebar")
    shown(button)
    before = button.grab().toImage()
    button.set_kind("primary")
    assert button.kind == "primary"
    assert button.grab().toImage() != before
    button.set_key(None)
    assert button.key == ""


def test_assistive_technology_reads_the_text_and_the_key() -> None:
    button = KeyButton("Continue", "primary", "Enter")
    spoken = QAccessible.queryAccessibleInterface(button)
    assert spoken.role() is QAccessible.Role.PushButton
    assert spoken.text(QAccessible.Text.Name) == "Continue"
    assert spoken.text(QAccessible.Text.Description) == "Enter"
