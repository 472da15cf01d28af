"""``./run tour``: the main job by itself, real programs on virtual screens, and a picture of everything seen."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import urllib.request
import wave
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from installers.demo import COUNTER, READER, SCANNER, STAFF_READER
from shared.i18n import text
from shared.schemas.tickets import TicketRequest
from tests.fakes.hall import ROOT
from tests.journeys.driver import Missing
from tests.journeys.stage import Stage

Step = Callable[["Tour"], None]


@dataclass
class Tour:
    """The stage and what was noted on the way."""

    stage: Stage
    out: Path
    notes: dict[str, Any] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)

    def grab(self, program: str, name: str, window: int = 0) -> None:
        self.stage.programs[program].grab(self.out / f"{name}.png", window)
        self.pictures.append(f"{name}.png")

    def until(self, what: str, good: Callable[[], Any], timeout: float = 20) -> Any:
        end = time.monotonic() + timeout
        while not (found := good()):
            if time.monotonic() > end:
                raise Missing(f"waited in vain: {what}")
            time.sleep(0.05)
        return found


def opening(tour: Tour) -> None:
    """All four programs start and show an empty hall."""
    for name in ("signage", "counter", "admin", "kiosk"):
        tour.stage.start(name)
    for program in tour.stage.programs.values():
        program.wait_started()
    tour.until("the reader is plugged in", lambda: READER in tour.stage.board.connected())
    tour.until("the scanner is plugged in", lambda: SCANNER in tour.stage.board.connected())
    # People who came before, so that the hall is not empty.
    kiosk, service = tour.stage.hall.client("kiosk", "kiosk-0"), tour.stage.hall.easy_service(COUNTER)
    tour.notes["service"] = service.name
    for _ in range(2):
        kiosk.issue(TicketRequest(service_id=service.id))


def sign_in(tour: Tour) -> None:
    """The clerk signs in by staff card, the manager by password; the citizen's screen says who serves."""
    counter = tour.stage.programs["counter"]
    counter.wait("sign_in_staff")
    tour.grab("counter", "operator-signed-out")
    tour.grab("counter", "citizen-closed", 1)
    counter.wait("sign_in_card", text=text("counter.sign_in.card_ready"))
    tour.stage.board.insert_card(STAFF_READER, tour.stage.staff_cards[0])
    counter.wait("call_next", enabled=True)
    tour.stage.board.remove_card(STAFF_READER)
    counter.click("close_message")
    counter.wait("waiting_count", text="2")
    tour.grab("counter", "operator-queue")
    tour.grab("counter", "citizen-idle", 1)
    # Now that somebody serves, the wall says how long who comes now will wait.
    tour.stage.programs["signage"].wait("waiting_expected", timeout=30)
    tour.grab("signage", "display-waiting")
    admin = tour.stage.programs["admin"]
    admin.wait("sign_in_go")
    tour.grab("admin", "admin-signed-out")
    for name, typed in (("sign_in_name", "admin"), ("sign_in_password", tour.stage.hall.password())):
        admin.do("type", name=name, text=typed)
    admin.click("sign_in_go")
    admin.wait("nav_tree")


def card_to_ticket(tour: Tour) -> None:
    """A card is laid down, the service found by its initials and characters, the ticket printed and shown."""
    kiosk = tour.stage.programs["kiosk"]
    kiosk.wait("start_type_number")
    tour.grab("kiosk", "kiosk-start")
    tour.stage.board.insert_card(READER, tour.stage.cards[0])
    kiosk.wait("search_open")
    tour.grab("kiosk", "kiosk-services")
    _search(tour, "JSYD", "kiosk-search")
    tour.grab("kiosk", "kiosk-search-characters")
    began = time.monotonic()
    number = kiosk.click_to("service_card_0", "ticket_number", timeout=20)
    tour.notes["number"] = number
    if not tour.stage.printer.wait_papers(1, timeout=15):
        raise Missing("no paper came out")
    tour.notes["touch_to_paper_s"] = round(time.monotonic() - began, 2)
    tour.grab("kiosk", "kiosk-ticket")
    paper = tour.stage.printer.papers[0]
    if number not in paper.text or not paper.qr:
        raise Missing(f"the paper lacks the number or the code: {paper.lines}")
    tour.notes["qr"] = paper.qr[0]
    paper.picture.save(tour.out / "ticket-printed.png")
    tour.pictures.append("ticket-printed.png")
    tour.stage.board.remove_card(READER)


