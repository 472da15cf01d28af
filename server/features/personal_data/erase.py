"""What names a person is taken away; the visit, its times and its rating stay for the figures."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, update

from server.audit import Actor, record
from server.auth import Keys, access_changed
from server.database import Writer
from server.features.access.models import AccountRow, GrantRow
from server.features.accounts.models import SessionRow
from server.features.booking.tending import forget_bookings
from server.features.limits.keeping import forget_person
from server.features.messages.service import forget_people
from server.features.personal_data.persons import active_ticket, comments_of, rows_of
from server.features.queueing.models import TicketRow
from server.features.sign_on.models import ConsentRow, LinkRow
from shared.domain.errors import HallError
from shared.schemas.personal_data import Erased, PersonAsked

# ``fingerprint`` was made of the identity too; after the day nobody repeats the request it is there for.
NAMELESS = {
    "identity_key": None, "identity_masked": None, "name_masked": None, "identity_cipher": None, "name_cipher": None,
    "note": "", "park_reason": "", "fingerprint": b"", "agent_key": None, "agent_masked": None,
    "agent_name_masked": None,
}  # fmt: skip


def erase_person(writer: Writer, keys: Keys, who: Actor, asked: PersonAsked) -> Erased:
    """Erase what is kept about somebody; 409 ``person_in_hall`` while a ticket of theirs is open today.

    The accounts of staff are not theirs alone: they are closed where people are administered.
    """
    rows = rows_of(writer, keys, asked)
    if number := active_ticket(writer, rows):
        raise HallError("person_in_hall", status=409, number=number)
    own = [account for account in rows.accounts if account.kind != "staff"]
    comments = comments_of(writer, rows.tickets)
    for rating in comments:
        rating.comment = ""
    for ticket in rows.tickets:
        for name, value in NAMELESS.items():
            setattr(ticket, name, value)
    writer.flush()
    phones = [account.phone_index for account in own if account.phone_index is not None]
    forget_people(writer, [ticket.id for ticket in rows.tickets], phones)
    writer.session.execute(
        update(TicketRow)
        .where(TicketRow.hall_id == writer.hall_id, TicketRow.agent_key.in_(rows.keys))
        .values(agent_key=None, agent_masked=None, agent_name_masked=None)
    )
    forget_person(writer, rows.keys)
    forget_bookings(writer, rows.keys)
    erase_accounts(writer, own)
    done = Erased(tickets=len(rows.tickets), comments=len(comments), accounts=len(own))
    about = done.model_dump() | {"reason": asked.reason}
    record(writer, who, "personal_data.erased", "person", rows.pseudonym, **about)
    return done


def erase_accounts(writer: Writer, accounts: Sequence[AccountRow]) -> None:
    """Close accounts for good: nothing of them names anybody, and nobody signs in with them."""
    ids = [account.id for account in accounts]
    if not ids:
        return
    for account in accounts:
        account.status, account.username, account.note = "closed", f"erased-{account.id.hex}", ""
        account.name_masked, account.name_cipher = "", None
        account.number_kind = account.number_masked = account.phone_masked = None
        account.number_cipher = account.number_index = account.phone_cipher = account.phone_index = None
        account.card_index = account.totp_cipher = account.password_hash = None
        account.password_history = []
        account.version += 1
    writer.flush()
    ended = update(SessionRow).where(SessionRow.account_id.in_(ids))
    writer.session.execute(ended.where(SessionRow.ended_at.is_(None)).values(ended_at=writer.now, end_reason="closed"))
    writer.session.execute(ended.values(address="", place="", secret_hash=None))
    for table in (LinkRow, ConsentRow, GrantRow):
        writer.session.execute(delete(table).where(table.account_id.in_(ids)))
    access_changed(writer, ended=ids)
