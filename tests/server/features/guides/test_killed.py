"""A server that is killed while it reads the item system: nothing of it is there afterwards; and the HTTP around it."""

from __future__ import annotations

import shutil
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import insert, select

from server.database import HallRow
from server.features.guides.models import GuideSourceRow
from shared.domain.errors import HallError
from shared.schemas.guides import GuideSource, GuideSourceEdit
from tests.fakes.hall import RunningHall, demo_data, free_port
from tests.fakes.items import SECRET, ItemSystem, serving_items


def test_a_silent_item_system_keeps_no_server_from_ending(shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin", "silent")
    system, arrived = ItemSystem(3), threading.Event()
    system.on_ask = lambda number: arrived.set()
    system.fault = lambda number, status, page: None
    with serving_items(system):
        client.set_guide_source(GuideSourceEdit(address=system.url, secret=SECRET, version=0))
        begun = client.begin_guide_run("full")
        assert arrived.wait(30)
        assert shared_hall.stop() == 0
        shared_hall.start()
        # It says so, and nobody has to wait for it.
        ended = shared_hall.client("admin", "after").guide_run(begun.id)
        assert (ended.state, ended.fault) == ("failed", "guides_interrupted")


def test_killed_between_two_pages(shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin", "guides")
    before = [one.code for one in client.guides().items]
    arrived = threading.Event()
    system = ItemSystem(9)

    def second_page(number: int) -> None:
        if number == 1:
            arrived.set()
            system.hold.wait(60)

    system.on_ask = second_page
    with serving_items(system):
        client.set_guide_source(
            GuideSourceEdit(address=system.url, secret=SECRET, version=client.guide_source().version)
        )
        begun = client.begin_guide_run("full")
        assert begun.state == "waiting" and arrived.wait(30)
        assert client.guide_run(begun.id).state == "reading"
        with pytest.raises(HallError, match="guides_run_under_way"):
            client.begin_guide_run("full")
        shared_hall.kill()
        system.hold.set()
        shared_hall.start()
        client = shared_hall.client("admin", "after")
        assert [one.code for one in client.guides().items] == before
        # Its lease is not over yet: nobody takes it for done.
        assert client.guide_run(begun.id).state == "reading"


def test_lists_come_in_parts_and_files_are_bounded(shared_hall: RunningHall) -> None:
    client = shared_hall.client("kiosk")
    every = client.guides().items
    codes: list[str] = []
    page = client.guides(limit="4")
    while True:
        codes += [one.code for one in page.items]
        if page.next_cursor is None:
            break
        page = client.guides(limit="4", cursor=page.next_cursor)
    assert codes == [one.code for one in every]
    with pytest.raises(HallError, match="cursor_unknown"):
        client.guides(limit="4", cursor="nobody")
    admin = {"Authorization": f"Bearer {shared_hall.token('admin')}"}
    address = f"{shared_hall.url}/api/v1/guides/import"
    large = requests.post(address, data=b" " * (5 * 1024 * 1024 + 1), headers=admin, timeout=30)
    assert large.status_code == 413
    wrong = requests.post(address, data=b"{}", headers=admin, timeout=30)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "guides_file_wrong")
    # The secret is in no answer.
    shown = requests.get(f"{shared_hall.url}/api/v1/guides/source", headers=admin, timeout=10)
    assert shown.json()["has_secret"] is True and SECRET not in shown.text


def test_of_several_processes_exactly_one_reads_what_is_due(tmp_path: Path) -> None:
    """Both look when they start, and find the same reading due."""
    with serving_items(ItemSystem(4)) as system:
        shutil.copytree(demo_data(), tmp_path / "hall")
        settings = GuideSource.model_validate({"address": system.url, "auth": "none", "minutes": 600})
        hall = RunningHall(tmp_path / "hall", free_port(), options=("--demo", "--workers", "2"))
        (hall_id,) = hall.execute(select(HallRow.id))[0]
        due = datetime(2026, 1, 1, tzinfo=UTC)
        values = {"settings": settings.model_dump(), "since": "", "next_at": due, "version": 1}
        hall.execute(insert(GuideSourceRow).values(hall_id=hall_id, **values))
        system.open = True
        try:
            hall.start()
            client = hall.client("admin")
            deadline = time.monotonic() + 30
            while not any(run.state == "done" for run in client.guide_runs()) and time.monotonic() < deadline:
                time.sleep(0.05)
            # Who came second has looked by then too: a run of its own would stand there.
            (run,) = client.guide_runs()
            assert (run.mode, run.counts["created"]) == ("full", 4)
            assert [one.get("page", "") for one in system.asked] == ["", "3"]
        finally:
            hall.close()
