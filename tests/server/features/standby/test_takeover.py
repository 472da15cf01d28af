"""The second machine as real processes: it follows under load, takes over after a kill; the old server stays out."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from server.features.standby.kept import Copy, State
from shared.domain.errors import HallError
from tests.fakes.commands import command
from tests.fakes.events import wait_until
from tests.fakes.forked import ForkedServer
from tests.fakes.hall import RunningHall, free_port, running_hall
from tests.server.features.backup.test_drill import Load, kept


@contextmanager
def program(*options: object, log: Path) -> Iterator[ForkedServer]:
    """A command of the second machine, until it has said that it is ready; killed at the end."""
    process = ForkedServer([str(option) for option in options], log)
    limit = threading.Timer(90, process.send_signal, (signal.SIGKILL,))
    limit.start()
    try:
        line = process.stdout.readline()
        limit.cancel()
        assert line.startswith("ready "), log.read_text()[-3000:]
        yield process
    finally:
        limit.cancel()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()


def state_of(data: Path) -> State:
    found = Copy(data).read()
    assert found is not None
    return found


def server_state(hall: RunningHall) -> dict[str, object]:
    token = {"Authorization": f"Bearer {hall.token('admin')}"}
    answer = requests.get(f"{hall.url}/api/v1/server/state", headers=token, timeout=10)
    assert answer.ok, answer.text
    return dict(answer.json())


def behind(hall: RunningHall) -> Sequence[int]:
    return [one["behind"] for one in server_state(hall)["standbys"]]  # type: ignore[index,attr-defined]


def test_the_second_machine_takes_over_and_the_old_server_stays_out(tmp_path: Path) -> None:
    second, port, log = tmp_path / "second", free_port(), tmp_path / "second.log"
    address = f"http://127.0.0.1:{port}"
    with running_hall(tmp_path) as hall:
        follow = ("standby", "--from", hall.url, "--data", second, "--token", hall.token("standby"))
        with program(*follow, "--address", address, log=log) as standby:
            load = Load(hall)
            wait_until(lambda: len(load.acknowledged) >= 40, 90)
            load.end()
            wait_until(lambda: behind(hall) == [0], 60)
            level = set(load.acknowledged)
            load = Load(hall)
            wait_until(lambda: len(load.acknowledged) >= 40, 90)
            hall.kill()
            load.end()
            assert standby.poll() is None, "it waits for its server"
            acknowledged = level | set(load.acknowledged)

            with program("promote", "--data", second, "--port", port, "--demo", log=log):
                assert standby.wait(20) == 0, "it was told to end"
                new = RunningHall(second, port)
                found = kept(new)
                assert level <= found, "nothing that the standby had acknowledged is lost"
                lost = acknowledged - found
                # What its lag may lose: at some forty numbers a second, no more than a second's.
                assert len(lost) <= 40, f"{len(lost)} of {len(acknowledged)}"
                print(f"lost with the lag: {len(lost)} of {len(acknowledged)}")
                client = new.client("display")
                health = client.health()
                assert health.epoch > 1
                token = {"Authorization": f"Bearer {hall.token('kiosk')}"}
                body = {"service_id": str(new.easy_service().id)}
                taken = requests.post(f"{address}/api/v1/tickets", json=body, headers=token, timeout=10)
                assert taken.status_code == 201, taken.text

                # The old one comes back: it asks where the standby said it would be, before it writes a word.
                hall.start()
                for _ in range(2):
                    answer = requests.post(f"{hall.url}/api/v1/tickets", json=body, headers=token, timeout=10)
                    assert (answer.status_code, answer.json()["code"]) == (503, "server_demoted")
                page = requests.get(f"{hall.url}/t/abc?lang=en", headers={"Accept": "text/html"}, timeout=10)
                assert page.status_code == 503 and f'href="{address}/t/abc?lang=en"' in page.text
                style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
                assert requests.get(hall.url + style, timeout=10).ok, "a page that can be read"
                written = len(kept(hall))
                hall.kill()
                assert len(kept(hall)) == written
                new.close()


def test_it_follows_through_restarts_on_both_sides_and_says_how_far_it_is(tmp_path: Path) -> None:
    second, log = tmp_path / "second", tmp_path / "second.log"
    with running_hall(tmp_path) as hall:
        follow = ("standby", "--from", hall.url, "--data", second, "--token", hall.token("standby"))
        with program(*follow, log=log):
            first = state_of(second)
            assert first.whole and first.verified_at > 0 and (second / "secret.key").exists()
            hall.kill()
            wait_until(lambda: state_of(second).fault != "", 20)
            hall.start()
            client = hall.client("kiosk")
            assert client.services()
            wait_until(lambda: behind(hall) == [0] and state_of(second).fault == "", 30)
            wait_until(lambda: state_of(second).whole, 20)
        before = state_of(second).salt
        with program(*follow, log=log):
            assert state_of(second).salt == before, "it went on where it was"


def test_it_follows_a_server_of_two_processes_of_which_each_dies_once(tmp_path: Path) -> None:
    second, log = tmp_path / "second", tmp_path / "second.log"
    with running_hall(tmp_path, options=("--demo", "--workers", "2"), forked=False) as hall:
        follow = ("standby", "--from", hall.url, "--data", second, "--token", hall.token("standby"))
        with program(*follow, log=log) as standby:
            load = Load(hall)
            for place in (0, 1):
                reached = len(load.acknowledged)
                wait_until(lambda reached=reached: len(load.acknowledged) >= reached + 40, 90)  # type: ignore[misc]
                os.kill(hall.workers()[place], signal.SIGKILL)
            reached = len(load.acknowledged)
            wait_until(lambda: len(load.acknowledged) >= reached + 40, 90)
            load.end()
            # Whichever of them is asked, it knows how far the second machine is.
            wait_until(lambda: all(behind(hall) == [0] for _ in range(8)), 60)
            assert standby.poll() is None
    command("promote", "--data", second, "--without-serving")
    assert set(load.acknowledged) <= kept(RunningHall(second, 0)), "what the second machine had is all there was"


def test_only_its_own_kind_may_follow(tmp_path: Path) -> None:
    with running_hall(tmp_path) as hall:
        for kind in ("admin", "display", "staff"):
            client = hall.client(kind)
            with pytest.raises(HallError, match="not_permitted"):
                client.raw("/standby/copy", {}, {}, 10)
        follower = hall.client("standby")
        with pytest.raises(HallError, match="not_permitted"):
            follower.services()
        headers, content = follower.raw("/standby/copy", {}, {}, 30)
        assert content.startswith(b"ZHITING BACKUP") and len(headers["zhiting-log"]) == 16
        wait_until(lambda: not list(hall.data.glob("standby-*")))


def test_what_is_no_copy_is_not_promoted_and_a_hall_is_never_overwritten(tmp_path: Path) -> None:
    assert "holds no copy" in command("promote", "--data", tmp_path, fails=True)
    with running_hall(tmp_path) as hall:
        hall.stop()
        options = ("standby", "--from", hall.url, "--data", hall.data, "--token", hall.token("standby"))
        assert "a hall of its own" in command(*options, fails=True)
