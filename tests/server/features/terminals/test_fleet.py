"""Terminals looked after: alarms, off on purpose, plans of power and what is done for them, places."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from server.audit import SYSTEM, AuditRow
from server.auth import Principal
from server.features.catalogue.models import CalendarDayRow
from server.features.media.models import MediaRow
from server.features.terminals import orders, places, plans
from server.features.terminals.fleet_keeper import FleetKeeper
from server.features.terminals.models import TerminalOrderRow
from server.features.terminals.service import report, terminals
from server.settings import Settings
from shared.domain.errors import HallError
from shared.domain.power import magic_packet, read_mac
from shared.schemas.orders import OrderAsk, OrderOutcome
from shared.schemas.power import FloorPlanEdit, OutOfService, PowerPlanEdit, Spot, SpotEdit
from shared.schemas.terminals import Terminal, TerminalReport
from tests.fakes.hall import RunningHall
from tests.server.conftest import Desk

KIOSK, WALL = Principal.of_machine("kiosk", "k1", 2e9), Principal.of_machine("display", "wall", 2e9)
OFFICE = Principal.of_machine("admin", "office", 2e9)
MAC = "00:1a:2b:3c:4d:5e"
DONE = OrderOutcome(result="done")
# Of the hall's time, Shanghai; a Monday.
DAY = datetime(2026, 11, 23, tzinfo=UTC) - timedelta(hours=8)
OFFICE_HOURS: dict[str, Any] = {
    day: [{"on": "07:30", "off": "18:00"}] for day in ("mon", "tue", "wed", "thu", "fri")
}  # fmt: skip


class Fleet:
    """The hall's terminals under a clock that is moved, and a receiver of magic packets."""

    def __init__(self, desk: Desk, receiver: socket.socket) -> None:
        self.desk, self.receiver = desk, receiver
        self.keeper = FleetKeeper(desk.database, Settings(data=Path(), wake_to=receiver.getsockname()))

    def at(self, clock: str, day: int = 0) -> None:
        hour, minute = map(int, clock.split(":"))
        self.desk.clock.now = DAY + timedelta(days=day, hours=hour, minutes=minute)

    def say(self, who: Principal = KIOSK, **machine: Any) -> Terminal:
        told = {"can": ["power", "display"], "macs": [MAC] if who is KIOSK else []} | machine
        said = TerminalReport.model_validate({"version": "1", "place": "1F", "machine": told})
        return self.desk.database.write(lambda w: report(w, who, said))

    def pass_minutes(self, minutes: float, *speaking: Principal, **machine: Any) -> Terminal:
        """Look every 20 s, as long as that; who speaks reports each time."""
        for _ in range(round(minutes * 3)):
            self.desk.clock.forward(seconds=20)
            for who in speaking:
                self.say(who, **machine)
            self.keeper.step()
        return next(iter(self.desk.read(terminals)))

    def one(self, name: str = "k1") -> Terminal:
        return next(one for one in self.desk.read(terminals) if one.name == name)

    def plan(self, *members: UUID, **more: Any) -> Any:
        wanted = PowerPlanEdit.model_validate({"name": "hall", "week": OFFICE_HOURS, "terminal_ids": members} | more)
        return self.desk.database.write(lambda w: plans.keep_plan(w, SYSTEM, None, wanted))

    def asked(self, who: Principal = KIOSK) -> list[str]:
        return [one.kind for one in self.desk.read(lambda r: orders.mine(r, who))]

    def answer(self, said: OrderOutcome = DONE, who: Principal = KIOSK) -> None:
        (one,) = self.desk.read(lambda r: orders.mine(r, who))
        self.desk.database.write(lambda w: orders.settle(w, SYSTEM, who, one.id, said))

    def packets(self) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(self.receiver.recv(200))
            except BlockingIOError:
                return found

    def trail(self, *actions: str) -> list[tuple[str, str, Any]]:
        rows = self.desk.read(lambda r: [(e.action, e.outcome, e.detail) for e in r.session.query(AuditRow)])
        return [(action, outcome, json.loads(detail)) for action, outcome, detail in rows if action in actions]


