"""The trail through the API: what is in it by itself, and how it is searched."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests

from server.main import BASE
from shared import __version__
from shared.schemas.audit import AuditEntry
from tests.fakes.hall import RunningHall


def ask(hall: RunningHall, path: str, **query: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {admin(hall)}"}
    answer = requests.get(f"{hall.url}{BASE}{path}", params=query, headers=headers, timeout=10)
    assert answer.ok, answer.text
    return dict(answer.json())


_TOKENS: dict[str, str] = {}


def admin(hall: RunningHall) -> str:
    """One token for the whole file: each new one is an entry of its own."""
    return _TOKENS.setdefault(str(hall.data), hall.token("admin", "auditor"))


def entries(hall: RunningHall, **query: Any) -> list[AuditEntry]:
    return [AuditEntry.model_validate(item) for item in ask(hall, "/audit", **query)["items"]]


def eventually(find: Callable[[], list[AuditEntry]]) -> list[AuditEntry]:
    deadline = time.monotonic() + 10
    while not (found := find()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def test_start_stop_and_first_use_are_in_the_trail(shared_hall: RunningHall) -> None:
    assert shared_hall.client("kiosk", "k77").services()
    first = eventually(lambda: entries(shared_hall, action="token.", subject="kiosk:k77"))
    assert shared_hall.client("kiosk", "k77").services()
    assert first[0].actor == "kiosk:k77"
    shared_hall.restart()
    eventually(lambda: entries(shared_hall, action="server.stopped"))
    started = entries(shared_hall, action="server.started")
    assert len(started) == 2
    assert started[0].detail["version"] == __version__
    assert ask(shared_hall, "/audit/verify")["good"]


def test_the_search(shared_hall: RunningHall) -> None:
    for number in range(5):
        assert shared_hall.client("display", f"s{number}").services()
    found = eventually(lambda: [e for e in [entries(shared_hall, actor="display:s")] if len(e) == 5][0:1] and entries(
        shared_hall, actor="display:s"))  # fmt: skip
    assert [e.n for e in found] == sorted((e.n for e in found), reverse=True)
    page = ask(shared_hall, "/audit", actor="display:s", limit=2)
    assert len(page["items"]) == 2
    rest = ask(shared_hall, "/audit", actor="display:s", limit=5, cursor=page["next_cursor"])
    assert len(rest["items"]) == 3
    assert rest["next_cursor"] is None
    assert entries(shared_hall, text="DISPLAY:S3")[0].subject == "display:s3"
    assert entries(shared_hall, text="100%") == []
    assert entries(shared_hall, actor="display:s", outcome="refused") == []
    third: datetime = found[2].at
    assert {e.n for e in entries(shared_hall, actor="display:s", until=third.isoformat())} < {e.n for e in found}
    assert found[2].n in {e.n for e in entries(shared_hall, since=third.isoformat(), limit=1000)}


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 5000}, {"cursor": "x"}, {"since": "yesterday"},
                                   {"since": "2026-01-01T00:00:00"}, {"text": "x" * 300}])  # fmt: skip
def test_searches_that_can_not_be(shared_hall: RunningHall, query: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {admin(shared_hall)}"}
    answer = requests.get(f"{shared_hall.url}{BASE}/audit", params=query, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_the_state_tells_of_the_trail(shared_hall: RunningHall) -> None:
    entries(shared_hall)
    found = ask(shared_hall, "/audit/state")
    assert found["entries"] > 0
    assert (found["target"], found["sent"]) == ("", 0)
