"""An emergency over the kiosk's screen, by the real server."""

from __future__ import annotations

from datetime import timedelta

from shared.schemas.emergencies import EmergencyRaise
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import KioskRig


def shown(kiosk: KioskRig) -> str:
    return str(kiosk.find("emergency_headline").property("text")) if kiosk.shows("emergency_headline") else ""


def test_it_covers_the_kiosk_can_be_put_aside_and_is_there_after_a_start(
    make_kiosk: MakeRig, shared_hall: RunningHall
) -> None:
    kiosk = make_kiosk(shared_hall).start()
    admin = shared_hall.client("admin")
    until = admin.hall().now + timedelta(minutes=5)
    fire = {"headline": "火警！请立即有序疏散", "severity": "Extreme", "identifier": "kiosk-fire"}
    closing = {"headline": "大厅将提前结束服务", "severity": "Minor", "identifier": "kiosk-closing"}
    try:
        admin.raise_emergency(EmergencyRaise.model_validate({**closing, "expires": until}))
        kiosk.until(lambda: shown(kiosk) == closing["headline"])
        kiosk.click("emergency_fold")
        assert shown(kiosk) == "" and kiosk.shows("emergency_band") and kiosk.state.step == "start"
        kiosk.click("emergency_band")
        assert shown(kiosk) == closing["headline"]
        kiosk.click("emergency_fold")
        admin.raise_emergency(EmergencyRaise.model_validate({**fire, "expires": until}))
        # The worst first, and nobody puts it aside.
        kiosk.until(lambda: shown(kiosk) == fire["headline"])
        assert not kiosk.shows("emergency_fold")
        kiosk.stop()
        again = make_kiosk(shared_hall)
        # From its own disk, before anything is heard.
        again.app.emergencies.start()
        assert shown(again) == fire["headline"]
    finally:
        for name in ("kiosk-fire", "kiosk-closing"):
            told = {"msg_type": "Cancel", "references": [name], "headline": "解除", "expires": until}
            admin.raise_emergency(EmergencyRaise.model_validate(told))