@pytest.fixture
def fleet(desk: Desk) -> Any:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.setblocking(False)
        yield Fleet(desk, receiver)


def kinds(terminal: Terminal) -> list[str]:
    return [one.kind for one in terminal.alarms]


def refused(work: object) -> str:
    with pytest.raises(HallError) as error:
        work()  # type: ignore[operator]
    return error.value.code


def test_what_a_machine_tells_is_an_alarm_after_a_while_and_told_once(fleet: Fleet) -> None:
    fleet.say(disk_free_mb=100, temperature_c=50)
    assert kinds(fleet.one()) == []
    found = fleet.pass_minutes(1.5, KIOSK, disk_free_mb=100, temperature_c=50)
    assert kinds(found) == ["disk_low"]
    # 600 MB are no cause for an alarm, and no end of one.
    assert kinds(fleet.pass_minutes(3, KIOSK, disk_free_mb=600)) == ["disk_low"]
    assert kinds(fleet.pass_minutes(1.5, KIOSK, disk_free_mb=900)) == []
    trail = fleet.trail("terminal.alarm_raised", "terminal.alarm_ended")
    assert [(action, detail["alarm"]) for action, _, detail in trail] == [
        ("terminal.alarm_raised", "disk_low"), ("terminal.alarm_ended", "disk_low"),
    ]  # fmt: skip
    told = [json.loads(one.data)["alarms"] for one in fleet.desk.events if one.kind == "terminal.changed"]
    assert [[one["kind"] for one in alarms] for alarms in told] == [[], ["disk_low"], []]


def test_who_falls_silent_is_told_and_without_a_plan_it_is_no_alarm(fleet: Fleet) -> None:
    fleet.say()
    fleet.pass_minutes(10)
    assert [json.loads(one.data)["online"] for one in fleet.desk.events if one.kind == "terminal.changed"] == [
        True, False,
    ]  # fmt: skip
    assert kinds(fleet.one()) == [] and fleet.one().expected == "free"


def test_off_by_its_plan_is_no_alarm_and_not_on_by_now_is_one(fleet: Fleet) -> None:
    fleet.at("10:00")
    kiosk = fleet.say()
    fleet.plan(kiosk.id)
    fleet.at("19:00")
    fleet.say(disk_free_mb=100)
    # Off since an hour: whatever it said, and however long it is silent.
    found = fleet.pass_minutes(5)
    assert (found.expected, kinds(found)) == ("off", [])
    fleet.at("07:29", day=1)
    fleet.keeper.step()
    assert kinds(fleet.one()) == []
    # From half past seven it has three minutes.
    assert kinds(fleet.pass_minutes(3)) == []
    found = fleet.pass_minutes(1.5)
    assert (found.expected, kinds(found)) == ("on", ["not_on"])
    assert kinds(fleet.pass_minutes(0.5, KIOSK)) == []


def test_out_of_service_is_no_alarm_until_then(fleet: Fleet) -> None:
    fleet.at("10:00")
    kiosk = fleet.say()
    fleet.plan(kiosk.id)
    write = fleet.desk.database.write

    def out(until: datetime | None) -> Terminal:
        wanted = OutOfService(until=until, note="screen being repaired")
        return write(lambda w: places.set_out(w, SYSTEM, kiosk.id, wanted))

    now = fleet.desk.clock.now
    assert refused(lambda: out(now)) == refused(lambda: out(now + timedelta(days=500))) == "out_of_service_wrong"
    assert out(now + timedelta(hours=1)).expected == "out"
    found = fleet.pass_minutes(30)
    assert (found.expected, found.out_note, kinds(found)) == ("out", "screen being repaired", [])
    # Back: it has time to come, like one that is switched on.
    out(None)
    assert kinds(fleet.pass_minutes(2.5)) == []
    assert kinds(fleet.pass_minutes(1)) == ["not_on"]
    trail = fleet.trail("terminal.out_of_service", "terminal.in_service")
    assert [action for action, _, _ in trail] == ["terminal.out_of_service", "terminal.in_service"]


