"""The vault's passphrase: chosen once, asked for at each start where there is no key ring, told to nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit
from strongroom import PASSPHRASE, vault_of

from counter_app.settings import Profile

CHOSEN = "four words nobody guesses"


@pytest.fixture
def locked(open_desk, tmp_path: Path) -> Desk:
    """A counter whose vault has a passphrase that the program does not know."""
    vault_of(Profile(data_dir=tmp_path / "counter"))
    desk = open_desk(passphrase="")
    desk.seen("vaultPassphrase")
    return desk


@pytest.fixture
def new(open_desk) -> Desk:
    """A counter on a computer that has no vault yet."""
    desk = open_desk(passphrase="")
    desk.seen("vaultPassphraseAgain")
    return desk


@pytest.fixture(autouse=True)
def _no_passphrase_is_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert PASSPHRASE not in caplog.text
    assert CHOSEN not in caplog.text


def test_the_passphrase_opens_the_cases(locked: Desk) -> None:
    locked.focused("vaultPassphrase")
    locked.type(PASSPHRASE)
    locked.key(Qt.Key.Key_Return)
    assert locked.seen("homePage")
    locked.focused("newCaseButton")
    locked.search()
    assert locked.shows("beneficiaryName", "MARIA GONZALEZ")


def test_a_wrong_passphrase_says_so_and_can_be_typed_again_at_once(locked: Desk) -> None:
    locked.type("not the passphrase")
    locked.press("vaultOpenButton")
    locked.until(lambda: "not the passphrase" in locked.error_of("vaultPassphrase"), "nobody was told")
    locked.focused("vaultPassphrase")
    locked.type(PASSPHRASE)
    assert locked.text("vaultPassphrase") == PASSPHRASE
    locked.key(Qt.Key.Key_Return)
    assert locked.seen("homePage")


def test_that_the_vault_is_being_opened_is_said_on_the_button(locked: Desk) -> None:
    locked.type(PASSPHRASE)
    locked.key(Qt.Key.Key_Return)
    assert locked.text("vaultOpenButton") == "Opening…"
    assert not locked.can_press("vaultOpenButton")
    assert locked.window.focusWidget().objectName() == "vaultPassphrase"
    assert locked.seen("homePage")


def test_no_case_can_be_begun_while_the_vault_is_locked(locked: Desk) -> None:
    for key in (Qt.Key.Key_F2, Qt.Key.Key_F3):
        locked.key(key)
    assert locked.find("unlockPage")
    assert locked.counter.cases() == ()
    assert not locked.can_press("newCaseButton")
    assert not locked.can_press("dispenseCodeButton")
    assert "passphrase" in locked.seen("newCaseButton").toolTip()


def test_what_was_kept_is_there_once_the_vault_is_open(open_desk, tmp_path: Path) -> None:
    first = open_desk()
    first.serve()
    first.close()
    second = open_desk(passphrase="")
    second.seen("vaultPassphrase")
    second.type(PASSPHRASE)
    second.key(Qt.Key.Key_Return)
    second.until(lambda: bool(second.counter.cases()), "the case did not come back")
    assert second.case().beneficiary.name == "MARIA GONZALEZ"


def test_an_empty_passphrase_is_asked_for_again(locked: Desk) -> None:
    locked.press("vaultOpenButton")
    assert locked.error_of("vaultPassphrase")
    locked.focused("vaultPassphrase")


def test_a_first_passphrase_is_chosen_by_typing_it_twice(new: Desk, open_desk) -> None:
    new.type(CHOSEN)
    new.key(Qt.Key.Key_Return)
    new.focused("vaultPassphraseAgain")
    new.type(CHOSEN)
    new.key(Qt.Key.Key_Return)
    assert new.seen("homePage")
    new.close()
    again = open_desk(passphrase="")
    again.seen("vaultPassphrase")
    assert again.find("vaultPassphraseAgain") is None
    again.type(CHOSEN)
    again.key(Qt.Key.Key_Return)
    assert again.seen("homePage")


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        ("1234567", "1234567", "vaultPassphrase"),
        (" 123456 ", " 123456 ", "vaultPassphrase"),
        (CHOSEN, CHOSEN.upper(), "vaultPassphraseAgain"),
        (CHOSEN, "", "vaultPassphraseAgain"),
    ],
)
def test_a_passphrase_that_is_too_short_or_mistyped_is_not_taken(
    new: Desk, first: str, second: str, field: str
) -> None:
    new.write("vaultPassphrase", first)
    new.write("vaultPassphraseAgain", second)
    new.press("vaultOpenButton")
    assert new.error_of(field)
    new.focused(field)
    assert new.find("unlockPage")


def test_it_is_said_what_the_passphrase_is_for(new: Desk) -> None:
    page = new.seen("unlockPage")
    assert "encrypted" in page.accessibleDescription()
    assert "write it down" in page.accessibleDescription()


def test_the_passphrase_is_on_no_screen_and_told_to_no_assistive_technology(locked: Desk) -> None:
    edit = locked.seen("vaultPassphrase")
    assert isinstance(edit, QLineEdit)
    locked.type(PASSPHRASE)
    assert PASSPHRASE not in edit.displayText()
    spoken = QAccessible.queryAccessibleInterface(edit)
    assert PASSPHRASE not in "".join(spoken.text(kind) for kind in (QAccessible.Text.Value, QAccessible.Text.Name))


def test_the_passphrase_is_forgotten_by_the_window_once_it_is_open(locked: Desk) -> None:
    locked.type(PASSPHRASE)
    locked.key(Qt.Key.Key_Return)
    locked.seen("homePage")
    edits = locked.window.unlock.findChildren(QLineEdit)
    assert [edit.text() for edit in edits] == ["", ""]
    assert not any(edit.isUndoAvailable() for edit in edits)