def _search(tour: Tour, initials: str, picture: str) -> None:
    """Letters by touch, and then the characters offered for them."""
    kiosk = tour.stage.programs["kiosk"]
    kiosk.click_to("search_open", f"key_{initials[0]}")
    for letter in initials:
        kiosk.click(f"key_{letter}")
    characters = kiosk.wait("candidate_0")
    tour.grab("kiosk", picture)
    kiosk.click("candidate_0")
    kiosk.wait("search_box", text=characters)
    kiosk.wait("service_card_0")


def phone_follows(tour: Tour) -> None:
    """The code on the paper opens the ticket's live page."""
    with urllib.request.urlopen(tour.notes["qr"], timeout=5) as page:
        if tour.notes["number"] not in page.read().decode():
            raise Missing("the phone page does not name the ticket")
    _photograph_phone(tour, "phone-waiting")


def other_ways(tour: Tour) -> None:
    """A typed number with a slip, elder mode that speaks, and a printer without paper."""
    from shared.devices.printer.protocol import PrinterStatus

    kiosk, card = tour.stage.programs["kiosk"], tour.stage.cards[2]
    kiosk.click_to("home_button", "start_type_number", timeout=30)
    kiosk.click_to("start_type_number", "key_5", timeout=30)
    number = str(card["number"])
    for digit in number[:17] + ("1" if number[17] != "1" else "2"):
        kiosk.click(f"key_{digit}")
    tour.grab("kiosk", "kiosk-number-wrong")
    kiosk.click("key_backspace")
    kiosk.click(f"key_{number[17]}")
    tour.grab("kiosk", "kiosk-number-right")
    kiosk.click_to("number_confirm", "search_open")
    kiosk.click("elder_toggle")
    tour.grab("kiosk", "kiosk-elder")
    tour.until("elder mode speaks", lambda: list((tour.out / "sound-kiosk").glob("*.wav")))
    _search(tour, "JSYD", "kiosk-search-elder")
    tour.stage.printer.set_status(PrinterStatus.PAPER_OUT)
    kiosk.click_to("service_card_0", "print_again", timeout=30)
    tour.grab("kiosk", "kiosk-paper-out")
    tour.stage.printer.set_status(PrinterStatus.OK)
    kiosk.click("print_again")
    if not tour.stage.printer.wait_papers(2, timeout=15):
        raise Missing("the reprint did not come out")


def called(tour: Tour) -> None:
    """Called three times until our number stands on the wall, is spoken, and the operator sees that it arrived."""
    counter, signage = tour.stage.programs["counter"], tour.stage.programs["signage"]
    for _ in range(2):
        counter.click("call_next")
        counter.click("start")
        counter.click("finish")
        counter.wait("call_next", enabled=True)
    began = time.monotonic()
    counter.click("call_next")
    counter.wait("in_hand_number", text=tour.notes["number"])
    signage.wait("current_number", text=tour.notes["number"], timeout=60)
    tour.notes["call_to_wall_s"] = round(time.monotonic() - began, 2)
    tour.grab("signage", "display-called")
    tour.grab("counter", "citizen-called", 1)
    counter.wait("receipt_shown", text=text("counter.receipt.shown"), timeout=20)
    counter.wait("receipt_spoken", text=text("counter.receipt.spoken"), timeout=60)
    tour.grab("counter", "operator-called")
    sounds = tour.until("the spoken call", lambda: sorted((tour.out / "sound").glob("*.wav")))
    with wave.open(str(sounds[-1])) as sound:
        tour.notes["spoken_s"] = round(sound.getnframes() / sound.getframerate(), 2)
    tour.notes["sounds"] = [path.name for path in sounds]
    _photograph_phone(tour, "phone-called")