def test_a_plan_switches_off_when_nobody_is_there_and_wakes_in_the_morning(fleet: Fleet) -> None:
    fleet.at("17:50")
    kiosk, wall = fleet.say(), fleet.say(WALL)
    fleet.plan(wall.id, kiosk.id, stagger_s=30)
    fleet.pass_minutes(9, KIOSK, WALL)
    assert fleet.asked() == []
    fleet.pass_minutes(1, KIOSK, WALL)
    (asked,) = fleet.desk.read(lambda r: orders.mine(r, KIOSK))
    # The second of its plan is switched on half a minute after the first.
    assert (asked.kind, asked.asked_by) == ("power_off", "system")
    assert asked.wake_at == DAY + timedelta(days=1, hours=7, minutes=30, seconds=30)
    fleet.answer(OrderOutcome(result="failed", code="somebody_there"))
    fleet.pass_minutes(0.5, KIOSK, WALL)
    assert fleet.asked() == []
    fleet.pass_minutes(1, KIOSK, WALL)
    assert fleet.asked() == ["power_off"]
    fleet.answer()
    assert fleet.one().expected == "ordered"
    fleet.pass_minutes(5)
    assert not fleet.one().online and fleet.packets() == []

    fleet.at("07:30", day=1)
    fleet.keeper.step()
    # The display comes first; nothing is known of a card of its own.
    assert fleet.packets() == []
    assert fleet.trail("terminal.wake_sent")[-1][1:] == (
        "failed", {"name": "wall", "network_cards": 0, "fault": "no_card"},
    )  # fmt: skip
    fleet.pass_minutes(0.5)
    fleet.keeper.step()
    assert set(fleet.packets()) == {magic_packet(read_mac(MAC))}
    assert fleet.trail("terminal.wake_sent")[-1][1:] == ("done", {"name": "k1", "network_cards": 1, "fault": ""})
    fleet.pass_minutes(1)
    assert fleet.packets() != [], "a machine that did not hear it is woken again"
    fleet.pass_minutes(0.4, KIOSK)
    fleet.packets()
    fleet.pass_minutes(1, KIOSK)
    assert fleet.asked() == ["display_on"] and fleet.packets() == []
    fleet.answer()
    fleet.pass_minutes(5, KIOSK)
    assert fleet.asked() == []
    # Who crashes in the middle of the day is an alarm, and not switched on.
    assert kinds(fleet.pass_minutes(5)) == ["not_on"]
    assert fleet.packets() == []


def test_a_holiday_is_off_and_displays_alone_go_dark_without_an_alarm(fleet: Fleet) -> None:
    def holiday(writer: Any) -> None:
        writer.session.add(
            CalendarDayRow(
                hall_id=writer.hall_id,
                day=(DAY + timedelta(days=2)).date(),
                kind="holiday",
                name="x",
                name_en="x",
                opens_like=None,
                source="hand",
                version=0,
            )
        )
        writer.touch_catalogue()

    fleet.at("17:55")
    wall = fleet.say(WALL)
    fleet.desk.database.write(holiday)
    fleet.plan(wall.id, off="display")
    fleet.pass_minutes(5.5, WALL)
    assert fleet.asked(WALL) == ["display_off"]
    fleet.answer(who=WALL)
    fleet.pass_minutes(5, WALL, screens=[{"name": "HDMI-1", "width": 1920, "height": 1080, "lit": False}])
    assert kinds(fleet.one("wall")) == [] and fleet.asked(WALL) == []
    fleet.at("12:00", day=1)
    fleet.pass_minutes(5, WALL)
    # Tuesday is the holiday: still off, and nothing is on its way.
    assert (fleet.one("wall").expected, fleet.asked(WALL)) == ("off", [])
    assert fleet.one("wall").changes_at == DAY + timedelta(days=2, hours=7, minutes=30)


