"""Before a server serves: its database brought up to date, and the hall set up from files."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from server import schema
from server.database import Database
from server.features.setup.demo_accounts import open_demo_accounts
from server.features.setup.demo_information import tell_of_demo_hall
from server.features.setup.demo_release import release_demo_numbers
from server.features.setup.furnish import furnish
from server.features.setup.guides import set_up_guides
from server.features.setup.hall_files import HallFilesError as HallFilesError
from server.features.setup.hall_files import load_hall
from server.features.setup.service import set_up_hall
from server.settings import Settings
from shared.domain.errors import HallError

DEMO_HALL = Path(__file__).resolve().parents[1] / "assets" / "demo"


def prepare(settings: Settings, hall: Path | None) -> None:
    """Bring the database up to date and set the hall up: from ``hall`` when given, else it must be there."""
    database = Database(settings.url)
    try:
        schema.migrate(database)
        with database.write_engine.connect() as connection, connection.begin():
            known = schema.has_hall(connection)
            if hall is not None and not (known and settings.demo and hall == DEMO_HALL):
                files = load_hall(hall)
                set_up_guides(connection, hall, files, set_up_hall(connection, files))
            elif not known:
                raise HallError("hall_not_set_up")
            furnish(connection)
            if settings.demo:
                open_demo_accounts(connection, settings.data)
                release_demo_numbers(connection)
                tell_of_demo_hall(connection, DEMO_HALL)
    except DBAPIError as error:
        logging.getLogger(__name__).exception("database")
        raise HallError("database_unavailable") from error
    finally:
        database.engine.dispose()
        database.write_engine.dispose()
