"""Every sealed column of the database, in one place; and sealing old fields anew when the key or the suite changes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, func, select, update

from server.crypto import Vault, place
from server.database import Base, Database, Writer
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
BATCH = 100
_HEAD = 6
# Table, column, and the key of the row that the field is bound to. A test compares this with the tables.
COLUMNS = (
    ("tickets", "identity_cipher", "id"),
    ("tickets", "name_cipher", "id"),
    ("staff", "phone_cipher", "id"),
    ("appointments", "identity_cipher", "id"),
    ("appointments", "name_cipher", "id"),
    ("appointments", "phone_cipher", "id"),
    ("waiting_list", "identity_cipher", "id"),
    ("waiting_list", "name_cipher", "id"),
    ("waiting_list", "phone_cipher", "id"),
    ("booking_holds", "form_cipher", "id"),
    ("papers_sent", "key_cipher", "id"),
    ("accounts", "name_cipher", "id"),
    ("accounts", "number_cipher", "id"),
    ("accounts", "phone_cipher", "id"),
    ("accounts", "totp_cipher", "id"),
    ("signing_keys", "private_cipher", "id"),
    ("upstreams", "secret_cipher", "id"),
    ("message_settings", "secret_cipher", "hall_id"),
    ("message_settings", "gateway_cipher", "hall_id"),
    ("messages", "body_cipher", "id"),
    ("reminders", "phone_cipher", "ticket_id"),
    ("terminal_orders", "content_cipher", "id"),
    ("guide_sources", "secret_cipher", "hall_id"),
    ("notice_settings", "wechat_cipher", "hall_id"),
    ("notice_settings", "weibo_cipher", "hall_id"),
    ("notice_settings", "wechat_callback_cipher", "hall_id"),
    ("weather", "key_cipher", "hall_id"),
)


def _columns() -> Iterator[tuple[Any, Any, Any]]:
    for table, column, key in COLUMNS:
        found = Base.metadata.tables[table]
        yield found, found.c[column], found.c[key]


def reseal(database: Database, vault: Vault) -> int:
    """Seal anew what is not sealed as it would be today, in small batches; answers how many fields were.

    A field that can't be opened stays as it is and is told of.
    """
    vault.refresh()
    done = damaged = 0
    for table, column, key in _columns():
        after: Any = None
        while True:
            step = partial(_batch, vault=vault, table=table, column=column, key=key, after=after)
            sealed, failed, after = database.write(step)
            done, damaged = done + sealed, damaged + failed
            if after is None:
                break
    if done or damaged:
        log.log(logging.ERROR if damaged else logging.INFO, "sealed anew", extra={"done": done, "damaged": damaged})
    return done


def _batch(writer: Writer, *, vault: Vault, table: Any, column: Any, key: Any, after: Any) -> tuple[int, int, Any]:
    """One batch behind a key: sealed anew, damaged, and the last key when there may be more."""
    old = and_(
        table.c.hall_id == writer.hall_id, column.is_not(None), func.substr(column, 1, _HEAD) != vault.head,
        *([key > after] if after is not None else []),
    )  # fmt: skip
    rows = writer.connection.execute(select(key, column).where(old).order_by(key).limit(BATCH)).all()
    fresh: list[dict[str, Any]] = []
    for id_, sealed in rows:
        about = place(table.name, column.name, id_)
        try:
            fresh.append({"row": id_, "fresh": vault.seal(vault.open(sealed, about), about)})
        except HallError:
            continue
    if fresh:
        changed = update(table).where(key == bindparam("row")).values({column.name: bindparam("fresh")})
        writer.connection.execute(changed, fresh)
    return len(fresh), len(rows) - len(fresh), rows[-1][0] if len(rows) == BATCH else None


def counts(database: Database) -> dict[bytes, int]:
    """How many fields begin with each head: suite and key."""
    found: dict[bytes, int] = {}
    with database.engine.connect() as connection, connection.begin():
        for _, column, _ in _columns():
            head: ColumnElement[bytes] = func.substr(column, 1, _HEAD)
            for start, count in connection.execute(
                select(head, func.count()).where(column.is_not(None)).group_by(head)
            ):
                found[bytes(start)] = found.get(bytes(start), 0) + count
    return found


def seal(vault: Vault, column: str, row: UUID, text: str | None) -> bytes | None:
    """``table.column`` of a row, sealed; None stays None."""
    table, _, name = column.partition(".")
    return vault.seal(text, place(table, name, row)) if text else None


def unseal(vault: Vault, column: str, row: UUID, sealed: bytes | None) -> str | None:
    """``table.column`` of a row in clear; None when nothing is kept."""
    table, _, name = column.partition(".")
    return vault.open(sealed, place(table, name, row)) if sealed is not None else None
