"""What must hold for all accounts together: three administrators apart, and always somebody who can give rights."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from server.database import Reader, Writer
from server.features.access.models import AccountRow, GrantRow
from server.features.access.service import policy, rights_of, role_permissions, roles_of, set_policy
from shared.domain.errors import HallError
from shared.domain.permissions import Duty, duties
from shared.schemas.access import SecurityPolicy

# Whoever holds this in the whole hall can give every right back.
KEY = "roles:entrust"
_DUTIES = (Duty.SYSTEM, Duty.SECURITY, Duty.AUDIT)


def put_policy(writer: Writer, wanted: SecurityPolicy) -> SecurityPolicy:
    """Set the whole policy; 409 when three administrators are wanted and one of them is missing."""
    was_three = policy(writer).three_administrators
    set_policy(writer, wanted)
    if wanted.three_administrators and not was_three:
        # Nobody could make the missing one any more.
        there = _duties_held(writer)
        for duty in _DUTIES:
            if duty not in there:
                raise HallError(f"three_lacks_{duty.value}", status=409)
    return wanted


def refuse_mixing(reader: Reader, account_id: UUID, added: frozenset[str]) -> None:
    """With three administrators, 409 when a new role would give somebody a second duty."""
    if not policy(reader).three_administrators:
        return
    if len(duties(added)) > 1:
        raise HallError("role_mixes_duties", status=409)
    has = {key for _, role in roles_of(reader, account_id) for key in role_permissions(role)}
    if len(duties(has | added)) > 1:
        raise HallError("duties_mixed", status=409)


@dataclass(frozen=True, slots=True)
class Held:
    """What must not fall away with a change: who can give every right; with three administrators, each one's duty."""

    keys: frozenset[UUID]
    duties: frozenset[Duty]


def held(reader: Reader) -> Held:
    return Held(key_holders(reader), _duties_held(reader) if policy(reader).three_administrators else frozenset())


def refuse_last(writer: Writer, before: Held) -> None:
    """After a change, 409 when it took the last account of something that ``before`` says was ``held``."""
    writer.flush()
    after = held(writer)
    if before.keys and not after.keys:
        raise HallError("last_security", status=409)
    for duty in _DUTIES:
        if duty in before.duties - after.duties:
            raise HallError(f"last_{duty.value}", status=409)


def key_holders(reader: Reader) -> frozenset[UUID]:
    """The open accounts that can give every right."""
    return frozenset(account.id for account in _administrators(reader) if KEY in _everywhere(reader, account))


def _duties_held(reader: Reader) -> frozenset[Duty]:
    """Those that somebody holds in the whole hall."""
    return duties(key for account in _administrators(reader) for key in _everywhere(reader, account))


def _administrators(reader: Reader) -> list[AccountRow]:
    """Open accounts of the staff that hold something in the whole hall."""
    holding = select(GrantRow.account_id).where(GrantRow.unit_id.is_(None), GrantRow.hall_id == reader.hall_id)
    chosen = select(AccountRow).where(
        AccountRow.hall_id == reader.hall_id, AccountRow.kind == "staff", AccountRow.status == "open",
        AccountRow.id.in_(holding),
    )  # fmt: skip
    return list(reader.session.scalars(chosen))


def _everywhere(reader: Reader, account: AccountRow) -> frozenset[str]:
    return rights_of(reader, account.id, account.kind).everywhere
