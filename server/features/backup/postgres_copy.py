"""A PostgreSQL hall as one file a table, out of one snapshot, and back into an empty database.

By the server's own COPY over the connection the hall has anyway: no program of a certain version must be installed,
and nothing but the hall's tables is taken along.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import Connection, MetaData
from sqlalchemy.engine import make_url

from server.features.backup.facts import Facts, check_sequence
from shared.domain.errors import HallError

FOLDER: Final = "tables"
_COLUMNS: Final = """
    SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
    USING (table_schema, table_name)
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version'
    ORDER BY table_name, ordinal_position
"""


def address(url: str) -> str:
    """The database's address as the driver takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def copy(url: str, folder: Path) -> Facts:
    """One snapshot of all tables; writers go on meanwhile."""
    (folder / FOLDER).mkdir(mode=0o700)
    try:
        with psycopg.connect(address(url), connect_timeout=5) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            columns: dict[str, list[str]] = {}
            for table, column in connection.execute(_COLUMNS):
                columns.setdefault(table, []).append(column)
            facts = _facts(connection, columns)
            rows = {table: _out(connection, table, names, _file(folder, table)) for table, names in columns.items()}
    except psycopg.Error as error:
        raise HallError("database_unavailable") from error
    return Facts("postgresql", *facts, rows, columns)


def _facts(connection: psycopg.Connection[Any], columns: dict[str, list[str]]) -> tuple[str, str, str, int, int]:
    if "halls" not in columns:
        raise HallError("hall_not_set_up")
    found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    hall = connection.execute("SELECT key, id, epoch, seq FROM halls").fetchone()
    if found is None or hall is None:
        raise HallError("hall_not_set_up")
    return str(found[0]), str(hall[0]), str(hall[1]), hall[2], hall[3]


def _file(folder: Path, table: str) -> Path:
    return folder / FOLDER / f"{table}.copy"


def _out(connection: psycopg.Connection[Any], table: str, columns: list[str], to: Path) -> int:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT").format(names, sql.Identifier(table))
    rows = 0
    with to.open("xb") as file, connection.cursor().copy(statement) as copying:
        for data in copying:
            file.write(data)
            rows += bytes(data).count(b"\n")
    return rows


def check(folder: Path, rows: dict[str, int], columns: dict[str, list[str]], seq: int) -> None:
    """Each table has its rows, and the event numbers have no gap; HallError when not."""
    for table, expected in rows.items():
        with _file(folder, table).open("rb") as file:
            found = sum(1 for _ in file)
        if found != expected:
            raise HallError("backup_not_whole", fault=f"{table}: {found} / {expected}")
    place = columns["events"].index("seq")
    with _file(folder, "events").open("rb") as file:
        numbers = sorted(int(line.split(b"\t")[place]) for line in file)
    check_sequence(seq, len(set(numbers)), numbers[0] if numbers else None, numbers[-1] if numbers else None)


def put_back(connection: Connection, folder: Path, columns: dict[str, list[str]]) -> None:
    """Fill the empty tables of the same revision, referred-to tables first."""
    known = MetaData()
    known.reflect(connection)
    raw: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    for table in [one.name for one in known.sorted_tables if one.name in columns]:
        names = sql.SQL(", ").join(map(sql.Identifier, columns[table]))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with _file(folder, table).open("rb") as file, raw.cursor().copy(statement) as copying:
            while data := file.read(1024 * 1024):
                copying.write(data)
