"""The timeline of faults: the same from the same seed, each kind in a short run, nobody hit twice at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.bench.survival.plan import FAULTS, Target, plan

CAST = (
    Target("server", "server"), Target("worker", "worker"), Target("database", "database"),
    *(Target("kiosk", f"k{n}") for n in range(3)), *(Target("counter", f"c{n}") for n in range(3)),
    *(Target("display", f"d{n}") for n in range(2)),
)  # fmt: skip


@given(st.integers(), st.floats(5, 600))
def test_a_seed_is_a_timeline(seed: int, seconds: float) -> None:
    made = plan(seed, seconds, CAST)
    assert made == plan(seed, seconds, CAST)
    until: dict[Target, float] = {}
    before = 0.0
    for fault in made:
        assert before <= fault.at < seconds and fault.target in CAST
        assert fault.what in FAULTS[fault.target.kind] and (fault.what == "shift") == (fault.by_s != 0)
        assert fault.at + 0.01 >= until.get(fault.target, 0.0), "one thing at a time goes wrong with anybody"
        before, until[fault.target] = fault.at, fault.at + fault.lasts


def test_another_seed_is_another_timeline() -> None:
    assert len({plan(seed, 60, CAST) for seed in range(20)}) == 20


def test_a_minute_has_nearly_everything() -> None:
    wanted = {(what, kind) for kind, whats in FAULTS.items() for what in whats}
    for seed in range(20):
        had = {(fault.what, fault.target.kind) for fault in plan(seed, 60, CAST)}
        assert len(wanted - had) <= 4
