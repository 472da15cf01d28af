"""Accounts of the demonstration hall: an administrator and everybody who sits at its counters, with one password."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server.database import HallRow
from server.features.access.models import AccountRow
from server.features.accounts import passwords
from server.features.accounts.opening import give, new_account, role_by_key
from server.features.catalogue.models import StaffRow

PASSWORD_FILE = "demo-password.txt"
ADMINISTRATOR = "admin"
_BY = "system:demo"


def open_demo_accounts(connection: Connection, data: Path) -> None:
    """Once: where there are accounts, nothing is changed. The password is random and stands in the data folder."""
    with Session(bind=connection) as session:
        hall = session.scalars(select(HallRow)).one()
        if session.scalars(select(AccountRow.id).limit(1)).first() is not None:
            return
        password = passwords.one_time_password()
        # The same hash for all: one for each of sixty people would take longer than everything else.
        hashed, now = passwords.hash_now(password), datetime.now(UTC)

        def opened(username: str) -> AccountRow:
            account = new_account(hall.id, now, "staff", username)
            account.password_hash, account.password_at = hashed, now
            account.decided_at, account.decided_by = now, _BY
            session.add(account)
            return account

        administrator = opened(ADMINISTRATOR)
        people = []
        for person in session.scalars(select(StaffRow).where(StaffRow.hall_id == hall.id, StaffRow.retired.is_(False))):
            account = opened(person.number.lower())
            account.staff_id, account.unit_id = person.id, person.unit_id
            people.append(account)
        session.flush()
        give(session, administrator, role_by_key(session, hall.id, "hall_administrator"), None, _BY, now)
        role = role_by_key(session, hall.id, "department_staff")
        for account in people:
            give(session, account, role, account.unit_id, _BY, now)
        session.flush()
        _write(data / PASSWORD_FILE, password)


def _write(path: Path, password: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password + "\n")
