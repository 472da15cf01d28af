"""What people do to their own account; what matters asks for the password once more."""

from __future__ import annotations

from uuid import UUID

from server import audit
from server.auth import Principal
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.access.service import policy
from server.features.accounts import second_factor, steps
from server.features.accounts.personal import set_phone
from server.features.accounts.proof import Door, Verdict
from server.features.accounts.service import session_of, view_of
from server.features.accounts.sessions import account_actor, end_session, end_sessions_of, prove_again
from server.features.accounts.sign_in import prove_password
from shared.domain.errors import HallError
from shared.schemas.accounts import Profile


def own_id(principal: Principal) -> UUID:
    if principal.account_id is None:
        raise HallError("account_needed", status=404)
    return principal.account_id


def profile(reader: Reader, account_id: UUID) -> Profile:
    account = reader.session.get_one(AccountRow, account_id)
    return Profile(
        account=view_of(reader, account), password_at=account.password_at,
        password_rules=policy(reader).password, second_factor_required=second_factor.is_required(reader, account_id),
    )  # fmt: skip


def set_own_phone(writer: Writer, door: Door, account_id: UUID, phone: str) -> Profile:
    account = writer.session.get_one(AccountRow, account_id)
    set_phone(door.vault, account, phone)
    account.version += 1
    writer.flush()
    audit.record(writer, account_actor(account, door.address), "account.changed", "account", account_id,
                 fields=["phone"])  # fmt: skip
    return profile(writer, account_id)


async def prove_own(door: Door, principal: Principal, password: str, code: str) -> None:
    """The password, and the code where there is one, of the one who is signed in; with the same lock-out."""
    account_id = own_id(principal)
    name = await door.read(lambda reader: reader.session.get_one(AccountRow, account_id).username)
    proof = await prove_password(door, name, password, code)
    # What is asked of somebody at a new sign-in does not matter here.
    if proof.verdict not in (Verdict.OK, Verdict.MUST_CHANGE, Verdict.MUST_SET_UP):
        proof.or_refuse()
    if principal.session_id is not None and proof.methods:
        id_ = principal.session_id
        await door.write(lambda writer: prove_again(writer, id_, proof.methods))


async def change_own_password(door: Door, principal: Principal, current: str, code: str, password: str) -> None:
    """A new password; every other session ends: whoever knew the old one is out."""
    account_id = own_id(principal)
    await prove_own(door, principal, current, code)
    await steps.change_password(door, account_id, password)
    await door.write(lambda writer: end_sessions_of(writer, account_id, "password", but=principal.session_id))


async def offer_second_factor(door: Door, account_id: UUID, hall: str) -> second_factor.Offer:
    return await door.read(
        lambda reader: second_factor.offer(door.vault, reader.session.get_one(AccountRow, account_id), hall, reader.now)
    )


async def set_second_factor(
    door: Door, principal: Principal, current: str, old_code: str, sealed: str, code: str
) -> None:
    account_id = own_id(principal)
    await prove_own(door, principal, current, old_code)

    def keep(writer: Writer) -> None:
        account = writer.session.get_one(AccountRow, account_id)
        second_factor.accept(writer, door.vault, account, sealed, code)
        audit.record(writer, account_actor(account, door.address), "account.second_factor_set", "account", account_id)

    await door.write(keep)


async def remove_second_factor(door: Door, principal: Principal, current: str, code: str) -> None:
    account_id = own_id(principal)
    if await door.read(lambda reader: second_factor.is_required(reader, account_id)):
        raise HallError("second_factor_required", status=409)
    await prove_own(door, principal, current, code)

    def take(writer: Writer) -> None:
        account = writer.session.get_one(AccountRow, account_id)
        second_factor.remove(writer, account)
        audit.record(
            writer, account_actor(account, door.address), "account.second_factor_removed", "account", account_id
        )

    await door.write(take)


def end_own(writer: Writer, door: Door, account_id: UUID, session_id: UUID) -> None:
    session = session_of(writer, account_id, session_id)
    account = writer.session.get_one(AccountRow, account_id)
    end_session(writer, session.id, "signed_out")
    audit.record(writer, account_actor(account, door.address), "session.ended", "session", session_id)
