"""What the caller may do, and the hall's security policy."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import Message, OptionalText, ShortText


class Me(Message):
    """The caller, as programs ask once after signing in. ``units``: permissions held only in these units.

    ``kind``: user, or the kind of a terminal or of a set-up token.
    """

    kind: str
    name: str
    shown_name: str = ""
    account_id: UUID | None = None
    staff_id: UUID | None = None
    permissions: list[str]
    units: dict[str, list[UUID]] = {}
    counter_id: UUID | None = None

    def may(self, permission: str) -> bool:
        return permission in self.permissions or permission in self.units

    def may_in(self, permission: str, unit_id: UUID | None) -> bool:
        """Whether they may do this to what belongs to a unit; None: to what belongs to the whole hall."""
        return permission in self.permissions or (unit_id is not None and unit_id in self.units.get(permission, ()))


class PasswordRules(Message):
    """``history`` earlier passwords may not come again; ``expires_days`` 0: never."""

    length: int = Field(10, ge=8, le=64)
    classes: int = Field(3, ge=1, le=4, description="of lower case, upper case, digits, others")
    history: int = Field(5, ge=0, le=24)
    expires_days: int = Field(0, ge=0, le=730)


class LockRules(Message):
    """After ``failures`` from one place a name rests there for ``first_s``, twice as long after each further failure,
    ``longest_s`` at most; after ten times as many from everywhere together, wherever it is not known from.
    ``address_failures``: of one address, under all names.
    """

    failures: int = Field(5, ge=3, le=20)
    first_s: int = Field(60, ge=10, le=3600)
    longest_s: int = Field(3600, ge=60, le=86400)
    address_failures: int = Field(50, ge=5, le=10000)


class SessionRules(Message):
    """``idle_minutes``: without a request; ``hours``: at most, whatever happens."""

    idle_minutes: int = Field(30, ge=2, le=720)
    hours: int = Field(12, ge=1, le=168)


class Retention(Message):
    """Days after which each kind of personal data is erased; what figures need stays, without the person."""

    tickets: int = Field(30, ge=1, le=3650)
    comments: int = Field(365, ge=1, le=3650)
    closed_accounts: int = Field(365, ge=1, le=3650)
    sessions: int = Field(180, ge=30, le=3650)


class SecurityPolicy(Message):
    """All that an administrator of security sets. ``second_factor``: roles that need one, by key."""

    three_administrators: bool = False
    self_registration: Literal["off", "review", "open"] = "review"
    password: PasswordRules = PasswordRules()
    lock: LockRules = LockRules()
    session: SessionRules = SessionRules()
    second_factor: list[str] = []
    retention: Retention = Retention()


class PermissionRow(Message):
    """One thing that can be permitted. ``reach``: anywhere, units, hall; ``duty``: none, system, security, audit."""

    key: str
    resource: str
    action: str
    reach: str
    duty: str


class Role(Message):
    """``patterns`` as they were written, ``permissions`` what they cover; ``holders``: accounts."""

    id: UUID
    key: str
    name: str
    name_en: str
    note: str
    patterns: list[str]
    permissions: list[str]
    duties: list[str]
    base: bool
    assigned: bool
    retired: bool
    version: int
    holders: int


Pattern = Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z_.*]+:[a-z_*]+$")]
Patterns = Annotated[list[Pattern], Field(max_length=200)]


class RoleCreate(Message):
    name: ShortText
    name_en: ShortText | None = None
    note: OptionalText = ""
    patterns: Patterns = []


class RoleEdit(Message):
    """What is given is changed; ``version`` is the one that was looked at."""

    version: int = Field(ge=0)
    name: ShortText | None = None
    name_en: ShortText | None = None
    note: OptionalText | None = None
    patterns: Patterns | None = None
    retired: bool | None = None


class Grant(Message):
    """An account holds a role in a unit and all below; without a unit, in the whole hall."""

    id: UUID
    account_id: UUID
    account_name: str
    role_id: UUID
    role_name: str
    role_name_en: str
    unit_id: UUID | None
    unit_name: str
    granted_by: str
    granted_at: datetime


class GrantCreate(Message):
    account_id: UUID
    role_id: UUID
    unit_id: UUID | None = None
