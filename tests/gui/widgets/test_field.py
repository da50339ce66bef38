import pytest
from PySide6.QtWidgets import QLineEdit

from counter_app.gui.widgets import field as module
from counter_app.gui.widgets.date_edit import DateEdit
from counter_app.gui.widgets.field import HELP_HEIGHT, Field


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    words: list[str] = []
    monkeypatch.setattr(module, "alert", lambda _widget, text: words.append(text))
    return words


def test_the_label_names_its_control(shown) -> None:
    control = QLineEdit()
    field = Field("Document number", control, "Digits only, no dots")
    shown(field)
    assert field.label.buddy() is control
    assert control.accessibleName() == "Document number"
    assert control.accessibleDescription() == "Digits only, no dots"
    field.set_label("Member number")
    assert control.accessibleName() == "Member number"


def test_a_mistake_takes_the_helps_place_and_is_said_once(shown, said: list[str]) -> None:
    control = QLineEdit()
    field = Field("Licence number", control, "As on the stamp")
    shown(field)
    height = field.sizeHint().height()
    field.set_error("The sponsor does not accept it")
    field.set_error("The sponsor does not accept it")
    assert said == ["Licence number: The sponsor does not accept it"]
    assert field.help_label.text() == "The sponsor does not accept it"
    assert field.help_line.mark.name == "triangle"
    assert control.property("invalid") == "yes"
    assert control.accessibleDescription() == "The sponsor does not accept it"
    assert field.sizeHint().height() == height
    field.clear_error()
    assert field.help_label.text() == "As on the stamp"
    assert control.property("invalid") == ""


def test_help_that_comes_while_a_mistake_stands_waits_behind_it(shown) -> None:
    field = Field("Posology", QLineEdit())
    shown(field)
    field.set_error("How often?")
    field.set_help("10 days × 3 = 30", "ok")
    assert field.help_label.text() == "How often?"
    field.clear_error()
    assert field.help_label.text() == "10 days × 3 = 30"
    assert field.help_line.mark.name == "check"


def test_the_help_line_keeps_its_place_when_there_is_nothing_to_say(shown) -> None:
    field = Field("Quantity", QLineEdit())
    shown(field)
    assert field.help_line.height() >= HELP_HEIGHT
    height = field.sizeHint().height()
    field.set_help("30")
    assert field.sizeHint().height() == height


def test_a_folded_help_line_takes_room_only_for_words(shown) -> None:
    field = Field("Sponsor", QLineEdit())
    field.fold_help()
    shown(field)
    assert not field.help_line.isVisible()
    field.set_error("Which one?")
    assert field.help_line.isVisible()


def test_a_control_made_of_several_is_named_and_marked_where_people_type(shown) -> None:
    control = DateEdit()
    field = Field("Date of birth", control, required=True)
    shown(field)
    field.set_error("No such day")
    assert control.edit.accessibleName() == "Date of birth"
    assert control.edit.accessibleDescription() == "Required. No such day"
    assert control.edit.property("invalid") == "yes"


def test_a_long_sentence_wraps_and_never_widens_the_field(shown) -> None:
    field = Field("Quantity", QLineEdit())
    field.set_error("The quantity that was prescribed does not agree with what the posology amounts to")
    field.setFixedWidth(120)
    shown(field)
    assert field.width() == 120
    assert field.help_line.height() > 2 * HELP_HEIGHT
