"""A counter for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk import Desk
from pytestqt.qtbot import QtBot

from counter_app.sandbox.running import RunningSandbox

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenDesk]:
    """Opens counters on one sandbox and one data folder; all are closed at the end."""
    with RunningSandbox(decide_after=0.2) as sandbox:
        opened: list[Desk] = []

        def make(**more: object) -> Desk:
            made = Desk(qtbot, sandbox, tmp_path / "counter")
            for name, value in more.items():
                setattr(made, name, value)
            opened.append(made)
            return made.open()

        yield make
        for each in opened:
            each.close()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A counter that has just been opened."""
    return open_desk()
