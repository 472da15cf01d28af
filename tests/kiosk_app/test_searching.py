"""A service is found without a keyboard: letters, characters touched for them; and with a keyboard as well."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from shared.ui.theme import design_size
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import KioskRig

# The design is made for 1080 x 1920 on 32 inch.
MM = 32 * 25.4 / (1080**2 + 1920**2) ** 0.5


def offered(kiosk: KioskRig) -> list[str]:
    return [candidate.text for candidate in kiosk.state.strip.candidates]


def take(kiosk: KioskRig, text: str) -> None:
    """Touch these characters, on whatever page of the strip they stand."""
    while text not in offered(kiosk):
        kiosk.click("strip_next")
    kiosk.click(f"candidate_{offered(kiosk).index(text)}")


def press(kiosk: KioskRig, letters: str) -> None:
    """On an attached keyboard."""
    for letter in letters:
        QTest.keyClick(kiosk.app.window, letter)


def titles(kiosk: KioskRig) -> list[str]:
    return [card.title for card in kiosk.state.cards]


def touched_items(kiosk: KioskRig) -> dict[str, QRectF]:
    """What can be touched between head and foot, and where, in millimetres of the design's screen."""
    window = kiosk.app.window
    scale = MM * design_size("kiosk")[0] / min(window.width(), window.height())
    found: dict[str, QRectF] = {}

    def look(item: QQuickItem) -> None:
        name = item.objectName()
        if item.isVisible() and item.isEnabled():
            if name.startswith(("key_", "candidate_", "strip_", "service_card_", "page_", "search_by_group")):
                place = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
                found[name] = QRectF(*(part * scale for part in place.getRect()))
            for child in item.childItems():
                look(child)

    look(window.rootObject())
    return found


