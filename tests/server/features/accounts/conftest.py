"""Accounts in this process: the real functions on the real database, on both engines, with a clock that stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server.audit import AuditRow
from server.crypto import Vault, place
from server.features.access.models import AccountRow
from server.features.access.service import policy, set_policy
from server.features.accounts.opening import give, new_account, role_by_key
from server.features.accounts.passwords import hash_now
from server.features.accounts.proof import Door, Proof
from server.features.accounts.sign_in import prove_password
from shared.schemas.access import SecurityPolicy
from tests.server.conftest import Desk

PASSWORD = "Teal-otter-42"
HASH = hash_now(PASSWORD)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass
class Gate:
    """A hall with one more account, ``zhang``, and what tests ask of it."""

    desk: Desk
    door: Door

    @property
    def vault(self) -> Vault:
        return self.door.vault

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(work)

    def prove(self, name: str = "zhang", password: str = PASSWORD, code: str = "", address: str = "10.0.0.1") -> Proof:
        door = Door(self.door.database, self.door.keys, address)
        found: Proof = self.run(prove_password(door, name, password, code))
        return found

    def write(self, work: Callable[[Any], Any]) -> Any:
        return self.desk.database.write(work)

    def change(self, **fields: Any) -> None:
        def work(writer: Any) -> None:
            row = writer.session.scalars(select(AccountRow).where(AccountRow.username == "zhang")).one()
            for name, value in fields.items():
                setattr(row, name, value)

        self.write(work)

    def account(self, name: str = "zhang") -> AccountRow:
        found: AccountRow = self.desk.read(
            lambda reader: reader.session.scalars(select(AccountRow).where(AccountRow.username == name)).one()
        )
        return found

    def policy(self, **parts: Any) -> None:
        def work(writer: Any) -> None:
            wanted = policy(writer).model_dump() | parts
            set_policy(writer, SecurityPolicy.model_validate(wanted))

        self.write(work)

    def with_second_factor(self) -> None:
        id_ = self.account().id
        self.change(totp_cipher=self.vault.seal(SECRET, place("accounts", "totp", id_)), totp_step=0)

    def with_role(self, key: str, unit: UUID | None = None) -> None:
        def work(writer: Any) -> None:
            row = writer.session.scalars(select(AccountRow).where(AccountRow.username == "zhang")).one()
            give(writer.session, row, role_by_key(writer.session, writer.hall_id, key), unit, "test", writer.now)

        self.write(work)

    def trail(self, action: str) -> list[AuditRow]:
        return list(
            self.desk.read(
                lambda reader: reader.session.scalars(
                    select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.n)
                ).all()
            )
        )


@pytest.fixture
def gate(desk: Desk) -> Gate:
    def work(writer: Any) -> None:
        account = new_account(writer.hall_id, writer.now, "staff", "zhang")
        account.password_hash, account.password_at = HASH, writer.now
        writer.session.add(account)

    desk.database.audit_key = desk.context.keys.audit
    desk.database.write(work)
    return Gate(desk, Door(desk.database, desk.context.keys, "10.0.0.1"))
