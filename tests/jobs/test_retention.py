"""Closed cases are forgotten in time; what was done stays on record."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from desk import Desk
from strongroom import kept_files_of, vault_of

from counter_app.journal import store
from counter_app.journal.audit import verify_journal
from counter_app.settings import Profile


@pytest.fixture
def days_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the clock of the journal back by some days; 0 is today."""

    def set_back(days: int) -> None:
        monkeypatch.setattr(store, "datetime", _earlier(days) if days else datetime)

    return set_back


def _earlier(days: int) -> type[datetime]:
    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(days=days)

    return Earlier


def serve_somebody(desk: Desk) -> None:
    desk.decide().start().finish()
    desk.shows("dispensationStatus", "COMPLETED")
    desk.close()


def profile_of(desk: Desk) -> Profile:
    return Profile(data_dir=desk.folder)


def events_of(folder: Path) -> list[str]:
    made = store.Store(folder, vault_of(Profile(data_dir=folder)))
    with made._engine.connect() as connection:
        told = [row.what for row in connection.execute(store.schema.events.select())]
    made.close()
    return told


def test_a_case_closed_longer_ago_than_the_settings_say_is_wiped_and_its_trail_stays(open_desk, days_ago) -> None:
    days_ago(91)
    serve_somebody(open_desk())
    days_ago(0)
    desk = open_desk()
    desk.until(lambda: "wiped" in events_of(desk.folder), "the case was not wiped")
    desk.until(lambda: desk.counter.cases() == (), "the case is still in the list")
    told = events_of(desk.folder)
    assert told.index("finish.done") < told.index("wiped")
    desk.close()
    assert verify_journal(desk.folder, vault_of(profile_of(desk))).ok


def test_a_case_closed_more_lately_stays(open_desk, days_ago) -> None:
    days_ago(89)
    serve_somebody(open_desk())
    days_ago(0)
    desk = open_desk()
    desk.until(lambda: bool(desk.counter.cases()), "the case is gone")
    desk.until(lambda: desk.counter.safekeeping.keeps, "the journal never opened")
    assert "wiped" not in events_of(desk.folder)


def test_an_open_case_is_never_wiped_however_old(open_desk, days_ago) -> None:
    days_ago(400)
    desk = open_desk()
    desk.serve()
    desk.close()
    days_ago(0)
    desk = open_desk()
    desk.until(lambda: bool(desk.counter.cases()), "the case is gone")
    assert "wiped" not in events_of(desk.folder)


def test_the_files_of_a_closed_case_do_not_wait_for_that(open_desk) -> None:
    desk = open_desk()
    desk.decide().start()
    assert len(kept_files_of(profile_of(desk)).ids()) == 1
    desk.finish()
    desk.shows("dispensationStatus", "COMPLETED")
    assert kept_files_of(profile_of(desk)).ids() == set()
