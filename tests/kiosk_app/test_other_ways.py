"""What stands behind one button of the first screen: for somebody else, a priority group, a missed call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from installers.demo import KIOSK_SCANNER
from kiosk_app.features.queueing.coming_back import is_ticket_code
from kiosk_app.features.queueing.missed import missed_view
from kiosk_app.features.queueing.spoken import sentences
from server.features.queueing.models import TicketRow
from shared.client.hall_client import HallClient
from shared.devices.board import DeviceBoard
from shared.domain.id_numbers import mask
from shared.domain.identifiers import uuid7
from shared.domain.names import mask_name
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.calling import GroupCalling
from shared.schemas.limits import LimitException, LimitExceptionCreate
from shared.schemas.tickets import Identity, Returnable, StaffTicket, Ticket, TicketRequest
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import READER, KioskRig, new_card
from tests.kiosk_app.test_booked import booked
from tests.kiosk_app.test_fits import faults
from tests.kiosk_app.test_limited import picture

STANDS = [("1080x1920", False, "zh-CN"), ("1080x1920", True, "en"), ("1920x1080", True, "en")]


def person(card: dict[str, str]) -> Identity:
    return Identity(kind="resident", number=card["number"], name=card["name"])


def register_agent(hall: RunningHall, card: dict[str, str], per_day: int = 3) -> LimitException:
    admin = hall.client("admin")
    until = admin.hall().now.date() + timedelta(days=1)
    return admin.add_limit_exception(
        LimitExceptionCreate(kind="agent", identity=person(card), per_day=per_day, until=until, reason="an agency")
    )


def missed(hall: RunningHall, card: dict[str, str]) -> Ticket:
    """A ticket of the card's holder that was called, and they were not there."""
    admin = hall.client("admin")
    ticket = hall.client("kiosk").issue(
        TicketRequest(id=uuid7(), service_id=hall.easy_service().id, identity=person(card))
    )
    counter = next(one for one in admin.counters() if ticket.service_id in one.service_ids)
    if counter.state != "open":
        admin.counter_state(counter.id, "sign-in")
    admin.ticket_step(counter.id, "call-ticket", {"ticket_id": str(ticket.id)})
    admin.ticket_step(counter.id, "no-show")
    return ticket


def seen_by_staff(hall: RunningHall, kiosk: KioskRig) -> StaffTicket:
    return hall.client("admin").ticket_by_code(kiosk.printed().data["document"]["qr"])


@pytest.fixture
def groups(shared_hall: RunningHall) -> Iterator[HallClient]:
    """The hall lets people choose a group: two with a proof, one by their word."""
    admin = shared_hall.client("admin")
    was = admin.calling_policy()
    offered = [
        GroupCalling(group=4, declared="shown"), GroupCalling(group=3, declared="shown"),
        GroupCalling(group=2, declared="word"), GroupCalling(group=1),
    ]  # fmt: skip
    admin.set_calling_policy(was.model_copy(update={"groups": offered}))
    yield admin
    now = admin.calling_policy()
    admin.set_calling_policy(was.model_copy(update={"version": now.version}))


@pytest.fixture
def by_number(shared_hall: RunningHall) -> Iterator[HallClient]:
    """The hall lets people come back by the number alone."""
    admin = shared_hall.client("admin")
    was = admin.calling_policy()
    admin.set_calling_policy(was.model_copy(update={"missed_by_number": True}))
    yield admin
    admin.set_calling_policy(was.model_copy(update={"version": admin.calling_policy().version}))


def choose(kiosk: KioskRig, query: str = "办事咨询") -> None:
    kiosk.app.queueing.open_search()
    kiosk.app.queueing.search_text(query)
    kiosk.click("service_card_0")


