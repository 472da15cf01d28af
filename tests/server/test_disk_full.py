"""A full disk: changes are refused politely, looks go on, and it recovers by itself. On a real, small file system."""

from __future__ import annotations

import shutil

import requests

from tests.fakes.engines import on_sqlite
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall, demo_data, free_port
from tests.fakes.small_disk import SmallDisk


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
