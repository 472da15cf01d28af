"""Several matters on one ticket, touched as people touch it."""

from __future__ import annotations

from tests.fakes.hall import RunningHall
from tests.kiosk_app.rig import KioskRig


def test_several_matters_become_one_ticket_and_one_paper(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    kiosk.click("start_without")
    assert not kiosk.shows("several_take")
    kiosk.click("several_toggle")
    for title in ("婚育教育民生", "咨询与综合服务", "咨询帮办"):
        kiosk.choose_titled(title)
    kiosk.until_step("services")
    first, second = (card.title for card in kiosk.state.cards[:2])
    for n in (0, 1, 1):
        # The third touch takes the second matter off the list again.
        kiosk.click(f"service_card_{n}")
    kiosk.until(lambda: kiosk.state.chosen == (first,))
    assert [card.chosen for card in kiosk.state.cards[:2]] == [True, False]
    # From a search, back to where the list stands; what asks who comes is asked when the ticket is taken.
    kiosk.click("back_button")
    kiosk.click("several_toggle")
    assert kiosk.state.chosen == (), "one matter as usual"
    kiosk.click("several_toggle")
    kiosk.choose_titled("咨询帮办")
    kiosk.click("service_card_0")
    kiosk.click("back_button")
    kiosk.click("back_button")
    kiosk.click("back_button")
    kiosk.until(lambda: not kiosk.state.crumbs)
    kiosk.choose_titled("婚育教育民生")
    kiosk.choose_titled("咨询与综合服务")
    kiosk.choose_titled("咨询帮办")
    kiosk.click("service_card_1")
    kiosk.until(lambda: kiosk.state.chosen == (first, second))
    kiosk.click("several_take")
    kiosk.until_step("ticket")
    assert kiosk.state.ticket.service == f"1.{first}；2.{second}"
    assert kiosk.printed().data["document"]["item"] == kiosk.state.ticket.service
    ticket = shared_hall.client("staff").tickets(number=kiosk.state.ticket.number).items[-1]
    assert [one.service_name for one in ticket.items] == [first, second]
    kiosk.click("ticket_done")
    kiosk.until_step("start")
    assert not kiosk.state.several, "nobody meets what the person before chose"
