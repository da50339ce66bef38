"""One running program per data folder."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from counter_app.gui.one_window import OneWindow


def test_a_second_start_on_a_folder_is_refused_and_calls_the_first_to_the_front(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = OneWindow(tmp_path), OneWindow(tmp_path)
    assert first.claim()
    first.listen()
    assert not second.claim()
    with qtbot.waitSignal(first.wanted):
        assert second.call_other()
    first.release()
    assert second.claim()
    second.release()


def test_another_folder_is_another_counter(tmp_path: Path) -> None:
    first, second = OneWindow(tmp_path / "a"), OneWindow(tmp_path / "b")
    assert first.claim()
    assert second.claim()
    first.release()
    second.release()


def test_a_folder_that_can_not_be_written_is_left_to_the_journal_to_complain_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert OneWindow(tmp_path / "file" / "counter").claim()


def test_a_program_that_does_not_answer_is_said_so(tmp_path: Path) -> None:
    assert not OneWindow(tmp_path).call_other()


def test_a_start_while_the_first_one_closes_waits_for_the_folder(tmp_path: Path) -> None:
    first, second = OneWindow(tmp_path), OneWindow(tmp_path)
    assert first.claim()
    first.listen()
    first.stop_listening()
    assert not second.call_other()
    first.release()
    assert second.claim(patience_ms=100)
    second.release()
