"""Each kind of personal data goes after its time, in small batches, so that nobody at a kiosk waits for it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from server.audit import SYSTEM, record
from server.database import Database, Writer
from server.features.access.models import AccountRow
from server.features.access.service import policy
from server.features.accounts.models import SessionRow, ThrottleRow
from server.features.booking import tending
from server.features.feedback.models import RatingRow
from server.features.limits.keeping import forget_old
from server.features.personal_data.erase import NAMELESS, erase_accounts
from server.features.queueing.models import TicketRow
from server.features.sign_on.models import FamilyRow, TokenRow

BATCH = 200
# Longer than the longest rest a policy may set.
THROTTLES_KEPT = timedelta(days=2)


def retain(database: Database) -> Counter[str]:
    """Erase all whose time is over; one entry in the audit trail says how much of what."""
    erased: Counter[str] = Counter()
    for step in (_tickets, _appointments, _papers, _comments, _accounts, _sessions, _limits):
        while count := database.write(step):
            erased[step.__name__.removeprefix("_")] += count
            if count < BATCH:
                break
    database.write(_throttles)
    if erased:
        database.write(lambda writer: record(writer, SYSTEM, "personal_data.expired", **dict[str, Any](erased)))
    return erased


def _ids(writer: Writer, column: Any, *conditions: Any) -> list[Any]:
    return list(writer.session.scalars(select(column).where(*conditions).limit(BATCH)))


def _tickets(writer: Writer) -> int:
    before = writer.now - timedelta(days=policy(writer).retention.tickets)
    ids = _ids(writer, TicketRow.id, TicketRow.hall_id == writer.hall_id, TicketRow.identity_key.is_not(None),
               TicketRow.issued_at < before)  # fmt: skip
    if ids:
        writer.session.execute(update(TicketRow).where(TicketRow.id.in_(ids)).values(**NAMELESS))
    return len(ids)


def _appointments(writer: Writer) -> int:
    return tending.forget_people(writer, policy(writer).retention.tickets, BATCH)


def _papers(writer: Writer) -> int:
    return tending.forget_papers(writer, BATCH)


def _comments(writer: Writer) -> int:
    before = writer.now - timedelta(days=policy(writer).retention.comments)
    ids = _ids(writer, RatingRow.ticket_id, RatingRow.hall_id == writer.hall_id, RatingRow.comment != "",
               RatingRow.at < before)  # fmt: skip
    if ids:
        writer.session.execute(update(RatingRow).where(RatingRow.ticket_id.in_(ids)).values(comment=""))
    return len(ids)


def _accounts(writer: Writer) -> int:
    before = writer.now - timedelta(days=policy(writer).retention.closed_accounts)
    named = or_(AccountRow.name_masked != "", AccountRow.number_index.is_not(None), AccountRow.phone_index.is_not(None))
    closed = select(AccountRow).where(AccountRow.hall_id == writer.hall_id, AccountRow.status == "closed")
    rows = writer.session.scalars(closed.where(AccountRow.decided_at < before, named).limit(BATCH)).all()
    erase_accounts(writer, rows)
    return len(rows)


def _sessions(writer: Writer) -> int:
    before = writer.now - timedelta(days=policy(writer).retention.sessions)
    ids = _ids(writer, SessionRow.id, SessionRow.hall_id == writer.hall_id, SessionRow.expires_at < before)
    if ids:
        families = select(FamilyRow.id).where(FamilyRow.session_id.in_(ids))
        writer.session.execute(delete(TokenRow).where(TokenRow.family_id.in_(families)))
        writer.session.execute(delete(FamilyRow).where(FamilyRow.session_id.in_(ids)))
        writer.session.execute(delete(SessionRow).where(SessionRow.id.in_(ids)))
    return len(ids)


def _limits(writer: Writer) -> int:
    """Few rows, deleted by their days: one statement a table."""
    return min(forget_old(writer), BATCH - 1)


def _throttles(writer: Writer) -> None:
    """Failures that count no longer; what still rests stays."""
    writer.session.execute(delete(ThrottleRow).where(
        ThrottleRow.hall_id == writer.hall_id, ThrottleRow.at < writer.now - THROTTLES_KEPT,
        or_(ThrottleRow.until.is_(None), ThrottleRow.until < writer.now),
    ))  # fmt: skip
