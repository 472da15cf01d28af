"""The counter's journal on its way to a real server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from counter_app.features.island.diary import Diary
from counter_app.features.island.replay import CALLED, KINDS
from tests.counter_app.station import Workplace
from tests.fakes.hall import RunningHall


def test_what_the_server_cannot_read_keeps_nothing_else_back(
    shared_hall: RunningHall, workplace: Workplace, tmp_path: Path
) -> None:
    client = shared_hall.client("counter")
    diary = Diary(tmp_path / "island" / "journal.db", client)
    now = datetime.now(UTC)
    good = {"number": "A·K9-09", "as_of": now.isoformat()}
    try:
        # Larger than any body the server takes, between two that are as they should be.
        for kind, body in ((CALLED, good), (KINDS["hold"], {"number": "x" * 300_000}), (KINDS["finish"], good)):
            diary.write(kind, workplace.counter.id, body, now, now.date())
        assert diary.has_finished("AK909") and diary.unsent() == 3
        assert diary.send(now.date()) == 0
        verdicts = [entry.verdict for entry in diary.since(None, 0, now.date())]
        assert verdicts == ["pending", "refused", "pending"]
        assert not diary.has_finished("AK909")
    finally:
        diary.close()
    again = Diary(tmp_path / "island" / "journal.db", client)
    try:
        assert again.unsent() == 0 and again.end_of()[1] == 3
    finally:
        again.close()
