"""When a person leaves, nothing of them stays."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import QObject

from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import KioskRig


def remains(card: dict[str, str], thing: Any, seen: set[int] | None = None, depth: int = 0) -> list[str]:
    """Personal words anywhere inside an object of ours."""
    seen = set() if seen is None else seen
    number, name = card["number"], card["name"]
    if id(thing) in seen or depth > 8:
        return []
    seen.add(id(thing))
    if isinstance(thing, str):
        return (
            [thing] if number in thing or name in thing or name[0] + "**" in thing or "*" + number[-4:] in thing else []
        )
    inside: list[Any] = []
    if isinstance(thing, dict):
        inside = [*thing.keys(), *thing.values()]
    elif isinstance(thing, list | tuple | set | frozenset):
        inside = list(thing)
    elif (
        dataclasses.is_dataclass(thing)
        or isinstance(thing, QObject)
        or type(thing).__module__.startswith(("kiosk_app", "shared.schemas"))
    ):
        inside = list(getattr(thing, "__dict__", {}).values())
    return [found for one in inside for found in remains(card, one, seen, depth + 1)]


def at_services(kiosk: KioskRig) -> None:
    kiosk.lay_card()
    kiosk.until(lambda: kiosk.state.step in ("services", "welcome") and not kiosk.state.recent_loading)


def test_the_search_for_remains_finds_them(kiosk: KioskRig) -> None:
    at_services(kiosk)
    assert remains(kiosk.card, kiosk.app.queueing)


def test_untouched_for_the_time_wipes_and_one_touch_comes_back(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(shared_hall, idle_seconds=1.2, warn_seconds=0.9).start()
    at_services(kiosk)
    kiosk.until(lambda: kiosk.state.idle_left > 0 and kiosk.shows("idle_warning"))
    kiosk.until_step("attract")
    assert kiosk.shows("attract")
    assert remains(kiosk.card, kiosk.app.queueing) == []
    kiosk.take_card()
    kiosk.until(lambda: not kiosk.state.card_on_reader)
    kiosk.click("attract")
    assert kiosk.state.step == "start"


def test_the_warning_can_be_answered(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(shared_hall, idle_seconds=4.0, warn_seconds=3.8).start()
    kiosk.click("start_without")
    kiosk.until(lambda: kiosk.state.idle_left > 0)
    kiosk.click("idle_stay")
    assert kiosk.state.idle_left == 0
    assert kiosk.state.step == "services"


def test_half_a_number_is_wiped_too(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(shared_hall, idle_seconds=0.8, warn_seconds=0.1).start()
    kiosk.app.queueing.type_number()
    for sign in kiosk.card["number"][:17]:
        kiosk.app.queueing.number_key(sign)
    kiosk.until_step("attract")
    assert kiosk.state.number.text == ""
    assert kiosk.app.queueing._session.typed == ""


def test_the_ticket_screen_leaves_by_itself_and_reminds_of_the_card(
    make_kiosk: MakeRig, shared_hall: RunningHall
) -> None:
    kiosk = make_kiosk(shared_hall, ticket_seconds=1.5).start()
    at_services(kiosk)
    kiosk.app.queueing.open_search()
    kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
    kiosk.click("service_card_0")
    kiosk.until(lambda: kiosk.state.ticket.paper == "printed")
    assert kiosk.state.ticket_left > 0
    assert kiosk.shows("ticket_take_card")
    kiosk.until_step("start")
    assert kiosk.state.card_on_reader
    assert remains(kiosk.card, kiosk.app.queueing) == []


def test_the_loop_starts_when_nobody_comes_and_a_card_ends_it(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(shared_hall, attract_seconds=0.3).start("attract")
    assert kiosk.app.attract.state.count > 2
    first = kiosk.app.attract.state.slide
    kiosk.app.attract.next()
    assert kiosk.app.attract.state.slide != first
    at_services(kiosk)


def test_no_file_of_the_kiosk_holds_a_person(kiosk: KioskRig) -> None:
    at_services(kiosk)
    kiosk.app.queueing.open_search()
    kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
    kiosk.click("service_card_0")
    kiosk.printed()
    written = [path.read_bytes() for path in kiosk.folder.rglob("*") if path.is_file()]
    assert written
    assert not any(kiosk.card[key].encode() in one for one in written for key in ("number", "name"))
