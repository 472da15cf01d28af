"""The backup of each day: when it is due, that it is made, and that a failing one is noticed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.features.backup.naming import backups_in
from server.features.backup.schedule import AGAIN, BackupKeeper, Kept, is_due, is_late, last_due, read_state
from server.settings import Settings
from tests.server.conftest import Desk

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
TIMES = st.times().map(lambda at: at.replace(microsecond=0))


@given(MOMENTS, TIMES)
def test_one_was_due_within_the_last_day(now: datetime, at: time) -> None:
    due = last_due(now, at)
    assert now - timedelta(days=1) < due <= now and due.time() == at


@given(MOMENTS, TIMES, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_each_due_one_is_made_once(now: datetime, at: time, ago: timedelta) -> None:
    made = Kept(good_at=(now - ago).isoformat(), tried_at=(now - ago).isoformat())
    assert is_due(made, now, at) == (now - ago < last_due(now, at))
    assert not is_due(Kept(good_at=now.isoformat()), now, at)
    assert is_due(Kept(), now, at) and is_late(Kept(), now, at)


def test_a_failing_one_is_tried_again_soon_but_not_at_once_and_is_late_after_an_hour() -> None:
    now = datetime(2026, 5, 5, 3, 0, tzinfo=UTC)
    failed = Kept(good_at="2026-05-04T02:30:05+00:00", tried_at=now.isoformat(), fault="x")
    at = time(2, 30)
    assert not is_due(failed, now + AGAIN / 2, at)
    assert is_due(failed, now + AGAIN, at)
    assert not is_late(failed, now, at)
    assert is_late(failed, now + timedelta(minutes=45), at)


def test_a_due_one_is_made_kept_and_noted(tmp_path: Path, desk: Desk, database_url: str) -> None:
    to = tmp_path / "safe"
    settings = Settings(data=tmp_path, database_url=database_url, backup_to=to, backup_keep=2)
    to.mkdir()
    for day in (1, 2, 3):
        (to / f"zhiting-2026010{day}-020000.backup").write_text("old")
    keeper = BackupKeeper(desk.database, settings)
    keeper.step()
    kept = read_state(tmp_path)
    assert kept.fault == "" and Path(kept.file).stat().st_size == kept.bytes > 100_000
    assert [path.name for path in backups_in(to)] == ["zhiting-20260103-020000.backup", Path(kept.file).name]
    keeper.step()
    assert read_state(tmp_path) == kept, "not twice"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_one_that_fails_is_noticed_and_leaves_the_old_ones(tmp_path: Path, desk: Desk) -> None:
    to = tmp_path / "safe"
    to.mkdir()
    (to / "zhiting-20260101-020000.backup").write_text("old")
    settings = Settings(data=tmp_path, backup_to=to, backup_keep=1, backup_passphrase_file=tmp_path / "nothing")
    BackupKeeper(desk.database, settings).step()
    assert "passphrase file" in read_state(tmp_path).fault
    assert len(backups_in(to)) == 1
