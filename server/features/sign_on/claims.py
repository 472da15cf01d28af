"""What tokens and userinfo say of a person: what the client's scopes cover, and nothing in clear that is protected."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from server.database import Reader
from server.features.access.models import AccountRow
from server.features.access.service import roles_in_effect
from server.features.accounts.models import SessionRow
from server.features.accounts.sessions import principal_name
from server.features.catalogue.models import StaffRow
from server.features.organisation.models import UnitRow
from server.features.sign_on.models import ClientRow, FamilyRow

ID_TOKEN_LIFE: Final = timedelta(minutes=10)
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
CLAIMS: Final = (
    "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid", "at_hash", "name",
    "preferred_username", "user_kind", "staff_number", "title", "unit", "unit_name", "roles",
)  # fmt: skip


def shown_name(reader: Reader, account: AccountRow) -> str:
    """Staff by their name, everybody else masked."""
    person = reader.session.get(StaffRow, account.staff_id) if account.staff_id is not None else None
    return person.name if person is not None else account.name_masked or principal_name(account)


def subject(reader: Reader, account: AccountRow, scopes: list[str]) -> dict[str, Any]:
    """The claims of userinfo."""
    said: dict[str, Any] = {"sub": str(account.id)}
    person = reader.session.get(StaffRow, account.staff_id) if account.staff_id is not None else None
    if "profile" in scopes:
        said |= {
            "name": shown_name(reader, account), "preferred_username": principal_name(account),
            "user_kind": account.kind,
        }  # fmt: skip
    if "organisation" in scopes:
        unit_id = person.unit_id if person is not None else account.unit_id
        unit = reader.session.get(UnitRow, unit_id) if unit_id is not None else None
        if person is not None:
            said |= {"staff_number": person.number, "title": person.title}
        if unit is not None:
            said |= {"unit": str(unit.id), "unit_name": unit.name}
    if "roles" in scopes:
        # A role that is held only in a unit must not be read as one of the whole hall.
        held = roles_in_effect(reader, account.id)
        said["roles"] = sorted({f"{role.key}@{unit_id}" if unit_id is not None else role.key for unit_id, role in held})
    return said


def id_token(
    reader: Reader, issuer: str, family: FamilyRow, client: ClientRow, session: SessionRow, access: str
) -> dict[str, Any]:
    """The claims of an id_token."""
    said: dict[str, Any] = {
        "iss": issuer, "sub": str(family.account_id), "aud": client.client_id, "azp": client.client_id,
        "exp": int((reader.now + ID_TOKEN_LIFE).timestamp()), "iat": int(reader.now.timestamp()),
        "auth_time": int(session.proved_at.timestamp()), "sid": str(session.id), "amr": list(session.methods),
        "acr": acr(session.methods), "at_hash": at_hash(access),
    }  # fmt: skip
    return said | ({"nonce": family.nonce} if family.nonce else {})


def acr(methods: Sequence[str]) -> str:
    """How many independent factors were proved. A phone that confirms was signed in by one of them itself."""
    return "2" if "mfa" in methods else "1"


def at_hash(access: str) -> str:
    digest = hashlib.sha256(access.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def logout_token(issuer: str, client_id: str, sub: UUID | str, sid: UUID | str, now: float) -> dict[str, Any]:
    """OpenID Connect back-channel logout: no nonce, so that nobody takes it for an id_token."""
    return {
        "iss": issuer, "aud": client_id, "iat": int(now), "exp": int(now) + 120, "jti": secrets.token_hex(16),
        "sub": str(sub), "sid": str(sid), "events": {LOGOUT_EVENT: {}},
    }  # fmt: skip
