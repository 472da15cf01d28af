"""``./run bench browse``: the touch browser of a hall with 5,000 guides, 1080 x 1920 pixels, drawn by software.

A real hall takes the guides through its interface. The touch browser, a process of its own, reads them; a list is
opened and turned, words are typed letter by letter, and each is timed to its frame. Then counters open and close, which
has it read anew: how long its screen stands still meanwhile. At last it starts from its own copy, without a server.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final

from shared.client.hall_client import HallClient
from tests.bench.goals import at_most, lines
from tests.bench.search import SEED, catalogue
from tests.bench.servers import machine_load
from tests.fakes.hall import ROOT, RunningHall, running_hall

GUIDES: Final = 5_000
AT_ONCE: Final = 500
LONGEST_S: Final = 900
THEMES: Final = ("证件办理", "社会保障", "住房", "企业开办")
# A search has 20 ms among so many; a touch shows what it opens within a tenth of a second.
GOALS: Final = {"open": 100.0, "turn": 100.0, "letter": 100.0, "alone_ready": 5_000.0, "still": 250.0}


def run(folder: Path, say: Callable[[str], None], *, quick: bool = False) -> dict[str, Any]:
    load_before = machine_load()
    with running_hall(folder / "hall") as hall:
        bring_guides(hall.client("admin"), 500 if quick else GUIDES)
        say("guides are there; a touch browser reads them")
        found = _browsed(hall, folder / "touch", 10 if quick else 60)
    found |= _browsed(None, folder / "touch", 0)
    figures: dict[str, Any] = {}
    for what, times in found.items():
        times.sort()
        figures[what] = {
            "times": len(times), "median_ms": round(median(times), 1),
            "p95_ms": round(times[int(0.95 * (len(times) - 1))], 1), "longest_ms": round(times[-1], 1),
        }  # fmt: skip
        say(f"  {what:12} {figures[what]}")
    goals = {f"{what}, p95 ms": at_most(figures[what]["p95_ms"], most) for what, most in GOALS.items()}
    for line in lines(goals):
        say(line)
    return {"goals": goals, "figures": figures, "machine_load": [load_before, machine_load()]}


def bring_guides(client: HallClient, count: int) -> None:
    """Named and told as long as official ones are, for the departments that the hall has."""
    seed = Random(SEED)
    departments = [one.name for one in client.departments()]
    items = [_item(number, names[0], seed.choice(departments)) for number, names in enumerate(catalogue(count, seed))]
    for begin in range(0, count, AT_ONCE):
        part = json.dumps({"format": "zhiting-guides/1", "items": items[begin : begin + AT_ONCE]}).encode()
        client.import_guides(part, dry_run=False, agreed=True)


def _item(number: int, name: str, department: str) -> dict[str, Any]:
    return {
        "code": f"BN-{number:05}", "name": name, "department": department, "audience": ["person"],
        "themes": [THEMES[number % len(THEMES)]], "promised_days": number % 20,
        "conditions": ["本市户籍，年满十八周岁，未被列入失信名单。"] * 3,
        "materials": [
            {"name": f"申请材料{one}", "form": "paper", "originals": 1, "copies": 1, "note": "核验原件，收取复印件"}
            for one in range(6)
        ],
        "steps": [{"name": one, "duration": "1 个工作日", "outcome": "办理结果"} for one in ("受理", "审查", "决定")],
        "basis": [{"title": "中华人民共和国行政许可法", "article": "第二十九条", "text": "公民、法人提出申请。" * 8}],
        "consult_phone": "020-0555 1241",
    }  # fmt: skip


def _browsed(hall: RunningHall | None, data: Path, rounds: int) -> dict[str, list[float]]:
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "QSG_RENDER_LOOP": "basic",
        "QT_QUICK_BACKEND": "software", "QT_LOGGING_RULES": "*.info=false",
        "ZHITING_TOKEN": hall.token("kiosk", "bench-browse") if hall is not None else "none",
        "ZHITING_ADMIN": hall.token("admin", "bench-browse-admin") if hall is not None else "",
    }  # fmt: skip
    url = hall.url if hall is not None else "http://127.0.0.1:9"
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.browse_kiosk", url, str(data), str(rounds)], cwd=ROOT, env=environment,
        stdout=subprocess.PIPE, text=True, timeout=LONGEST_S, check=True,
    )  # fmt: skip
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found
