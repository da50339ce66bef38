"""Widgets are tested as staff see them: dressed, shown in a window, with the focus where it would be."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from counter_app.gui.theme import Theme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/gui/widgets/" in item.path.as_posix():
            # The offscreen platform says of each window that it cannot tell a window manager its size.
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    Theme.apply(qapp, "light")
    yield
    Theme.apply(qapp, "light")


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[..., QWidget]:
    """Shows widgets under each other in one window, and returns the window."""

    windows: list[QWidget] = []  # pytest-qt keeps weak references only

    def show(*widgets: QWidget, width: int = 600) -> QWidget:
        window = QWidget()
        windows.append(window)
        qtbot.addWidget(window)
        column = QVBoxLayout(window)
        for widget in widgets:
            column.addWidget(widget)
        column.addStretch(1)
        window.resize(width, 500)
        with qtbot.waitExposed(window):
            window.show()
        return window

    return show
