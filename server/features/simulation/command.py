"""``./run simulate``: simulated days, a real day run again, or simulated people at a real server."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from server.auth import Keys
from server.database import Database
from server.features.calling.service import rules
from server.features.catalogue.service import catalogue
from server.features.simulation.past import past_day
from server.features.simulation.service import ServerError
from server.settings import Settings
from shared.domain.calling import Policy
from shared.domain.calling.policy import MERGES
from shared.domain.errors import HallError
from shared.domain.simulation import replay
from shared.domain.simulation.day import run_day
from shared.domain.simulation.plan import REGIMES, Day, Regime, SimulatedHall, make_day, make_hall
from shared.domain.simulation.report import Days, Row, row_of
from shared.domain.simulation.staffing import Change, with_changes

HOUR_S: Final = 3600
KINDS: Final = {regime.name: regime for regime in REGIMES}


def add_parsers(commands: Any) -> None:
    parser = commands.add_parser("simulate", help="simulated days, a real day run again, or people at a real server")
    parser.add_argument("--regime", choices=(*KINDS, "all"), default="busy", help="the kind of day (default: busy)")
    parser.add_argument("--days", type=int, default=20, help="how many days of a kind (default: 20)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same hall and days")
    parser.add_argument("--policy", choices=MERGES, help="how booked people and walk-ins are merged")
    parser.add_argument("--load", type=float, help="work that comes, as a share of what all counters can do")
    parser.add_argument("--curve", type=_curve, help="how arrivals are spread over the day: 1,2,1.5,…")
    parser.add_argument("--absent", type=int, help="so many counters stay closed")
    parser.add_argument("--booked", type=float, help="share of the people who have booked (default: 0)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    real = parser.add_argument_group("a real day")
    real.add_argument("--real-day", type=date.fromisoformat, help="run this day of a hall again: 2026-11-25")
    real.add_argument("--data", type=Path, help="the data folder of the hall's server")
    real.add_argument("--database-url", default=os.environ.get("ZHITING_DATABASE_URL", ""), help="postgresql://…")
    real.add_argument(
        "--change", type=_change, action="append", default=[], metavar="SERIES:FROM-TO:N",
        help="N counters more (or -N fewer) for the busiest service of a series: C:9-11:+1",
    )  # fmt: skip
    server = parser.add_argument_group("a real server")
    server.add_argument("--server", help="send one simulated day there: http://127.0.0.1:8300")
    server.add_argument("--speed", type=float, default=600.0, help="times as fast as a real day (default: 600)")
    server.add_argument("--people", type=int, help="so many of the day's people, from its beginning")
    server.add_argument("--kiosk-token", default="", help="or ZHITING_KIOSK_TOKEN, or --data of the same machine")
    server.add_argument("--counter-token", default="", help="or ZHITING_COUNTER_TOKEN; it must operate every counter")


def _curve(given: str) -> tuple[float, ...]:
    try:
        parts = tuple(float(part) for part in given.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"numbers parted by commas: {given}") from error
    if min(parts) < 0 or not sum(parts):
        raise argparse.ArgumentTypeError(f"not below zero, and not all zero: {given}")
    return parts


def _change(given: str) -> tuple[str, float, float, int]:
    try:
        series, hours, number = given.split(":")
        begin, end = (float(hour) for hour in hours.split("-"))
        counters = int(number)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"SERIES:FROM-TO:N, not {given}") from error
    if not 0 <= begin < end <= 24 or not counters:
        raise argparse.ArgumentTypeError(f"hours of a day, and a number of counters: {given}")
    return series, begin, end, counters


def run(arguments: argparse.Namespace) -> int:
    """The exit code: 1 when a real server's results do not fit the simulation."""
    say: Callable[[str], None] = (lambda line: None) if arguments.json else print
    try:
        if arguments.server:
            result = _at_server(arguments, say)
        elif arguments.real_day is not None:
            result = _real_day(arguments, say)
        else:
            result = _simulated(arguments, say)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(result, ensure_ascii=False))
    return 0 if result.get("fits", True) else 1


