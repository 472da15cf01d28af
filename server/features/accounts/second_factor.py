"""The second factor: time-based codes (RFC 6238) of an authenticator app, each good once."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pyotp
from sqlalchemy import select

from server.crypto import Vault, place
from server.database import Reader, Writer
from server.features.access.models import AccountRow, GrantRow, RoleRow
from server.features.access.service import policy
from shared.domain.errors import HallError

STEP_S: Final = 30
OFFERED_FOR: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Offer:
    """A secret on its way to an app: ``uri`` is for its QR, ``sealed`` comes back with the first code."""

    secret: str
    uri: str
    sealed: str


def is_required(reader: Reader, account_id: UUID) -> bool:
    """Whether the policy asks a second factor of somebody who holds these roles."""
    wanted = policy(reader).second_factor
    if not wanted:
        return False
    held = (
        select(RoleRow.id)
        .join(GrantRow, GrantRow.role_id == RoleRow.id)
        .where(GrantRow.account_id == account_id, RoleRow.retired.is_(False), RoleRow.key.in_(wanted))
    )
    return reader.session.execute(held.limit(1)).first() is not None


def offer(vault: Vault, account: AccountRow, hall: str, now: datetime) -> Offer:
    """A new secret for an account. Nothing is kept before the first code has come back."""
    secret = pyotp.random_base32()
    content = json.dumps([secret, (now + OFFERED_FOR).timestamp()])
    sealed = base64.urlsafe_b64encode(vault.seal(content, f"second factor offer:{account.id}")).decode()
    return Offer(secret, pyotp.TOTP(secret).provisioning_uri(name=account.username, issuer_name=hall), sealed)


def accept(writer: Writer, vault: Vault, account: AccountRow, sealed: str, code: str) -> None:
    """Keep an offered secret, when its app answers with the right code."""
    secret = secret_of_offer(vault, account.id, sealed, writer.now)
    step = step_of(secret, code, writer.now, 0)
    if step is None:
        raise HallError("second_factor_code_wrong", status=422)
    account.totp_cipher = vault.seal(secret, place("accounts", "totp", account.id))
    account.totp_step, account.version = step, account.version + 1
    writer.flush()


def secret_of_offer(vault: Vault, account_id: UUID, sealed: str, now: datetime) -> str:
    try:
        secret, until = json.loads(
            vault.open(base64.urlsafe_b64decode(sealed.encode()), f"second factor offer:{account_id}")
        )
    except (ValueError, HallError):
        raise HallError("second_factor_offer_old", status=409) from None
    if until < now.timestamp():
        raise HallError("second_factor_offer_old", status=409)
    return str(secret)


def remove(writer: Writer, account: AccountRow) -> None:
    account.totp_cipher, account.version = None, account.version + 1
    # The step stays: a code of the old secret is never good again.
    writer.flush()


def use_code(writer: Writer, vault: Vault, account: AccountRow, code: str) -> bool:
    """Whether the code is good now; it is never good again, nor is any code before it."""
    if account.totp_cipher is None:
        return False
    secret = vault.open(account.totp_cipher, place("accounts", "totp", account.id))
    step = step_of(secret, code, writer.now, account.totp_step)
    if step is None:
        return False
    account.totp_step = step
    writer.flush()
    return True


def step_of(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The time step of a code, later than the ``last`` one; a clock may be wrong by half a minute."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit()):
        return None
    totp = pyotp.TOTP(secret, interval=STEP_S)
    here = int(now.timestamp()) // STEP_S
    good = [step for step in (here - 1, here, here + 1) if hmac.compare_digest(totp.generate_otp(step), code)]
    return next((step for step in good if step > last), None)
