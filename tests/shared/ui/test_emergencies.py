"""Emergencies on kiosks and counters: at once, kept through a restart without a line, over by their own time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from pytestqt.qtbot import QtBot

from shared.schemas.emergencies import EmergencyChange
from shared.schemas.events import Event, Snapshot
from shared.ui.emergencies import PAGE_S, EmergencyWatch
from tests.signage_app.walls import emergency

HALL = UUID(int=1)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.passed = timedelta()

    def now(self) -> datetime:
        return NOON + self.passed

    def elapsed(self) -> float:
        return self.passed.total_seconds()


def heard(change: EmergencyChange) -> Event:
    data = change.model_dump(mode="json")
    return Event(hall_id=HALL, epoch=1, seq=7, kind="emergency.changed", at=NOON, data=data)


def test_it_shows_at_once_survives_a_restart_and_runs_out(tmp_path: Path, qtbot: QtBot) -> None:
    clock = Clock()

    def watch() -> EmergencyWatch:
        made = EmergencyWatch(tmp_path / "emergencies.copy", clock.now, clock.elapsed, "zh-CN")
        made.start()
        return made

    first = watch()
    assert first.state.told is None
    with qtbot.waitSignal(first.kept):
        first.take_event(heard(EmergencyChange(emergency=emergency(NOON, headline_en="Leave now"))))
        assert first.state.told is not None
    first.stop()
    again = watch()
    told = again.state.told
    assert told is not None and (told.headline, told.headline_second, told.stays) == (
        "请立即有序疏散",
        "Leave now",
        True,
    )
    again.set_language("en")
    assert again.state.told is not None and again.state.told.headline == "Leave now"
    clock.passed = timedelta(minutes=11)
    again.tick()
    assert again.state.told is None
    again.stop()


def test_several_take_turns_and_the_snapshot_is_the_truth(tmp_path: Path, qtbot: QtBot) -> None:
    clock = Clock()
    watch = EmergencyWatch(tmp_path / "emergencies.copy", clock.now, clock.elapsed, "zh-CN")
    small = emergency(NOON, identifier="e-2", headline="提前闭馆", severity="Minor")
    with qtbot.waitSignal(watch.kept):
        watch.take_event(heard(EmergencyChange(emergency=emergency(NOON, severity="Severe"))))
        watch.take_event(heard(EmergencyChange(emergency=small)))

    def turns() -> list[tuple[str, str, str, bool]]:
        seen = []
        for _ in range(2):
            watch.tick()
            told = watch.state.told
            assert told is not None
            seen.append((told.headline, told.page, told.tone, told.stays))
            clock.passed += timedelta(seconds=PAGE_S)
        return seen

    assert turns() == [("请立即有序疏散", "1 / 2", "error", False), ("提前闭馆", "2 / 2", "info", False)]
    # Beside danger to life nothing else is said.
    watch.take_event(heard(EmergencyChange(emergency=emergency(NOON, identifier="e-3", headline="火警"))))
    assert turns() == [("火警", "", "error", True)] * 2
    watch.take_event(Event(hall_id=HALL, epoch=1, seq=8, kind="emergency.changed", at=NOON, data={"emergency": 1}))
    watch.take_snapshot(Snapshot(hall_id=HALL, epoch=1, seq=9, at=NOON))
    assert watch.state.told is not None
    with qtbot.waitSignal(watch.kept):
        watch.take_snapshot(Snapshot(hall_id=HALL, epoch=1, seq=9, at=NOON, emergencies=[]))
    assert watch.state.told is None
