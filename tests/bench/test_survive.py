"""A short run of ``./run bench survive`` on each engine: nothing is lost, nothing happens twice, and what is planted in
what it left is found."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from server.features.queueing.models import TicketRow
from server.tables import EventRow
from tests.bench.survival.checker import check
from tests.bench.survival.evidence import gather
from tests.bench.survival.stage import Size, Stage, set_up
from tests.bench.survival.wall_clock import WallClock, build
from tests.bench.survival.witness import Witness, read
from tests.bench.survive import Lived, live
from tests.fakes.postgres import server_programs

SECONDS = 10.0
# Whose ten seconds have a kill, a pause, a broken line, a full disk and a wrong clock.
SEEDS = {"sqlite": 8848, "postgresql": 5712}
SIZES = {"sqlite": Size(2, 2, 1, 1), "postgresql": Size(2, 2, 1, 2)}


def lived_through(stage: Stage, seed: int) -> Lived:
    lived = live(stage, seed, SECONDS, lambda line: None)
    logs = [f"{one.name}: {one.log.read_text()[-1500:]}" for one in stage.programs.values()]
    assert lived.violations == [], "\n".join(["", *map(str, lived.faults), *map(str, lived.violations), *logs])
    assert {"kill", "pause", "fill", "shift"} <= {fault.what for fault in lived.faults}
    assert {"cut", "stall", "lose"} & {fault.what for fault in lived.faults}
    assert lived.evidence.papers and lived.evidence.steps
    return lived


@pytest.mark.timeout(600)
def test_a_hall_survives_and_what_is_planted_in_it_is_found(tmp_path: Path) -> None:
    with set_up(tmp_path, "sqlite", SIZES["sqlite"], SEEDS["sqlite"]) as stage:
        lived = lived_through(stage, SEEDS["sqlite"])
        paper = lived.evidence.papers[0]
        kept = next(one for one in lived.evidence.tickets if str(one.id) == paper["ticket"])
        stage.hall.execute(update(TicketRow).where(TicketRow.id == kept.id).values(number="X999"))
        stage.hall.execute(delete(EventRow).where(EventRow.seq == lived.evidence.last_event - 1))
        told = {one.number for one in lived.evidence.conflicts}
        step = next(one for one in lived.evidence.steps if one["status"] == "called" and one["number"] not in told)
        other = next(name for name in stage.data if name != step["counter"])
        Witness(stage.place / f"{other}.witness").tell(**step)
        found = check(gather(stage.hall, stage.place, stage.data, {"wall": None}))
        assert {one.kind for one in found} >= {"lost", "event_gap", "two_counters", "display"}, found


@pytest.mark.timeout(600)
def test_a_hall_of_two_processes_survives_and_so_does_its_database(tmp_path: Path) -> None:
    if server_programs() is None:
        pytest.skip("PostgreSQL is not installed")
    with set_up(tmp_path, "postgresql", SIZES["postgresql"], SEEDS["postgresql"]) as stage:
        lived_through(stage, SEEDS["postgresql"])


def test_the_clock_of_a_running_process_is_set(tmp_path: Path) -> None:
    clock = WallClock(build(tmp_path), tmp_path / "clock")
    code = "import time\nwhile input() == 'when':\n print(time.time() - time.clock_gettime(7), flush=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=clock.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None

    def says() -> float:
        print("when", file=process.stdin, flush=True)
        return float(process.stdout.readline())  # type: ignore[union-attr]

    right = says()
    clock.set(1200.0)
    assert 1100 < says() - right < 1300
    clock.set(-30.0)
    assert -80 < says() - right < 20
    process.communicate("enough\n", timeout=30)


def test_a_witness_that_was_killed_in_the_middle_of_a_word(tmp_path: Path) -> None:
    path = tmp_path / "k1.witness"
    Witness(path).tell("paper", number="A001")
    with path.open("ab") as file:
        file.write(b'{"what": "pap')
    Witness(path).tell("paper", number="A002")
    assert [fact["number"] for fact in read(path)] == ["A001", "A002"]
