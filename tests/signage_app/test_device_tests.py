"""A display's loudspeaker tried from the console, between the calls it speaks."""

from __future__ import annotations

from shared.schemas.device_tests import DeviceTestAsk
from tests.fakes.hall import RunningHall
from tests.signage_app.conftest import MakeDisplay
from tests.signage_app.desks import Desk
from tests.signage_app.stage import spoken


def test_the_loudspeaker_is_tried_and_calls_are_spoken_all_the_same(hall: RunningHall, display: MakeDisplay) -> None:
    admin, wall, desk = hall.client("admin"), display(zone="a"), Desk(hall, "A05")
    wall.wait(lambda: wall.live)

    def here() -> list[object]:
        return [one for one in admin.terminals() if one.kind == "display" and one.name == "wall" and one.online]

    wall.wait(lambda: bool(here()))
    me = next(one for one in admin.terminals() if one.name == "wall")
    asked = admin.try_device(me.id, DeviceTestAsk(kind="speech"))
    wall.wait(lambda: admin.device_test(asked.id).state != "waiting")
    assert admin.device_test(asked.id).state == "passed"
    assert any("测试" in sentence for sentence in wall.ear.said)
    number = desk.issue().number
    desk.call()
    wall.wait(lambda: spoken(number, "A05") in wall.ear.said)
    # What it does not have is told so, and not waited for.
    asked = admin.try_device(me.id, DeviceTestAsk(kind="printer"))
    wall.wait(lambda: admin.device_test(asked.id).state != "waiting")
    assert (admin.device_test(asked.id).state, admin.device_test(asked.id).code) == ("failed", "device_not_here")
