"""People with accounts at the console: signed in for real, with the rights their account has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import insert, select

from server.database import HallRow
from server.features.access.models import AccountRow
from server.features.accounts.opening import new_account
from server.features.accounts.passwords import hash_now
from shared.client.hall_client import HallClient
from shared.client.signing_in import SignedIn
from shared.schemas.access import GrantCreate
from shared.schemas.accounts import Account
from tests.fakes.hall import RunningHall

PASSWORD = "Teal-otter-42"


def add(hall: RunningHall, username: str, unit_id: UUID | None = None, **fields: object) -> UUID:
    """An account behind the server's back, open and with ``PASSWORD`` unless told otherwise."""
    (hall_id,) = hall.execute(select(HallRow.id))[0]
    row = new_account(hall_id, datetime.now(UTC), "staff", username)
    row.unit_id, row.password_hash, row.password_at = unit_id, hash_now(PASSWORD), datetime.now(UTC)
    for name, value in fields.items():
        setattr(row, name, value)
    values = {column.key: getattr(row, column.key) for column in AccountRow.__table__.columns}
    hall.execute(insert(AccountRow).values(**values))
    return row.id


def give(hall: RunningHall, account_id: UUID, role: str, unit_id: UUID | None = None) -> None:
    client = hall.client("admin", "giver")
    role_id = next(one.id for one in client.roles() if one.key == role)
    client.give(GrantCreate(account_id=account_id, role_id=role_id, unit_id=unit_id))


def one(hall: RunningHall, username: str) -> Account:
    found = hall.client("admin", "looker").accounts(search=username).items
    return next(account for account in found if account.username == username)


@contextmanager
def signed_in(hall: RunningHall, username: str, password: str = PASSWORD) -> Iterator[HallClient]:
    """A client with the token of a person, signed in as the console does it."""
    person = SignedIn(hall.url, "zhiting-admin", place="office")
    person.by_password(username, password)
    client = HallClient(hall.url, person)
    yield client
    client.close()
    person.close()
