"""Making accounts and giving roles to them, for the command line, the demonstration hall and administrators."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.features.access.models import AccountRow, GrantRow, RoleRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7

# Signs an address or a path would read otherwise; Chinese letters are welcome.
_NAME = re.compile(r"[^\W_][\w.-]{1,31}")
# A name stands in lists and in the audit trail in clear: nobody's number may be one.
_NUMBER = re.compile(r"\d{11,}x?|[a-z]{3}\d{12}|[0-9a-z]{2}\d{6}[0-9a-z]{9,10}")


def check_name(name: str) -> str:
    """The name, folded already; HallError when it can't be one."""
    if not _NAME.fullmatch(name) or _NUMBER.fullmatch(name):
        raise HallError("username_wrong", status=422)
    return name


def new_account(hall_id: UUID, now: datetime, kind: str, username: str, *, status: str = "open") -> AccountRow:
    """An account without a password, not yet added to the session."""
    return AccountRow(
        hall_id=hall_id, id=uuid7(), kind=kind, username=username, staff_id=None, unit_id=None, status=status,
        password_hash=None, password_history=[], password_at=None, must_change=False, totp_cipher=None, totp_step=0,
        name_masked="", name_cipher=None, number_kind=None, number_masked=None, number_cipher=None, number_index=None,
        phone_masked=None, phone_cipher=None, phone_index=None, card_index=None, note="", created_at=now,
        decided_at=None, decided_by="", last_sign_in_at=None, version=0,
    )  # fmt: skip


def role_by_key(session: Session, hall_id: UUID, key: str) -> RoleRow:
    role = session.scalars(
        select(RoleRow).where(RoleRow.hall_id == hall_id, RoleRow.key == key, RoleRow.retired.is_(False))
    ).one_or_none()
    if role is None:
        raise HallError("role_unknown", status=404)
    return role


def give(session: Session, account: AccountRow, role: RoleRow, unit_id: UUID | None, by: str, now: datetime) -> bool:
    """Let the account hold the role in the unit, or everywhere; False when it does already."""
    held = select(GrantRow.id).where(
        GrantRow.account_id == account.id,
        GrantRow.role_id == role.id,
        GrantRow.unit_id.is_(None) if unit_id is None else GrantRow.unit_id == unit_id,
    )
    if session.execute(held).first() is not None:
        return False
    session.add(
        GrantRow(
            hall_id=account.hall_id, id=uuid7(), account_id=account.id, role_id=role.id, unit_id=unit_id,
            granted_by=by, granted_at=now,
        )
    )  # fmt: skip
    session.flush()
    return True
