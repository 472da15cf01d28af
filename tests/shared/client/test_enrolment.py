"""A terminal's key and tokens against a real server: killed in between, revoked, re-keyed, many threads."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.client.enrolment import KEY_FILE, Enrolment, Standing
from shared.client.event_stream import EventStream
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from tests.fakes.engines import Embedded
from tests.fakes.hall import RunningHall, running_hall
from tests.fakes.machine import Machine, code, decide, manage


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    with running_hall(tmp_path_factory.mktemp("hall"), database_url=Embedded().hall()) as started:
        yield started


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.client.enrolment.REFUSED_S", 0.0)


def key_file(data: Path) -> dict[str, dict[str, str]]:
    return dict(json.loads((data / KEY_FILE).read_text()))


def handle(hall: RunningHall, data: Path) -> Machine:
    """The enrolled terminal, as an administrator sees it."""
    kept = key_file(data)["key"]
    return Machine(hall, terminal_id=kept["terminal_id"])  # type: ignore[arg-type]


def test_enrols_waits_and_works_and_needs_no_code_again(hall: RunningHall, tmp_path: Path, impatient: None) -> None:
    said: list[Standing] = []
    source = Enrolment(tmp_path, hall.url, code(hall, "display", "wall-1", approved_beforehand=False), name="default")
    source.on_standing = said.append
    client = HallClient(hall.url, source)
    assert not source.was_approved
    for _ in range(2):
        with pytest.raises(HallError, match="terminal_pending"):
            client.services()
    decide(hall, handle(hall, tmp_path), "approve")
    assert client.services()
    assert [(standing.code, standing.name) for standing in said] == [("terminal_pending", "wall-1"), ("", "wall-1")]
    assert said[0].fingerprint in {terminal.fingerprint for terminal in hall.client("admin").terminals()}
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    again = Enrolment(tmp_path, hall.url)
    assert again.was_approved
    assert again()
    for each in (source, client, again):
        each.close()


def test_killed_between_question_and_answer(hall: RunningHall, tmp_path: Path) -> None:
    """The server has taken the key, the machine has not heard of it: it asks again and is the same terminal."""
    made = code(hall, "kiosk", "killed")
    first = Enrolment(tmp_path, hall.url, made)
    before = (tmp_path / KEY_FILE).read_text()
    assert first()
    (tmp_path / KEY_FILE).write_text(before)
    assert key_file(tmp_path)["key"] is None
    second = Enrolment(tmp_path, hall.url, made)
    assert second()
    assert key_file(tmp_path)["key"]["approved"]
    assert [t.key_number for t in hall.client("admin").terminals() if t.name == "killed"] == [1]
    first.close()
    second.close()


def test_a_wrong_code_is_said_and_a_good_key_survives_it(hall: RunningHall, tmp_path: Path, impatient: None) -> None:
    wrong = Enrolment(tmp_path / "new", hall.url, "0000-0000-0000")
    with pytest.raises(HallError, match="enrolment_code_wrong"):
        wrong()
    assert wrong.standing().code == "enrolment_code_wrong"
    source = Enrolment(tmp_path / "old", hall.url, code(hall, "kiosk", "keeps"))
    assert source()
    late = Enrolment(tmp_path / "old", hall.url, "0000-0000-0001")
    assert late()
    for each in (wrong, source, late):
        each.close()


def test_a_new_key_by_a_new_code(hall: RunningHall, tmp_path: Path, impatient: None) -> None:
    old = Enrolment(tmp_path, hall.url, code(hall, "kiosk", "rekeyed"))
    assert old()
    machine = handle(hall, tmp_path)
    made = manage(hall, f"/terminals/{machine.terminal_id}/rekey", {"approved_beforehand": True}).json()["code"]
    new = Enrolment(tmp_path, hall.url, made)
    assert new()
    client = HallClient(hall.url, old)
    with pytest.raises(HallError, match="terminal_proof_wrong"):
        client.services()
    for each in (old, new, client):
        each.close()


def test_many_threads_ask_for_one_token(hall: RunningHall, tmp_path: Path) -> None:
    source = Enrolment(tmp_path, hall.url, code(hall, "kiosk", "threads"))
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: source(), range(40)))) == 1
    source.close()


def test_a_token_is_renewed_ahead_of_its_end_and_when_it_is_refused(
    hall: RunningHall, tmp_path: Path, impatient: None
) -> None:
    source = Enrolment(tmp_path, hall.url, code(hall, "kiosk", "renews"))
    first = source()
    source._renew_at = 0.0
    second = source()
    assert second != first
    # A server that is away for a moment is not noticed while the token is good.
    source._renew_at = 0.0
    source._client.server = "http://127.0.0.1:9"
    assert source() == second
    source._client.server = hall.url
    client = HallClient(hall.url, source)
    source._token = first + "x"
    source._renew_at = source._ends_at
    assert client.services()
    assert source() not in (first, second)
    source.close()
    client.close()


def test_revoked_its_stream_ends_and_it_hears_why_and_comes_back(
    hall: RunningHall, tmp_path: Path, impatient: None
) -> None:
    source = Enrolment(tmp_path, hall.url, code(hall, "display", "streams"))
    client = HallClient(hall.url, source)
    states: list[str] = []
    changed = threading.Condition()

    def connection(connected: bool, error: HallError | None) -> None:
        with changed:
            states.append("on" if connected else error.code if error else "")
            changed.notify_all()

    def wait_for(state: str) -> None:
        with changed:
            assert changed.wait_for(lambda: bool(states) and states[-1] == state, 10), states

    stream = EventStream(
        client, ("calls",), on_snapshot=lambda snapshot: None, on_event=lambda event: None, on_connection=connection
    )
    stream.start()
    try:
        wait_for("on")
        machine = handle(hall, tmp_path)
        decide(hall, machine, "revoke")
        wait_for("terminal_revoked")
        assert source.standing().code == "terminal_revoked"
        decide(hall, machine, "approve")
        wait_for("on")
    finally:
        stream.stop()
        source.close()
        client.close()


@pytest.mark.parametrize("content", ["", "x", "[]", '{"key": {"secret": "AAAA", "code": ""}}', '{"key": {"x": 1}}'])
def test_a_damaged_key_file_is_said_and_kept(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content)
    with pytest.raises(HallError, match="terminal_key_damaged"):
        Enrolment(tmp_path, "http://127.0.0.1:9", "0000")
    assert (tmp_path / KEY_FILE).read_text() == content


def test_without_key_and_code_there_is_nothing_to_begin_with(tmp_path: Path) -> None:
    with pytest.raises(HallError, match="token_missing"):
        Enrolment(tmp_path, "http://127.0.0.1:9")
