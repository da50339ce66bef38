"""The journal's tables. Nothing here is readable patient data: contents and labels are sealed, marks are keyed hashes.

What may be read by whoever holds the file: random case ids, times, endings, states, the names of events, and who was
signed in to this computer.
"""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

SCHEMA_VERSION = 2

metadata = MetaData()
schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))
cases = Table(
    "cases",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("row_version", Integer, nullable=False),
    Column("updated_at", String(40), nullable=False, index=True),
    Column("ending", String(16), nullable=True, index=True),
    Column("state", String(40), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("label", LargeBinary, nullable=False),
)
newest_first = (cases.c.updated_at.desc(), cases.c.case_id.desc())
drafts = Table(
    "drafts",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
marks = Table(
    "marks",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("mark", LargeBinary(16), primary_key=True, index=True),
)
events = Table(
    "events",
    metadata,
    # Counted by the chain, not by the database: a number left out is an event removed.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("who", String(80), nullable=False),
    Column("what", String(40), nullable=False),
    Column("case_id", String(32), nullable=False, index=True),
    Column("from_state", String(40), nullable=False),
    Column("to_state", String(40), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
audit_head = Table(
    "audit_head",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
