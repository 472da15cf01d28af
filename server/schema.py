"""All tables, and bringing a database up to them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

import server.audit
import server.deliveries
import server.features.access.models
import server.features.accounts.models
import server.features.audit.models
import server.features.booking.models
import server.features.calling.models
import server.features.catalogue.models
import server.features.feedback.models
import server.features.guides.models
import server.features.introduction.models
import server.features.island.models
import server.features.limits.models
import server.features.media.models
import server.features.messages.models
import server.features.notices.models
import server.features.organisation.models
import server.features.publicity.models
import server.features.queueing.models
import server.features.release.models
import server.features.sign_on.models
import server.features.signage.models
import server.features.terminals.models
import server.features.ticket_layouts.models
import server.features.weather.models
import server.idempotency
import server.one_time  # noqa: F401  (each import registers its tables)
from server.database import Base, Database, HallRow

METADATA = Base.metadata
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database) -> None:
    """Upgrade to the newest revision, in one transaction, before anything else runs."""
    with database.write_engine.connect() as connection, connection.begin():
        if not database.is_sqlite:
            # Two processes that start together take turns.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7316)")
        upgrade(connection, "head")


def upgrade(connection: Connection, revision: str) -> None:
    """Upgrade to a revision, in the caller's transaction."""
    # Here, because a server whose database is up to date needs none of it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def newest() -> str:
    """The newest revision, by the numbers the files are named with."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def is_ready(connection: Connection) -> bool:
    """Whether the database is at the newest revision and holds a hall."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision == newest() and has_hall(connection)


def has_hall(connection: Connection) -> bool:
    return inspect(connection).has_table("halls") and connection.execute(select(HallRow.id)).first() is not None
