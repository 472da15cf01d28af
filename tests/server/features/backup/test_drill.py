"""The drill: a hall under load is backed up, killed, restored and started; screens find the way by themselves."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import requests
from sqlalchemy import func, select

from server.database import EventRow, HallRow
from server.features.backup.restoring import restore
from server.features.queueing.models import TicketRow
from server.settings import Settings
from shared.client.event_stream import EventStream
from shared.schemas.events import Event, Snapshot
from tests.fakes.commands import command
from tests.fakes.engines import Engine
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall, running_hall

SECRET = "correct horse 电池"


class Load:
    """Kiosks that take some forty numbers a second, and remember what was acknowledged."""

    def __init__(self, hall: RunningHall, threads: int = 2) -> None:
        self.acknowledged: list[str] = []
        self._ending = threading.Event()
        self._address = f"{hall.url}/api/v1/tickets"
        self._body = {"service_id": str(hall.easy_service().id)}
        self._headers = {"Authorization": f"Bearer {hall.token('kiosk')}"}
        self._threads = [threading.Thread(target=self._take) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def _take(self) -> None:
        with requests.Session() as session:
            while not self._ending.wait(0.05):
                try:
                    answer = session.post(self._address, json=self._body, headers=self._headers, timeout=10)
                except requests.RequestException:
                    continue
                if answer.status_code == 201:
                    self.acknowledged.append(answer.json()["id"])

    def end(self) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join()


class Screen:
    """A display's stream: what it was shown last."""

    def __init__(self, hall: RunningHall) -> None:
        self.snapshots: list[Snapshot] = []
        self.events: list[Event] = []
        self.stream = EventStream(
            hall.client("display"), ("tickets", "calls"), on_snapshot=self.snapshots.append,
            on_event=self.events.append,
        )  # fmt: skip
        self.stream.start()


def kept(hall: RunningHall) -> set[str]:
    return {str(id_) for (id_,) in hall.execute(select(TicketRow.id))}


def test_a_hall_under_load_comes_back_from_its_backup(tmp_path: Path, engine: Engine, database_url: str) -> None:
    file = tmp_path / "safe" / "hall.backup"
    with running_hall(tmp_path, database_url=database_url) as hall:
        screen, load = Screen(hall), Load(hall)
        try:
            wait_until(lambda: len(load.acknowledged) >= 30, 90)
            before = set(load.acknowledged)
            options = ("--database-url", database_url) if database_url else ()
            (tmp_path / "secret").write_text(SECRET)
            options += ("--passphrase-file", str(tmp_path / "secret"))
            said = json.loads(command("backup", "--data", hall.data, "--to", file, "--json", *options))
            reached = len(load.acknowledged)
            wait_until(lambda: len(load.acknowledged) > reached + 20, 90)
            hall.kill()
        finally:
            load.end()
        assert said["encrypted"] and said["has_keys"] and said["seq"] >= 30
        assert len(kept(hall)) > len(before), "the load went on during and after the backup"

        fresh = engine.database()
        restore(file, Settings(data=tmp_path / "new", database_url=fresh), passphrase=SECRET)
        restored = RunningHall(tmp_path / "new", hall.port, fresh, forked=True)
        try:
            restored.start()
            found = kept(restored)
            assert before <= found, "everything acknowledged before the backup's point"
            assert found <= kept(hall), "and nothing that never was"
            ((epoch, seq),) = restored.execute(select(HallRow.epoch, HallRow.seq))
            ((events, last),) = restored.execute(select(func.count(), func.max(EventRow.seq)))
            assert epoch > 1 and (events, last) == (seq, seq) and seq == said["seq"]

            # The same screen, which has seen more of the old history than the new one holds.
            assert screen.events[-1].seq > seq
            wait_until(lambda: screen.snapshots[-1].epoch == epoch, 20)
            asked = {"service_id": str(restored.easy_service().id)}
            token = {"Authorization": f"Bearer {hall.token('kiosk')}"}
            answer = requests.post(f"{restored.url}/api/v1/tickets", json=asked, headers=token, timeout=10)
            assert answer.status_code == 201, "terminals' tokens are good: the keys came along"
            wait_until(lambda: (screen.events[-1].epoch, screen.events[-1].seq) == (epoch, seq + 1), 20)
            audited = {"Authorization": f"Bearer {restored.token('admin')}"}
            address = f"{restored.url}/api/v1/audit"
            assert requests.get(f"{address}/verify", headers=audited, timeout=10).json()["good"]
            entries = requests.get(f"{address}?action=hall.restored", headers=audited, timeout=10).json()
            assert len(entries["items"]) == 1
        finally:
            screen.stream.stop()
            restored.close()
        if fresh:
            engine.drop(fresh)
