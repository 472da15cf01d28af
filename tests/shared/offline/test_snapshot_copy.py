"""The copy comes back as it was, and a damaged one harms nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from shared.offline.snapshot_copy import HallCopy, RungCall, SnapshotCopy
from shared.schemas.events import Snapshot
from shared.schemas.hall import Hall

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def copy_named(name: str) -> HallCopy:
    hall = Hall(
        id=UUID(int=1), name=name, name_en="", address="", address_en="", phone="", time_zone="Asia/Shanghai", now=NOON,
        floors=[], zones=[], notes=[], languages=[], speech_languages=["mandarin"], rating_levels=5, rating_reasons=[],
    )  # fmt: skip
    snapshot = Snapshot(hall_id=hall.id, epoch=1, seq=7, at=NOON, calls=[], waiting=[], counters=[])
    return HallCopy(as_of=NOON, hall=hall, snapshot=snapshot, rung=(RungCall(call_id=UUID(int=2), recalls=1, at=NOON),))


@pytest.fixture
def copy(tmp_path: Path) -> SnapshotCopy:
    return SnapshotCopy(tmp_path / "snapshot.copy")


def test_what_was_saved_comes_back(copy: SnapshotCopy, tmp_path: Path) -> None:
    assert copy.load() is None
    copy.save(copy_named("云山区"))
    copy.save(copy_named("云山区政务服务中心"))
    assert SnapshotCopy(copy.path).load() == copy_named("云山区政务服务中心")
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.copy"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), cut=st.booleans())
def test_a_damaged_copy_is_put_aside(copy: SnapshotCopy, place: int, cut: bool) -> None:
    copy.save(copy_named("云山区"))
    good = copy.path.read_bytes()
    place %= len(good)
    damaged = good[:place] if cut else good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :]
    copy.path.write_bytes(damaged)
    assert copy.load() is None
    assert not copy.path.exists()
    assert copy.path.with_name("snapshot.copy.damaged").read_bytes() == damaged
    copy.save(copy_named("又好了"))
    assert copy.load() == copy_named("又好了")


def test_a_part_from_a_power_cut_is_not_the_copy(copy: SnapshotCopy) -> None:
    copy.save(copy_named("好的"))
    copy.path.with_name("snapshot.copy.part").write_bytes(b"half of")
    assert copy.load() == copy_named("好的")
    copy.save(copy_named("新的"))
    assert copy.load() == copy_named("新的")


def test_a_copy_of_another_version_is_put_aside(copy: SnapshotCopy) -> None:
    import hashlib

    body = b'{"as_of": "2026-11-23T04:00:00Z"}'
    copy.path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert copy.load() is None
    assert copy.path.with_name("snapshot.copy.damaged").exists()