def test_a_word_is_entered_with_two_touches_and_becomes_a_ticket(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    assert "公积金" in offered(kiosk), "the words of this hall are there before anything is typed"
    kiosk.type("G")
    assert (kiosk.state.characters, kiosk.state.letters) == ("", "G")
    take(kiosk, "公积金")
    assert (kiosk.state.characters, kiosk.state.letters) == ("公积金", "")
    assert kiosk.text_of("search_box") == "公积金"
    assert kiosk.state.cards and kiosk.state.found > len(kiosk.state.cards)
    kiosk.click("key_clear")
    assert (kiosk.state.query, kiosk.state.found) == ("", -1)
    kiosk.type("BSZX")
    kiosk.click("service_card_0")
    kiosk.until_step("ticket")
    assert kiosk.state.ticket.service == "办事咨询"
    kiosk.printed()


def test_character_by_character_only_what_leads_on_is_offered(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    kiosk.type("GONG")
    take(kiosk, "公")
    assert {"积", "司"} <= set(offered(kiosk))
    kiosk.type("JJ")
    assert kiosk.state.letters == "JJ"
    mixed = titles(kiosk)
    take(kiosk, "积")
    assert (kiosk.state.characters, kiosk.state.letters) == ("公积", "J")
    take(kiosk, "金")
    assert kiosk.state.query == "公积金"
    assert titles(kiosk) == mixed != []
    while offered(kiosk):
        kiosk.click("candidate_0")
        assert kiosk.state.found > 0, f"nothing is found for {kiosk.state.query}"
    assert kiosk.state.query == "公积金提取"


def test_the_delete_key_takes_letters_first_and_then_characters(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    kiosk.type("GJJ")
    take(kiosk, "公积金")
    kiosk.type("TI")
    left = []
    while kiosk.state.query:
        kiosk.click("key_backspace")
        left.append(kiosk.state.query)
    assert left == ["公积金T", "公积金", "公积", "公", ""]


def test_the_strip_turns_sideways_through_everything_that_was_offered(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    kiosk.type("S")
    seen = offered(kiosk)
    assert not kiosk.shows("strip_previous")
    while kiosk.shows("strip_next"):
        kiosk.click("strip_next")
        seen += offered(kiosk)
    assert kiosk.state.strip.page == kiosk.state.strip.pages - 1 > 3
    assert len(seen) == len(set(seen))
    assert {"社保", "身", "税"} <= set(seen)
    kiosk.click("strip_previous")
    assert kiosk.state.strip.page == kiosk.state.strip.pages - 2
    kiosk.type("B")
    assert kiosk.state.strip.page == 0


def test_a_finger_that_comes_down_twice_takes_one_character(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    kiosk = make_kiosk(shared_hall, touch_guard_ms=350).start()
    kiosk.outlast_touch_guard()
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("公")
    kiosk.outlast_touch_guard()
    kiosk.click("candidate_0", times=3)
    assert len(kiosk.state.query) == 2


def test_nothing_found_says_what_else_there_is(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    kiosk.type("QQQQ")
    assert (kiosk.state.found, offered(kiosk)) == (0, [])
    assert kiosk.shows("search_nothing")
    kiosk.click("search_by_group")
    kiosk.until_step("services")


def test_letters_do_in_english(kiosk: KioskRig) -> None:
    kiosk.click("language_toggle")
    kiosk.click("start_search")
    assert not kiosk.state.strip.there
    kiosk.type("PASSPORT")
    assert kiosk.state.found == 3
    assert not kiosk.shows("candidate_0")
    assert kiosk.text_of("search_box") == "PASSPORT"


def test_a_keyboard_and_its_input_method_type_into_the_same_query(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    kiosk.until(lambda: kiosk.find("search_input").hasActiveFocus())
    press(kiosk, "gjj")
    assert kiosk.state.query == "gjj"
    take(kiosk, "公积金")
    press(kiosk, "x")
    QTest.keyClick(kiosk.app.window, Qt.Key.Key_Backspace)
    composing = QInputMethodEvent("tiq", [])
    QCoreApplication.sendEvent(kiosk.find("search_input"), composing)
    assert kiosk.find("search_box").property("letters") == "tiq", "what is being composed can be seen"
    assert kiosk.state.query == "公积金"
    done = QInputMethodEvent()
    done.setCommitString("提取")
    QCoreApplication.sendEvent(kiosk.find("search_input"), done)
    assert kiosk.state.query == "公积金提取"
    assert kiosk.state.found > 0


def test_touching_a_result_or_a_page_leaves_the_keyboard_where_it_was(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("配售型")
    assert kiosk.state.cards[0].closed
    kiosk.click("service_card_0")
    kiosk.click("notice_close")
    kiosk.until(lambda: not kiosk.shows("notice"))
    kiosk.click("key_clear")
    kiosk.type("S")
    kiosk.click("page_next")
    press(kiosk, "b")
    assert kiosk.state.query == "Sb"


def laid_out(kiosk: KioskRig) -> dict[str, QRectF]:
    """Where everything lies; drawing a picture finishes the layout."""
    kiosk.app.window.grabWindow()
    return touched_items(kiosk)


@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("query", ["", "S", "公积金", "职工因病", "QQQQ"])
def test_everything_that_is_touched_is_large_apart_and_within_reach(
    make_kiosk: MakeRig, shared_hall: RunningHall, elder: bool, query: str
) -> None:
    kiosk = make_kiosk(shared_hall, size="1080x1920", elder=elder).start()
    kiosk.app.queueing.without()
    kiosk.click("search_open")
    kiosk.app.queueing.search_text(query)
    places = laid_out(kiosk)
    assert {"key_A", "key_Z", "key_clear", "key_backspace"} <= set(places)
    assert ("candidate_0" in places) == (query not in ("QQQQ",))
    reach, foot = 0.4 * 1920 * MM, kiosk.find("home_button").mapToScene(kiosk.find("home_button").position()).y() * MM
    for name, place in places.items():
        assert place.width() >= 20 and place.height() >= 20, name
        assert place.top() >= reach - 1 and place.bottom() <= foot, name
        for other, beside in places.items():
            if other != name:
                assert not place.adjusted(-2.4, -2.4, 2.4, 2.4).intersects(beside.adjusted(-2.4, -2.4, 2.4, 2.4)), (
                    f"{name} and {other} are closer than 5 mm"
                )


def test_the_keys_stay_where_they_are_whatever_is_found(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    places = set()
    for query in ("", "S", "公积金", "公积金提取", "居民身份证到期换领", "PASSPORT", "QQQQ"):
        kiosk.app.queueing.search_text(query)
        places.add(laid_out(kiosk)["key_G"].getRect())
    assert len(places) == 1


def test_a_hall_that_sends_no_spellings_is_searched_by_characters(kiosk: KioskRig) -> None:
    """A server of an older version."""
    kiosk.click("start_search")
    copy = kiosk.app.copy

    def without_spellings() -> None:
        # Also when the hall is read anew meanwhile.
        if any(service.spelled for service in copy.services):
            copy.services = [service.model_copy(update={"spelled": []}) for service in copy.services]
            copy.changed.emit()

    copy.changed.connect(without_spellings)
    without_spellings()
    press(kiosk, "12")
    assert offered(kiosk) == []
