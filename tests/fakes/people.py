"""People with accounts in a running hall: made behind the server's back, signed in as everybody signs in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from server.database import HallRow
from server.features.access.models import AccountRow
from server.features.accounts.opening import give, new_account, role_by_key
from server.settings import Settings
from shared.client.signing_in import SignedIn
from tests.fakes.hall import RunningHall


def add_account(
    hall: RunningHall, name: str, *, role: str = "", unit: UUID | None = None, kind: str = "staff",
    status: str = "open", person: UUID | None = None,
) -> UUID:  # fmt: skip
    """An account with the demonstration's password, in a unit; it holds the role there, or in the whole hall.

    ``person``: somebody of the organisation whose account it is.
    """
    engine = create_engine(Settings(data=hall.data, database_url=hall.database_url).url)
    try:
        # Before the connection is taken: it may have to set the password first.
        hall.password()
        with Session(engine) as session, session.begin():
            hall_id, now = session.scalars(select(HallRow.id)).one(), datetime.now(UTC)
            account = new_account(hall_id, now, kind, name, status=status)
            # The hash of somebody who is there: making one takes its time, by design.
            account.password_hash = session.scalars(
                select(AccountRow.password_hash).where(AccountRow.username == "admin")
            ).one()
            account.password_at, account.unit_id, account.staff_id = now, unit, person
            session.add(account)
            session.flush()
            if role:
                give(session, account, role_by_key(session, hall_id, role), unit, "test", now)
            return account.id
    finally:
        engine.dispose()


@contextmanager
def signed_in(hall: RunningHall, name: str, client_id: str = "zhiting-admin") -> Iterator[SignedIn]:
    """Somebody at a program; what it is called gives their access token."""
    person = SignedIn(hall.url, client_id, place="test")
    try:
        person.by_password(name, hall.password())
        yield person
    finally:
        person.close()
