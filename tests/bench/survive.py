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
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tests.bench.goals import at_least, at_most, lines
from tests.bench.servers import machine_load
from tests.bench.survival.checker import DISPLAY_S, Violation, check
from tests.bench.survival.evidence import gather
from tests.bench.survival.plan import Fault, plan
from tests.bench.survival.stage import Size, Stage, set_up

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


def survive(folder: Path, say: Say, engine: str, size: Size, seconds: float, seed: int) -> dict[str, Any]:
    """One run on one engine: its figures. What is needed to look into a violation is kept and named."""
    load_before = machine_load()
    say(f"{engine}: {size.processes} server process(es), {size.kiosks} kiosks, {size.counters} counters, "
        f"{size.displays} displays; {seconds:.0f} s of seed {seed}")  # fmt: skip
    with set_up(folder, engine, size, seed) as stage:
        stage.wait_until_all_work()
        faults = plan(seed, seconds, stage.cast)
        put_up_with(stage, faults, say)
        say("  everything heals; nobody begins anything new")
        began = time.monotonic()
        restless = stage.come_to_rest()
        calm_s = time.monotonic() - began
        displays = stage.displays()
        stage.close_programs()
        evidence = gather(stage.hall, stage.place, stage.data, displays)
        violations = [Violation("unsent", f"does not come to rest: {one}") for one in restless] + check(evidence)
        kept = ""
        if violations:
            kept = tempfile.mkdtemp(prefix=f"zhiting-survive-{engine}-{seed}-")
            shutil.copytree(stage.place, kept, dirs_exist_ok=True)
            (Path(kept) / "plan.txt").write_text("\n".join(map(str, faults)) + "\n")
        deaths = {one.name: one.deaths for one in stage.programs.values() if one.deaths}
        can_fill = stage.can_fill
    for violation in violations:
        say(f"  VIOLATION  {violation}")
    if violations:
        say(f"  again: ./run bench survive --engine {engine} --minutes {seconds / 60:g} --seed {seed}; kept in {kept}")
    counts = Counter(fault.what for fault in faults)
    if not can_fill:
        say("  no small file system can be mounted here: no disk was filled")
        counts["fill"] = 0
    return {
        "kills": counts["kill"], "pauses": counts["pause"], "cuts": counts["cut"] + counts["stall"],
        "disks_filled": counts["fill"], "clocks_shifted": counts["shift"],
        "tickets": len(evidence.tickets), "papers": len(evidence.papers), "steps": len(evidence.steps),
        "events": len(evidence.events), "alone": len(evidence.journals), "conflicts": _kinds(evidence.conflicts),
        "violations": len(violations), "violation_kinds": _kinds(violations), "died_by_itself": deaths,
        "displays_s": max((-1.0 if one is None else round(one, 2) for one in displays.values()), default=0.0),
        "calm_s": round(calm_s, 1), "machine_load": [load_before, machine_load()],
    }  # fmt: skip


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
