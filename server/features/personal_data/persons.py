"""Which rows are about a person: by document number or by phone number, both by keyed hash."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from server.auth import Keys
from server.database import Reader
from server.features.access.models import AccountRow
from server.features.catalogue.service import catalogue
from server.features.feedback.models import RatingRow
from server.features.queueing.models import TicketRow
from shared.domain.errors import HallError
from shared.domain.phones import plain_phone
from shared.schemas.personal_data import KeptAccount, KeptTicket, Part, Person, PersonNamed

# One kind of each group of ``Keys.identity_key``: a number alone does not say which document it is of.
_KINDS = ("resident", "organisation", "passport", "other")
ACTIVE = ("waiting", "called", "serving", "held", "parked")


def number_indexes(keys: Keys, number: str) -> list[bytes]:
    """The hashes a number may be kept under; an account's ``number_index`` is made the same way."""
    return [keys.identity_key(kind, number) for kind in _KINDS]


def phone_index(keys: Keys, phone: str) -> bytes:
    """The hash a phone number is kept under, however it was written."""
    return keys.vault.index("phone", plain_phone(phone))


@dataclass(frozen=True, slots=True)
class Rows:
    """What there is about a person; ``pseudonym`` names them in the audit trail."""

    tickets: list[TicketRow]
    accounts: list[AccountRow]
    pseudonym: str
    # The hashes of their documents.
    keys: frozenset[bytes] = frozenset()


def rows_of(reader: Reader, keys: Keys, named: PersonNamed) -> Rows:
    if not named.number and not named.phone:
        raise HallError("person_not_named", status=422)
    numbers = number_indexes(keys, named.number) if named.number else []
    found: list[ColumnElement[bool]] = []
    if numbers:
        found.append(AccountRow.number_index.in_(numbers))
    if named.phone:
        found.append(AccountRow.phone_index == phone_index(keys, named.phone))
    accounts = list(reader.session.scalars(
        select(AccountRow).where(AccountRow.hall_id == reader.hall_id, or_(*found))
        .order_by(AccountRow.created_at, AccountRow.id)
    ))  # fmt: skip
    # With the phone number come the tickets that were taken with the account's document.
    wanted = {*numbers, *(account.number_index for account in accounts if account.number_index is not None)}
    tickets = list(reader.session.scalars(
        select(TicketRow).where(TicketRow.hall_id == reader.hall_id, TicketRow.identity_key.in_(wanted))
        .order_by(TicketRow.issued_at.desc(), TicketRow.id.desc())
    ))  # fmt: skip
    key = numbers[0] if numbers else phone_index(keys, named.phone or "")
    return Rows(tickets, accounts, key.hex()[:16], frozenset(wanted))


def active_ticket(reader: Reader, rows: Rows) -> str:
    """The number of a ticket that is open today; empty when there is none."""
    return next((t.number for t in rows.tickets if t.service_day == reader.day and t.status in ACTIVE), "")


def shown(reader: Reader, rows: Rows) -> Person:
    """What is kept, masked."""
    return Person(
        tickets=_tickets(reader, rows.tickets), accounts=[_account(row) for row in rows.accounts],
        active_ticket=active_ticket(reader, rows),
    )  # fmt: skip


def comments_of(reader: Reader, tickets: list[TicketRow]) -> list[RatingRow]:
    ids = [ticket.id for ticket in tickets]
    return list(reader.session.scalars(select(RatingRow).where(RatingRow.ticket_id.in_(ids), RatingRow.comment != "")))


def _tickets(reader: Reader, tickets: list[TicketRow]) -> list[KeptTicket]:
    services = catalogue(reader).services
    commented = {rating.ticket_id for rating in comments_of(reader, tickets)}
    return [
        KeptTicket(
            id=row.id, number=row.number, service_day=row.service_day,
            service_name=services[row.service_id].name if row.service_id in services else "",
            department_name=services[row.service_id].department[0] if row.service_id in services else "",
            status=row.status, identity_masked=row.identity_masked or "", name_masked=row.name_masked or "",
            sealed=_parts(number=row.identity_cipher, name=row.name_cipher), has_comment=row.id in commented,
        )
        for row in tickets
    ]  # fmt: skip


def _account(row: AccountRow) -> KeptAccount:
    return KeptAccount(
        id=row.id, kind=row.kind, status=row.status, created_at=row.created_at, name_masked=row.name_masked,
        number_masked=row.number_masked or "", phone_masked=row.phone_masked or "",
        sealed=_parts(number=row.number_cipher, name=row.name_cipher, phone=row.phone_cipher),
    )  # fmt: skip


def _parts(*, number: bytes | None, name: bytes | None, phone: bytes | None = None) -> list[Part]:
    kept: tuple[tuple[Part, bytes | None], ...] = (("number", number), ("name", name), ("phone", phone))
    return [part for part, value in kept if value is not None]
