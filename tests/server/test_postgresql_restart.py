"""PostgreSQL is stopped, and crashes, under a hall that is giving out numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from server.database import EventRow
from server.features.queueing.models import TicketRow
from shared.domain.errors import HallError
from tests.fakes.events import wait_until
from tests.fakes.hall import running_hall
from tests.fakes.postgres import PrivatePostgres
from tests.fakes.takers import Kiosk, Wall, until_each

AWAY = (503, "database_unavailable")


def test_nothing_acknowledged_is_lost_or_doubled(own_postgres: PrivatePostgres, tmp_path: Path) -> None:
    with running_hall(tmp_path, database_url=own_postgres.hall()) as hall:
        wall, service = Wall(hall.client("display")), hall.easy_service().id
        kiosks = [Kiosk(hall.client("kiosk", f"k{place}"), service) for place in range(4)]
        try:
            # As an administrator stops it, and as a power cut does.
            for mode in ("fast", "immediate"):
                until_each(kiosks, lambda kiosk: len(kiosk.got), 10)
                own_postgres.stop(mode)
                until_each(kiosks, lambda kiosk: len(kiosk.refused), 2)
                with pytest.raises(HallError) as unread:
                    hall.client("staff").health()
                assert (unread.value.status, unread.value.code) == AWAY
                own_postgres.start()
            until_each(kiosks, lambda kiosk: len(kiosk.got), 10)
        finally:
            for kiosk in kiosks:
                kiosk.stop()
        assert {answer for kiosk in kiosks for answer in kiosk.refused} == {AWAY}
        given = {id_: number for kiosk in kiosks for id_, number in kiosk.got.items()}
        kept = hall.execute(select(TicketRow.id, TicketRow.number, TicketRow.count).order_by(TicketRow.count))
        assert {id_: number for id_, number, _ in kept} == given, "one ticket a request, with the number answered"
        assert [count for _, _, count in kept] == list(range(1, len(given) + 1))
        seqs = [seq for (seq,) in hall.execute(select(EventRow.seq).order_by(EventRow.seq))]
        assert seqs == list(range(1, len(given) + 1))
        wait_until(lambda: len(wall.heard) >= len(given), 10)
        wall.stream.stop()
        assert (wall.heard, len(wall.snapshots)) == (seqs, 1)