def test_an_agent_takes_a_number_for_somebody_else(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    agent, holder = new_card(), new_card()
    kiosk.click("start_other_ways")
    kiosk.click("other_agent")
    kiosk.lay_card(agent)
    kiosk.until(lambda: kiosk.state.notice.open)
    assert kiosk.state.step == "agent"
    assert kiosk.state.notice.text == text("errors.limit_agent_unknown", "zh-CN")
    kiosk.take_card()
    register_agent(shared_hall, agent)
    kiosk.lay_card(agent)
    kiosk.until_step("person")
    assert "3" in kiosk.state.agent_left
    assert agent["number"] not in repr(kiosk.state)
    kiosk.take_card()
    kiosk.lay_card(agent)
    kiosk.until(lambda: kiosk.state.notice.open)
    assert kiosk.state.notice.title == text("kiosk.person.own_title", "zh-CN")
    kiosk.click("notice_close")
    kiosk.click("ask_type_number")
    kiosk.app.queueing.back()
    assert kiosk.state.step == "person", "back from the keys the agent is still known"
    kiosk.click("ask_type_number")
    kiosk.type(holder["number"])
    kiosk.click("number_confirm")
    kiosk.until_step("name")
    kiosk.app.queueing.back()
    assert (kiosk.state.step, kiosk.state.number.text) == ("number", holder["number"])
    kiosk.click("number_confirm")
    kiosk.type("lina")
    kiosk.click("candidate_0")
    kiosk.click("name_confirm")
    kiosk.until(lambda: kiosk.state.step == "services" and not kiosk.state.recent_loading)
    assert kiosk.state.name.text == ""
    choose(kiosk)
    kiosk.until_step("ticket")
    seen = seen_by_staff(shared_hall, kiosk)
    assert (seen.identity_masked, seen.agent_masked) == (mask(holder["number"]), mask(agent["number"]))
    assert seen.name_masked == mask_name("李娜")
    assert seen.agent_name_masked
    kiosk.app.queueing.home()
    assert kiosk.state.agent == ""


def test_without_a_reader_nobody_is_sent_on_a_way_that_ends(kiosk: KioskRig) -> None:
    kiosk.board.set_fault(READER, "unplugged")
    kiosk.until(lambda: kiosk.state.reader == "lost")
    kiosk.click("start_other_ways")
    kiosk.click("other_agent")
    kiosk.until(lambda: kiosk.state.notice.open)
    assert (kiosk.state.step, kiosk.state.notice.text) == ("other_ways", text("kiosk.agent.no_reader", "zh-CN"))


def test_a_missed_call_is_made_good_with_one_touch(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    ticket = missed(shared_hall, kiosk.card)
    kiosk.lay_card()
    kiosk.until_step("missed")
    assert kiosk.text_of("limited_number") == ticket.number
    assert kiosk.state.limit.can_return
    kiosk.click("limited_return")
    kiosk.until(lambda: kiosk.state.limit.title == text("kiosk.missed.title_back", "zh-CN"))
    assert shared_hall.client("admin").ticket(ticket.id).status == "waiting"
    assert kiosk.state.limit.ahead and not kiosk.shows("limited_return")
    kiosk.click("limited_print")
    assert kiosk.printed().data["document"]["number"] == ticket.number


def test_the_code_or_the_number_of_the_paper_finds_it_too(
    by_number: HallClient, make_kiosk: MakeRig, shared_hall: RunningHall, board: DeviceBoard
) -> None:
    # As the demonstration's kiosk has it.
    devices = {"scanner": {"driver": "simulator", "board": board.address, "name": KIOSK_SCANNER}}
    kiosk = make_kiosk(shared_hall, devices=devices).start()
    kiosk.until(lambda: KIOSK_SCANNER in board.connected())
    made, ticket = booked(shared_hall, new_card()), missed(shared_hall, new_card())
    board.scan(KIOSK_SCANNER, made.qr)
    kiosk.until_step("booked")
    board.scan(KIOSK_SCANNER, ticket.qr)
    kiosk.until_step("missed")
    assert (kiosk.state.limit.number, kiosk.state.limit.can_return) == (ticket.number, True)
    kiosk.app.queueing.home()
    kiosk.click("start_other_ways")
    kiosk.click("other_missed")
    kiosk.type("Z9")
    kiosk.click("ticket_number_confirm")
    kiosk.until(lambda: kiosk.state.notice.title == text("kiosk.missed.unknown", "zh-CN"))
    kiosk.click("notice_close")
    kiosk.click("key_clear")
    kiosk.type(ticket.number)
    kiosk.click("ticket_number_confirm")
    kiosk.until_step("missed")
    shared_hall.client("admin").come_back(ticket.id)
    kiosk.click("limited_return")
    kiosk.until(lambda: kiosk.state.limit.title == text("kiosk.missed.title_back", "zh-CN"))
    # Every display shows numbers: whoever types one gets no paper with the code of its page.
    assert not kiosk.state.limit.can_print and not kiosk.shows("limited_print")
    kiosk.app.queueing.print_held()
    assert kiosk.state.step == "missed"
    board.scan(KIOSK_SCANNER, ticket.qr)
    kiosk.until(lambda: kiosk.state.limit.can_print)


def test_a_number_alone_is_asked_for_nowhere_and_refused_when_the_hall_has_changed_its_mind(
    kiosk: KioskRig, shared_hall: RunningHall
) -> None:
    ticket = missed(shared_hall, kiosk.card)
    kiosk.click("start_other_ways")
    kiosk.click("other_missed")
    assert kiosk.shows("ticket_proof") and not kiosk.shows("ticket_number_confirm")
    # As on a kiosk that has not heard of it.
    desk = kiosk.app.queueing
    desk._session.typed = ticket.number
    desk.confirm_ticket_number()
    kiosk.until(lambda: kiosk.state.notice.open)
    assert kiosk.state.notice.text == error_text("missed_proof_needed", "zh-CN")
    assert kiosk.state.step == "ticket_number" and not kiosk.state.limit.number
    kiosk.click("notice_close")
    kiosk.lay_card()
    kiosk.until_step("missed")
    assert (kiosk.state.limit.number, kiosk.state.limit.can_return) == (ticket.number, True)


def test_a_group_is_chosen_and_the_counter_sees_that_its_proof_is_to_be_shown(
    groups: HallClient, kiosk: KioskRig, shared_hall: RunningHall
) -> None:
    kiosk.until(lambda: len(kiosk.state.groups) == 3)
    kiosk.click("start_other_ways")
    kiosk.click("other_group")
    assert not kiosk.shows("group_1"), "only the staff gives it"
    kiosk.click("group_4")
    kiosk.click("who_without")
    kiosk.until_step("services")
    choose(kiosk)
    kiosk.until_step("ticket")
    seen = seen_by_staff(shared_hall, kiosk)
    assert (seen.priority, seen.priority_proof) == (4, "shown")


def test_a_group_that_is_offered_no_more_is_not_given_and_the_screen_says_so(
    groups: HallClient, kiosk: KioskRig, shared_hall: RunningHall
) -> None:
    kiosk.until(lambda: len(kiosk.state.groups) == 3)
    kiosk.click("start_other_ways")
    kiosk.click("other_group")
    kiosk.click("group_4")
    # As on a kiosk that has not heard yet that only the staff gives it now.
    kiosk.app.queueing._session.group = 1
    kiosk.click("who_without")
    kiosk.until_step("services")
    choose(kiosk)
    kiosk.until_step("ticket")
    kiosk.until(lambda: kiosk.state.notice.title == text("kiosk.notice.no_group", "zh-CN"))
    picture(kiosk, "no-group")
    seen = seen_by_staff(shared_hall, kiosk)
    assert (seen.priority, seen.priority_proof) == (0, "refused")


def test_where_no_group_is_offered_none_is_named(kiosk: KioskRig) -> None:
    assert text("kiosk.start.other_ways", "zh-CN") == kiosk.text_of("start_other_ways")
    kiosk.click("start_other_ways")
    assert kiosk.shows("other_agent") and not kiosk.shows("other_group")


@pytest.mark.parametrize(("size", "elder", "language"), STANDS)
def test_every_step_fits_and_is_spoken(
    groups: HallClient, make_kiosk: MakeRig, shared_hall: RunningHall, size: str, elder: bool, language: str
) -> None:
    order = [language, *(code for code in ("zh-CN", "en") if code != language)]
    kiosk = make_kiosk(shared_hall, size=size, elder=elder, language=language, languages=order).start()
    kiosk.until(lambda: len(kiosk.state.groups) == 3)
    desk, found, agent = kiosk.app.queueing, [], new_card()
    register_agent(shared_hall, agent)

    def check(step: str, name: str = "") -> None:
        assert kiosk.state.step == step
        assert bool(sentences(kiosk.state)) == elder
        found.extend(faults(kiosk, step))
        picture(kiosk, f"{name or step}-{size}-{'elder-' if elder else ''}{language}")

    check("start")
    kiosk.click("start_other_ways")
    check("other_ways")
    kiosk.click("other_group")
    check("group")
    kiosk.click("group_3")
    check("who")
    kiosk.click("who_without")
    check("services")
    desk.home()
    desk.other_ways()
    kiosk.click("other_missed")
    check("ticket_number", "ticket_proof")
    assert not kiosk.shows("ticket_number_confirm")
    now = groups.calling_policy()
    groups.set_calling_policy(now.model_copy(update={"missed_by_number": True}))
    desk._copy.reload()
    kiosk.until(lambda: kiosk.state.missed_by_number)
    assert kiosk.shows("ticket_number_confirm")
    check("ticket_number")
    desk.back()
    kiosk.click("other_agent")
    check("agent")
    kiosk.lay_card(agent)
    kiosk.until_step("person")
    check("person")
    kiosk.click("ask_type_number")
    kiosk.type(new_card()["number"])
    kiosk.click("number_confirm")
    check("name", "name-empty")
    kiosk.type("ouyangxiaom")
    check("name")
    kiosk.click("strip_next")
    check("name", "name-page")
    kiosk.click("key_digits")
    check("name", "name-digits")
    desk.home()
    kiosk.take_card()
    kiosk.until(lambda: not kiosk.state.card_on_reader)
    missed(shared_hall, kiosk.card)
    kiosk.lay_card()
    kiosk.until_step("missed")
    check("missed")
    kiosk.click("limited_return")
    kiosk.until(lambda: kiosk.state.limit.can_print)
    check("missed", "back")
    desk.home()
    kiosk.take_card()
    kiosk.until(lambda: not kiosk.state.card_on_reader)
    card = new_card()
    late = missed(shared_hall, card)
    long_ago = shared_hall.client("admin").hall().now - timedelta(hours=2)
    shared_hall.execute(update(TicketRow).where(TicketRow.id == late.id).values(called_at=long_ago))
    kiosk.lay_card(card)
    kiosk.until_step("missed")
    assert late.number in kiosk.state.limit.text and not kiosk.state.limit.can_return
    check("missed", "late")
    assert not found, "\n".join(found)


def test_a_ticket_that_comes_back_has_words_whatever_became_of_it(shared_hall: RunningHall) -> None:
    ticket = missed(shared_hall, new_card())
    for language in ("zh-CN", "en"):
        for status in ("waiting", "called", "serving", "held", "parked", "no_show", "finished"):
            found = Returnable(ticket=ticket.model_copy(update={"status": status}), may_return=False)
            view = missed_view(found, None, language, returned=False, returning=False, can_print=True)
            assert view.title and view.text and "kiosk." not in view.title + view.text


@pytest.mark.parametrize(
    ("code", "ticket"),
    [("http://hall/t/abc", True), (" https://h:8443/t/x?lang=en ", True), ("http://hall/b/abc", False), ("abc", False)],
)
def test_a_tickets_code_is_told_from_others(code: str, ticket: bool) -> None:
    assert is_ticket_code(code) == ticket


def test_a_changed_policy_is_at_the_kiosk_at_once(kiosk: KioskRig, groups: HallClient) -> None:
    kiosk.until(lambda: len(kiosk.app.copy.calling.items) == 3)
    now = groups.calling_policy()
    groups.set_calling_policy(now.model_copy(update={"groups": []}))
    kiosk.until(lambda: not kiosk.app.copy.calling.items)