def _regime(arguments: argparse.Namespace, regime: Regime) -> Regime:
    given = {name: getattr(arguments, name) for name in ("load", "curve", "absent", "booked")}
    return replace(regime, **{name: value for name, value in given.items() if value is not None})


def _policy(arguments: argparse.Namespace) -> Policy:
    return Policy(merge=arguments.policy) if arguments.policy else Policy()


# Simulated days


def _simulated(arguments: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    hall, policy = make_hall(arguments.seed), _policy(arguments)
    kinds = list(REGIMES) if arguments.regime == "all" else [KINDS[arguments.regime]]
    began, found = time.monotonic(), {}
    for kind in kinds:
        regime, days = _regime(arguments, kind), Days(hall)
        for number in range(arguments.days):
            day = make_day(hall, regime, arguments.seed + number)
            days.add(day, run_day(hall, day, policy=policy))
        rows = days.rows()
        say(f"\n{regime.name}, {policy.merge}: {days.days} days, counters busy {days.busy:.0%} of their time")
        _table(rows, say)
        found[regime.name] = {"days": days.days, "busy": round(days.busy, 4), "rows": [_figures(row) for row in rows]}
    took = time.monotonic() - began
    count = len(kinds) * arguments.days
    hourly = round(count / took * HOUR_S) if took else 0
    say(f"\n{count} days in {took:.1f} s: {hourly} an hour")
    return {
        "policy": policy.merge, "seed": arguments.seed, "regimes": found, "seconds": round(took, 2),
        "days_per_hour": hourly,
    }  # fmt: skip


def _table(rows: Sequence[Row], say: Callable[[str], None], width: int = 12) -> None:
    say(f"  {'':{width}} tickets  called    mean  median     P90  longest  (minutes)")
    for row in rows:
        waits = "".join(f"{value / 60:8.1f}" for value in (row.mean_s, row.median_s, row.p90_s, row.longest_s))
        say(f"  {row.name:{width}} {row.tickets:7} {row.called:7}{waits}")


def _figures(row: Row) -> dict[str, Any]:
    return {key: round(value, 1) if isinstance(value, float) else value for key, value in asdict(row).items()}


# A real day


def _real_day(arguments: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    if arguments.data is None:
        raise HallError("no_hall_in_folder", path="--data")
    settings = Settings(data=arguments.data.resolve(), database_url=arguments.database_url)
    if settings.url.startswith("sqlite") and not (settings.data / "hall.db").exists():
        raise HallError("no_hall_in_folder", path=str(settings.data))
    database = Database(settings.url)
    try:
        day, found, ruled = database.read(
            lambda reader: (past_day(reader, arguments.real_day), catalogue(reader), rules(reader))
        )
    finally:
        database.close()
    came = Counter(ticket.service for ticket in day.tickets)
    # Several services may share a series: the one most people came for is meant.
    services = sorted(found.services.values(), key=lambda service: came[service.id])
    series = {service.series: service.id for service in services if service.ticketable}
    changes = []
    for name, begin, end, counters in arguments.change:
        if name not in series:
            raise HallError("service_unknown", status=404)
        changes.append(Change(series[name], begin * HOUR_S, end * HOUR_S, counters))
    then = replace(ruled.policy, merge=arguments.policy) if arguments.policy else ruled.policy
    was = replay.as_it_was(day)
    before = replay.replay(day, ruled.policy, ruled.preferences)
    after = replay.replay(with_changes(day, changes), then, ruled.preferences)
    rows = replay.compare(before, after)
    names: dict[Any, str] = {service.id: f"{service.series} {service.name}" for service in found.services.values()}
    true = replay.figures(was)
    say(f"{day.day}: {true.tickets} tickets, {sum(bool(one.staffed) for one in day.counters)} counters")
    if day.guessed:
        say("when counters were staffed was not written down that day: concluded from their calls")
    say(f"  waits in minutes {'':13} tickets   median      P90  longest")
    say(_side("as it was", true, None))
    for row in rows:
        label = names.get(row.key, str(row.key)) if row.key is not None else "run again"
        say(_side(f"{row.kind} {label}" if row.kind == "hour" else label, row.before, row.after))
    return {
        "day": day.day.isoformat(), "guessed": day.guessed, "policy": then.merge, "real": asdict(true),
        "rows": [
            {"kind": row.kind, "key": None if row.key is None else str(row.key), "before": asdict(row.before),
             "after": asdict(row.after)}
            for row in rows
        ],
    }  # fmt: skip


def _side(name: str, before: replay.Figures, after: replay.Figures | None) -> str:
    def minutes(key: str) -> str:
        values = [getattr(side, key) for side in (before, after) if side is not None]
        return " → ".join("–" if value is None else f"{value / 60:.1f}" for value in values)

    return f"  {name:30} {before.tickets:7}  {minutes('median_s')}   {minutes('p90_s')}   {minutes('longest_s')}"


# A real server


def _at_server(arguments: argparse.Namespace, say: Callable[[str], None]) -> dict[str, Any]:
    # Here, because every server has this module, and none needs a client.
    from server.features.simulation.drive import drive, real_hall

    tokens = _tokens(arguments)
    hall = real_hall(arguments.server, tokens["counter"])
    regime = _regime(arguments, KINDS.get(arguments.regime, KINDS["busy"]))
    day = make_day(hall, regime, arguments.seed)
    if arguments.people is not None:
        day = replace(day, arrivals=day.arrivals[: arguments.people])
    # Nobody books at a real server from here: that takes a plan and a person.
    day = replace(day, arrivals=tuple(replace(arrival, due_s=None) for arrival in day.arrivals))
    say(f"{len(day.arrivals)} people, {len(day.counters)} counters, {arguments.speed:g} times as fast as a day")
    driven = drive(arguments.server, tokens, day, arguments.speed)
    waits = sorted(driven.waits_s(arguments.speed))
    simulated = _pure(hall, day)
    whole = {
        "requests": sum(map(len, driven.latencies.values())), "seconds": round(driven.seconds, 1),
        "p95_ms": driven.percentile_ms(0.95), "p99_ms": driven.percentile_ms(0.99),
    }  # fmt: skip
    by_kind = {
        kind: {"requests": len(times), "p95_ms": driven.percentile_ms(0.95, kind),
               "p99_ms": driven.percentile_ms(0.99, kind)}
        for kind, times in sorted(driven.latencies.items())
    }  # fmt: skip
    fits = not (driven.failures or driven.called_twice or driven.not_served)
    say(f"\n{whole['requests']} requests in {whole['seconds']} s: p95 {whole['p95_ms']} ms, p99 {whole['p99_ms']} ms")
    for kind, times in by_kind.items():
        say(f"  {kind:12} {times['requests']:7}  p95 {times['p95_ms']:8.1f} ms   p99 {times['p99_ms']:8.1f} ms")
    median_s = waits[len(waits) // 2] if waits else 0.0
    say(f"median wait {median_s / 60:.1f} min, in the simulation {simulated.median_s / 60:.1f} min")
    say(f"called twice {driven.called_twice}, not served {driven.not_served}, failures {len(driven.failures)}")
    for failure in driven.failures[:5]:
        say(f"  {failure}")
    return {
        "people": len(day.arrivals), **whole, "by_request": by_kind, "called_twice": driven.called_twice,
        "not_served": driven.not_served, "failures": driven.failures[:20], "fits": fits,
        "median_wait_s": round(median_s, 1), "simulated": _figures(simulated),
    }  # fmt: skip


def _pure(hall: SimulatedHall, day: Day) -> Row:
    """The same people at the same counters without a server."""
    return row_of("simulated", run_day(hall, day))


def _tokens(arguments: argparse.Namespace) -> Mapping[str, str]:
    given = {
        "kiosk": arguments.kiosk_token or os.environ.get("ZHITING_KIOSK_TOKEN", ""),
        "counter": arguments.counter_token or os.environ.get("ZHITING_COUNTER_TOKEN", ""),
    }
    if arguments.data is not None:
        keys = Keys.of(arguments.data.resolve())
        kinds = {"kiosk": "kiosk", "counter": "staff"}
        given = {name: token or keys.issue(kinds[name], "simulate") for name, token in given.items()}
    if not all(given.values()):
        raise ServerError("no tokens: --kiosk-token and --counter-token, or --data of a server on this machine")
    return given