def test_who_was_switched_off_by_hand_is_left_alone_until_it_is_there_again(fleet: Fleet) -> None:
    fleet.at("10:00")
    kiosk = fleet.say(screens=[{"name": "HDMI-1", "width": 1, "height": 1, "lit": True}])
    fleet.plan(kiosk.id)
    write, off = fleet.desk.database.write, OrderAsk(kind="power_off")
    write(lambda w: orders.ask(w, SYSTEM, kiosk.id, off))
    fleet.answer()
    # It still speaks while it goes.
    fleet.pass_minutes(1, KIOSK)
    found = fleet.pass_minutes(30)
    assert (found.expected, kinds(found), fleet.packets()) == ("ordered", [], [])
    found = fleet.pass_minutes(1, KIOSK)
    assert found.expected == "on"
    # A display that was switched off by an order is dark on purpose; another one is not.
    dark = [{"name": "HDMI-1", "width": 1, "height": 1, "lit": False}]
    write(lambda w: orders.ask(w, SYSTEM, kiosk.id, OrderAsk(kind="display_off")))
    fleet.answer()
    assert kinds(fleet.pass_minutes(4, KIOSK, screens=dark)) == []
    write(lambda w: orders.ask(w, SYSTEM, kiosk.id, OrderAsk(kind="display_on")))
    fleet.answer()
    assert kinds(fleet.pass_minutes(4, KIOSK, screens=dark)) == ["screen_off"]


def test_a_screen_that_stays_dark_after_the_machine_is_on_again_is_an_alarm(fleet: Fleet) -> None:
    fleet.at("10:00")
    kiosk = fleet.say(screens=[{"name": "HDMI-1", "width": 1, "height": 1, "lit": True}])
    fleet.plan(kiosk.id)
    fleet.desk.database.write(lambda w: orders.ask(w, SYSTEM, kiosk.id, OrderAsk(kind="power_off")))
    fleet.answer()
    fleet.pass_minutes(30)
    # No display was ordered off: it went with its machine, and should be back with it.
    dark = [{"name": "HDMI-1", "width": 1, "height": 1, "lit": False}]
    assert kinds(fleet.pass_minutes(6, KIOSK, screens=dark)) == ["screen_off"]


def test_orders_carry_their_value_into_the_trail(fleet: Fleet) -> None:
    kiosk = fleet.say()
    for wrong in ({"kind": "volume"}, {"kind": "restart", "value": 3}, {"kind": "volume", "value": 101}):
        with pytest.raises(ValueError, match="value"):
            OrderAsk.model_validate(wrong)
    fleet.desk.database.write(lambda w: orders.ask(w, SYSTEM, kiosk.id, OrderAsk(kind="volume", value=35)))
    (asked,) = fleet.desk.read(lambda r: orders.mine(r, KIOSK))
    assert asked.value == 35
    fleet.answer(OrderOutcome(result="failed", code="unsupported"))
    trail = fleet.trail("terminal.ordered", "terminal.order_ended")
    assert [(outcome, detail["what"], detail["value"]) for _, outcome, detail in trail] == [
        ("done", "volume", 35), ("failed", "volume", 35),
    ]  # fmt: skip
    assert fleet.desk.read(lambda r: r.session.scalars(select(TerminalOrderRow.code)).one()) == "unsupported"


def test_plans_are_kept_in_order_and_only_with_what_has_power(fleet: Fleet) -> None:
    kiosk, wall, office = fleet.say(), fleet.say(WALL), fleet.say(OFFICE)
    first = fleet.plan(wall.id, kiosk.id)
    assert first.terminal_ids == [wall.id, kiosk.id]
    assert refused(lambda: fleet.plan(office.id, name="other")) == "power_plan_terminal_wrong"
    assert refused(lambda: fleet.plan(uuid4(), name="other")) == "terminal_unknown"
    assert refused(lambda: fleet.plan(name="hall")) == "power_plan_name_taken"
    other = fleet.plan(kiosk.id, name="kiosks", week={"mon": [{"on": "20:00", "off": "02:00"}]})
    write, read = fleet.desk.database.write, fleet.desk.read
    assert [one.terminal_ids for one in read(plans.plans)] == [[wall.id], [kiosk.id]]
    renamed = PowerPlanEdit.model_validate(other.model_dump() | {"name": "night", "terminal_ids": []})
    kept = write(lambda w: plans.keep_plan(w, SYSTEM, other.id, renamed))
    assert (kept.name, kept.version, fleet.one().plan_id) == ("night", other.version + 1, None)
    assert refused(lambda: write(lambda w: plans.keep_plan(w, SYSTEM, other.id, renamed))) == "changed_meanwhile"
    assert refused(lambda: write(lambda w: plans.remove_plan(w, SYSTEM, uuid4(), 0))) == "power_plan_unknown"
    write(lambda w: plans.remove_plan(w, SYSTEM, first.id, first.version))
    assert [one.name for one in read(plans.plans)] == ["night"] and fleet.one("wall").expected == "free"


