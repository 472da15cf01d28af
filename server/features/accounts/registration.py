"""Self-registration: staff ask for a unit; citizens and enterprises name their number. What is off is closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.database import Reader, Writer
from server.features.access.service import policy
from server.features.accounts import passwords, throttle
from server.features.accounts.administration import free_name
from server.features.accounts.opening import check_name, new_account
from server.features.accounts.personal import has_number, set_name, set_number, set_phone
from server.features.accounts.proof import Door, fold_name
from server.features.accounts.steps import set_password
from server.features.organisation.models import UnitRow
from shared.domain.errors import HallError

KINDS: Final = ("citizen", "enterprise", "staff")
# From one machine in a row; a family at one phone, a class at the hall's own network.
_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Registration:
    kind: str
    username: str
    password: str
    name: str
    phone: str
    number: str = ""
    unit_id: UUID | None = None
    note: str = ""


async def register(door: Door, wanted: Registration) -> str:
    """Ask for an account; answers its status, ``open`` or ``pending``. HallError when something is not right."""
    rules = await door.read(policy)
    if rules.self_registration == "off" or wanted.kind not in KINDS:
        raise HallError("registration_closed", status=403)
    if not wanted.name or not wanted.phone:
        raise HallError("registration_incomplete", status=422)
    lock = rules.lock.model_copy(update={"failures": _AT_ONCE})
    keys = throttle.Keys.of(door.vault, "register", door.address, door.address)
    # Kept whatever becomes of it: names and numbers are not tried out by the thousand.
    if rests := await door.write(lambda writer: throttle.admit(writer, lock, keys)):
        raise HallError("registration_rests", status=429, minutes=-(-rests // 60))
    name = check_name(fold_name(wanted.username))
    hashed = await passwords.check_new(rules.password, wanted.password, name, [], None)
    return await door.write(lambda writer: _add(writer, door, wanted, hashed))


def _add(writer: Writer, door: Door, wanted: Registration, hashed: str) -> str:
    account = new_account(writer.hall_id, writer.now, wanted.kind, free_name(writer, wanted.username), status="pending")
    set_name(door.vault, account, wanted.name[:64])
    set_phone(door.vault, account, wanted.phone)
    account.note = wanted.note[:200]
    if wanted.kind == "staff":
        unit = writer.session.get(UnitRow, wanted.unit_id) if wanted.unit_id is not None else None
        if unit is None or unit.hall_id != writer.hall_id or unit.retired:
            raise HallError("account_unit_unknown", status=404)
        account.unit_id = unit.id
    else:
        kind = "organisation" if wanted.kind == "enterprise" else "resident"
        # Whether somebody has an account is not told to who only knows a number: a reviewer looks at it.
        known = has_number(writer, door.keys, kind, wanted.number) is not None
        set_number(door.keys, account, kind, wanted.number, writer.day)
        if policy(writer).self_registration == "open" and not known:
            account.status = "open"
    writer.session.add(account)
    set_password(writer, account, hashed)
    who = audit.Actor("nobody", address=door.address)
    audit.record(writer, who, "account.registered", "account", account.id, kind=wanted.kind, status=account.status)
    return account.status


def units(reader: Reader) -> list[tuple[str, str]]:
    """The units staff may ask for, as a tree: id and name, moved in by its depth."""
    rows = reader.session.scalars(
        select(UnitRow)
        .where(UnitRow.hall_id == reader.hall_id, UnitRow.retired.is_(False))
        .order_by(UnitRow.sort, UnitRow.name)
    ).all()
    below: dict[UUID | None, list[UnitRow]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[tuple[str, str]] = []

    def walk(parent: UUID | None, depth: int) -> None:
        for row in below.get(parent, ()):
            found.append((str(row.id), "\u3000" * depth + row.name))
            walk(row.id, depth + 1)

    walk(None, 0)
    return found
