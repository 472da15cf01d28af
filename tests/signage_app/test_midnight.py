"""People are still being called when the day ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from pytestqt.qtbot import QtBot

from shared.schemas.events import Snapshot
from signage_app.clock import ServerClock
from signage_app.features.queueing.presenter import QueueingPresenter
from signage_app.features.queueing.wording import Wording
from signage_app.receipts import Receipts
from tests.signage_app.stage import Elapsed
from tests.signage_app.test_layout import HALL, called

LAST_SECONDS = datetime(2026, 11, 23, 15, 59, 57, tzinfo=UTC)


def test_a_call_that_waits_for_its_turn_at_midnight_stops_nothing(qtbot: QtBot) -> None:
    elapsed = Elapsed()
    clock = ServerClock(elapsed)
    receipts = Receipts(lambda call, receipt: None, clock.age)
    presenter = QueueingPresenter(clock=clock, receipts=receipts, voice=None, wording=Wording("zh-CN", "en"))
    presenter.set_hall(HALL.model_copy(update={"now": LAST_SECONDS}))
    rang = LAST_SECONDS - timedelta(seconds=1)
    two = [call.model_copy(update={"called_at": rang}) for call in called(2)]
    presenter.take_snapshot(
        Snapshot(hall_id=HALL.id, epoch=1, seq=2, at=LAST_SECONDS, calls=two, waiting=[], counters=[])
    )
    assert presenter.state.highlighted
    elapsed.pass_by(10)
    presenter.tick()
    assert presenter.state.hero is None, "yesterday's numbers are gone"
    tomorrow = LAST_SECONDS + timedelta(seconds=12)
    fresh = two[0].model_copy(update={"call_id": UUID(int=900), "seq": 9, "called_at": tomorrow})
    presenter.take_snapshot(
        Snapshot(hall_id=HALL.id, epoch=1, seq=9, at=tomorrow, calls=[fresh], waiting=[], counters=[])
    )
    assert presenter.state.hero is not None
    assert presenter.state.hero.call_id == str(fresh.call_id)
    assert presenter.state.highlighted
