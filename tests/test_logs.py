"""The log holds what happened and where, never what staff typed."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from counter_app import logs

NAME = "GONZÁLEZ RÍOS"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    levels = {name: logging.getLogger(name).level for name in ("", "httpx", "httpcore", "asyncio", "uvicorn")}
    yield tmp_path / "made" / "on demand"
    logs.stop()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def written(folder: Path) -> str:
    return (folder / "counter.log").read_text(encoding="utf-8")


def fail() -> None:
    raise ValueError(NAME)


def test_what_happened_is_written_with_its_time_and_place(folder):
    logs.start(folder)
    logging.getLogger("counter_app.osigu").info("search: 200, 12 ms")
    assert written(folder).endswith(" INFO counter_app.osigu search: 200, 12 ms\n")


def test_an_exception_is_written_by_its_class_and_places_alone(folder):
    logs.start(folder)
    try:
        fail()
    except ValueError:
        logging.getLogger("counter_app").exception("search failed")
    text = written(folder)
    assert "search failed\nValueError at\n" in text
    assert f"  {Path(__file__).name}:" in text
    assert text.endswith(" fail\n")
    assert NAME not in text


def test_what_another_reader_of_the_log_made_of_an_exception_is_not_taken_over(folder):
    other = logging.StreamHandler(stream := open(Path(folder.parents[1]) / "other.log", "w"))  # noqa: SIM115, PTH123
    logging.getLogger().addHandler(other)
    logs.start(folder)
    try:
        fail()
    except ValueError:
        logging.getLogger("counter_app").exception("search failed")
    logging.getLogger().removeHandler(other)
    stream.close()
    assert "ValueError at" in written(folder)
    assert NAME not in written(folder)


@pytest.mark.parametrize("noisy", ["httpx", "httpcore", "asyncio", "uvicorn"])
def test_those_who_log_addresses_are_heard_only_when_something_is_wrong(folder, noisy):
    logs.start(folder)
    logging.getLogger(noisy).info("GET https://api.osigu.com/search?name=somebody")
    logging.getLogger(noisy).warning("the pool is full")
    assert "osigu.com" not in written(folder)
    assert "the pool is full" in written(folder)


def test_the_folder_is_its_owners_alone(folder):
    logs.start(folder)
    assert folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_can_not_be_written_stops_nobody(folder):
    folder.parent.mkdir()
    folder.write_text("a file stands in its place")
    logs.start(folder)
    logging.getLogger("counter_app").info("goes nowhere")
    assert folder.read_text() == "a file stands in its place"


def test_after_the_end_nothing_is_written_and_others_keep_their_log(folder, caplog):
    logs.start(folder)
    logs.stop()
    logging.getLogger("counter_app").warning("late")
    assert "late" not in written(folder)
    assert "late" in caplog.text
    logs.stop()