def test_places_on_the_plan_of_a_floor(fleet: Fleet) -> None:
    write, read, kiosk = fleet.desk.database.write, fleet.desk.read, fleet.say()
    floors = [one.floor for one in read(places.floor_plans)]
    assert floors and all(one.picture is None for one in read(places.floor_plans))
    spot = Spot(floor=floors[0], x=0.25, y=0.5)
    assert write(lambda w: places.place(w, SYSTEM, kiosk.id, SpotEdit(spot=spot))).spot == spot
    nowhere = SpotEdit(spot=spot.model_copy(update={"floor": "nowhere"}))
    assert refused(lambda: write(lambda w: places.place(w, SYSTEM, kiosk.id, nowhere))) == "floor_unknown"
    assert write(lambda w: places.place(w, SYSTEM, kiosk.id, SpotEdit())).spot is None

    def media(writer: Any, sha256: str, kind: str) -> None:
        writer.session.add(
            MediaRow(
                hall_id=writer.hall_id, sha256=sha256, name=sha256[0], media_type=kind, size=1, width=1, height=1,
                uploaded_by="x", uploaded_at=writer.now, has_thumbnail=False,
            )
        )  # fmt: skip

    picture, film = "a" * 64, "b" * 64
    write(lambda w: media(w, picture, "image/png"))
    write(lambda w: media(w, film, "video/mp4"))

    def keep(sha256: str, version: int = 0) -> Any:
        wanted = FloorPlanEdit(picture=sha256, version=version)
        return write(lambda w: places.keep_floor_plan(w, SYSTEM, floors[0], wanted))

    assert refused(lambda: keep("c" * 64)) == "media_unknown"
    assert refused(lambda: keep(film)) == "floor_plan_no_picture"
    assert keep(picture).version == 1
    assert refused(lambda: keep(picture)) == "changed_meanwhile"
    assert [one.id for one in read(lambda r: places.uses_of_media(r, picture))] == [floors[0]]


def test_over_the_wire(shared_hall: RunningHall) -> None:
    admin, kiosk = shared_hall.client("admin"), shared_hall.client("kiosk", "powered")
    terminal = kiosk.report("1", "", [])
    assert refused(lambda: admin.wake_terminal(terminal.id)) == "terminal_no_mac"
    wanted = PowerPlanEdit.model_validate({"name": "wire", "week": OFFICE_HOURS, "terminal_ids": [terminal.id]})
    kept = admin.add_power_plan(wanted)
    assert admin.power_plans() == [kept]
    kept = admin.edit_power_plan(kept.id, wanted.model_copy(update={"stagger_s": 5, "version": kept.version}))
    admin.remove_power_plan(kept.id, kept.version)
    assert admin.power_plans() == []
    floor = admin.floor_plans()[0].floor
    assert admin.place_terminal(terminal.id, Spot(floor=floor, x=1, y=0)).spot == Spot(floor=floor, x=1, y=0)
    assert admin.edit_floor_plan(floor, FloorPlanEdit()).picture is None
    until = datetime.now(UTC) + timedelta(hours=1)
    assert admin.set_out_of_service(terminal.id, OutOfService(until=until)).expected == "out"
    assert refused(lambda: shared_hall.client("staff").add_power_plan(wanted)) == "not_permitted"
