"""On a real wall: an emergency over a call over what was put in between over the schedule, and back again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from shared.schemas.emergencies import EmergencyChange
from shared.schemas.events import Snapshot
from shared.schemas.signage import ProgramSpan
from signage_app.bootstrap import SignageApp
from tests.signage_app.glass import EXPECTED, MEDIA, RED, near, seen, tell, zone_text
from tests.signage_app.stage import Elapsed
from tests.signage_app.test_layout import HALL, NOON, called
from tests.signage_app.walls import COLOURS, LAYOUT, PLAYLIST, UTC_8, emergency, film, item, picture, program

Start = Callable[..., SignageApp]
pytestmark = pytest.mark.qt_log_ignore(*EXPECTED, "No RHI backend", "pipewire-0.3")
PLAN, BETWEEN = UUID(int=77), UUID(int=78)
LOCAL = NOON.astimezone(UTC_8).replace(tzinfo=None)
HOUR = timedelta(hours=1)


def span(begin: int, end: int, playlist: UUID) -> ProgramSpan:
    return ProgramSpan(begin=LOCAL + begin * HOUR, end=LOCAL + end * HOUR, playlist=playlist, layout=LAYOUT)


def called_now(app: SignageApp, which: int, status: str = "called") -> None:
    """Nobody is called twice: a turn that was had does not come back."""
    now = app.clock.now()
    (one,) = called(1, status=status)
    one = one.model_copy(update={"call_id": UUID(int=500 + which), "seq": 200 + which, "called_at": now})
    app.presenter.take_snapshot(
        Snapshot(hall_id=HALL.id, epoch=1, seq=300, at=now, calls=[one], waiting=[], counters=[])
    )


@pytest.mark.parametrize("over", ["band", "full"])
def test_each_goes_over_the_next_and_gives_it_back(
    start: Start, store: Path, qtbot: QtBot, elapsed: Elapsed, over: str
) -> None:
    usual, planned, between = COLOURS[0], COLOURS[1], COLOURS[2]
    lists = {
        PLAYLIST: [item(picture(store, usual))],
        PLAN: [item(picture(store, planned))],
        BETWEEN: [item(film(store, between), kind="video", seconds=30)],
    }
    plays = program(
        lists, {"zones": [MEDIA], "calls_over": over}, timeline=[span(-1, 4, PLAN)], interrupts=[span(1, 2, BETWEEN)]
    )
    app = start(highlight_seconds=60)
    app.program.set_program(plays)
    foot = {"x": 0.02, "y": 0.97}

    def shows(colour: str, **at: float) -> None:
        qtbot.waitUntil(lambda: near(seen(app, **at), colour), timeout=10_000)

    def is_called() -> None:
        """Over what plays, whole and in its first frame."""
        assert zone_text(app, "current_number") == "A000" and zone_text(app, "current_counter") == "A00"
        assert near(seen(app, **foot), RED)

    # The schedule goes over what is usual.
    shows(planned)
    called_now(app, 1)
    is_called()
    called_now(app, 1, "serving")
    shows(planned, **foot)
    # What was put in between goes over the schedule.
    elapsed.pass_by(3600)
    shows(between)
    called_now(app, 2)
    is_called()
    assert over == "full" or near(seen(app, y=0.1), between), "what plays goes on"
    # An emergency goes over all of it, and whoever is called stands at its foot.
    tell(app, EmergencyChange(emergency=emergency(NOON + HOUR)))
    qtbot.waitUntil(lambda: zone_text(app, "emergency_call").startswith("请 A000 号到"))
    warned = seen(app, y=0.1)
    assert not near(warned, between) and not near(warned, planned)
    # And all of it comes back, one below the other.
    tell(app, EmergencyChange(ended=["e-1"]))
    assert zone_text(app, "emergency_headline") == ""
    is_called()
    called_now(app, 2, "serving")
    shows(between, **foot)
    elapsed.pass_by(3600)
    shows(planned)
    elapsed.pass_by(2 * 3600)
    shows(usual)
