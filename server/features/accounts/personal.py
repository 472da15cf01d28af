"""What names a person, on its way into an account: checked, sealed, masked, and found again by keyed hash."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from server.auth import Keys
from server.crypto import Vault, place
from server.database import Reader
from server.features.access.models import AccountRow
from shared.domain.errors import HallError
from shared.domain.id_numbers import is_valid, mask, normalise
from shared.domain.names import mask_name
from shared.domain.phones import is_phone, plain_phone


def mask_phone(phone: str) -> str:
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) >= 10 else mask(phone)


def set_name(vault: Vault, account: AccountRow, name: str) -> None:
    account.name_masked = mask_name(name) if name else ""
    account.name_cipher = vault.seal(name, place("accounts", "name", account.id)) if name else None


def set_phone(vault: Vault, account: AccountRow, phone: str) -> None:
    """HallError when it can't be a phone's number; an empty one takes it away."""
    plain = plain_phone(phone)
    if plain and not is_phone(plain):
        raise HallError("phone_wrong", status=422)
    account.phone_masked = mask_phone(plain) if plain else None
    account.phone_cipher = vault.seal(plain, place("accounts", "phone", account.id)) if plain else None
    account.phone_index = vault.index("phone", plain) if plain else None


def set_number(keys: Keys, account: AccountRow, kind: str, number: str, today: date) -> None:
    """HallError unless it is a whole and right number of this kind: resident, organisation."""
    plain = normalise(number)
    if not is_valid(kind, plain, today):
        raise HallError("person_number_wrong", status=422)
    account.number_kind, account.number_masked = kind, mask(plain)
    account.number_cipher = keys.vault.seal(plain, place("accounts", "number", account.id))
    account.number_index = keys.identity_key(kind, plain)


def has_number(reader: Reader, keys: Keys, kind: str, number: str) -> UUID | None:
    """The account, not closed, that stands for the holder of this number."""
    return reader.session.scalars(
        select(AccountRow.id)
        .where(
            AccountRow.hall_id == reader.hall_id,
            AccountRow.number_index == keys.identity_key(kind, number),
            AccountRow.status != "closed",
        )
        .limit(1)
    ).one_or_none()


def is_persons(keys: Keys, text: str) -> ColumnElement[bool] | None:
    """Who has exactly this phone or number; None when the text can be neither."""
    plain = normalise(text)
    found: list[ColumnElement[bool]] = []
    if is_phone(plain_phone(text)):
        found.append(AccountRow.phone_index == keys.vault.index("phone", plain_phone(text)))
    if len(plain) >= 8:
        found += [AccountRow.number_index == keys.identity_key(kind, plain) for kind in ("resident", "organisation")]
    return or_(*found) if found else None
