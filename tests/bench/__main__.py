"""``./run bench``: lines for people on standard error, and as the last line of standard output one JSON object."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

BENCHES: Final = {
    "attract": "from a touch on a kiosk that plays a film or shows a picture to its start screen",
    "browse": "a touch browser with 5,000 guides: touches, letters, reading anew, and its own copy without a server",
    "auth": "sign-ins per second beside bare argon2id, and what authorisation adds to taking a number",
    "issue": "tickets per second and latency at 0, 5,000 and 20,000 earlier tickets, beside a bare FastAPI/SQLite app",
    "push": "from call to the last of 1, 50 and 200 displays, beside a bare FastAPI event stream",
    "queue": "one hall with 100 counters, 150 displays, 30 kiosks and 1,000 phones at ten calls a second",
    "reports": "a report over 100,000 tickets, by counter and by service, and its workbook",
    "restart": "a server killed among 200 displays: to its first call, and until the displays are back",
    "scan": "which codes zxing, zbar and both read in hard pictures, and how many pictures a second",
    "signage": "a wall without its server: to the first right frame, frames a second, memory; an emergency to 50 walls",
    "search": "a search among 5,000 services: how long each kind of query takes, and whether it finds what was meant",
    "speech": "from a call's arrival to its first sound, cold and cached, and whether a screen waits meanwhile",
    "survive": "a hall whose programs are killed, paused, cut off, filled up and set to wrong times: is anything lost",
    "waits": "what people are told beside what they waited, on simulated days, with four other ways to tell it",
    "start": "from the start of each program to its first frame, beside a bare window",
}


def say(line: str) -> None:
    """A line for people; standard output is kept for the figures."""
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description="Benchmarks of ZhiTing. Without NAME: the list.")
    parser.add_argument("name", nargs="?", choices=[*BENCHES], metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="one short round: shows that it runs, not how fast")
    chaos = parser.add_argument_group("survive")
    chaos.add_argument("--minutes", type=float, help="how long things go wrong, on each engine")
    chaos.add_argument("--seed", type=int, help="what goes wrong, and when; the same again with the same seed")
    chaos.add_argument("--engine", choices=["sqlite", "postgresql"], help="only on this one")
    arguments = parser.parse_args()
    chosen = {name: getattr(arguments, name) for name in ("minutes", "seed", "engine")}
    options = {name: value for name, value in chosen.items() if value is not None}
    if options and arguments.name != "survive":
        parser.error(f"only survive takes --{', --'.join(options)}")
    if arguments.name is None:
        for name, what in BENCHES.items():
            print(f"{name:8}{what}")
        return 0
    run: Callable[..., dict[str, Any]] = importlib.import_module(f"tests.bench.{arguments.name}").run
    with tempfile.TemporaryDirectory(prefix="zhiting-bench-") as folder:
        figures = run(Path(folder), say, quick=arguments.quick, **options)
    missed = [name for name, goal in figures["goals"].items() if not goal["met"]]
    say(f"\ngoals missed: {', '.join(missed)}" if missed else "\nall goals met")
    print(json.dumps({"bench": arguments.name, "cores": os.cpu_count(), **figures}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
