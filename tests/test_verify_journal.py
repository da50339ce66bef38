"""`counter-app --verify-journal`: whoever is responsible learns whether the audit trail is whole."""

import os
import sqlite3

import pytest
from strongroom import PASSPHRASE, journal_of

from counter_app.__main__ import main
from counter_app.case import new_case
from counter_app.settings import Profile


@pytest.fixture
def profile(tmp_path, monkeypatch) -> Profile:
    """The settings of a counter, as the command finds them."""
    for name in [each for each in os.environ if each.startswith("COUNTER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("COUNTER_DATA_DIR", str(tmp_path / "counter"))
    monkeypatch.setenv("COUNTER_PASSPHRASE", PASSPHRASE)
    return Profile(data_dir=tmp_path / "counter")


@pytest.fixture
def journal(profile):
    """A journal with four events."""
    store = journal_of(profile)
    for what in ("opened", "search.done", "abandoned"):
        store.keep(new_case(), what)
    store.close()
    return profile.data_dir / "journal.sqlite3"


def test_a_trail_that_is_whole_is_said_to_be(journal, capsys):
    assert main(["--verify-journal"]) == 0
    assert capsys.readouterr().out == "The audit trail is whole: 4 events.\n"


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("update events set what = 'x' where number = 3", "event 3 was changed"),
        ("delete from events where number = 2", "event 2 was removed"),
        ("delete from events where number = 4", "event 4 was removed"),
        ("insert into events select 5, at, who, what, case_id, from_state, to_state, hash from events where number = 4",
         "event 5 was inserted"),
    ],
)  # fmt: skip
def test_the_first_event_that_is_not_right_is_named(journal, capsys, tampering, said):
    connection = sqlite3.connect(journal)
    with connection:
        connection.execute(tampering)
    connection.close()
    assert main(["--verify-journal"]) == 1
    assert said in capsys.readouterr().out


def test_without_a_journal_it_says_so_and_makes_nothing(profile, capsys):
    assert main(["--verify-journal"]) == 2
    assert "There is no journal" in capsys.readouterr().out
    assert not profile.data_dir.exists()


@pytest.mark.parametrize(("passphrase", "said"), [("", "Enter the passphrase"), ("another one", "not the passphrase")])
def test_without_the_passphrase_it_says_that_it_could_not_check(journal, monkeypatch, capsys, passphrase, said):
    monkeypatch.setenv("COUNTER_PASSPHRASE", passphrase)
    assert main(["--verify-journal"]) == 2
    assert said in capsys.readouterr().out


def test_settings_that_can_not_be_read_are_told(profile, monkeypatch, capsys):
    monkeypatch.setenv("COUNTER_RETENTION_DAYS", "soon")
    assert main(["--verify-journal"]) == 2
    assert "COUNTER_RETENTION_DAYS" in capsys.readouterr().out
