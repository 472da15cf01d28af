"""What administrators do to accounts; each act is in the audit trail of the same transaction."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from server import audit
from server.auth import Keys, Principal, access_changed
from server.database import Writer
from server.features.access import grants
from server.features.access.duties import held, refuse_last
from server.features.access.models import AccountRow
from server.features.accounts import throttle
from server.features.accounts.opening import check_name, new_account, role_by_key
from server.features.accounts.personal import has_number, set_name, set_number, set_phone
from server.features.accounts.proof import fold_name
from server.features.accounts.service import find, find_below, session_of, view_of
from server.features.accounts.sessions import end_session, end_sessions_of
from server.features.accounts.sign_in import card_index
from server.features.accounts.steps import set_password
from server.features.accounts.ways import end_links
from server.features.catalogue.models import StaffRow
from server.features.organisation.models import UnitRow
from shared.domain.errors import HallError
from shared.schemas.access import GrantCreate
from shared.schemas.accounts import Account, AccountCreate, AccountEdit, Review, StatusChange


def create(
    writer: Writer, principal: Principal, who: audit.Actor, keys: Keys, wanted: AccountCreate, hashed: str
) -> Account:
    """An open account with a password that must be changed; in the unit of its person when it has one."""
    name = free_name(writer, wanted.username)
    account = new_account(writer.hall_id, writer.now, wanted.kind, name)
    account.unit_id = _unit(writer, wanted.unit_id)
    if wanted.staff_id is not None:
        _belong(writer, account, wanted.staff_id)
    principal.require("accounts:change", account.unit_id)
    set_name(keys.vault, account, wanted.name)
    set_phone(keys.vault, account, wanted.phone)
    if wanted.number:
        set_person(writer, keys, account, wanted.number)
    if wanted.card:
        principal.require("accounts:reset", account.unit_id)
        _set_card(writer, keys, account, wanted.card)
    account.note, account.decided_at, account.decided_by = wanted.note, writer.now, who.label
    writer.session.add(account)
    set_password(writer, account, hashed, must_change=True)
    audit.record(writer, who, "account.made", "account", account.id, kind=account.kind, unit=account.unit_id)
    if wanted.card:
        audit.record(writer, who, "account.card_set", "account", account.id)
    return view_of(writer, account)


def edit(
    writer: Writer, principal: Principal, who: audit.Actor, keys: Keys, account_id: UUID, wanted: AccountEdit
) -> Account:
    """A card lets somebody in as a password does: setting or removing one is for who may reset an account."""
    changed = sorted(wanted.model_fields_set - {"version", "card"})
    account = find_below(
        writer, principal, account_id, "accounts:change" if changed or wanted.card is None else "accounts:reset"
    )
    if wanted.card is not None:
        principal.require("accounts:reset", account.unit_id)
    if wanted.version is not None and wanted.version != account.version:
        raise HallError("account_changed", status=409)
    if wanted.username is not None and fold_name(wanted.username) != account.username:
        account.username = free_name(writer, wanted.username)
    if wanted.unit_id is not None:
        account.unit_id = _unit(writer, wanted.unit_id)
        principal.require("accounts:change", account.unit_id)
    if wanted.staff_id is not None:
        _belong(writer, account, wanted.staff_id)
        principal.require("accounts:change", account.unit_id)
    if wanted.name is not None:
        set_name(keys.vault, account, wanted.name)
    if wanted.phone is not None:
        set_phone(keys.vault, account, wanted.phone)
    if wanted.card:
        _set_card(writer, keys, account, wanted.card)
    elif wanted.card is not None:
        account.card_index = None
    if wanted.note is not None:
        account.note = wanted.note
    account.version += 1
    writer.flush()
    if wanted.card is not None:
        audit.record(writer, who, f"account.card_{'set' if wanted.card else 'removed'}", "account", account_id)
    if changed:
        audit.record(writer, who, "account.changed", "account", account_id, fields=changed)
    if {"staff_id", "username"} & set(changed):
        access_changed(writer)
    return view_of(writer, account)


def set_status(
    writer: Writer, principal: Principal, who: audit.Actor, account_id: UUID, wanted: StatusChange
) -> Account:
    """Suspend, close or open again. Whoever is not open any more has no session any more."""
    account = find_below(writer, principal, account_id, "accounts:suspend")
    if account.status == "pending":
        raise HallError("account_pending", status=409)
    if account.status != wanted.status:
        before = held(writer)
        account.status, account.version = wanted.status, account.version + 1
        account.decided_at, account.decided_by = writer.now, who.label
        ended = end_sessions_of(writer, account.id, "account") if wanted.status != "open" else 0
        if wanted.status == "closed":
            # A card may be given to somebody else.
            account.card_index = None
        refuse_last(writer, before)
        action = {"open": "opened"}.get(wanted.status, wanted.status)
        audit.record(writer, who, f"account.{action}", "account", account_id, reason=wanted.reason, sessions=ended)
        if wanted.status == "open":
            access_changed(writer, begun=[account_id])
        else:
            access_changed(writer, ended=[account_id])
    return view_of(writer, account)


def reset(writer: Writer, principal: Principal, who: audit.Actor, keys: Keys, account_id: UUID, hashed: str) -> Account:
    """A new password that is good once; second factor, staff card, links with other providers and all sessions end."""
    account = find_below(writer, principal, account_id, "accounts:reset")
    set_password(writer, account, hashed, must_change=True)
    throttle.forgive(writer, keys.vault, account)
    had_card = account.card_index is not None
    account.totp_cipher = account.card_index = None
    ended, links = end_sessions_of(writer, account.id, "password"), end_links(writer, account.id)
    audit.record(writer, who, "account.reset", "account", account_id, sessions=ended, links=links, cards=int(had_card))
    return view_of(writer, account)


def unlock(writer: Writer, principal: Principal, who: audit.Actor, keys: Keys, account_id: UUID) -> Account:
    """No way in need rest any more after wrong attempts; the password stays as it is."""
    account = find_below(writer, principal, account_id, "accounts:reset")
    throttle.forgive(writer, keys.vault, account)
    audit.record(writer, who, "account.unlocked", "account", account_id)
    return view_of(writer, account)


def review(writer: Writer, principal: Principal, who: audit.Actor, account_id: UUID, wanted: Review) -> Account:
    """Open a registration, with a role in its unit when one is named; or refuse it, with the reason."""
    account = find(writer, principal, account_id, "accounts:review")
    if account.status != "pending":
        raise HallError("account_decided", status=409)
    account.decided_at, account.decided_by, account.version = writer.now, who.label, account.version + 1
    if not wanted.approve:
        account.status, account.note = "closed", wanted.reason
        writer.flush()
        audit.record(writer, who, "account.refused", "account", account_id, reason=wanted.reason)
        return view_of(writer, account)
    if wanted.unit_id is not None:
        account.unit_id = _unit(writer, wanted.unit_id)
        principal.require("accounts:review", account.unit_id)
    account.status = "open"
    if account.number_index is not None:
        twin = select(AccountRow.id).where(
            AccountRow.hall_id == writer.hall_id, AccountRow.number_index == account.number_index,
            AccountRow.status.in_(("open", "suspended")), AccountRow.id != account_id,
        )  # fmt: skip
        if writer.session.execute(twin).first() is not None:
            raise HallError("person_has_account", status=409)
    if wanted.role:
        _give(writer, principal, who, account, wanted.role)
    writer.flush()
    audit.record(writer, who, "account.approved", "account", account_id, role=wanted.role, unit=account.unit_id)
    access_changed(writer, begun=[account_id])
    return view_of(writer, account)


def end_one(writer: Writer, principal: Principal, who: audit.Actor, account_id: UUID, session_id: UUID) -> None:
    account = find(writer, principal, account_id, "accounts.sessions:end")
    session = session_of(writer, account.id, session_id)
    end_session(writer, session.id, "revoked")
    audit.record(writer, who, "session.revoked", "session", session_id, account=account_id)


def end_all(writer: Writer, principal: Principal, who: audit.Actor, account_id: UUID) -> None:
    account = find(writer, principal, account_id, "accounts.sessions:end")
    ended = end_sessions_of(writer, account.id, "revoked")
    audit.record(writer, who, "session.all_revoked", "account", account_id, sessions=ended)


def free_name(writer: Writer, username: str) -> str:
    name = check_name(fold_name(username))
    taken = select(AccountRow.id).where(AccountRow.hall_id == writer.hall_id, AccountRow.username == name)
    if writer.session.execute(taken).first() is not None:
        raise HallError("username_taken", status=409)
    return name


def set_person(writer: Writer, keys: Keys, account: AccountRow, number: str) -> None:
    """The number of a citizen or an enterprise; each has one account."""
    kind = "organisation" if account.kind == "enterprise" else "resident"
    if has_number(writer, keys, kind, number) not in (None, account.id):
        raise HallError("person_has_account", status=409)
    set_number(keys, account, kind, number, writer.day)


def _give(writer: Writer, principal: Principal, who: audit.Actor, account: AccountRow, key: str) -> None:
    role = role_by_key(writer.session, writer.hall_id, key)
    wanted = GrantCreate(account_id=account.id, role_id=role.id, unit_id=account.unit_id)
    grants.give(writer, principal, who, wanted)


def _belong(writer: Writer, account: AccountRow, staff_id: UUID) -> None:
    person = writer.session.get(StaffRow, staff_id)
    if person is None or person.hall_id != writer.hall_id or account.kind != "staff":
        raise HallError("staff_unknown", status=404, number="")
    other = writer.session.scalars(select(AccountRow.id).where(AccountRow.staff_id == staff_id)).one_or_none()
    if other not in (None, account.id):
        raise HallError("staff_has_account", status=409, number=person.number)
    account.staff_id, account.unit_id = person.id, person.unit_id


def _unit(writer: Writer, unit_id: UUID | None) -> UUID | None:
    if unit_id is None:
        return None
    unit = writer.session.get(UnitRow, unit_id)
    if unit is None or unit.hall_id != writer.hall_id or unit.retired:
        raise HallError("account_unit_unknown", status=404)
    return unit_id


def _set_card(writer: Writer, keys: Keys, account: AccountRow, card: str) -> None:
    index = card_index(keys.vault, card)
    other = writer.session.scalars(select(AccountRow.id).where(AccountRow.card_index == index)).one_or_none()
    if other not in (None, account.id):
        raise HallError("card_taken", status=409)
    account.card_index = index