def served_and_rated(tour: Tour) -> None:
    """The clerk scans the paper, serves, finishes; the citizen rates."""
    counter = tour.stage.programs["counter"]
    tour.stage.board.scan(SCANNER, tour.notes["qr"])
    counter.click("start")
    tour.grab("counter", "operator-serving")
    tour.grab("counter", "citizen-serving", 1)
    counter.click("finish")
    counter.wait("face_5", timeout=20)
    tour.grab("counter", "citizen-rating", 1)
    counter.click("face_5")
    counter.wait("thanks", timeout=20)
    tour.grab("counter", "citizen-thanks", 1)
    staff = tour.stage.hall.client("staff", "tour")
    tour.until("the rating is kept", lambda: staff.today().ratings.get("5") == 1)


def looked_at(tour: Tour) -> None:
    """The manager looks at the live hall, the catalogue and the devices."""
    admin = tour.stage.programs["admin"]

    def open_page(page: str) -> None:
        admin.pick("nav_tree", text(f"admin.nav.{page}"))
        admin.wait(f"page_{page}")

    open_page("live")
    # What was done at the kiosk and the counter a moment ago.
    admin.wait("figure_finished_value", text="3")
    admin.wait("figure_rating_value", text="100%")
    tour.grab("admin", "admin-live")
    open_page("catalogue")
    group = next(service.name for service in tour.stage.hall.client("staff").services() if not service.ticketable)
    admin.pick("services_tree", group)
    admin.wait("editor_title", text=group)
    tour.grab("admin", "admin-catalogue")
    open_page("devices")
    admin.wait("devices_filter_all", text="4")
    tour.grab("admin", "admin-devices")


def closing(tour: Tour) -> None:
    """Every program ends in order and Qt had nothing to complain about."""
    for name, program in tour.stage.programs.items():
        warnings = program.do("warnings")["warnings"]
        if warnings:
            raise Missing(f"{name}: Qt warned: {warnings[:5]}")
    for name, program in tour.stage.programs.items():
        code = program.stop()
        if code != 0:
            raise Missing(f"{name} ended with {code}:\n{program.tail()}")


STEPS: tuple[Step, ...] = (
    opening, sign_in, card_to_ticket, phone_follows, other_ways, called, served_and_rated, looked_at, closing,
)  # fmt: skip


def _photograph_phone(tour: Tour, name: str) -> None:
    """A picture where there is a browser; the page itself was read already."""
    from tests.fakes.browser import phone, why_impossible

    if why_impossible():
        tour.notes.setdefault("no_picture_of", []).append(name)
        return
    with tempfile.TemporaryDirectory() as folder, phone(Path(folder)) as opened:
        opened.open(tour.notes["qr"])
        opened.picture(tour.out / f"{name}.png")
    tour.pictures.append(f"{name}.png")


def run(out: Path, *, virtual: bool = True) -> dict[str, Any]:
    """Walk all steps; the report says what was seen and, if it went wrong, what was missing."""
    out = out.resolve()
    (out / "sound").mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.png"), *out.glob("*.log"), *out.glob("sound*/*.wav")):
        old.unlink()
    report: dict[str, Any] = {"steps": [], "complete": False}
    speech, guide = ({"driver": "file", "folder": str(out / name)} for name in ("sound", "sound-kiosk"))
    with Stage(out, virtual=virtual, speech=speech, guide=guide) as stage:
        tour = Tour(stage, out)
        for step in STEPS:
            began = time.monotonic()
            entry = {"step": step.__name__, "what": step.__doc__, "seen": True}
            print(f"· {step.__doc__}", file=sys.stderr, flush=True)
            try:
                step(tour)
            except (Missing, OSError) as error:
                entry |= {"seen": False, "why": str(error)}
            entry["seconds"] = round(time.monotonic() - began, 2)
            report["steps"].append(entry)
            if not entry["seen"]:
                print(f"  {entry['why']}", file=sys.stderr)
                break
        report |= {"pictures": tour.pictures, "notes": {k: v for k, v in tour.notes.items() if k != "qr"}}
    report["complete"] = len(report["steps"]) == len(STEPS) and all(entry["seen"] for entry in report["steps"])
    (out / "tour.json").write_text(json.dumps(report, ensure_ascii=False, indent=1), "utf-8")
    return report


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run tour", description="The main job by itself on a virtual screen.")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "tour", help="folder of the pictures, the sound and tour.json"
    )
    arguments = parser.parse_args()
    report = run(arguments.out)
    print(f"{'complete' if report['complete'] else 'NOT complete'}: {arguments.out.resolve()}")
    return 0 if report["complete"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
