"""A display asks for the hall's zones anew when counters have come, gone or moved, however it learns of it."""

from __future__ import annotations

from uuid import UUID

from pytestqt.qtbot import QtBot

from shared.schemas.events import Snapshot
from shared.schemas.hall import Counter
from signage_app.clock import ServerClock
from signage_app.features.queueing.presenter import QueueingPresenter
from signage_app.features.queueing.wording import Wording
from signage_app.receipts import Receipts
from tests.signage_app.stage import Elapsed
from tests.signage_app.test_layout import HALL, NOON


def counter(number: int, zone: str = "a") -> Counter:
    return Counter.model_validate(
        {
            "id": UUID(int=number), "label": f"A{number:02}", "name": "", "name_en": "", "floor": "1", "zone": zone,
            "state": "open", "service_ids": [], "staff": None, "pause_reason": None, "ticket_id": None,
            "ticket_number": None, "ticket_status": None, "since": None, "retired": False,
        }
    )  # fmt: skip


def test_after_a_long_gap_the_snapshot_tells_that_counters_moved(qtbot: QtBot) -> None:
    clock = ServerClock(Elapsed())
    receipts = Receipts(lambda call, receipt: None, clock.age)
    presenter = QueueingPresenter(clock=clock, receipts=receipts, voice=None, wording=Wording("zh-CN", "en"))
    presenter.set_hall(HALL)
    asked: list[int] = []
    presenter.zones_changed.connect(lambda: asked.append(seq))
    first, second = counter(1), counter(2)
    for seq, counters in (
        (1, [first]), (2, [first]), (3, [first, second]), (4, [first, counter(2, "b")]), (5, [first]),
    ):  # fmt: skip
        presenter.take_snapshot(
            Snapshot(hall_id=HALL.id, epoch=1, seq=seq, at=NOON, calls=[], waiting=[], counters=counters)
        )
    assert asked == [3, 4, 5]
