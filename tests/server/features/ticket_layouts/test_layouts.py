"""A layout's life: drafted, published, used here and there, restored."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import update

from server.audit import SYSTEM
from server.features.terminals.models import TerminalRow
from server.features.ticket_layouts import service
from server.features.ticket_layouts.models import TicketLayoutRow, TicketLayoutUseRow
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
    one = used({"kind": "hall"}, of=one)
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
    two = used({"kind": "terminal", "target": terminal}, {"kind": "service", "target": ticketed}, of=two)
    mine = desk.read(lambda r: service.in_use(r, "kiosk", "k1"))
    other = desk.read(lambda r: service.in_use(r, "kiosk", "k2"))
    assert mine.of(uuid4()) == mine.of(ticketed) == other.of(ticketed) == standard_layout().model_dump(mode="json")
    assert other.of(uuid4()) == PLAIN.model_dump(mode="json")
    # A place has one layout.
    two = used({"kind": "hall"}, of=two)
    assert next(v for v in desk.read(service.layouts) if v.id == one.id).uses == []
    with pytest.raises(HallError) as refused:
        retire = LayoutEdit(version=two.version, retired=True)
        write(lambda w: service.edit_layout(w, SYSTEM, two.id, retire))
    assert refused.value.code == "ticket_layout_in_use"
    assert [event.kind for event in desk.events].count(service.CHANGED) >= 3


def test_places_are_changed_by_one_editor_at_a_time_and_only_to_what_there_is(desk: Desk) -> None:
    """Bugs: a layout went to displays and to other halls' terminals, a service that was deleted kept its layout from
    every other place, and of two editors the second took the first one's place away without knowing."""
    ticketed, _, _ = desk.places()
    write = desk.database.write
    display = uuid4()
    row = {"version": "", "place": "", "devices": []}
    write(lambda w: w.session.add(
        TerminalRow(hall_id=w.hall_id, id=display, kind="display", name="d", last_seen_at=w.now, **row)
    ))  # fmt: skip
    made = write(lambda w: service.add_layout(w, SYSTEM, LayoutCreate(name="一", draft=PLAIN)))
    one = write(lambda w: service.publish(w, SYSTEM, made.id, LayoutPublish(version=0)))

    def used(*uses: dict[str, object], version: int | None = None) -> LayoutView:
        body = LayoutUses.model_validate({"uses": uses, "version": version})
        return write(lambda w: service.use(w, SYSTEM, one.id, body))

    def refused(*uses: dict[str, object], version: int | None = None) -> str:
        with pytest.raises(HallError) as error:
            used(*uses, version=version)
        return error.value.code

    assert refused({"kind": "terminal", "target": display}) == "terminal_unknown"
    gone = {"kind": "service", "target": ticketed}
    now = used(gone, version=one.version)
    assert now.version > one.version
    assert refused({"kind": "hall"}, version=one.version) == "changed_meanwhile"
    stranger = uuid4()
    write(lambda w: w.connection.execute(update(TicketLayoutUseRow).values(target=str(stranger))))
    gone = {"kind": "service", "target": stranger}
    assert len(used(gone, {"kind": "hall"}, version=now.version).uses) == 2
    assert refused(gone, {"kind": "service", "target": uuid4()}) == "service_unknown"
    # Another layout takes a place: whoever still sees it here does not take it back unawares.
    seen = next(v for v in desk.read(service.layouts) if v.id == one.id)
    two = write(lambda w: service.add_layout(w, SYSTEM, LayoutCreate(name="二", draft=PLAIN)))
    two = write(lambda w: service.publish(w, SYSTEM, two.id, LayoutPublish(version=0)))
    hall = LayoutUses.model_validate({"uses": [{"kind": "hall"}]})
    write(lambda w: service.use(w, SYSTEM, two.id, hall))
    assert refused({"kind": "hall"}, version=seen.version) == "changed_meanwhile"


def test_a_version_no_program_prints_any_more_is_refused_with_words(desk: Desk) -> None:
    """Bug: it was an internal error."""
    write = desk.database.write
    made = write(lambda w: service.add_layout(w, SYSTEM, LayoutCreate(name="一", draft=PLAIN)))
    write(lambda w: w.connection.execute(update(TicketLayoutRow).values(draft={"blocks": [{"kind": "hologram"}]})))
    with pytest.raises(HallError) as refused:
        write(lambda w: service.publish(w, SYSTEM, made.id, LayoutPublish(version=0)))
    assert refused.value.code == "ticket_layout_outdated"
