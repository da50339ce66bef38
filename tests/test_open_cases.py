"""The cases open at a counter that stays open for weeks."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from counter_app.models import Topic
from counter_app.open_cases import OpenCases


@pytest.fixture
def parent(qapp: object) -> Iterator[QObject]:
    made = QObject()
    yield made
    shiboken6.delete(made)


def test_cases_past_their_time_are_wiped_without_a_restart(qtbot: QtBot, parent: QObject) -> None:
    asked: list[Topic] = []
    OpenCases(lambda topic, *_: asked.append(topic), lambda _: False, draft_ms=10, wipe_ms=10, parent=parent)
    qtbot.waitUntil(lambda: asked.count(Topic.WIPE) >= 2)
