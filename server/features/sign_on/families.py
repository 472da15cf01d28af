"""What hangs on a session: families of tokens, which begin with one authorization code and end together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from server import deliveries
from server.auth import access_changed
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.access.service import is_open, policy
from server.features.accounts.models import SessionRow
from server.features.sign_on.models import ClientRow, FamilyRow

BACKCHANNEL = "backchannel_logout"
CAS_LOGOUT = "cas_logout"


@dataclass(frozen=True, slots=True)
class Alive:
    """A session that goes on, and whose it is."""

    session: SessionRow
    account: AccountRow


def alive(reader: Reader, session_id: UUID) -> Alive | None:
    """The session unless it has ended, is too old, or its account may not sign in any more."""
    session = reader.session.get(SessionRow, session_id)
    if session is None or session.ended_at is not None or session.expires_at <= reader.now:
        return None
    # A browser's idle time is the cookie's business; a program shows that it lives by taking fresh tokens.
    if session.kind != "browser":
        idle = timedelta(minutes=policy(reader).session.idle_minutes)
        if session.seen_at + idle <= reader.now:
            return None
    account = reader.session.get(AccountRow, session.account_id)
    return Alive(session, account) if account is not None and is_open(reader, account) else None


def end(writer: Writer, family: FamilyRow, reason: str) -> None:
    """End a family; its client is told by back channel when it asked for that."""
    if family.ended_at is not None:
        return
    family.ended_at, family.end_reason = writer.now, reason
    client = writer.session.get_one(ClientRow, family.client_id)
    if family.cas_ticket:
        # Of an address that is registered no longer nobody knows whose it is now.
        if client.enabled and family.cas_service in client.cas_services:
            deliveries.send(writer, CAS_LOGOUT, family.cas_service, {"ticket": family.cas_ticket})
    elif client.backchannel_uri and client.enabled:
        body = {"client_id": client.client_id, "sub": str(family.account_id), "sid": str(family.session_id)}
        deliveries.send(writer, BACKCHANNEL, client.backchannel_uri, body)
    writer.flush()
    access_changed(writer)


def session_ended(writer: Writer, session: SessionRow) -> None:
    """What hangs on a session ends with it, in the same transaction."""
    found = writer.session.scalars(
        select(FamilyRow).where(
            FamilyRow.hall_id == writer.hall_id, FamilyRow.session_id == session.id, FamilyRow.ended_at.is_(None)
        )
    ).all()  # fmt: skip
    for family in found:
        end(writer, family, "session_over")


def end_orphans(writer: Writer) -> int:
    """End the families whose session is over: by its time, or while no process listened."""
    found = writer.session.scalars(
        select(FamilyRow)
        .join(SessionRow, SessionRow.id == FamilyRow.session_id)
        .where(
            FamilyRow.hall_id == writer.hall_id, FamilyRow.ended_at.is_(None),
            or_(SessionRow.ended_at.is_not(None), SessionRow.expires_at <= writer.now),
        )
    ).all()  # fmt: skip
    for family in found:
        end(writer, family, "session_over")
    return len(found)


def orphans(reader: Reader) -> bool:
    """Whether ``end_orphans`` has something to do."""
    return (
        reader.session.scalar(
            select(FamilyRow.id)
            .join(SessionRow, SessionRow.id == FamilyRow.session_id)
            .where(
                FamilyRow.hall_id == reader.hall_id, FamilyRow.ended_at.is_(None),
                or_(SessionRow.ended_at.is_not(None), SessionRow.expires_at <= reader.now),
            )
            .limit(1)
        )
        is not None
    )  # fmt: skip
