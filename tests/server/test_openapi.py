"""The API as its own description promises: any request gets a declared answer of the declared form, never a 5xx."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
import requests
import schemathesis
from hypothesis import Phase, given
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.auth import KINDS
from server.main import BASE, api_routes
from tests.fakes.engines import Embedded, Engine, search
from tests.fakes.hall import RunningHall

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
# A stream has no end: its own tests read it.
ENDLESS = f"{BASE}/events"
OPERATIONS = sorted((path, method) for path, method, _ in api_routes() if path != ENDLESS)


@pytest.fixture(scope="module")
def document(shared_hall: RunningHall) -> Any:
    return schemathesis.openapi.from_url(f"{shared_hall.url}{BASE}/openapi.json")


@pytest.fixture(scope="module")
def known(shared_hall: RunningHall) -> dict[str, str]:
    """Real ids, so that not every request ends at "there is no such thing"."""
    kiosk, counter = shared_hall.client("kiosk"), shared_hall.counter("A03")
    staff = shared_hall.client("staff")
    staff.counter_state(counter.id, "sign-in")
    service = shared_hall.easy_service("A03")
    ticket = requests.post(
        f"{shared_hall.url}{BASE}/tickets", json={"service_id": str(service.id)}, timeout=10,
        headers={"Authorization": f"Bearer {shared_hall.token('kiosk')}"},
    ).json()  # fmt: skip
    called = staff.call_next(counter.id)
    assert called is not None
    terminal = kiosk.report("1.0", "1F", [])
    kiosk.close()
    return {
        "counter_id": str(counter.id), "service_id": str(service.id), "ticket_id": ticket["id"],
        "call_id": str(called.call.id), "terminal_id": str(terminal.id),
        **_organisation(shared_hall),
        "account_id": str(staff_account(shared_hall)),
    }  # fmt: skip


def _organisation(hall: RunningHall) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {hall.token('admin')}"}
    people = requests.get(f"{hall.url}{BASE}/people", headers=headers, timeout=10).json()["items"]
    return {"person_id": people[0]["id"], "unit_id": people[0]["unit_id"]}


def staff_account(hall: RunningHall) -> Any:
    return hall.client("admin").accounts(search="ys1004").items[0].id


# Thousands of requests in all, of which each operation has a few; the engine's own faults need fewer.
EXAMPLES = 4
# What is wrong is what the engines take differently; what is right has its own tests on both.
MODES = {"sqlite": (GenerationMode.POSITIVE, GenerationMode.NEGATIVE), "postgresql": (GenerationMode.NEGATIVE,)}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_one_that_was_declared(
    shared_hall: RunningHall,
    engine: Engine,
    document: Any,
    known: dict[str, str],
    path: str,
    method: str,
) -> None:
    kind = "sqlite" if isinstance(engine, Embedded) else "postgresql"
    for mode in MODES[kind]:
        check_operation(shared_hall, engine, document, known, path, method, mode)


def check_operation(
    shared_hall: RunningHall, engine: Engine, document: Any, known: dict[str, str], path: str, method: str,
    mode: GenerationMode,
) -> None:  # fmt: skip
    operation = document[path][method]
    headers = {"Authorization": f"Bearer {shared_hall.token('admin')}"}
    session = requests.Session()

    @search(engine, examples=EXAMPLES, phases=[Phase.explicit, Phase.generate])
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            for name in case.path_parameters or {}:
                case.path_parameters[name] = known.get(name, case.path_parameters[name])
            if isinstance(case.body, dict):
                case.body |= {name: known[name] for name in ("service_id", "ticket_id", "unit_id") if name in case.body}
        response = case.call(headers=headers, session=session, timeout=20)
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            assert response.headers["content-type"] == ["application/problem+json"]
            problem = response.json()
            assert problem["status"] == response.status_code
            assert not problem["detail"].startswith("["), "a code without words"

    try:
        check()
    except Exception as error:
        # Schemathesis refuses to make wrong requests where there is nothing to get wrong.
        if type(error).__name__ != "Unsatisfiable":
            raise
        assert mode is GenerationMode.NEGATIVE
    finally:
        session.close()


def test_the_description_tells_who_may_call_and_how_it_refuses(document: Any) -> None:
    for path, method in OPERATIONS:
        operation = document.raw_schema["paths"][path][method.lower()]
        if path == f"{BASE}/health":
            assert "security" not in operation
            continue
        if path not in (f"{BASE}/terminals/{step}" for step in ("enrol", "challenge", "token")):
            assert operation["security"] == [{"bearer": []}], (method, path)
        assert set(operation["responses"]) >= {"401", "403", "404", "422", "503"}, (method, path)
        refusals = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
        assert all(set(answer["content"]) == {"application/problem+json"} for answer in refusals.values())
        if method != "GET":
            assert set(operation["responses"]) >= {"400", "409", "413"}
            assert any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_token_gets_declared_answers(shared_hall: RunningHall, document: Any, kind: str) -> None:
    headers = {"Authorization": f"Bearer {shared_hall.token(kind)}"}
    for path, method in OPERATIONS:
        declared = document.raw_schema["paths"][path][method.lower()]["responses"]
        names = re.findall(r"{(\w+)}", path)
        url = shared_hall.url + path.format_map({name: uuid4() for name in names})
        answer = requests.request(method, url, json={}, headers=headers, timeout=20)
        assert str(answer.status_code) in declared, (method, path, answer.text)
        assert answer.status_code < 500


NASTY = [
    "\x00", "a\x00b", "x" * 5000, "漢" * 3000, "🀄" * 60, "\u202e\u200b", "{0}{name}%s", "'; DROP TABLE tickets; --",
    "\ud800", "NaN", "../../etc/passwd", "\r\nX-Header: 1",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_strange_text_is_taken_or_refused_but_never_breaks_anything(
    shared_hall: RunningHall, known: dict[str, str], text: str
) -> None:
    base, counter = shared_hall.url + BASE, known["counter_id"]
    headers = {"Authorization": f"Bearer {shared_hall.token('admin')}"}
    bodies: list[tuple[str, str, Any]] = [
        ("POST", "/tickets", {"service_id": known["service_id"], "identity": {"kind": "other", "number": text}}),
        ("POST", "/tickets", {"service_id": text}),
        ("POST", "/citizens/recent-services", {"identity": {"kind": "passport", "number": text, "name": text}}),
        ("POST", f"/counters/{counter}/pause", {"reason": text}),
        ("POST", f"/counters/{counter}/sign-in", {"staff_number": text}),
        ("POST", f"/counters/{counter}/transfer", {"service_id": known["service_id"], "note": text}),
        ("PATCH", f"/services/{known['service_id']}", {"hint": text}),
        ("PATCH", f"/counters/{counter}", {"zone": text}),
        ("PUT", "/terminals/me", {
            "version": text, "place": text,
            "devices": [{"kind": "printer", "driver": text, "state": "ok", "code": text, "detail": text}],
        }),
        ("POST", f"/tickets/{known['ticket_id']}/rating", {"level": 5, "comment": text, "reasons": [text]}),
        ("POST", f"/tickets/{known['ticket_id']}/papers",
         {"copy_id": str(uuid4()), "outcome": "printed", "code": text, "at": "2026-01-01T00:00:00Z"}),
    ]  # fmt: skip
    for method, path, body in bodies:
        answer = requests.request(method, base + path, json=body, headers=headers, timeout=20)
        assert answer.status_code < 500, (method, path, answer.text)
    for path, query in (
        ("/tickets", "number"), ("/tickets", "cursor"), ("/tickets/by-code", "code"), ("/snapshot", "topics"),
    ):  # fmt: skip
        value = text.encode("utf-8", "surrogatepass")
        answer = requests.get(base + path, params={query: value}, headers=headers, timeout=20)
        assert answer.status_code < 500, (path, query, answer.text)
    for path in ("/services", "/counters", "/terminals", "/snapshot", f"/counters/{counter}/desk"):
        answer = requests.get(base + path, headers=headers, timeout=20)
        assert answer.status_code == 200, (path, answer.text)


@pytest.mark.parametrize("at", ["2026-01-01T00:00:00", "0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59-10:00", 1e300])
def test_a_time_nobody_can_place_is_refused(shared_hall: RunningHall, known: dict[str, str], at: Any) -> None:
    headers = {"Authorization": f"Bearer {shared_hall.token('display')}"}
    url = f"{shared_hall.url}{BASE}/calls/{known['call_id']}/receipts"
    answer = requests.post(url, json={"stage": "shown", "at": at}, headers=headers, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert answer.json()["params"]["names"] == "at"
