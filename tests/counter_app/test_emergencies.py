"""An emergency on both screens of a counter, by the real server."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QFrame, QPushButton, QWidget

from shared.schemas.emergencies import EmergencyRaise
from tests.counter_app.station import Station
from tests.fakes.hall import RunningHall


def test_both_screens_show_it_and_the_work_goes_on(station: Station, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    until = admin.hall().now + timedelta(minutes=5)
    told = {"headline": "因停电，部分窗口暂停办理", "severity": "Moderate", "identifier": "counter-power"}
    admin.raise_emergency(EmergencyRaise.model_validate({**told, "expires": until}))
    note = station.app.emergency_note
    lines = [window.findChild(QFrame, "emergency_line") for window in (station.bar, station.mini)]
    try:
        station.wait(lambda: station.item_text("emergency_headline") == told["headline"])
        assert note.isVisible() and [line.isHidden() for line in lines] == [False, False]
        read = note.findChild(QPushButton, "note_read")
        assert isinstance(read, QPushButton)
        read.click()
        assert not note.isVisible() and not lines[0].isHidden()
        # Who stands here can put it aside and go on.
        fold = station.item("emergency_fold")
        assert fold is not None and fold.isVisible()
        station.touch("emergency_fold")
        assert station.item_text("emergency_headline") == ""
        assert station.possible("call_next")
    finally:
        cancel = {"msg_type": "Cancel", "references": ["counter-power"], "headline": "解除", "expires": until}
        admin.raise_emergency(EmergencyRaise.model_validate(cancel))
    station.wait(lambda: all(line.isHidden() for line in lines))
    assert isinstance(note, QWidget) and not note.isVisible()
