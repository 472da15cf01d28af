"""Accounts, as administrators and their owners see them: what names a person is masked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.access import PasswordRules
from shared.schemas.base import Message, OptionalText, ShortText

AccountKind = Literal["staff", "citizen", "enterprise"]
AccountStatus = Literal["pending", "open", "suspended", "closed"]
NumberKind = Literal["resident", "organisation"]
Password = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=24)]
Number = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]
Card = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]


class Account(Message):
    """``unit_id``: where it is administered; of a registration, the unit it asks to join.

    ``rests_s``: seconds for which sign-in rests after wrong passwords; told of one account that is asked for.
    """

    id: UUID
    kind: AccountKind
    username: str
    status: AccountStatus
    name: str
    staff_id: UUID | None = None
    staff_number: str = ""
    unit_id: UUID | None = None
    number_kind: str | None = None
    number: str | None = None
    phone: str | None = None
    has_card: bool = False
    second_factor: bool = False
    must_change: bool = False
    note: str = ""
    created_at: datetime
    decided_at: datetime | None = None
    decided_by: str = ""
    last_sign_in_at: datetime | None = None
    rests_s: int = 0
    version: int


class AccountCreate(Message):
    """An account made by an administrator. A member of staff takes name and unit from ``staff_id``."""

    kind: AccountKind = "staff"
    username: ShortText
    staff_id: UUID | None = None
    unit_id: UUID | None = None
    name: Name = ""
    number: Number = ""
    phone: Phone = ""
    card: Card = ""
    note: OptionalText = ""


class AccountEdit(Message):
    """What is not named stays; an empty text takes away. ``version``: refused when somebody was faster."""

    username: ShortText | None = None
    staff_id: UUID | None = None
    unit_id: UUID | None = None
    name: Name | None = None
    phone: Phone | None = None
    card: Card | None = None
    note: OptionalText | None = None
    version: int | None = None


class AccountMade(Message):
    """``password`` is shown this once and must be changed at the first sign-in."""

    account: Account
    password: str


class StatusChange(Message):
    status: Literal["open", "suspended", "closed"]
    reason: OptionalText = ""


class Review(Message):
    """What becomes of a registration. Approved with ``unit_id`` and a role, both may be left out; refused with why."""

    approve: bool
    unit_id: UUID | None = None
    role: str = Field("", max_length=64, description="key of a role to hold in the unit")
    reason: OptionalText = ""


class AccountSession(Message):
    """``current``: the one that asks."""

    id: UUID
    kind: str
    place: str
    address: str
    methods: list[str]
    begun_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool = False


class Profile(Message):
    """``password_rules``: what the policy asks of this person's next password."""

    account: Account
    password_at: datetime | None = None
    password_rules: PasswordRules
    second_factor_required: bool = False


class ProfileEdit(Message):
    phone: Phone | None = None


class PasswordChange(Message):
    """``code``: of the second factor, where there is one. All other sessions end."""

    current: Password
    code: str = Field("", max_length=16)
    password: Password


class SecondFactorOffer(Message):
    """A new secret for an authenticator app; ``sealed`` comes back with the first code."""

    secret: str
    uri: str
    sealed: str


class SecondFactorConfirm(Message):
    current: Password
    # Of the second factor that it replaces.
    old_code: str = Field("", max_length=16)
    sealed: str = Field(max_length=1000)
    code: str = Field(max_length=16)


class SecondFactorRemoval(Message):
    current: Password
    code: str = Field(max_length=16)
