"""Thousands of rows written in one statement, in the form their database takes fastest; made while nobody waits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Connection, Text, bindparam, cast, column, func, insert, literal, literal_column, select
from sqlalchemy import update as update_of

from server.database import Database
from server.engines import Written


@dataclass(frozen=True, slots=True)
class Bulk:
    """``said``: rows for SQLite, which takes one after the other in this very process; one JSON for PostgreSQL, to
    which each row by itself would be a way there and back.
    """

    table: Any
    names: tuple[str, ...]
    said: list[dict[str, Any]] | str

    def insert(self, connection: Connection, **common: Any) -> None:
        """With what is the same in all rows."""
        if isinstance(self.said, list):
            connection.execute(insert(self.table), [row | common for row in self.said])
        else:
            new, more = self._told(), [self._same(name, value) for name, value in common.items()]
            found = select(*(new.c[name] for name in self.names), *more)
            connection.execute(insert(self.table).from_select([*self.names, *common], found), {"rows": self.said})

    def update(self, connection: Connection, **common: Any) -> None:
        """The rows with these ids, as ``insert``."""
        if isinstance(self.said, list):
            change = update_of(self.table).where(self.table.c.id == bindparam("row"))
            given = [name for name in self.names if name != "id"]
            rows = [{name: row[name] for name in given} | common | {"row": row["id"]} for row in self.said]
            connection.execute(change, rows)
        else:
            new = self._told()
            values = {name: new.c[name] for name in self.names if name != "id"}
            values |= {name: self._same(name, value) for name, value in common.items()}
            change = update_of(self.table).where(self.table.c.id == new.c.id).values(values)
            connection.execute(change, {"rows": self.said})

    def _told(self) -> Any:
        kind: Any = literal_column(f"NULL::{self.table.name}")
        rows = cast(bindparam("rows", type_=Text), JSON)
        columns = [column(one.name, one.type) for one in self.table.columns]
        return func.json_populate_recordset(kind, rows).table_valued(*columns, name="new")

    def _same(self, name: str, value: Any) -> Any:
        return literal(value, self.table.c[name].type).label(name)


def bulk(database: Database, table: Any, rows: Sequence[dict[str, Any]]) -> Bulk | None:
    """Rows with the same columns each; None when there are none."""
    if not rows:
        return None
    names = tuple(rows[0])
    if not database.is_sqlite:
        return Bulk(table, names, json.dumps(rows, default=str))
    said = [name for name in names if isinstance(table.c[name].type, JSON)]
    return Bulk(table, names, [row | {name: Written(json.dumps(row[name])) for name in said} for row in rows])
