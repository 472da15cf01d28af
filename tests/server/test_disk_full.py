"""A full disk: changes are refused politely, looks go on, and it recovers by itself. On a real, small file system."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import requests
from sqlalchemy import select

from server.database import Database
from server.features.queueing.models import TicketRow
from tests.fakes.engines import on_sqlite
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall, demo_data, free_port
from tests.fakes.small_disk import SmallDisk
from tests.server.changes import in_one_group, refusal, taker, tickets
from tests.server.conftest import Desk


@on_sqlite
def test_a_full_disk(small_disk: SmallDisk, engine: object) -> None:
    data = small_disk.place / "hall"
    shutil.copytree(demo_data(), data)
    hall = RunningHall(data, free_port(), forked=True)
    try:
        hall.start()
        headers = {"Authorization": f"Bearer {hall.token('kiosk')}", "Accept-Language": "en"}
        body = {"service_id": str(hall.easy_service().id)}

        def take() -> requests.Response:
            return requests.post(f"{hall.url}/api/v1/tickets", json=body, headers=headers, timeout=20)

        first = take()
        assert first.status_code == 201
        small_disk.fill()
        given, refused = [first.json()], None
        for _ in range(400):
            answer = take()
            if answer.status_code != 201:
                refused = answer
                break
            given.append(answer.json())
        assert refused is not None, "SQLite's log has room of its own for some"
        log = (data / "stderr.log").read_text()[-3000:]
        assert (refused.status_code, refused.json()["code"]) == (507, "disk_full"), refused.text + log
        assert "no room" in refused.json()["detail"]
        # Looks go on, and what was acknowledged is there.
        for path in ("/services", "/snapshot", "/health", f"/tickets/{given[-1]['id']}"):
            assert requests.get(f"{hall.url}/api/v1{path}", headers=headers, timeout=10).ok, path
        assert take().status_code == 507

        small_disk.free()
        wait_until(lambda: take().status_code == 201, 15)
        after = take().json()
        numbers = [ticket["number"] for ticket in given]
        assert len(set(numbers)) == len(numbers) and after["number"] not in numbers
        hall.kill()
        hall.start()
        for ticket in (*given, after):
            found = requests.get(f"{hall.url}/api/v1/tickets/{ticket['id']}", headers=headers, timeout=10).json()
            assert found["number"] == ticket["number"]
    finally:
        hall.close()


@on_sqlite
def test_a_server_started_on_a_full_disk_waits_for_room(small_disk: SmallDisk, engine: object) -> None:
    data = small_disk.place / "hall"
    shutil.copytree(demo_data(), data)
    hall = RunningHall(data, free_port(), forked=True)
    try:
        hall.start()
        headers = {"Authorization": f"Bearer {hall.token('kiosk')}", "Accept-Language": "en"}
        body = {"service_id": str(hall.easy_service().id)}
        assert requests.post(f"{hall.url}/api/v1/tickets", json=body, headers=headers, timeout=20).status_code == 201
        # In order: a killed server leaves SQLite's files, with which it would start without more room.
        hall.stop()
        small_disk.fill()
        started = threading.Thread(target=hall.start)
        started.start()

        def take() -> requests.Response | None:
            with suppress(requests.ConnectionError):
                return requests.post(f"{hall.url}/api/v1/tickets", json=body, headers=headers, timeout=20)
            return None

        wait_until(lambda: (answer := take()) is not None and answer.status_code == 507, 15)
        refused = take()
        assert refused is not None and refused.json()["code"] == "disk_full"
        assert "no room" in refused.json()["detail"] and refused.headers["retry-after"]
        assert started.is_alive(), "it is not ready, and does not say so"
        small_disk.free()
        started.join(20)
        wait_until(lambda: (answer := take()) is not None and answer.status_code == 201, 15)
    finally:
        small_disk.free()
        hall.close()


# SQLite takes the present size where a limit is less: nothing more fits. PostgreSQL says what it says on a full disk.
FULL = {
    "sqlite": ("PRAGMA max_page_count=1", "PRAGMA max_page_count=1000000"),
    "postgresql": (
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;"
        "CREATE TRIGGER full_disk BEFORE INSERT ON tickets EXECUTE FUNCTION full_disk()",
        "DROP FUNCTION full_disk CASCADE",
    ),
}


@contextmanager
def full_disk(database: Database) -> Iterator[None]:
    def run(statement: str) -> None:
        # On the writer's own connection: SQLite's limit belongs to it.
        with database.write_engine.connect() as connection, connection.begin():
            connection.exec_driver_sql(statement)

    fill, clear = FULL[database.write_engine.name]
    run(fill)
    yield
    run(clear)


def test_a_full_disk_refuses_calmly_and_recovers(desk: Desk) -> None:
    take = taker(desk)
    desk.database.write(take)
    acknowledged, refused = 1, []
    with full_disk(desk.database):
        for _ in range(200):
            future = desk.database.submit(take)
            if future.exception(20) is None:
                acknowledged += 1
                continue
            refused.append(refusal(future))
            if len(refused) == 5:
                break
        assert [(error.code, error.status) for error in refused] == [("disk_full", 507)] * 5
        group = in_one_group(desk.database, take, take, take)
        assert {refusal(future).code for future in group} == {"disk_full"}
        assert tickets(desk) == acknowledged, "what was answered is there, what was refused is not"
    assert desk.database.submit(take).result(20)
    counts = desk.read(lambda r: r.session.scalars(select(TicketRow.count).order_by(TicketRow.count)).all())
    assert counts == list(range(1, acknowledged + 2)), "no hole in the numbers"
    assert desk.read(lambda r: r.clocks.seq) == acknowledged + 1
