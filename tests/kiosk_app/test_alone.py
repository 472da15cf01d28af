"""The network is cut while the kiosk works, and comes back: who was there has one number, on paper and in the hall."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.fakes.hall import RunningHall
from tests.fakes.proxy import proxy_to
from tests.fakes.small_disk import SmallDisk
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import KioskRig, new_card

COUNSEL = "\u529e\u4e8b\u54a8\u8be2"


class Behind:
    """The hall as a kiosk behind a line that can be cut sees it."""

    def __init__(self, hall: RunningHall, url: str) -> None:
        self._hall, self.url = hall, url

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hall, name)


def take(kiosk: KioskRig, title: str = COUNSEL) -> str:
    """Somebody takes a number for a service; answers the number on the screen."""
    kiosk.click("start_search")
    kiosk.app.queueing.search_text(title)
    kiosk.click("service_card_0")
    kiosk.until_step("ticket")
    kiosk.until(lambda: kiosk.state.ticket.paper == "printed")
    number = kiosk.state.ticket.number
    kiosk.click("ticket_done")
    kiosk.until_step("start")
    return number


def papers(kiosk: KioskRig) -> list[dict[str, Any]]:
    return [event.data for event in kiosk.papers()]


def numbers(hall: RunningHall) -> dict[str, str]:
    return {str(one.id): one.number for one in hall.client("staff").tickets(limit="200").items}


def held(kiosk: KioskRig) -> bool:
    alone = kiosk.app.island.alone
    return alone is not None and alone.can_serve(kiosk.app.copy.now.date())


def test_the_line_is_cut_and_comes_back(make_kiosk: MakeRig, hall: RunningHall) -> None:
    with proxy_to(hall.port) as line:
        kiosk = make_kiosk(Behind(hall, line.url), alone_after_seconds=0.5).start()
        on_line = take(kiosk)
        kiosk.until(lambda: held(kiosk))
        assert kiosk.state.alone_text == "" and not kiosk.shows("alone_text")

        line.cut()
        kiosk.until(lambda: kiosk.state.alone_text != "")
        kiosk.until_step("start")
        assert kiosk.shows("alone_text")
        first, second = take(kiosk), take(kiosk)
        assert [number[-6:] for number in (first, second)] == ["\u00b7K1-01", "\u00b7K1-02"]
        assert set(numbers(hall).values()) == {on_line}

        line.resume()
        kiosk.until(lambda: kiosk.state.connected and kiosk.state.alone_text == "")
        kiosk.until(lambda: kiosk.app.island.behind == 0)
        on_paper = [document_number(paper) for paper in papers(kiosk)]
        assert on_paper == [on_line, first, second]
        assert sorted(numbers(hall).values()) == sorted(on_paper)
        assert hall.client("kiosk", "kiosk-1").take_leases(kiosk.app.island.alone.held.request()).band == "K1"
        # The ledger of papers hears of them too, after their tickets.
        client = hall.client("staff")
        for ticket_id in numbers(hall):
            kiosk.until(lambda id_=ticket_id: [p.outcome for p in client.papers(id_)] == ["printed"])
        assert take(kiosk)[-4:] != "K1-03"


def test_a_press_whose_answer_was_lost_is_one_ticket(make_kiosk: MakeRig, hall: RunningHall) -> None:
    """The server has committed when the line breaks: the paper bears a number of the kiosk and leads to that ticket."""
    armed = False

    def issuing(data: bytes) -> bool:
        return armed and b"POST /api/v1/tickets " in data

    with proxy_to(hall.port, issuing) as line:
        kiosk = make_kiosk(Behind(hall, line.url), alone_after_seconds=0.5).start()
        kiosk.until(lambda: held(kiosk))
        kiosk.click("start_search")
        kiosk.app.queueing.search_text(COUNSEL)
        armed = True
        kiosk.click("service_card_0")
        kiosk.until(lambda: len(numbers(hall)) == 1)
        line.cut()
        kiosk.until_step("ticket")
        paper = kiosk.state.ticket.number
        assert paper.endswith("K1-01")
        [(ticket_id, on_screens)] = numbers(hall).items()
        assert kiosk.state.ticket.id == ticket_id
        armed = False
        line.resume()
        kiosk.until(lambda: kiosk.app.island.behind == 0)
        assert numbers(hall) == {ticket_id: on_screens}
        entry = kiosk.app.island.journal.of_day(kiosk.app.copy.now.date())[0]
        assert (entry.verdict, entry.code) == ("conflict", "number_differs")


def document_number(paper: dict[str, Any]) -> str:
    return str(paper.get("number") or paper["document"]["number"])


def test_a_start_without_room_on_the_disk_has_numbers_once_there_is_some(
    make_kiosk: MakeRig, hall: RunningHall, small_disk: SmallDisk, tmp_path: Path
) -> None:
    (tmp_path / "kiosk-data").symlink_to(small_disk.place)
    small_disk.fill()
    with proxy_to(hall.port) as line:
        kiosk = make_kiosk(Behind(hall, line.url), alone_after_seconds=0.5).start()
        assert take(kiosk) and not held(kiosk)
        small_disk.free()
        kiosk.until(lambda: held(kiosk))
        line.cut()
        kiosk.until(lambda: kiosk.state.alone_text != "")
        kiosk.until_step("start")
        assert take(kiosk).endswith("K1-01")


def test_a_start_without_the_server_goes_on_with_what_was_known(make_kiosk: MakeRig, hall: RunningHall) -> None:
    with proxy_to(hall.port) as line:
        kiosk = make_kiosk(Behind(hall, line.url), alone_after_seconds=0.5).start()
        kiosk.until(lambda: held(kiosk))
        kiosk.until(lambda: (kiosk.folder / "hall.json").exists())
        line.cut()
        kiosk.until(lambda: kiosk.state.alone_text != "")
        kiosk.until_step("start")
        first = take(kiosk)
        kiosk.app.stop()
        again = make_kiosk(Behind(hall, line.url), alone_after_seconds=0.5)
        again.start()
        second = take(again)
        assert (first[-6:], second[-6:]) == ("\u00b7K1-01", "\u00b7K1-02")
        line.resume()
        again.until(lambda: again.state.connected and again.app.island.behind == 0)
        assert sorted(numbers(hall).values()) == sorted([first, second])


def test_what_only_the_server_can_judge_and_what_is_used_up_is_said(make_kiosk: MakeRig, hall: RunningHall) -> None:
    with proxy_to(hall.port) as line:
        kiosk = make_kiosk(Behind(hall, line.url), alone_after_seconds=0.5).start()
        kiosk.until(lambda: held(kiosk))
        line.cut()
        kiosk.until(lambda: kiosk.state.alone_text != "")
        kiosk.until_step("start")
        # One person has one number here, whatever they chose.
        kiosk.lay_card()
        kiosk.until_step("services")
        kiosk.take_card()
        kiosk.click("search_open")
        kiosk.app.queueing.search_text(COUNSEL)
        kiosk.click("service_card_0")
        kiosk.until_step("ticket")
        number = kiosk.state.ticket.number
        kiosk.click("ticket_done")
        kiosk.until_step("start")
        kiosk.lay_card()
        kiosk.until_step("services")
        kiosk.take_card()
        kiosk.click("search_open")
        kiosk.app.queueing.search_text(COUNSEL)
        kiosk.click("service_card_0")
        kiosk.until(lambda: number in kiosk.state.notice.text)
        kiosk.click("notice_close")
        kiosk.app.queueing.home()
        kiosk.until_step("start")
        # And when the lease is used up, where to go.
        while not kiosk.state.notice.open:
            kiosk.click("start_search")
            kiosk.app.queueing.search_text(COUNSEL)
            kiosk.click("service_card_0")
            kiosk.until(lambda: kiosk.state.notice.open or kiosk.state.ticket.paper == "printed")
            if kiosk.state.step == "ticket":
                kiosk.click("ticket_done")
                kiosk.until_step("start")
        assert kiosk.state.step == "services" and "\u670d\u52a1\u53f0" in kiosk.state.notice.text
        assert len(kiosk.papers()) == 20


def test_nothing_of_a_person_stands_in_the_kiosks_folder(make_kiosk: MakeRig, hall: RunningHall) -> None:
    card = new_card()
    with proxy_to(hall.port) as line:
        kiosk = make_kiosk(Behind(hall, line.url), alone_after_seconds=0.5).start()
        kiosk.until(lambda: held(kiosk))
        line.cut()
        kiosk.until(lambda: kiosk.state.alone_text != "")
        kiosk.until_step("start")
        kiosk.lay_card(card)
        kiosk.until_step("services")
        kiosk.take_card()
        kiosk.click("search_open")
        kiosk.app.queueing.search_text(COUNSEL)
        kiosk.click("service_card_0")
        kiosk.until_step("ticket")
        entry = kiosk.app.island.journal.pending()[0]
        assert kiosk.app.island.journal.message(entry)["body"]["identity"]["number"] == card["number"]
        found_in = [name for name, content in folder(kiosk.folder) if told(content, card)]
        assert found_in == []
        sealed = entry.sealed
        assert any(sealed in content for _, content in folder(kiosk.folder))
        line.resume()
        kiosk.until(lambda: kiosk.state.connected and kiosk.app.island.behind == 0)
        assert not any(sealed[:40] in content or told(content, card) for _, content in folder(kiosk.folder))
        [ticket] = hall.client("staff").tickets(limit="200").items
        assert ticket.name_masked and ticket.identity_masked


def folder(path: Path) -> list[tuple[str, bytes]]:
    return [(str(one.relative_to(path)), one.read_bytes()) for one in path.rglob("*") if one.is_file()]


def told(content: bytes, card: dict[str, str]) -> bool:
    words = [card["number"], card["name"]]
    return any(word.encode(coding) in content for word in words for coding in ("utf-8", "utf-16-le", "gb18030")) or any(
        word.encode("unicode_escape") in content for word in words
    )
