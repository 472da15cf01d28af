"""Accounts as administrators see them: those of their units, and never with more rights than they have themselves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from server.auth import Keys, Principal
from server.database import Reader
from server.features.access.models import AccountRow
from server.features.access.service import is_above
from server.features.accounts.models import SessionRow
from server.features.accounts.personal import is_persons
from server.features.accounts.sessions import live_session
from server.features.catalogue.models import StaffRow
from server.finding import found, part
from shared.domain.errors import HallError
from shared.schemas.accounts import Account, AccountSession
from shared.schemas.base import Page

LIMIT = 100


def view(account: AccountRow, person: StaffRow | None) -> Account:
    """Staff are known by name in their hall; everybody else is masked."""
    return Account(
        id=account.id, kind=account.kind, username=account.username, status=account.status,
        name=person.name if person is not None else account.name_masked, staff_id=account.staff_id,
        staff_number=person.number if person is not None else "", unit_id=account.unit_id,
        number_kind=account.number_kind, number=account.number_masked, phone=account.phone_masked,
        has_card=account.card_index is not None, second_factor=account.totp_cipher is not None,
        must_change=account.must_change, note=account.note, created_at=account.created_at,
        decided_at=account.decided_at, decided_by=account.decided_by, last_sign_in_at=account.last_sign_in_at,
        version=account.version,
    )  # fmt: skip


def view_of(reader: Reader, account: AccountRow) -> Account:
    return view(account, reader.session.get(StaffRow, account.staff_id) if account.staff_id else None)


def list_accounts(
    reader: Reader, principal: Principal, keys: Keys, *, search: str = "", status: str = "", kind: str = "",
    unit_id: UUID | None = None, limit: int | None = None, cursor: str | None = None,
) -> Page[Account]:  # fmt: skip
    """By user name. ``search``: the user name, a staff member's name or number; a whole phone or id."""
    of_staff, many = StaffRow.id == AccountRow.staff_id, limit or LIMIT
    where = [AccountRow.hall_id == reader.hall_id]
    scope = principal.scope("accounts:view")
    if scope is not None:
        where.append(AccountRow.unit_id.in_(scope))
    for column, value in ((AccountRow.status, status), (AccountRow.kind, kind), (AccountRow.unit_id, unit_id)):
        if value:
            where.append(column == value)
    text = search.strip()
    if text:
        person = is_persons(keys, text)
        columns = (AccountRow.id, AccountRow.username, StaffRow.name, StaffRow.number)
        seen = reader.session.execute(select(*columns).outerjoin(StaffRow, of_staff).where(*where)).all()
        hits = found(((id_, tuple(filter(None, words))) for id_, *words in seen), text, near=person is None)
        if person is not None:
            hits |= set(reader.session.scalars(select(AccountRow.id).where(*where, person)))
        names = ((username, id_) for id_, username, *_ in seen if id_ in hits)
        where = [AccountRow.id.in_(part(names, cursor, many + 1))]
    elif cursor:
        where.append(AccountRow.username > cursor)
    wanted = select(AccountRow, StaffRow).outerjoin(StaffRow, of_staff).where(*where).order_by(AccountRow.username)
    rows = list(reader.session.execute(wanted.limit(many + 1)))
    if text:
        # A database may order letters in another way.
        rows.sort(key=lambda row: row[0].username)
    items = [view(row[0], row[1]) for row in rows[:many]]
    return Page[Account](items=items, next_cursor=items[-1].username if len(rows) > many else None)


def find(reader: Reader, principal: Principal, account_id: UUID, permission: str) -> AccountRow:
    """The account, when the caller may do this to it. One of foreign units is not there for them."""
    row = reader.session.get(AccountRow, account_id)
    scope = principal.scope("accounts:view")
    seen = row is not None and row.hall_id == reader.hall_id and (scope is None or row.unit_id in scope)
    if row is None or not seen:
        raise HallError("account_unknown", status=404)
    principal.require(permission, row.unit_id)
    return row


def find_below(reader: Reader, principal: Principal, account_id: UUID, permission: str) -> AccountRow:
    """As ``find``, and not somebody who may do what the caller may not: nobody rises by another's account."""
    row = find(reader, principal, account_id, permission)
    if row.id == principal.account_id:
        raise HallError("account_own", status=409)
    if is_above(reader, principal, row):
        raise HallError("account_above", status=403)
    return row


def sessions_of(reader: Reader, account_id: UUID, current: UUID | None) -> list[AccountSession]:
    """The live sessions of an account, the latest first."""
    rows: Sequence[SessionRow] = reader.session.scalars(
        select(SessionRow)
        .where(SessionRow.account_id == account_id, SessionRow.ended_at.is_(None), SessionRow.expires_at > reader.now)
        .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
        .limit(100)
    ).all()
    return [
        AccountSession(
            id=row.id, kind=row.kind, place=row.place, address=row.address, methods=row.methods,
            begun_at=row.begun_at, seen_at=row.seen_at, expires_at=row.expires_at, current=row.id == current,
        )
        for row in rows
        if live_session(reader, row.id) is not None
    ]  # fmt: skip


def session_of(reader: Reader, account_id: UUID, session_id: UUID) -> SessionRow:
    row = reader.session.get(SessionRow, session_id)
    if row is None or row.account_id != account_id:
        raise HallError("session_unknown", status=404)
    return row
