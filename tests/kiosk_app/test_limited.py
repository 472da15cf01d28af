"""Who has a number already sees it again and may print it; whom a rule gives none reads why, and until when."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from shared.i18n import text
from shared.schemas.limits import LimitBlockCreate, LimitEnd
from shared.schemas.tickets import Identity
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import KioskRig
from tests.kiosk_app.test_fits import faults


def picture(kiosk: KioskRig, name: str) -> None:
    """For eyes, where a folder for pictures is named."""
    if folder := os.environ.get("ZHITING_PICTURES"):
        kiosk.qtbot.wait(600)
        kiosk.app.window.grabWindow().save(f"{folder}/{name}.png")


def ask_for(kiosk: KioskRig, query: str) -> None:
    kiosk.lay_card()
    kiosk.until(lambda: kiosk.state.step in ("services", "welcome") and not kiosk.state.recent_loading)
    kiosk.app.queueing.open_search()
    kiosk.app.queueing.search_text(query)
    kiosk.click("service_card_0")


def leave(kiosk: KioskRig) -> None:
    kiosk.app.queueing.home()
    kiosk.until_step("start")
    kiosk.take_card()
    kiosk.until(lambda: not kiosk.state.card_on_reader)


@pytest.mark.parametrize(
    ("size", "elder", "language"),
    [
        ("1080x1920", False, "zh-CN"),
        ("1080x1920", True, "en"),
        ("1920x1080", True, "zh-CN"),
        ("1920x1080", False, "en"),
    ],
)
def test_a_second_number_is_the_first_one_again(
    make_kiosk: MakeRig, shared_hall: RunningHall, size: str, elder: bool, language: str
) -> None:
    order = [language, *(code for code in ("zh-CN", "en") if code != language)]
    kiosk = make_kiosk(shared_hall, size=size, elder=elder, language=language, languages=order).start()
    name = f"limited-{size}-{'elder-' if elder else ''}{language}"
    ask_for(kiosk, "办事咨询")
    first = kiosk.printed().data["document"]
    leave(kiosk)
    ask_for(kiosk, "企业开办")
    kiosk.until(lambda: kiosk.state.limit.can_print)
    assert kiosk.text_of("limited_number") == first["number"]
    assert kiosk.text_of("limited_ahead") == kiosk.state.limit.ahead != ""
    assert faults(kiosk, "has a number") == []
    picture(kiosk, f"{name}-has")
    kiosk.click("limited_print")
    again = kiosk.printed(2).data["document"]
    assert (again["number"], again["reprint"], first["reprint"]) == (first["number"], True, False)
    kiosk.until_step("ticket")
    leave(kiosk)

    admin = shared_hall.client("admin")
    who = Identity(kind="resident", number=kiosk.card["number"])
    until = admin.hall().now.date() + timedelta(days=2)
    block = admin.add_limit_block(LimitBlockCreate(identity=who, reason="sold numbers", until=until))
    ask_for(kiosk, "企业开办")
    kiosk.until_step("limited")
    assert (until + timedelta(days=1)).isoformat() in kiosk.state.limit.text
    assert kiosk.state.limit.title == text("kiosk.limited.title", language)
    assert not kiosk.shows("limited_print") and not kiosk.shows("limited_number")
    assert faults(kiosk, "blocked") == []
    picture(kiosk, f"{name}-blocked")
    kiosk.click("limited_leave")
    kiosk.until_step("start")
    admin.end_limit_block(block.id, LimitEnd(version=block.version, reason="the test is over"))
