"""A counter for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk import Desk
from pytestqt.qtbot import QtBot

from counter_app.sandbox.running import RunningSandbox

OpenDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(qtbot: QtBot, tmp_path: Path) -> Iterator[OpenDesk]:
    """Makes counters on one sandbox and one data folder, not opened yet; all are closed at the end."""
    with RunningSandbox(decide_after=0.2) as sandbox:
        opened: list[Desk] = []

        def make(**more: object) -> Desk:
            made = Desk(qtbot, sandbox, tmp_path / "counter")
            for name, value in more.items():
                setattr(made, name, value)
            opened.append(made)
            return made

        yield make
        for each in opened:
            each.close()


@pytest.fixture
def open_desk(make_desk: OpenDesk) -> OpenDesk:
    """Makes and opens counters."""
    return lambda **more: make_desk(**more).open()


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A counter that has just been opened."""
    return open_desk()
