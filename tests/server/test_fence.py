"""Only one server of a hall writes: who hears of a higher epoch stops, and only the hall's own word counts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import uuid4

import requests
from hypothesis import given
from hypothesis import strategies as st

from server.auth import Keys
from server.fence import Fence
from tests.fakes.engines import on_sqlite
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall

HALL = uuid4()


def fence(data: Path, epoch: int) -> Fence:
    made = Fence(data, Keys.of(data))
    made.open(HALL, epoch)
    return made


def test_a_higher_epoch_stops_it_for_good(tmp_path: Path) -> None:
    stopped: list[bool] = []
    old, new = fence(tmp_path, 5), fence(tmp_path, 9)
    old.on_demoted = lambda: stopped.append(True)
    new.hear(old.mark)
    assert new.refusal() is None
    old.hear(new.mark)
    old.hear(new.mark)
    refused = old.refusal()
    assert refused is not None and (refused.code, refused.status) == ("server_demoted", 503)
    assert refused.params == {"epoch": 9, "server": ""}
    assert stopped == [True]
    assert fence(tmp_path, 5).demoted == 9, "also after the next start"
    assert fence(tmp_path, 9).demoted == fence(tmp_path, 10).demoted == 0, "but not what took over"


def test_another_process_of_the_same_server_hears_of_it(tmp_path: Path) -> None:
    one, other = fence(tmp_path, 1), fence(tmp_path, 1)
    one.hear(fence(tmp_path, 2).mark)
    wait_until(lambda: other.refusal() is not None, 5)


def test_it_says_where_the_hall_is_once_it_knows(tmp_path: Path) -> None:
    old, other, new = fence(tmp_path, 5), fence(tmp_path, 5), fence(tmp_path, 9)
    old.hear(new.mark)
    old.hear(fence(tmp_path, 4).mark, "http://older")
    assert old.successor == "", "a screen does not know where it is"
    old.hear(new.mark, "http://b:8300")
    old.hear(new.mark, "http://c:8300")
    for one in (old, fence(tmp_path, 5)):
        refused = one.refusal()
        assert refused is not None and refused.params == {"epoch": 9, "server": "http://b:8300"}
    wait_until(lambda: other.refusal() is not None and other.successor == "http://b:8300", 5)


@given(st.text(max_size=60))
def test_nobody_else_can_stop_it(mark: str) -> None:
    with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
        guarded = fence(Path(ours), 1)
        foreign = fence(Path(theirs), 99)
        other_hall = Fence(Path(ours), Keys.of(Path(ours)))
        other_hall.open(uuid4(), 99)
        token = Keys.of(Path(ours)).issue("admin", "x")
        for said in (mark, foreign.mark, other_hall.mark, token, guarded.mark, "zte." + mark, "a" * 5000):
            guarded.hear(said)
        assert guarded.refusal() is None


@on_sqlite
def test_a_screen_that_has_seen_the_new_server_stops_the_old_one(hall: RunningHall, engine: object) -> None:
    client = hall.client("kiosk")
    before = client.health()
    assert before.epoch_mark
    assert client.services()
    new = Fence(hall.data, Keys.of(hall.data))
    new.open(before.hall_id, before.epoch + 1)
    client.epoch_mark = new.mark
    answer = requests.get(f"{hall.url}/api/v1/services", headers={"zhiting-epoch": new.mark}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (503, "server_demoted")
    health = requests.get(f"{hall.url}/api/v1/health", timeout=10)
    assert (health.status_code, health.json()["code"]) == (503, "server_demoted"), "balancers send nobody here"
    browser = {"Accept": "text/html", "Accept-Language": "en"}
    page = requests.get(f"{hall.url}/t/secret?lang=en", headers=browser, timeout=10)
    assert page.status_code == 503 and "moved to another server" in page.text and "onward" not in page.text
    for _ in range(2):
        # Whoever carries no mark is refused as well, and so it stays over the next start.
        token = {"Authorization": f"Bearer {hall.token('kiosk')}", "Accept-Language": "en"}
        answer = requests.post(f"{hall.url}/api/v1/tickets", json={}, headers=token, timeout=10)
        assert (answer.status_code, answer.json()["code"]) == (503, "server_demoted")
        assert "taken this hall over" in answer.json()["detail"]
        hall.kill()
        hall.start()
