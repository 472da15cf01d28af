"""Who books: checked at the edge, sealed with the row that is theirs, masked wherever it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from server.auth import Keys
from server.crypto import Vault
from server.database import Reader
from server.features.access.models import AccountRow
from server.features.accounts.personal import mask_phone
from server.features.booking.models import AppointmentRow, WaitingRow
from server.sealed import seal, unseal
from shared.domain.errors import HallError
from shared.domain.id_numbers import check_typing, mask, normalise
from shared.domain.names import mask_name
from shared.domain.phones import plain_phone
from shared.schemas.tickets import Identity

_PHONE = re.compile(r"\+?\d{7,15}")
# No public rule says what a right passport number is.
_UNCHECKED = ("passport", "other")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a right number, a name and a phone."""

    identity: Identity
    phone: str
    account_id: UUID | None = None

    def key(self, keys: Keys) -> bytes:
        return keys.identity_key(self.identity.kind, self.identity.number)

    def __repr__(self) -> str:
        return f"Person({self.identity.kind})"


def checked(reader: Reader, identity: Identity, phone: str) -> Person:
    """HallError says which of it is not right; none of it is repeated there."""
    number = normalise(identity.number)
    if identity.kind in _UNCHECKED:
        if not re.fullmatch(r"[0-9A-Z]{5,20}", number):
            raise HallError("identity_number_wrong", status=422, reason="id_number_character")
    else:
        judged = check_typing(identity.kind, number, reader.day)
        if judged.state != "ok":
            raise HallError("identity_number_wrong", status=422, reason=judged.code)
    if not identity.name:
        raise HallError("appointment_name_needed", status=422)
    plain = plain_phone(phone)
    if not _PHONE.fullmatch(plain):
        raise HallError("phone_wrong", status=422)
    return Person(identity.model_copy(update={"number": number}), plain)


def of_account(vault: Vault, account: AccountRow) -> Person | None:
    """The owner of a citizen's or enterprise's account, when it names all that a booking needs."""
    number = unseal(vault, "accounts.number", account.id, account.number_cipher)
    name = unseal(vault, "accounts.name", account.id, account.name_cipher)
    phone = unseal(vault, "accounts.phone", account.id, account.phone_cipher)
    if account.kind == "staff" or not (number and name and phone):
        return None
    kind = cast(Any, account.number_kind or "resident")
    return Person(Identity(kind=kind, number=number, name=name), phone, account.id)


def columns(keys: Keys, table: str, row: UUID, person: Person) -> dict[str, Any]:
    """What is kept of somebody in ``appointments`` or ``waiting_list``."""
    identity = person.identity
    return {
        "identity_kind": identity.kind, "identity_key": person.key(keys), "identity_masked": mask(identity.number),
        "identity_cipher": seal(keys.vault, f"{table}.identity", row, identity.number),
        "name_masked": mask_name(identity.name or ""),
        "name_cipher": seal(keys.vault, f"{table}.name", row, identity.name),
        "phone_masked": mask_phone(person.phone),
        "phone_cipher": seal(keys.vault, f"{table}.phone", row, person.phone), "account_id": person.account_id,
    }  # fmt: skip


def person_of(vault: Vault, row: AppointmentRow | WaitingRow) -> Person | None:
    """Whose it is; None once it was erased."""
    table = row.__tablename__
    number = unseal(vault, f"{table}.identity", row.id, row.identity_cipher)
    if number is None:
        return None
    identity = Identity(
        kind=cast(Any, row.identity_kind), number=number, name=unseal(vault, f"{table}.name", row.id, row.name_cipher)
    )
    return Person(identity, unseal(vault, f"{table}.phone", row.id, row.phone_cipher) or "", row.account_id)


# What is left of a row once its person has been erased.
NAMELESS = {
    "identity_kind": None, "identity_key": None, "identity_masked": None, "identity_cipher": None, "name_masked": None,
    "name_cipher": None, "phone_masked": None, "phone_cipher": None, "account_id": None,
}  # fmt: skip
