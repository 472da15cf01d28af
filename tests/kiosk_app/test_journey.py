"""The kiosk's window, touched as people touch it, against a real hall."""

from __future__ import annotations

import pytest

from shared.i18n import text
from shared.schemas.tickets import Ticket, TicketRequest
from tests.fakes.citizens import serve
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import PRINTER, READER, KioskRig, new_card

COMPANY = "91350100M000100Y43"


def li() -> dict[str, str]:
    """A card of an invented woman."""
    return new_card() | {"name": "\u674e\u79c0\u82f1"}


def issued(hall: RunningHall) -> list[Ticket]:
    """Every ticket of today."""
    client, found, cursor = hall.client("staff"), [], ""
    while True:
        page = client.tickets(limit="200", **({"cursor": cursor} if cursor else {}))
        found += page.items
        if not page.next_cursor:
            return found
        cursor = page.next_cursor


def find(kiosk: KioskRig, query: str) -> None:
    """Search from wherever the button stands."""
    kiosk.click("search_open")
    kiosk.until_step("search")
    kiosk.type(query)


def test_card_then_service_then_ticket_on_paper(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    woman = li()
    before = len(issued(shared_hall))
    kiosk.lay_card(woman)
    kiosk.until_step("services")
    assert "\u674e**" in kiosk.state.greeting
    find(kiosk, "SFZDQHL")
    kiosk.click("service_card_0")
    paper = kiosk.printed().data["document"]
    kiosk.until(lambda: kiosk.state.ticket.paper == "printed")
    assert kiosk.text_of("ticket_number") == paper["number"] == kiosk.state.ticket.number
    assert paper["qr"].startswith(shared_hall.url) or "/" in paper["qr"]
    assert kiosk.shows("ticket_take_card")
    assert len(issued(shared_hall)) == before + 1
    assert "\u674e" not in str(paper)
    assert str(woman["number"]) not in str(paper)
    kiosk.click("ticket_done")
    kiosk.until_step("start")
    kiosk.take_card()
    kiosk.until(lambda: not kiosk.state.card_on_reader)

    # The same person comes again when that visit is over: a card and one touch.
    serve(shared_hall, next(ticket for ticket in issued(shared_hall) if ticket.number == paper["number"]))
    kiosk.lay_card(woman)
    kiosk.until(lambda: kiosk.state.step == "welcome" and not kiosk.state.recent_loading)
    assert kiosk.state.cards[0].title == paper["item"]
    kiosk.click("service_card_0")
    kiosk.printed(2)
    assert len(issued(shared_hall)) == before + 2


def test_typed_number_after_a_wrong_check_digit(kiosk: KioskRig) -> None:
    kiosk.click("start_type_number")
    kiosk.until_step("number")
    number = kiosk.card["number"]
    kiosk.type(number[:-1] + ("2" if number[-1] == "1" else "1"))
    assert kiosk.state.number.status == "wrong"
    assert kiosk.find("number_field").property("message") == kiosk.state.number.message != ""
    assert not kiosk.find("number_confirm").isEnabled()
    kiosk.click("key_backspace")
    kiosk.type(number[-1])
    kiosk.click("number_confirm")
    kiosk.until(lambda: kiosk.state.step in ("welcome", "services") and not kiosk.state.recent_loading)
    assert kiosk.state.masked_number.endswith(number[-4:])
    assert number not in str(kiosk.state)


def test_a_company_types_its_code(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    kiosk.click("start_type_number")
    kiosk.click("number_organisation")
    kiosk.type(COMPANY)
    assert kiosk.state.number.status == "ok"
    kiosk.click("number_confirm")
    kiosk.until(lambda: kiosk.state.step in ("welcome", "services") and not kiosk.state.recent_loading)
    if kiosk.state.step == "welcome":
        kiosk.click("welcome_others")
    find(kiosk, "QYKB")
    kiosk.click("service_card_0")
    kiosk.until_step("ticket")
    client = shared_hall.client("staff")
    (ticket,) = [t for t in client.tickets(number=kiosk.state.ticket.number).items]
    assert ticket.identity_kind == "organisation"


def test_without_a_document_through_the_tree(kiosk: KioskRig) -> None:
    kiosk.click("start_without")
    assert 1 <= len(kiosk.state.cards) <= 6
    kiosk.choose_titled("\u5a5a\u80b2\u6559\u80b2\u6c11\u751f")
    kiosk.choose_titled("\u54a8\u8be2\u4e0e\u7efc\u5408\u670d\u52a1")
    kiosk.choose_titled("\u54a8\u8be2\u5e2e\u529e")
    assert kiosk.state.crumbs[-1] == "\u54a8\u8be2\u5e2e\u529e"
    kiosk.click("back_button")
    assert kiosk.state.crumbs[-1] == "\u54a8\u8be2\u4e0e\u7efc\u5408\u670d\u52a1"
    kiosk.choose_titled("\u54a8\u8be2\u5e2e\u529e")
    kiosk.click("service_card_0")
    kiosk.until_step("ticket")
    kiosk.printed()
    assert kiosk.state.ticket.service == "\u529e\u4e8b\u54a8\u8be2"


def test_a_service_that_needs_a_document_asks_and_goes_on_by_itself(kiosk: KioskRig) -> None:
    kiosk.click("start_without")
    find(kiosk, "SFZDQHL")
    kiosk.click("service_card_0")
    kiosk.until_step("ask")
    assert kiosk.state.service == "\u5c45\u6c11\u8eab\u4efd\u8bc1\u5230\u671f\u6362\u9886"
    kiosk.click("ask_type_number")
    kiosk.type(kiosk.card["number"])
    kiosk.click("back_button")
    kiosk.until_step("ask")
    kiosk.lay_card(li())
    kiosk.until_step("ticket")
    assert kiosk.state.ticket.service == "\u5c45\u6c11\u8eab\u4efd\u8bc1\u5230\u671f\u6362\u9886"
    kiosk.printed()


def test_search_by_characters_pinyin_and_initials(kiosk: KioskRig) -> None:
    kiosk.click("start_search")
    found = []
    for query in ("\u62a4\u7167\u6362\u53d1", "huzhaohuanfa", "hzhf"):
        kiosk.app.queueing.search_text(query)
        found.append([card.title for card in kiosk.state.cards])
    assert found[0][:1] == found[1][:1] == found[2][:1] == ["\u666e\u901a\u62a4\u7167\u6362\u53d1"]
    kiosk.click("search_clear")
    kiosk.type("QQQQ")
    assert (kiosk.state.found, kiosk.state.cards) == (0, ())
    kiosk.click("search_by_group")
    kiosk.until_step("services")


def test_a_closed_service_stands_there_and_says_why(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    before = len(issued(shared_hall))
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("\u914d\u552e\u578b")
    assert kiosk.state.cards[0].closed
    kiosk.click("service_card_0")
    assert kiosk.state.notice.open
    assert kiosk.state.notice.text == kiosk.state.cards[0].reason != ""
    kiosk.click("notice_close")
    assert not kiosk.state.notice.open
    assert kiosk.state.step == "search"
    assert len(issued(shared_hall)) == before


def test_a_double_click_makes_one_ticket(make_kiosk: MakeRig, shared_hall: RunningHall) -> None:
    before = len(issued(shared_hall))
    kiosk = make_kiosk(shared_hall, touch_guard_ms=350).start()
    kiosk.outlast_touch_guard()
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
    kiosk.outlast_touch_guard()
    kiosk.click("service_card_0", times=3)
    kiosk.until_step("ticket")
    kiosk.printed()
    kiosk.until(lambda: kiosk.state.ticket.paper == "printed")
    assert len(issued(shared_hall)) == before + 1
    assert len(kiosk.papers()) == 1


def test_a_double_click_on_a_group_does_not_choose_what_appears_under_the_finger(
    make_kiosk: MakeRig, shared_hall: RunningHall
) -> None:
    kiosk = make_kiosk(shared_hall, touch_guard_ms=350).start()
    kiosk.outlast_touch_guard()
    kiosk.click("start_without")
    kiosk.outlast_touch_guard()
    kiosk.click("service_card_0", times=2)
    assert kiosk.state.step == "services"
    assert len(kiosk.state.crumbs) == 1


def test_paper_out_keeps_the_ticket_and_prints_again_as_a_reprint(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    kiosk.board.set_fault(PRINTER, "paper_out")
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
    kiosk.click("service_card_0")
    kiosk.until(lambda: kiosk.state.ticket.paper == "not_printed")
    assert kiosk.state.ticket.number in kiosk.state.ticket.message
    assert kiosk.shows("ticket_message")
    assert kiosk.shows("ticket_qr")
    kiosk.board.set_fault(PRINTER, None)
    kiosk.click("print_again")
    paper = kiosk.printed().data["document"]
    assert paper["reprint"] is True
    kiosk.until(lambda: kiosk.state.ticket.paper == "printed")
    client, ticket_id = shared_hall.client("staff"), kiosk.app.queueing._session.ticket.id  # type: ignore[union-attr]
    kiosk.until(lambda: [p.outcome for p in client.papers(ticket_id)] == ["not_printed", "printed"])
    assert client.papers(ticket_id)[0].code == "paper_out"


def test_printer_gone_is_told_before_and_after(kiosk: KioskRig) -> None:
    kiosk.board.set_fault(PRINTER, "unplugged")
    kiosk.app.devices.look_at_printer()
    kiosk.until(lambda: kiosk.state.printer_trouble != "")
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
    kiosk.click("service_card_0")
    kiosk.until(lambda: kiosk.state.ticket.paper == "not_printed")
    assert kiosk.shows("print_again")


def test_reader_unplugged_mid_read_leaves_the_keypad(kiosk: KioskRig) -> None:
    kiosk.board.set_fault(READER, "unplugged_mid_read")
    kiosk.lay_card()
    kiosk.until(lambda: kiosk.state.notice.open and kiosk.state.reader == "lost")
    assert kiosk.state.step == "start"
    kiosk.click("notice_action")
    kiosk.until_step("number")
    kiosk.take_card()
    kiosk.board.set_fault(READER, None)
    kiosk.until(lambda: kiosk.state.reader == "ok")


def test_unreadable_and_expired_cards_say_so(kiosk: KioskRig) -> None:
    kiosk.board.set_fault(READER, "unreadable")
    kiosk.lay_card()
    kiosk.until(lambda: kiosk.state.notice.open)
    unreadable = kiosk.state.notice.text
    kiosk.take_card()
    kiosk.board.set_fault(READER, None)
    kiosk.until(lambda: not kiosk.state.card_on_reader)
    kiosk.lay_card({**kiosk.card, "valid_to": "2020-01-01"})
    kiosk.until(lambda: kiosk.state.notice.open and kiosk.state.notice.text != unreadable)
    assert "2020-01-01" in kiosk.state.notice.text
    assert kiosk.state.step == "start"


def test_a_staff_card_is_not_for_this_machine(kiosk: KioskRig) -> None:
    kiosk.lay_card({"kind": "staff", "number": "04A23F91"})
    kiosk.until(lambda: kiosk.state.notice.open and not kiosk.state.reading)
    assert kiosk.state.notice.text == text("devices.message.card_not_supported")
    assert kiosk.state.step == "start"


def test_another_persons_card_begins_anew(kiosk: KioskRig) -> None:
    woman = li()
    kiosk.lay_card()
    kiosk.until(lambda: kiosk.state.greeting.startswith("\u5f20") and not kiosk.state.recent_loading)
    kiosk.lay_card(woman)
    kiosk.until(lambda: kiosk.state.greeting.startswith("\u674e"))
    assert kiosk.state.masked_number.endswith(woman["number"][-4:])


def test_elder_mode_shows_fewer_and_larger_and_ends_with_the_person(kiosk: KioskRig) -> None:
    normal = kiosk.app.surface.tokens["text_body"]
    kiosk.click("elder_toggle")
    kiosk.click("start_without")
    assert len(kiosk.state.cards) == 4
    assert kiosk.app.surface.tokens["text_body"] > normal
    kiosk.click("page_next")
    assert kiosk.state.page == 1
    kiosk.click("home_button")
    assert not kiosk.state.elder
    assert kiosk.app.surface.tokens["text_body"] == normal


def test_english_everywhere_and_on_the_paper(kiosk: KioskRig) -> None:
    kiosk.click("language_toggle")
    assert kiosk.state.language == "en"
    kiosk.click("start_search")
    kiosk.type("ADVICE")
    kiosk.click("service_card_0")
    paper = kiosk.printed().data["document"]
    assert paper["language"] == "en"
    assert paper["hall_name"].isascii()
    assert paper["item"].isascii()
    assert kiosk.text_of("ticket_service") == paper["item"]
    kiosk.click("ticket_done")
    assert kiosk.state.language == "zh-CN"


def test_waiting_counts_are_live(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    kiosk.click("start_search")
    kiosk.app.queueing.search_text("\u6295\u8bc9\u4e0e\u5efa\u8bae")
    service_id = kiosk.state.cards[0].id
    before = kiosk.state.cards[0].badge
    client = shared_hall.client("staff")
    client.issue(TicketRequest(service_id=service_id))
    kiosk.until(lambda: kiosk.state.cards[0].badge != before)


@pytest.mark.parametrize("size", ["540x960", "960x540"])
@pytest.mark.parametrize("elder", [False, True])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_with_the_longest_words_every_button_stays_in_reach(
    make_kiosk: MakeRig, shared_hall: RunningHall, size: str, elder: bool, language: str
) -> None:
    """The fullest screens: a click fails when its button is cut off or outside the window."""
    order = [language, *(code for code in ("zh-CN", "en") if code != language)]
    kiosk = make_kiosk(shared_hall, size=size, elder=elder, languages=order).start()
    kiosk.app.queueing.set_language(language)
    kiosk.board.set_fault(PRINTER, "paper_out")
    kiosk.click("start_type_number")
    kiosk.type("11X")
    kiosk.click("number_organisation")
    kiosk.type("9Z")
    kiosk.click("home_button")
    kiosk.app.queueing.set_language(language)
    kiosk.click("start_without")
    kiosk.click("search_open")
    kiosk.type("SFZ")
    kiosk.click("key_backspace")
    kiosk.click("page_next")
    kiosk.app.queueing.search_text("\u529e\u4e8b\u54a8\u8be2")
    kiosk.lay_card(li())
    kiosk.until(lambda: kiosk.state.step in ("welcome", "services") and not kiosk.state.recent_loading)
    kiosk.click("search_open")
    kiosk.app.queueing.search_text("\u4f01\u4e1a\u5f00\u529e")
    kiosk.click("service_card_0")
    kiosk.until(lambda: kiosk.state.ticket.paper == "not_printed")
    kiosk.click("print_again")
    kiosk.until(lambda: kiosk.state.ticket.paper == "not_printed")
    kiosk.click("ticket_done")
    kiosk.until_step("start")
