"""Number formats in a hall that gives numbers, and groups that give numbers themselves."""

from __future__ import annotations

from uuid import uuid4

import pytest

from server.audit import SYSTEM
from server.features.catalogue.edit import add_service, edit_service
from server.features.catalogue.numbering import change_formats, state
from server.features.catalogue.view import service_tree
from shared.domain.errors import HallError
from shared.schemas.hall import ServiceCreate, ServiceEdit
from shared.schemas.numbering import NumberingChange
from tests.server.conftest import ADMIN, Desk


def change(desk: Desk, begins: str, *series: dict[str, object], **hall: object) -> None:
    version = desk.read(state).version
    body = NumberingChange.model_validate({"version": version, "begins": begins, "rules": {"series": series, **hall}})
    desk.database.write(lambda w: change_formats(w, SYSTEM, body))


def test_formats_change_at_once_or_tomorrow_and_no_number_comes_twice(desk: Desk) -> None:
    service, _, _ = desk.places()
    nodes = {s.id: s for s in desk.read(lambda r: service_tree(r, always_open=True, waiting=None))}
    own = nodes[service].series
    other = next(s for s in nodes.values() if s.open and s.series not in (None, own) and s.identity != "required")
    given = [desk.issue(service)["number"]]
    assert given == [f"{own}001"]
    change(desk, "now", {"series": own, "prefix": "社", "booked_prefix": "约"}, digits=4, separator="-")
    given.append(desk.issue(service)["number"])
    change(desk, "now", {"series": own, "prefix": "社", "start": 500}, digits=2)
    given.append(desk.issue(service)["number"])
    assert given[1:] == ["社-0002", "社500"]
    change(desk, "now", {"series": own, "prefix": "社", "start": 1})
    assert desk.issue(service)["number"] == "社501"  # it never goes back
    # Its letters have been used today: nobody else may have them before tomorrow.
    assert other.series is not None
    with pytest.raises(HallError) as refused:
        change(desk, "now", {"series": own, "prefix": "社"}, {"series": other.series, "prefix": own})
    assert refused.value.code == "number_prefix_used_today"
    change(desk, "tomorrow", {"series": own, "prefix": "社"}, {"series": other.series, "prefix": own})
    assert desk.issue(service)["number"] == "社502"
    assert desk.read(state).from_day is not None
    desk.clock.forward(days=1)
    assert desk.issue(other.id)["number"] == f"{own}001"
    assert (desk.read(state).later, desk.read(state).now.series[1].prefix) == (None, own)
    with pytest.raises(HallError) as refused:
        desk.database.write(
            lambda w: change_formats(
                w, SYSTEM, NumberingChange.model_validate({"version": 0, "begins": "now", "rules": {}})
            )
        )
    assert refused.value.code == "changed_meanwhile"


def test_a_service_never_takes_the_letters_another_series_writes(desk: Desk) -> None:
    service, _, _ = desk.places()
    own = next(
        s.series for s in desk.read(lambda r: service_tree(r, always_open=True, waiting=None)) if s.id == service
    )
    change(desk, "now", {"series": own, "prefix": "YA"})
    with pytest.raises(HallError) as refused:
        new = ServiceCreate(name="新", series="YA")
        desk.database.write(lambda w: add_service(w, ADMIN, SYSTEM, new, always_open=True))
    assert refused.value.code == "number_prefix_taken"


def test_a_group_may_give_numbers_itself_at_any_depth(desk: Desk) -> None:
    service, _, _ = desk.places()

    def edit(id_: object, **fields: object) -> None:
        wanted = ServiceEdit.model_validate(fields)
        desk.database.write(lambda w: edit_service(w, ADMIN, SYSTEM, id_, wanted, always_open=True))  # type: ignore[arg-type]

    parent = service
    for depth in range(6):
        new = ServiceCreate(name=f"第{depth}层", series="ZZ", parent_id=parent)
        parent = desk.database.write(lambda w, n=new: add_service(w, ADMIN, SYSTEM, n, always_open=True)).id
    desk.issue(service)
    nodes = {n.id: n for n in desk.read(lambda r: service_tree(r, always_open=True, waiting={service: 1, parent: 2}))}
    assert (nodes[service].ticketable, nodes[service].waiting, nodes[parent].waiting) == (True, 3, 2)
    group = desk.database.write(
        lambda w: add_service(w, ADMIN, SYSTEM, ServiceCreate(name="组", ticketable=False), always_open=True)
    )
    with pytest.raises(HallError) as refused:
        edit(group.id, ticketable=True)
    assert refused.value.code == "series_needed"
    edit(group.id, ticketable=True, series="ZZ")
    with pytest.raises(HallError) as refused:
        desk.issue(group.id, id=uuid4())
    assert refused.value.code == "service_closed"  # no counter serves it yet
