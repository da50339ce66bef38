"""A journal as the first program wrote it: everything in it is plain text."""

import sqlite3
from contextlib import closing
from pathlib import Path

from journal_file import FILE, NOW
from pydantic import TypeAdapter

from counter_app.case import Case

# As the first program made it; not to be changed.
VERSION_1 = """
CREATE TABLE schema_version (version INTEGER NOT NULL);
CREATE TABLE cases (
    case_id VARCHAR(32) NOT NULL, row_version INTEGER NOT NULL, updated_at VARCHAR(40) NOT NULL, ending VARCHAR(16),
    content TEXT NOT NULL, PRIMARY KEY (case_id)
);
CREATE INDEX ix_cases_ending ON cases (ending);
CREATE INDEX ix_cases_updated_at ON cases (updated_at);
CREATE TABLE drafts (case_id VARCHAR(32) NOT NULL, content TEXT NOT NULL, PRIMARY KEY (case_id));
CREATE TABLE events (
    number INTEGER NOT NULL, at VARCHAR(40) NOT NULL, case_id VARCHAR(32) NOT NULL, what VARCHAR(40) NOT NULL,
    PRIMARY KEY (number)
);
CREATE INDEX ix_events_case_id ON events (case_id);
INSERT INTO schema_version VALUES (1);
"""
AT = NOW.isoformat()
to_text = TypeAdapter(Case).dump_json


def write_version_1(folder: Path, cases: list[Case]) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        # What the first program deleted lingers: it did not ask for more.
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(VERSION_1)
        for case in cases:
            row = (case.case_id, 3, case.updated_at.isoformat(), case.ending, to_text(case).decode())
            connection.execute("INSERT INTO cases VALUES (?, ?, ?, ?, ?)", row)
            connection.execute("INSERT INTO events (at, case_id, what) VALUES (?, ?, 'opened')", (AT, case.case_id))
            connection.execute("INSERT INTO events (at, case_id, what) VALUES (?, ?, 'x')", (AT, case.case_id))
            connection.execute("INSERT INTO drafts VALUES (?, ?)", (case.case_id, '{"note":"GONZALEZ"}'))
        connection.execute("INSERT INTO drafts VALUES ('gone', ?)", ('{"note":"GONZALEZ"}' * 500,))
        connection.execute("DELETE FROM drafts WHERE case_id = 'gone'")
