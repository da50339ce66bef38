"""A new journal."""

from sqlalchemy import Connection, insert

from counter_app.journal import chain, schema
from counter_app.journal.vault import Vault


def make(connection: Connection, vault: Vault) -> None:
    """Make the tables of an empty journal, with an audit trail that is whole."""
    schema.metadata.create_all(connection)
    connection.execute(insert(schema.schema_version).values(version=schema.SCHEMA_VERSION))
    chain.set_head(connection, vault, chain.Head(number=0, hash=chain.START))
