"""Real programs whose line is really cut: the counter goes on, dies, goes on again, and the hall has it all at the end;
the display says meanwhile as of when it knows the hall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.schemas.tickets import TicketRequest
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import Proxy, proxy_to
from tests.journeys.driver import Program

PATIENCE_S = 150.0


@pytest.fixture
def line(hall: RunningHall) -> Iterator[Proxy]:
    with proxy_to(hall.port) as cable:
        yield cable


@pytest.fixture
def programs() -> Iterator[list[Program]]:
    """Whatever was started is gone afterwards."""
    started: list[Program] = []
    yield started
    for program in started:
        program.kill()


def start(programs: list[Program], name: str, home: Path, url: str, token: str, *options: str) -> Program:
    environment = {"ZHITING_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "ZHITING_TOKEN": token}
    program = Program(name, ["--server", url, *options], environment, home / f"{name}.log")
    programs.append(program)
    program.wait_started(PATIENCE_S)
    return program


@pytest.mark.timeout(900)
def test_a_counter_is_cut_off_killed_and_comes_back(
    hall: RunningHall, line: Proxy, programs: list[Program], tmp_path: Path
) -> None:
    service = hall.easy_service()
    counter = hall.counter(service.counter_labels[0])
    staff = hall.client("staff")
    staff.counter_state(counter.id, "sign-in", {"staff_number": staff.staff()[0].number})
    first, second, third = (staff.issue(TicketRequest(service_id=service.id)) for _ in range(3))
    token = hall.token("counter", f"counter-{counter.label}")

    def open_counter() -> Program:
        return start(programs, "counter_app", tmp_path, line.url, token, "--counter", counter.label, "--windowed")

    desk = open_counter()
    wall = start(
        programs, "signage_app", tmp_path, line.url, hall.token("display", "wall"), "--size", "960x540", "--silent"
    )
    desk.wait("waiting_count", text="3", timeout=PATIENCE_S)
    desk.wait("call_next", enabled=True)
    desk.do("key", keys="F2")
    desk.wait("in_hand_number", text=first.number)
    wall.wait_gone("as_of_banner", timeout=PATIENCE_S)

    line.cut()
    desk.wait("alone_title", text="单机办理", timeout=PATIENCE_S)
    desk.wait("offline")
    wall.wait("as_of_banner", text="截至", timeout=PATIENCE_S)
    desk.wait("finish", enabled=True)
    desk.do("key", keys="F8")
    desk.wait("call_next", enabled=True)
    desk.do("key", keys="F2")
    desk.wait("in_hand_number", text=second.number)

    # kill -9, with the server out of reach, and then the server too.
    desk.kill()
    hall.kill()
    desk = open_counter()
    desk.wait("in_hand_number", text=second.number, timeout=PATIENCE_S)
    desk.wait("alone_title", text="单机办理")
    desk.wait("start", enabled=True)
    desk.do("key", keys="F4")
    desk.wait("in_hand_status", text="办理中")
    desk.do("key", keys="F8")
    desk.wait("call_next", enabled=True)
    desk.do("key", keys="F2")
    desk.wait("in_hand_number", text=third.number)

    hall.start()
    line.resume()
    desk.wait_gone("alone_strip", timeout=PATIENCE_S)
    desk.wait("in_hand_number", text=third.number)
    wall.wait_gone("as_of_banner", timeout=PATIENCE_S)
    found = {one.id: staff.tickets(number=one.number).items[0] for one in (first, second, third)}
    assert [found[one.id].status for one in (first, second, third)] == ["finished", "finished", "called"]
    assert {one.counter_id for one in found.values()} == {counter.id}
    times = [found[second.id].called_at, found[second.id].started_at, found[second.id].finished_at]
    assert None not in times and times == sorted(times)  # type: ignore[type-var]
    assert hall.client("admin").conflicts() == []
    desk.wait("finish", enabled=True)
    desk.do("key", keys="F8")
    desk.wait("call_next", enabled=True)
    assert staff.ticket(third.id).status == "finished"
    assert desk.do("warnings")["warnings"] == []
