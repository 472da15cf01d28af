"""Idempotency keys: the same key and body gives the first answer again.

A refusal is not kept: it changed nothing, and what stood in the way may be gone when the request is repeated.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime, Writer
from shared.domain.errors import HallError

KEPT = timedelta(hours=48)


class AnswerRow(Base):
    """The first answer to a key, committed with the change it answers."""

    __tablename__ = "answers"

    hall_id: Mapped[UUID] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    status: Mapped[int]
    body: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)


_TABLE = AnswerRow.__table__
_SELECT = select(AnswerRow.fingerprint, AnswerRow.status, AnswerRow.body).where(
    AnswerRow.hall_id == bindparam("hall"), AnswerRow.caller == bindparam("who"), AnswerRow.key == bindparam("which")
)
_INSERT = _TABLE.insert()  # type: ignore[attr-defined]


def fingerprint(*parts: bytes) -> bytes:
    """What makes a request the same: method, path and body, no part running into the next."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(4))
        digest.update(part)
    return digest.digest()


def first_answer(writer: Writer, caller: str, key: str, print_: bytes) -> tuple[int, str] | None:
    """The answer already given to this key, or None; 422 when it was given to another request."""
    row = writer.connection.execute(_SELECT, {"hall": writer.hall_id, "who": caller, "which": key}).one_or_none()
    if row is None:
        return None
    if row.fingerprint != print_:
        raise HallError("idempotency_mismatch", status=422, key=key)
    return row.status, row.body


def keep_answer(writer: Writer, caller: str, key: str, print_: bytes, status: int, body: str) -> None:
    writer.connection.execute(
        _INSERT,
        {
            "hall_id": writer.hall_id, "caller": caller, "key": key, "fingerprint": print_, "status": status,
            "body": body, "at": writer.now,
        },
    )  # fmt: skip


def forget_old_answers(writer: Writer) -> None:
    """A client that repeats a request after two days has long shown its user an error."""
    writer.connection.execute(delete(AnswerRow).where(AnswerRow.at < writer.now - KEPT))
