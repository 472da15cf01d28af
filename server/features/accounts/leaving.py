"""What a person's leaving and coming back does to their account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from server.auth import Principal
from server.database import Reader, Writer
from server.features.access.duties import held, refuse_last
from server.features.access.models import AccountRow
from server.features.access.service import is_above
from server.features.accounts.sessions import end_sessions_of
from server.features.catalogue.models import StaffRow
from shared.domain.errors import HallError


@contextmanager
def leaving(writer: Writer, principal: Principal, person: StaffRow) -> Iterator[None]:
    """Around the change of ``retired``: nobody does it to an account above them, nor to the last one of a duty."""
    may_leave(writer, principal, person)
    account = _account_of(writer, person)
    if account is None:
        yield
        return
    before = held(writer)
    yield
    refuse_last(writer, before)
    if person.retired:
        end_sessions_of(writer, account.id, "account")


def may_leave(reader: Reader, principal: Principal, person: StaffRow) -> None:
    """403 when the person's account stands above the caller."""
    account = _account_of(reader, person)
    if account is not None and is_above(reader, principal, account):
        raise HallError("account_above", status=403)


def _account_of(reader: Reader, person: StaffRow) -> AccountRow | None:
    return reader.session.scalars(select(AccountRow).where(AccountRow.staff_id == person.id)).one_or_none()
