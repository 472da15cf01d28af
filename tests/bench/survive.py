"""``./run bench survive --minutes N --seed S``: a hall whose programs are killed, paused, cut off, left without room on
their disks and given wrong clocks, as a seed decides; then a checker proves that nothing was lost or done twice.

The server runs as one process on SQLite and as two on PostgreSQL. Kiosks, counters and displays are real processes with
the real parts of their programs below the windows. The seed decides the timeline of faults and what each person does;
how the processes interleave is the machine's.
"""

from __future__ import annotations

import heapq
import itertools
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.goals import at_least, at_most, lines
from tests.bench.servers import machine_load
from tests.bench.survival.checker import DISPLAY_S, Evidence, Violation, check
from tests.bench.survival.evidence import gather
from tests.bench.survival.plan import Fault, plan
from tests.bench.survival.stage import DISPLAY_WAIT_S, Size, Stage, set_up

Say = Callable[[str], None]
ENGINES: Final = ("sqlite", "postgresql")
SIZES: Final = {"sqlite": Size(3, 3, 2, 1), "postgresql": Size(3, 3, 2, 2)}
MINUTES: Final = 5.0
QUICK_MINUTES: Final = 0.5


def run(
    folder: Path, say: Say, *, quick: bool = False, minutes: float | None = None, seed: int | None = None,
    engine: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """``minutes`` of chaos on each engine, or on one."""
    minutes = minutes if minutes is not None else QUICK_MINUTES if quick else MINUTES
    seed = seed if seed is not None else 1
    engines = [engine] if engine else ENGINES
    found = {one: survive(folder / one, say, one, SIZES[one], minutes * 60, seed) for one in engines}
    goals: dict[str, Any] = {}
    for name, figures in found.items():
        goals |= {
            f"{name}: violations": at_most(figures["violations"], 0),
            f"{name}: tickets": at_least(figures["tickets"], 1),
            f"{name}: displays equal to the server, s": at_most(figures["displays_s"], DISPLAY_S),
        }
    for line in lines(goals):
        say(line)
    return {"goals": goals, "minutes": minutes, "seed": seed, "engines": found}


@dataclass
class Lived:
    """What a run was and what is left of it. ``restless``: who did not come to rest at the end."""

    faults: tuple[Fault, ...]
    restless: list[str]
    calm_s: float
    evidence: Evidence

    @property
    def violations(self) -> list[Violation]:
        return [Violation("unsent", f"does not come to rest: {one}") for one in self.restless] + check(self.evidence)


def live(stage: Stage, seed: int, seconds: float, say: Say) -> Lived:
    """Everybody works while the plan's faults happen; then all heals, everybody rests, and all programs end."""
    stage.wait_until_all_work()
    faults = plan(seed, seconds, stage.cast)
    put_up_with(stage, faults, say)
    stage.wait_until_something_was_done()
    say("  everything heals; nobody begins anything new")
    began = time.monotonic()
    restless = stage.come_to_rest()
    calm_s = time.monotonic() - began
    displays = stage.displays()
    stage.close_programs()
    return Lived(faults, restless, calm_s, gather(stage.hall, stage.place, stage.data, displays))


def survive(folder: Path, say: Say, engine: str, size: Size, seconds: float, seed: int) -> dict[str, Any]:
    """One run on one engine: its figures. What is needed to look into a violation is kept and named."""
    load_before = machine_load()
    say(f"{engine}: {size.processes} server process(es), {size.kiosks} kiosks, {size.counters} counters, "
        f"{size.displays} displays; {seconds:.0f} s of seed {seed}")  # fmt: skip
    with set_up(folder, engine, size, seed) as stage:
        lived = live(stage, seed, seconds, say)
        violations = lived.violations
        for violation in violations:
            say(f"  VIOLATION  {violation}")
        if violations:
            kept = _keep(stage, lived, f"zhiting-survive-{engine}-{seed}-")
            again = f"./run bench survive --engine {engine} --minutes {seconds / 60:g} --seed {seed}"
            say(f"  again: {again}; what it left is in {kept}")
        deaths = {one.name: one.deaths for one in stage.programs.values() if one.deaths}
        can_fill = stage.can_fill
    if not can_fill:
        say("  no small file system can be mounted here: no disk was filled")
    counts, evidence = Counter(fault.what for fault in lived.faults), lived.evidence
    kills, cuts = counts["kill"], counts["cut"] + counts["stall"] + counts["lose"]
    say(f"  {kills} kills, {cuts} cuts, {len(evidence.tickets)} tickets, {len(violations)} violations")
    return {
        "kills": kills, "pauses": counts["pause"], "cuts": cuts,
        "disks_filled": counts["fill"] if can_fill else 0, "clocks_shifted": counts["shift"],
        "tickets": len(evidence.tickets), "papers": len(evidence.papers), "steps": len(evidence.steps),
        "events": len(evidence.events), "written_alone": len(evidence.journals),
        "conflicts": _kinds(evidence.conflicts), "violations": len(violations), "violation_kinds": _kinds(violations),
        "died_by_itself": deaths, "displays_s": _slowest(evidence.displays), "calm_s": round(lived.calm_s, 1),
        "machine_load": [load_before, machine_load()],
    }  # fmt: skip


def _keep(stage: Stage, lived: Lived, prefix: str) -> Path:
    """Logs, witnesses, journals and the plan, in a folder that outlives the run."""
    kept = Path(tempfile.mkdtemp(prefix=prefix))
    shutil.copytree(stage.place, kept, dirs_exist_ok=True)
    for name, data in stage.data.items():
        if data.exists():
            shutil.copytree(data, kept / f"{name}.data")
    (kept / "plan.txt").write_text("\n".join(map(str, lived.faults)) + "\n")
    return kept


def _slowest(displays: Mapping[str, float | None]) -> float:
    """Seconds; where one was never right, as long as was waited for it."""
    return round(max((DISPLAY_WAIT_S if one is None else one for one in displays.values()), default=0.0), 2)


def put_up_with(stage: Stage, faults: tuple[Fault, ...], say: Say) -> None:
    """Everything the plan says, at its time."""
    order = itertools.count()
    due: list[tuple[float, int, Callable[[Fault], None], Fault]] = []
    for fault in faults:
        heapq.heappush(due, (fault.at, next(order), stage.begin, fault))
        heapq.heappush(due, (fault.at + fault.lasts, next(order), stage.end, fault))
    began = time.monotonic()
    while due:
        at, _, act, fault = heapq.heappop(due)
        while (left := began + at - time.monotonic()) > 0:
            stage.look()
            time.sleep(min(left, 0.1))
        if act == stage.begin:
            say(f"  {fault}")
        act(fault)


def _kinds(found: Any) -> dict[str, int]:
    return dict(Counter(one.kind for one in found))
