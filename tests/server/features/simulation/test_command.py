"""``./run simulate``: days in a moment, and the same people at a real server."""

from __future__ import annotations

import json

import pytest

from server.cli import main
from server.features.simulation.drive import Driven
from tests.fakes.engines import on_sqlite
from tests.fakes.hall import RunningHall


def simulate(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    code = main(["simulate", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_days_follow_from_the_seed_and_a_policy_matters(capsys: pytest.CaptureFixture[str]) -> None:
    def rows(*arguments: str) -> dict[str, dict[str, float]]:
        _, found = simulate(capsys, "--regime", "understaffed", "--days", "2", "--booked", "0.3", *arguments)
        return {row["name"]: row for row in found["regimes"]["understaffed"]["rows"]}

    first, arrival = rows("--policy", "booked_first"), rows("--policy", "arrival")
    assert first == rows("--policy", "booked_first") != rows("--seed", "7", "--policy", "booked_first")
    assert first["booked"]["mean_s"] < arrival["booked"]["mean_s"]
    assert first["walk_in"]["mean_s"] > arrival["walk_in"]["mean_s"]
    assert sum(first[group]["tickets"] for group in ("booked", "urgent", "walk_in")) == first["all"]["tickets"]


@on_sqlite
def test_the_same_people_at_a_real_server_are_all_served_once(
    shared_hall: RunningHall, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = simulate(
        capsys, "--server", shared_hall.url, "--kiosk-token", shared_hall.token("kiosk"),
        "--counter-token", shared_hall.token("staff"), "--speed", "3000", "--people", "15",
    )  # fmt: skip
    assert (code, found["fits"], found["failures"]) == (0, True, [])
    assert (found["people"], found["called_twice"], found["not_served"]) == (15, 0, 0)
    assert found["by_request"]["issue"]["requests"] == 15 and found["p99_ms"] >= found["p95_ms"] > 0


def test_who_is_called_twice_or_never_is_counted() -> None:
    driven = Driven(issued={"a": None, "b": None, "c": None}, calls={"a": ["1", "2"], "b": ["1"]}, ended={"a", "b"})  # type: ignore[dict-item]
    assert (driven.called_twice, driven.not_served) == (1, 1)
