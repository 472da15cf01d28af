"""A change of the organisation is judged by what its caller may do when it is made, not when their token was read."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import delete

from server.auth import Principal
from server.features.access.models import GrantRow
from shared.client.hall_client import HallClient
from shared.client.signing_in import SignedIn
from shared.domain.errors import HallError
from shared.schemas.access import GrantCreate
from shared.schemas.organisation import PersonCreate, PersonEdit, UnitCreate, UnitEdit
from tests.fakes.hall import RunningHall

CLIENT = "zhiting-admin"
KEYS = st.sampled_from(["organisation.units:change", "organisation.people:change", "accounts:view"])
UNITS = st.frozensets(st.sampled_from([UUID(int=n) for n in range(4)]), min_size=1)


def _principal(everywhere: frozenset[str], in_units: dict[str, frozenset[UUID]]) -> Principal:
    inside = {key: units for key, units in in_units.items() if key not in everywhere}
    return Principal("user", "x", 2e9, everywhere, inside)


PRINCIPALS = st.builds(_principal, st.frozensets(KEYS), st.dictionaries(KEYS, UNITS))
ALL = frozenset(UUID(int=n) for n in range(4))


@given(PRINCIPALS, PRINCIPALS, KEYS)
def test_within_permits_where_both_do(one: Principal, other: Principal, key: str) -> None:
    def where(principal: Principal) -> frozenset[UUID]:
        scope = principal.scope(key)
        return ALL if scope is None else scope

    both = one.within(other)
    assert where(both) == where(one) & where(other)
    assert (both.scope(key) is None) == (one.scope(key) is None and other.scope(key) is None)
    assert both.may(key) == bool(where(both))


def test_a_right_that_has_gone_since_the_token_was_read_counts_no_more(shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    root = admin.units()[0]
    unit = admin.add_unit(UnitCreate(parent_id=root.id, name="Soon not theirs"))
    account = next(item for item in admin.accounts(kind="staff", search="ys1008").items if item.username == "ys1008")
    role = next(item for item in admin.roles() if item.key == "department_administrator")
    grant = admin.give(GrantCreate(account_id=account.id, role_id=role.id, unit_id=unit.id))
    signed = SignedIn(shared_hall.url, CLIENT)
    signed.by_password("ys1008", shared_hall.password())
    client = HallClient(shared_hall.url, signed)
    try:
        below = client.add_unit(UnitCreate(parent_id=unit.id, name="Still theirs"))
        person = client.add_person(PersonCreate(number="rn1", name="Somebody", unit_id=below.id))
        book = load_workbook(io.BytesIO(client.export_organisation()))
        book.worksheets[1].cell(2, 3).value = "No more"
        file = io.BytesIO()
        book.save(file)
        # Behind the server's back: what it knows of the token is what it knew before.
        client.me()
        shared_hall.execute(delete(GrantRow).where(GrantRow.id == grant.id))
        assert client.me().may("organisation.units:change"), "the door still lets them in"
        for change in (
            lambda: client.add_unit(UnitCreate(parent_id=unit.id, name="No more")),
            lambda: client.edit_unit(below.id, UnitEdit(version=below.version, name="No more")),
            lambda: client.add_person(PersonCreate(number="rn2", name="Nobody", unit_id=unit.id)),
            lambda: client.edit_person(person.id, PersonEdit(version=person.version, title="No more")),
        ):
            with pytest.raises(HallError) as refused:
                change()
            assert refused.value.code == "not_permitted"
        for dry_run in (True, False):
            report = client.import_organisation(file.getvalue(), dry_run=dry_run)
            assert (report.outcome, [fault.code for fault in report.faults]) == ("wrong", ["not_permitted"])
    finally:
        client.close()
        signed.close()
