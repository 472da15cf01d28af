"""Groups in groups, some of which give numbers themselves: how a finger goes through them."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem

from shared.schemas.hall import CounterEdit, ServiceCreate
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig

DEPTH = 6
NAME = "企业职工基本养老保险关系跨省转移接续申请（第{n}层）"


def test_a_group_six_levels_down_is_a_choice_inside_itself(make_kiosk: MakeRig, hall: RunningHall) -> None:
    admin = hall.client("admin")
    parent = None
    for n in range(1, DEPTH + 1):
        # The last group and the one service in it give numbers; a second group beside it keeps each level on screen.
        last = n == DEPTH
        wanted = {"name": NAME.format(n=n), "parent_id": parent, "ticketable": last, "identity": "none"}
        made = admin.add_service(ServiceCreate.model_validate(wanted | ({"series": "ZD"} if last else {})))
        admin.add_service(ServiceCreate(name=f"其他{n}", parent_id=parent, ticketable=False))
        parent = made.id
    leaf = admin.add_service(ServiceCreate(name="补缴", parent_id=parent, series="ZD", identity="none"))
    counter = admin.counters()[0]
    assert parent is not None
    admin.edit_counter(counter.id, CounterEdit(service_ids=[*counter.service_ids, parent, leaf.id]))
    kiosk = make_kiosk(hall).start()
    kiosk.until(lambda: any(one.id == leaf.id and one.open for one in kiosk.app.copy.services))
    kiosk.app.queueing.without()
    kiosk.until_step("services")
    way = [one for one in kiosk.app.copy.services if one.name.startswith(NAME[:10]) and "层" in one.name]
    for group in way:
        kiosk.app.queueing.choose(str(group.id))
    kiosk.until(lambda: len(kiosk.state.crumbs) == DEPTH)
    assert [card.title for card in kiosk.state.cards] == [f"{NAME.format(n=DEPTH)}（综合）", "补缴"]
    assert not any(card.group or card.closed for card in kiosk.state.cards)
    kiosk.app.window.grabWindow()
    room = QRectF(0, 0, kiosk.app.window.rootObject().width(), kiosk.app.window.rootObject().height())
    for name in ("crumb_home", "crumb_more", "crumb_3", "crumb_4"):
        item: QQuickItem = kiosk.find(name)
        assert room.contains(item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))), name
    kiosk.click("crumb_more")
    kiosk.until(lambda: len(kiosk.state.crumbs) == DEPTH - 3)
    for group in way[DEPTH - 3 :]:
        kiosk.app.queueing.choose(str(group.id))
    kiosk.until(lambda: len(kiosk.state.cards) == 2)
    kiosk.click("service_card_0")
    kiosk.until_step("ticket")
    assert kiosk.state.ticket.number.startswith("ZD")
    assert kiosk.state.ticket.service == NAME.format(n=DEPTH)
