"""Emergencies: on the stream and in the snapshot at once, updated, cancelled, over by themselves."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from server.audit import SYSTEM
from server.features.live.service import snapshot
from server.features.signage import emergencies
from shared.domain.errors import HallError
from shared.schemas.emergencies import Emergency, EmergencyRaise
from tests.fakes.hall import RunningHall
from tests.server.conftest import Desk


def alert(desk: Desk, minutes: float = 30, **fields: Any) -> Emergency:
    body = {"headline": "消防演练", "expires": desk.clock.now + timedelta(minutes=minutes), **fields}
    wanted = EmergencyRaise.model_validate(body)
    return desk.database.write(lambda w: emergencies.raise_emergency(w, SYSTEM, wanted))


def shown(desk: Desk) -> list[str] | None:
    found = desk.read(lambda r: snapshot(r, frozenset({"signage"}))).emergencies
    return [one.headline for one in found]


def test_one_is_raised_updated_cancelled_and_runs_out(desk: Desk) -> None:
    first = alert(desk, identifier="a-1", severity="Extreme", instruction="请从最近的出口离开。")
    assert first.sender == "system" and shown(desk) == ["消防演练"]
    told = json.loads(desk.events[-1].data)
    assert (desk.events[-1].kind, told["emergency"]["instruction"]) == ("emergency.changed", "请从最近的出口离开。")
    assert desk.read(lambda r: snapshot(r, frozenset({"calls"}))).emergencies is None
    second = alert(desk, msg_type="Update", references=["a-1"], headline="演练结束后请返回")
    assert shown(desk) == ["演练结束后请返回"]
    assert json.loads(desk.events[-1].data)["ended"] == ["a-1"]
    alert(desk, msg_type="Cancel", references=[second.identifier], headline="解除")
    assert shown(desk) == []
    assert json.loads(desk.events[-1].data) == {"emergency": None, "ended": [second.identifier]}
    alert(desk, minutes=5)
    desk.clock.forward(minutes=6)
    assert shown(desk) == []
    assert [one.state for one in desk.read(emergencies.latest)] == ["active", "cancelled", "cancelled", "replaced"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"minutes": -1}, "emergency_expires"),
        ({"minutes": 60 * 24 * 8}, "emergency_expires"),
        ({"identifier": "known"}, "emergency_known"),
        ({"msg_type": "Update", "references": ["never"]}, "emergency_unknown"),
        ({"msg_type": "Cancel", "references": ["over"]}, "emergency_unknown"),
    ],
)
def test_what_cannot_be_is_refused_and_shows_nothing(desk: Desk, fields: dict[str, Any], code: str) -> None:
    alert(desk, identifier="over", minutes=1)
    desk.clock.forward(minutes=2)
    alert(desk, identifier="known", headline="一")
    with pytest.raises(HallError) as refused:
        alert(desk, **fields)
    assert refused.value.code == code
    assert shown(desk) == ["一"]


def test_not_more_than_anybody_could_read(desk: Desk) -> None:
    for _ in range(emergencies.MOST_ACTIVE):
        alert(desk)
    with pytest.raises(HallError) as refused:
        alert(desk)
    assert refused.value.code == "emergencies_too_many"


def test_only_who_may_raises_and_a_repeated_request_raises_once(shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    now = admin.hall().now
    wanted = EmergencyRaise(headline="紧急疏散", expires=now + timedelta(minutes=5))
    with pytest.raises(HallError) as refused:
        shared_hall.client("counter", "A01").raise_emergency(wanted)
    assert refused.value.code == "not_permitted"
    first, second = (admin.raise_emergency(wanted, key="evacuate") for _ in range(2))
    assert first == second
    found = shared_hall.client("display", "wall").snapshot("signage").emergencies
    assert found is not None and [one.identifier for one in found] == [first.identifier]
    assert first.sender.startswith("admin:")
