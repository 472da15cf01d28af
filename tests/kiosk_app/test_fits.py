"""Nothing that is touched lies under the foot, over something else, or outside, however the screen stands."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from typing import Protocol

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtQuick import QQuickItem
from pytestqt.exceptions import TimeoutError as QtBotTimeoutError
from pytestqt.qtbot import QtBot

from kiosk_app.bootstrap import KioskApp
from kiosk_app.features.queueing.drawing import RECENT_SHOWN
from kiosk_app.touch import TouchApp
from shared.domain.identifiers import uuid7
from shared.schemas.hall import Service
from shared.schemas.tickets import Identity, TicketRequest
from tests.fakes.citizens import serve
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import proxy_to
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import PRINTER, new_card

# Pixels of the design.
APART = 12
REST_MS = 4000


class Seen(Protocol):
    """A program on the screen."""

    @property
    def app(self) -> KioskApp | TouchApp: ...
    @property
    def qtbot(self) -> QtBot: ...
    def find(self, name: str) -> QQuickItem: ...


def below(item: QQuickItem) -> list[QQuickItem]:
    found = [item]
    for child in item.childItems():
        if child.isVisible():
            found += below(child)
    return found


def place(item: QQuickItem) -> QRectF:
    return item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))


def faults(kiosk: Seen, where: str) -> list[str]:
    """What stays wrong with the step that is shown, once it has been laid out and has come to rest."""
    found: list[str] = []

    def fine() -> bool:
        kiosk.app.window.grabWindow()
        found[:] = faults_now(kiosk, where)
        return not found

    with suppress(QtBotTimeoutError):
        kiosk.qtbot.waitUntil(fine, timeout=REST_MS)
    return found


def faults_now(kiosk: Seen, where: str) -> list[str]:
    """What is wrong with the buttons and cards at this moment."""
    root = kiosk.app.window.rootObject()
    row = kiosk.find("elder_toggle").parentItem()
    foot = row.parentItem()
    buttons = {
        f"{item.objectName()} {item.property('text')}": item
        for item in below(root)
        if item.inherits("QQuickAbstractButton") and item.parentItem() is not row and item.opacity() > 0
    }
    assert buttons, where
    room = QRectF(0, 0, root.width(), place(foot).top() - APART)
    found = []
    for name, item in buttons.items():
        if not room.contains(place(item)):
            found.append(f"{where}: {name} is outside, or under or at the foot")
        for other, beside in buttons.items():
            if name < other and place(item).adjusted(1, 1, -1, -1).intersects(place(beside)):
                found.append(f"{where}: {name} and {other} lie over each other")
        for part in below(item):
            words = part.property("text") if part.inherits("QQuickText") else ""
            row = where.startswith("welcome") and item.objectName().startswith("service_card")
            if row and words == item.property("text") and part.property("truncated"):
                found.append(f"{where}: '{words}' is cut short")
            if words and not place(item).adjusted(-2, -2, 2, 2).contains(place(part)):
                found.append(f"{where}: '{words}' runs out of {name}")
    return found


def _length(service: Service) -> int:
    return len(service.name)


def take_the_longest(hall: RunningHall, card: dict[str, str], count: int) -> None:
    """The ``count`` services with the longest names become this person's last ones."""
    client = hall.client("kiosk")
    services = sorted((service for service in client.services() if service.ticketable and service.open), key=_length)
    for service in services[-count:]:
        identity = Identity(kind="resident", number=card["number"], name=card["name"])
        serve(hall, client.issue(TicketRequest(id=uuid7(), service_id=service.id, identity=identity)))


@pytest.mark.parametrize("size", ["1080x1920", "1920x1080"])
@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_step_fits(make_kiosk: MakeRig, shared_hall: RunningHall, size: str, elder: bool, language: str) -> None:
    order = [language, *(code for code in ("zh-CN", "en") if code != language)]
    with proxy_to(shared_hall.port) as line:
        hall = dataclasses.replace(shared_hall, port=line.port)
        kiosk = make_kiosk(hall, size=size, elder=elder, language=language, languages=order).start()
        desk = kiosk.app.queueing
        found: list[str] = []

        def check(where: str) -> None:
            found.extend(faults(kiosk, where))

        check("start")
        desk.type_number()
        for name in ("number_person", "number_letters", "number_organisation"):
            kiosk.click(name)
            check(name)
        desk.home()
        desk.without()
        for level in range(3):
            check(f"services {level}")
            kiosk.click("service_card_0")
        desk.home()
        desk.open_search()
        for query in ("", "S", "QQQQ"):
            desk.search_text(query)
            check(f"search {query}")
        desk.search_text("居民身份证到期换领")
        kiosk.click("service_card_0")
        check("ask")
        desk.home()
        kiosk.board.set_fault(PRINTER, "paper_out")
        kiosk.app.devices.look_at_printer()
        kiosk.until(lambda: kiosk.state.printer_trouble != "")
        check("start without paper")
        for count in range(1, RECENT_SHOWN + 1):
            desk.home()
            card = new_card()
            take_the_longest(shared_hall, card, count)
            kiosk.lay_card(card)
            kiosk.until(lambda: kiosk.state.step == "welcome" and not kiosk.state.recent_loading)
            assert len(kiosk.state.cards) == count
            check(f"welcome with {count}")
            kiosk.take_card()
        desk.open_search()
        desk.search_text("企业开办")
        kiosk.click("service_card_0")
        kiosk.until(lambda: kiosk.state.ticket.paper == "not_printed")
        check("ticket without paper")
        desk.home()
        desk.without()
        desk.open_search()
        desk.search_text("办事咨询")
        line.cut()
        kiosk.click("service_card_0")
        kiosk.until_step("trouble")
        check("trouble")
        assert not found, "\n".join(found)
