"""All tables, and bringing a database up to them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect, select

import server.features.catalogue.models
import server.features.feedback.models
import server.features.queueing.models
import server.features.terminals.models
import server.idempotency  # noqa: F401  (each import registers its tables)
from server.database import Base, Database, HallRow

METADATA = Base.metadata
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Upgrade to the newest revision, in one transaction, before anything else runs."""
    with database.write_engine.connect() as connection, connection.begin():
        if not database.is_sqlite:
            # Two processes that start together take turns.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7316)")
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def has_hall(connection: Connection) -> bool:
    return inspect(connection).has_table("halls") and connection.execute(select(HallRow.id)).first() is not None
