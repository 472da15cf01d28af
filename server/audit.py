"""The audit trail: who did what, when, from where. Append-only, each entry chained to the one before."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request
from sqlalchemy import ForeignKey, Index, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from server.auth import Principal
from server.database import Base, UtcTime, Writer
from shared.domain.id_numbers import without_numbers


class AuditRow(Base):
    """``mac`` is keyed and covers the entry and the ``mac`` before it. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "hall_id", "at"),
        Index(None, "hall_id", "actor"),
        Index(None, "hall_id", "subject"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcTime)
    # ``staff:zhang``, ``kiosk:k1``, ``system``: never a name or number of a citizen.
    actor: Mapped[str]
    account_id: Mapped[UUID | None]
    address: Mapped[str]
    # Dotted, such as ``account.suspended``: also the key of its words.
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject: Mapped[str]
    outcome: Mapped[str]
    # Canonical JSON, exactly as the chain covers it.
    detail: Mapped[str]
    mac: Mapped[bytes]


class AuditHeadRow(Base):
    """Where the chain ends: entries cut off at the end are missed too.

    ``seal`` is keyed: nobody without the key can move the end back to an earlier entry.
    """

    __tablename__ = "audit_heads"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    n: Mapped[int]
    mac: Mapped[bytes]
    seal: Mapped[bytes]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, as the trail names them; ``address`` is where the request came from."""

    label: str
    account_id: UUID | None = None
    address: str = ""


SYSTEM = Actor("system")


def actor(request: Request, principal: Principal) -> Actor:
    return Actor(principal.label, principal.account_id, address_of(request))


def address_of(request: Request) -> str:
    return request.client.host if request.client is not None else ""


_HEAD = select(AuditHeadRow.n, AuditHeadRow.mac).where(AuditHeadRow.hall_id == bindparam("hall"))
_INSERT = AuditRow.__table__.insert()  # type: ignore[attr-defined]
_INSERT_HEAD = AuditHeadRow.__table__.insert()  # type: ignore[attr-defined]
_MOVE_HEAD = (
    update(AuditHeadRow)
    .where(AuditHeadRow.hall_id == bindparam("hall"))
    .values(n=bindparam("new_n"), mac=bindparam("new_mac"), seal=bindparam("new_seal"))
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What ``record`` is told, for many at once."""

    action: str
    subject_kind: str = ""
    subject: object = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = "done"


def record(
    writer: Writer, who: Actor, action: str, subject_kind: str = "", subject: object = "", *, outcome: str = "done",
    **detail: Any,
) -> None:  # fmt: skip
    """Add one entry in the same transaction as what it tells of. ``detail`` never holds personal data in clear."""
    record_all(writer, who, [Entry(action, subject_kind, subject, detail, outcome)])


def record_all(writer: Writer, who: Actor, told: Sequence[Entry]) -> None:
    """As ``record``: thousands cost three statements."""
    if not told:
        return
    head = writer.connection.execute(_HEAD, {"hall": writer.hall_id}).one_or_none()
    n, mac = (head.n, head.mac) if head is not None else (0, b"")
    key = writer.database.audit_key
    entries = []
    for one in told:
        n += 1
        detail = dict(one.detail)
        if isinstance(detail.get("reason"), str):
            # Somebody's own words: whoever writes a number into them gives it away to nobody.
            detail["reason"] = without_numbers(detail["reason"])
        entry: dict[str, Any] = {
            "hall_id": writer.hall_id, "n": n, "at": writer.now, "actor": who.label, "account_id": who.account_id,
            "address": who.address, "action": one.action, "subject_kind": one.subject_kind,
            "subject": str(one.subject), "outcome": one.outcome,
            "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str),
        }  # fmt: skip
        mac = entry["mac"] = chain(key, mac, entry)
        entries.append(entry)
    end = seal(key, writer.hall_id, n, mac)
    writer.connection.execute(_INSERT, entries)
    if head is None:
        writer.connection.execute(_INSERT_HEAD, {"hall_id": writer.hall_id, "n": n, "mac": mac, "seal": end})
    else:
        writer.connection.execute(_MOVE_HEAD, {"hall": writer.hall_id, "new_n": n, "new_mac": mac, "new_seal": end})


_COVERED = (
    "hall_id", "n", "at", "actor", "account_id", "address", "action", "subject_kind", "subject", "outcome", "detail",
)  # fmt: skip


def chain(key: bytes, before: bytes, entry: Mapping[str, Any]) -> bytes:
    """The keyed hash of an entry and of the one before it: nobody without the key can write history anew."""
    covered = [entry[name].isoformat() if name == "at" else str(entry[name]) for name in _COVERED]
    return hmac.digest(key, before + json.dumps(covered, ensure_ascii=False).encode(), "sha256")


def seal(key: bytes, hall_id: UUID, n: int, mac: bytes) -> bytes:
    """The keyed hash of where the chain ends."""
    return hmac.digest(key, f"end {hall_id} {n} ".encode() + mac, "sha256")
