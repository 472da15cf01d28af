"""A planted number, name and phone go through the real server, and stand nowhere in clear: database, logs, errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import text

from server.main import BASE
from shared.domain.identifiers import uuid7
from tests.fakes.engines import Engine
from tests.fakes.hall import RunningHall

NUMBER, NAME, PHONE = "11010519491231002X", "欧阳丹青不寻常", "13912345678"
IDENTITY = {"kind": "resident", "number": NUMBER, "name": NAME}
BODY = f'{{"identity": {{"number": "{NUMBER}", "name": "{NAME}", "phone": "{PHONE}"'


def ask(hall: RunningHall, method: str, path: str, kind: str, body: Any) -> requests.Response:
    headers = {
        "Authorization": f"Bearer {hall.token(kind)}", "Idempotency-Key": uuid7().hex,
        "Content-Type": "application/json",
    }  # fmt: skip
    data = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return requests.request(method, f"{hall.url}{BASE}{path}", data=data.encode(), headers=headers, timeout=10)


def plant(hall: RunningHall) -> None:
    """Everything a person may give, rightly and wrongly."""
    service = hall.easy_service("A03")
    counter, staff = hall.counter("A03"), hall.client("staff")
    ticket = ask(hall, "POST", "/tickets", "kiosk", {"service_id": str(service.id), "identity": IDENTITY})
    assert ticket.ok, ticket.text
    assert ask(hall, "POST", "/citizens/recent-services", "kiosk", {"identity": IDENTITY}).ok
    staff.counter_state(counter.id, "sign-in")
    called = staff.call_next(counter.id)
    assert called is not None
    staff.ticket_step(counter.id, "finish")
    assert ask(hall, "POST", f"/tickets/{ticket.json()['id']}/rating", "counter", {"level": 5}).ok
    # Refused, malformed, in the wrong place, by the wrong caller.
    for kind, path, body in (
        ("kiosk", "/tickets", {"service_id": str(uuid7()), "identity": IDENTITY}),
        ("display", "/tickets", {"service_id": str(service.id), "identity": IDENTITY}),
        ("kiosk", "/tickets", {"service_id": str(service.id), "identity": IDENTITY | {"number": NUMBER[:-1] + "1"}}),
        ("kiosk", "/tickets", {"service_id": NUMBER, "identity": NAME, "priority": PHONE}),
        ("kiosk", "/tickets", BODY),
        ("admin", "/personal-data/reveal", {"kind": NAME, "id": NUMBER, "reason": PHONE}),
        ("kiosk", "/personal-data/find", {"number": NUMBER}),
        ("counter", f"/tickets/{ticket.json()['id']}/rating", {"level": NUMBER, "reasons": [NAME]}),
    ):
        assert not ask(hall, "POST", path, kind, body).ok, (kind, path)
    requests.get(f"{hall.url}/t/{NUMBER}", timeout=10)
    requests.get(f"{hall.url}{BASE}/tickets/{NUMBER}", params={"name": NAME, "phone": PHONE}, timeout=10)
    # And the desk of the person's own rights.
    for body in ({"number": NUMBER}, {"phone": PHONE}):
        assert ask(hall, "POST", "/personal-data/find", "admin", body).ok
    shown = ask(hall, "POST", "/personal-data/reveal", "admin", {
        "kind": "ticket", "id": ticket.json()["id"], "part": "name", "reason": f"核对 {NUMBER}，电话 {PHONE}",
    })  # fmt: skip
    assert shown.json() == {"value": NAME}
    taken = ask(hall, "POST", "/personal-data/export", "admin", {"number": NUMBER, "reason": "本人申请"})
    assert NUMBER in taken.text
    sign_in_tries(hall)


def sign_in_tries(hall: RunningHall) -> None:
    """Whoever types a number or a phone where a name belongs, or a wrong password."""
    for path in ("/accounts/sign-in", "/sign-in"):
        ask(hall, "POST", path, "counter", {"username": NUMBER, "password": NAME + PHONE})


def clear_places(folder: Path, dump: bytes) -> list[str]:
    wanted = {
        f"{name} {coding}": value.encode(coding)
        for name, value in {"number": NUMBER, "name": NAME, "phone": PHONE}.items()
        for coding in ("utf-8", "utf-16-le", "gb18030")
    }
    wanted |= {"name escaped": json.dumps(NAME).strip('"').encode(), "number short": NUMBER[:17].encode()}
    contents = {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()} | {"dump": dump}
    return [f"{what} in {where}" for where, content in contents.items() for what, value in wanted.items()
            if value in content]  # fmt: skip


def dumped(hall: RunningHall) -> bytes:
    """All rows of all tables as text, whatever the engine keeps them in."""
    tables = [
        row[0] for row in hall.execute(text(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'" if hall.database_url
            else "SELECT name FROM sqlite_master WHERE type = 'table'"
        ))
    ]  # fmt: skip
    assert "tickets" in tables
    return "\n".join(
        repr(tuple(row)) for table in tables for row in hall.execute(text(f'SELECT * FROM "{table}"'))
    ).encode()


def test_what_is_planted_stands_nowhere_in_clear(shared_hall: RunningHall, engine: Engine) -> None:
    plant(shared_hall)
    assert clear_places(shared_hall.data, dumped(shared_hall)) == [], "while the server runs, its log beside the file"
    shared_hall.stop()
    try:
        assert clear_places(shared_hall.data, dumped(shared_hall)) == []
        assert NUMBER not in "".join(shared_hall.output)
    finally:
        shared_hall.start()


def test_the_search_would_find_it(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(f"... {NUMBER} {NAME}", "utf-8")
    found = clear_places(tmp_path, NAME.encode("gb18030"))
    assert {entry.split(" in ")[0] for entry in found} == {
        "number utf-8", "number gb18030", "number short", "name utf-8", "name gb18030",
    }  # fmt: skip
