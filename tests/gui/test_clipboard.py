"""What is copied here is pasted anywhere, stays out of clipboard histories, and goes with the program."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QObject, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from counter_app.gui.clipboard import DiscreetClipboard, discreet

KDE = "x-kde-passwordManagerHint"
WINDOWS = 'application/x-qt-windows-mime;value="{}"'


@pytest.fixture
def clipboard(qapp) -> Iterator[QClipboard]:
    found = QGuiApplication.clipboard()
    found.clear()
    yield found
    found.clear()


@pytest.fixture
def watching(clipboard) -> Iterator[DiscreetClipboard]:
    parent = QObject()
    watching = DiscreetClipboard(parent)
    yield watching
    clipboard.changed.disconnect(watching._on_changed)


def assert_discreet(content: QMimeData, text: str) -> None:
    assert content.text() == text
    assert bytes(content.data(KDE)) == b"secret"
    assert bytes(content.data(WINDOWS.format("CanIncludeInClipboardHistory"))) == bytes(4)
    assert bytes(content.data(WINDOWS.format("CanUploadToCloudClipboard"))) == bytes(4)
    assert content.hasFormat(WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing"))
    assert content.hasFormat("application/x-nspasteboard-concealed-type")


def test_a_code_put_there_by_a_button_is_hinted_and_can_be_pasted(qtbot: QtBot, clipboard, watching):
    clipboard.setText("AUTH-12345")
    assert_discreet(clipboard.mimeData(), "AUTH-12345")
    field = QLineEdit()
    qtbot.addWidget(field)
    field.paste()
    assert field.text() == "AUTH-12345"


def selectable() -> QLabel:
    label = QLabel("González Ñandú")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSelection(0, len(label.text()))
    return label


@pytest.mark.parametrize(
    "widget", [QLineEdit, QTextEdit, QPlainTextEdit, selectable], ids=["line", "text", "plain", "label"]
)
def test_ctrl_c_in_any_field_is_hinted(qtbot: QtBot, clipboard, watching, widget):
    field: QWidget = widget() if widget is selectable else widget("González Ñandú")
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    if widget is not selectable:
        field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert_discreet(clipboard.mimeData(), "González Ñandú")


def test_the_text_is_put_there_again_once_and_no_more(clipboard, watching):
    changes: list[QClipboard.Mode] = []
    clipboard.changed.connect(changes.append)
    clipboard.setText("AUTH-1")
    clipboard.setMimeData(discreet("AUTH-2"))
    clipboard.changed.disconnect(changes.append)
    assert len(changes) == 3
    assert clipboard.text() == "AUTH-2"


def test_what_holds_no_text_is_left_as_it_is(clipboard, watching):
    picture = QMimeData()
    picture.setData("image/png", b"png")
    clipboard.setMimeData(picture)
    assert clipboard.mimeData().formats() == ["image/png"]


def test_nothing_of_a_patient_waits_on_the_clipboard_when_the_program_has_ended(clipboard, watching):
    clipboard.setText("Ana Lopez")
    QCoreApplication.instance().aboutToQuit.emit()
    assert clipboard.text() == ""


TWO_PROGRAMS = """
import subprocess, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from counter_app.gui.clipboard import DiscreetClipboard

application = QApplication(["two programs"])
clipboard = application.clipboard()

def there(expected):
    while clipboard.text() != expected:
        application.processEvents()

if len(sys.argv) > 1:  # the other program: says what it finds, puts something of its own there, and waits
    there("AUTH-1")
    print(clipboard.mimeData().hasFormat("x-kde-passwordManagerHint"), flush=True)
    clipboard.setText("theirs")
    QTimer.singleShot(20_000, application.quit)
    application.exec()
else:
    discreet = DiscreetClipboard(application)
    clipboard.setText("AUTH-1")
    with subprocess.Popen([sys.executable, "-c", sys.orig_argv[2], "other"]) as other:
        there("theirs")
        discreet.clear()
        print(clipboard.text(), clipboard.mimeData().hasFormat("x-kde-passwordManagerHint"))
        clipboard.setText("ours")
        discreet.clear()
        print(repr(clipboard.text()))
        other.kill()
"""


@pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="needs a screen that two programs share")
def test_another_program_sees_the_hints_and_what_it_puts_there_is_never_touched():
    said = subprocess.run(  # noqa: S603
        ["xvfb-run", "-a", sys.executable, "-c", TWO_PROGRAMS],  # noqa: S607
        env=os.environ | {"QT_QPA_PLATFORM": "xcb"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.split() == ["True", "theirs", "False", "''"]
