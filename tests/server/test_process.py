"""The server as a program: one ready line, clear refusals to start, an end that loses nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from server.database import EventRow, HallRow
from server.features.queueing.models import TicketRow
from tests.fakes.engines import Engine, on_sqlite
from tests.fakes.events import wait_until
from tests.fakes.hall import ROOT, RunningHall, running_hall
from tests.fakes.proxy import proxy_to


@pytest.fixture(scope="module")
def shared_hall(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    """The one hall of this file is started by its command: the command is what is tested."""
    url = engine.hall()
    with running_hall(tmp_path_factory.mktemp("hall"), database_url=url, forked=False) as started:
        yield started
    engine.drop(url)


def refused_start(*options: object) -> str:
    """What a start that fails says on stderr; it must say nothing on stdout."""
    command = [sys.executable, "-m", "server", "server", *map(str, options)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=40, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert not [line for line in done.stderr.splitlines() if line.startswith("Traceback")], done.stderr
    return done.stderr


def test_exactly_one_ready_line_and_nothing_else_on_stdout(shared_hall: RunningHall) -> None:
    requests.get(f"{shared_hall.url}/api/v1/nothing", timeout=5)
    assert shared_hall.output == [f"ready {shared_hall.url}\n"]


def test_a_port_in_use_is_told_and_the_other_hall_goes_on(shared_hall: RunningHall, tmp_path: Path) -> None:
    said = refused_start("--data", tmp_path / "other", "--demo", "--port", shared_hall.port)
    assert f"Port {shared_hall.port} is already in use" in said
    assert f"端口 {shared_hall.port} 已被占用" in said
    assert not (tmp_path / "other" / "hall.db").exists()
    assert requests.get(f"{shared_hall.url}/api/v1/health", timeout=5).ok


@on_sqlite
def test_a_second_server_on_the_same_data_is_refused(shared_hall: RunningHall) -> None:
    said = refused_start("--data", shared_hall.data, "--demo", "--port", 0)
    assert "Another hall server is running" in said


def test_a_hall_that_was_never_set_up(tmp_path: Path, engine: Engine) -> None:
    url = engine.database()
    assert "not set up yet" in refused_start("--data", tmp_path, "--port", 0, "--database-url", url)
    engine.drop(url)


def test_a_damaged_key_file(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"half")
    said = refused_start("--data", tmp_path, "--demo", "--port", 0)
    assert "secret.key is damaged" in said
    assert not (tmp_path / "hall.db").exists()


def test_a_data_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "can't be used" in refused_start("--data", tmp_path / "file", "--demo", "--port", 0)


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://zhiting@127.0.0.1:{nobody.getsockname()[1]}/x"
        assert "database is not available" in refused_start(
            "--data", tmp_path, "--demo", "--port", 0, "--database-url", url
        )


def test_the_demonstration_does_not_reset_a_hall_that_is_there(tmp_path: Path, database_url: str) -> None:
    with running_hall(tmp_path, database_url=database_url) as hall:
        service = hall.easy_service().id
        token = {"Authorization": f"Bearer {hall.token('admin')}"}
        edit = {"name": "改过的名字"}
        requests.patch(f"{hall.url}/api/v1/services/{service}", json=edit, headers=token, timeout=5).raise_for_status()
        ticket = requests.post(
            f"{hall.url}/api/v1/tickets", json={"service_id": str(service)}, headers=token, timeout=5
        ).json()
        hall.restart()
        again = requests.get(f"{hall.url}/api/v1/tickets/{ticket['id']}", headers=token, timeout=5).json()
        assert (again["number"], again["service_name"]) == (ticket["number"], "改过的名字")


def test_an_end_under_load_loses_nothing_and_stalls_for_nobody(tmp_path: Path, database_url: str) -> None:
    with running_hall(tmp_path, database_url=database_url, forked=False) as hall, proxy_to(hall.port) as line:
        service = str(hall.easy_service().id)
        headers = {"Authorization": f"Bearer {hall.token('kiosk')}"}
        # A display that stopped reading must not hold the stop up.
        stuck = requests.get(f"{line.url}/api/v1/events", headers=headers, stream=True, timeout=10)
        line.stall()
        acknowledged: list[str] = []
        unexpected: list[Any] = []

        def take() -> None:
            with requests.Session() as session:
                while True:
                    try:
                        answer = session.post(
                            f"{hall.url}/api/v1/tickets", json={"service_id": service}, headers=headers, timeout=10
                        )
                    except requests.RequestException:
                        return
                    if answer.status_code == 201:
                        acknowledged.append(answer.json()["id"])
                    elif (answer.status_code, answer.json()["code"]) != (503, "server_stopping"):
                        unexpected.append(answer.text)
                        return

        threads = [threading.Thread(target=take) for _ in range(4)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(acknowledged) >= 40, 30)
        began = time.monotonic()
        assert hall.stop() == 0
        assert time.monotonic() - began < 5, "the contract's five seconds"
        for thread in threads:
            thread.join()
        stuck.close()
        assert unexpected == []
        assert not list(hall.data.glob("*-wal")), "SQLite's log was folded into the file"
        kept = {str(id_) for (id_,) in hall.execute(select(TicketRow.id))}
        ((seq,),) = hall.execute(select(HallRow.seq))
        ((last,),) = hall.execute(select(func.max(EventRow.seq)))
        assert set(acknowledged) <= kept
        assert seq == last == len(kept)


def test_workers_end_with_a_killed_parent_and_give_the_port_back(tmp_path: Path, database_url: str) -> None:
    two = ("--demo", "--workers", "2")
    with running_hall(tmp_path, database_url=database_url, options=two, forked=False) as hall:
        assert hall.output == [f"ready {hall.url}\n"]
        assert hall.process is not None
        hall.process.send_signal(signal.SIGKILL)
        hall.process.wait(5)

        def is_free() -> bool:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", hall.port))
                except OSError:
                    return False
                return True

        wait_until(is_free, 15)
