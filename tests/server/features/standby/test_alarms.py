"""What endangers the hall's data is an alarm with a beginning and an end, kept over a restart and in the trail."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from server.audit import AuditRow
from server.checkpoints import Follower
from server.database import Reader
from server.features.standby.alarm_keeper import AlarmKeeper
from server.features.standby.alarms import FORGET, Kept, next_kept, read_kept
from server.features.standby.state import BEHIND_MB, LOW_MB, of_disk, server_state
from server.settings import Settings
from shared.schemas.safety import DiskState
from tests.server.conftest import Desk

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
KINDS = st.sets(st.sampled_from(["disk_low", "backup_late", "standby_lost"]))


@given(st.lists(KINDS, min_size=2, max_size=8))
def test_an_alarm_is_as_old_as_it_has_stood_without_a_break(looks: list[set[str]]) -> None:
    kept = Kept()
    for minute, kinds in enumerate(looks):
        kept = next_kept(kept, kinds, (), NOW + timedelta(minutes=minute))
    assert kept.since.keys() == looks[-1]
    for kind, since in kept.since.items():
        began = len(looks) - 1
        while began and kind in looks[began - 1]:
            began -= 1
        assert datetime.fromisoformat(since) == NOW + timedelta(minutes=began)


def test_a_second_machine_is_remembered_for_a_week() -> None:
    kept = next_kept(Kept(), (), ["b"], NOW)
    assert next_kept(kept, (), (), NOW + FORGET).heard == kept.heard
    assert next_kept(kept, (), (), NOW + FORGET + timedelta(seconds=1)).heard == {}


class Followed:
    """What the state asks of checkpoints: who follows."""

    def __init__(self, **followers: Follower) -> None:
        self.followers = followers


def kinds(desk: Desk, settings: Settings, followed: Any = None) -> list[str]:
    return [one.kind for one in desk.database.read(lambda reader: server_state(reader, settings, followed)).alarms]


def test_what_stands_is_told_until_it_is_over(tmp_path: Path, desk: Desk) -> None:
    to = tmp_path / "safe"
    settings = Settings(data=tmp_path, backup_to=to)
    assert kinds(desk, replace(settings, backup_to=None)) == ["backup_none"]
    assert kinds(desk, settings) == ["backup_late"]
    now = datetime.now(UTC).isoformat()
    (tmp_path / "backups.json").write_text(json.dumps({"tried_at": now, "good_at": now, "fault": "no room"}))
    found = desk.database.read(lambda reader: server_state(reader, settings, None)).alarms
    assert [(one.kind, one.params["fault"]) for one in found] == [("backup_failed", "no room")]
    aside = tmp_path / "damaged-20261127-080000"
    aside.mkdir()
    assert kinds(desk, settings) == ["backup_failed", "database_quarantined"]
    aside.rmdir()
    assert kinds(desk, settings) == ["backup_failed"]


def test_little_room_is_an_alarm() -> None:
    for free, told in ((LOW_MB, []), (LOW_MB - 1, ["disk_low"])):
        assert [kind for kind, _ in of_disk(DiskState(free_mb=free, total_mb=10_000))] == told


def test_a_second_machine_that_lags_or_is_lost(tmp_path: Path, desk: Desk) -> None:
    settings = Settings(data=tmp_path)
    near = Followed(b=Follower(None, time.monotonic(), behind=1024**2))
    far = Followed(b=Follower(None, time.monotonic(), behind=BEHIND_MB * 1024**2))
    assert kinds(desk, settings, near) == ["backup_none"]
    assert kinds(desk, settings, far) == ["backup_none", "standby_behind"]
    heard = (desk.clock.now - timedelta(minutes=5)).isoformat()
    (tmp_path / "alarms.json").write_text(json.dumps({"heard": {"b": heard}}))
    assert kinds(desk, settings, near) == ["backup_none"], "it is here"
    assert kinds(desk, settings, Followed()) == ["backup_none", "standby_lost"]
    desk.clock.forward(days=8)
    assert kinds(desk, settings, Followed()) == ["backup_none"], "nobody expects it any more"


def test_the_trail_names_beginning_and_end_once(tmp_path: Path, desk: Desk) -> None:
    keeper = AlarmKeeper(desk.database, Settings(data=tmp_path))

    def noted() -> list[tuple[str, str]]:
        def look(reader: Reader) -> list[tuple[str, str]]:
            wanted = (
                select(AuditRow.action, AuditRow.detail).where(AuditRow.action.like("alarm.%")).order_by(AuditRow.n)
            )
            return [(action, about) for action, about in reader.session.execute(wanted)]

        return desk.database.read(look)

    keeper.step()
    keeper.step()
    assert noted() == [("alarm.raised", '{"alarm":"backup_none"}')]
    since = read_kept(tmp_path).since["backup_none"]
    found = desk.database.read(lambda reader: server_state(reader, Settings(data=tmp_path), None)).alarms
    assert found[0].since == datetime.fromisoformat(since)
    mended = Settings(data=tmp_path, backup_to=tmp_path)
    (tmp_path / "backups.json").write_text('{"good_at": "2026-11-23T01:59:00+00:00"}')
    AlarmKeeper(desk.database, mended).step()
    assert noted()[1:] == [("alarm.ended", '{"alarm":"backup_none"}')]
    assert read_kept(tmp_path).since == {}
