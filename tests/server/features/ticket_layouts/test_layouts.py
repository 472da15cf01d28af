"""A layout's life: drafted, published, used here and there, restored."""

from __future__ import annotations

from uuid import uuid4

import pytest

from server.audit import SYSTEM
from server.features.terminals.models import TerminalRow
from server.features.ticket_layouts import service
from shared.devices.printer.standard_layout import standard_layout
from shared.domain.errors import HallError
from shared.schemas.ticket_layout import TicketLayout
from shared.schemas.ticket_layouts import LayoutCreate, LayoutEdit, LayoutPublish, LayoutUses, LayoutView
from tests.server.conftest import Desk

PLAIN = TicketLayout.model_validate({"blocks": [{"kind": "field", "id": "n", "field": "number"}]})


def test_a_layout_is_drafted_published_used_and_restored(desk: Desk) -> None:
    ticketed, _, _ = desk.places()
    write = desk.database.write
    terminal = uuid4()
    write(
        lambda w: w.session.add(
            TerminalRow(
                hall_id=w.hall_id, id=terminal, kind="kiosk", name="k1", version="", place="", devices=[],
                last_seen_at=w.now,
            )
        )
    )  # fmt: skip

    def used(*uses: dict[str, object], of: LayoutView) -> LayoutView:
        body = LayoutUses.model_validate({"uses": uses})
        return write(lambda w: service.use(w, SYSTEM, of.id, body))

    one = write(lambda w: service.add_layout(w, SYSTEM, LayoutCreate(name="一", draft=PLAIN)))
    with pytest.raises(HallError) as refused:
        used({"kind": "hall"}, of=one)
    assert refused.value.code == "ticket_layout_not_published"
    one = write(lambda w: service.publish(w, SYSTEM, one.id, LayoutPublish(version=one.version)))
    edit = LayoutEdit(version=one.version, draft=standard_layout())
    one = write(lambda w: service.edit_layout(w, SYSTEM, one.id, edit))
    with pytest.raises(HallError) as refused:
        write(lambda w: service.edit_layout(w, SYSTEM, one.id, edit))
    assert refused.value.code == "changed_meanwhile"
    used({"kind": "hall"}, of=one)
    # A draft is printed by nobody.
    assert desk.read(lambda r: service.in_use(r, "kiosk", "k1")).of(ticketed) == PLAIN.model_dump(mode="json")
    one = write(lambda w: service.publish(w, SYSTEM, one.id, LayoutPublish(version=one.version, note="大字")))
    assert desk.read(lambda r: service.in_use(r, "kiosk", "k1")).hall == standard_layout().model_dump(mode="json")
    back = LayoutPublish(version=one.version, restore=1)
    one = write(lambda w: service.publish(w, SYSTEM, one.id, back))
    assert ([v.number for v in one.versions], one.published) == ([3, 2, 1], 3)
    assert one.draft == PLAIN.model_dump(mode="json")

    two = write(lambda w: service.add_layout(w, SYSTEM, LayoutCreate(name="二", draft=standard_layout())))
    two = write(lambda w: service.publish(w, SYSTEM, two.id, LayoutPublish(version=two.version)))
    used({"kind": "terminal", "target": terminal}, {"kind": "service", "target": ticketed}, of=two)
    mine = desk.read(lambda r: service.in_use(r, "kiosk", "k1"))
    other = desk.read(lambda r: service.in_use(r, "kiosk", "k2"))
    assert mine.of(uuid4()) == mine.of(ticketed) == other.of(ticketed) == standard_layout().model_dump(mode="json")
    assert other.of(uuid4()) == PLAIN.model_dump(mode="json")
    # A place has one layout.
    used({"kind": "hall"}, of=two)
    assert next(v for v in desk.read(service.layouts) if v.id == one.id).uses == []
    with pytest.raises(HallError) as refused:
        retire = LayoutEdit(version=two.version, retired=True)
        write(lambda w: service.edit_layout(w, SYSTEM, two.id, retire))
    assert refused.value.code == "ticket_layout_in_use"
    assert [event.kind for event in desk.events].count(service.CHANGED) >= 3
