"""Who may call what: every route against every kind of token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
import requests
from fastapi.routing import APIRoute

from server.auth import KINDS, Known, Open
from server.main import BASE, api_routes, needs
from server.mobile.pages import router as pages
from shared.domain.permissions import of_kind
from tests.fakes.hall import RunningHall

# Written a second time, so that a route that was opened wider by mistake is noticed.
EXPECTED = {
    **dict.fromkeys(("GET /services", "GET /hall", "GET /counters", "GET /snapshot", "GET /events"), "hall:view"),
    "GET /tickets/{ticket_id}": "queue.tickets:view", "PUT /terminals/me": "terminals:report",
    "GET /staff": "queue.counters:operate", "GET /tickets": "queue.tickets:find",
    "GET /tickets/by-code": "queue.tickets:find", "POST /tickets": "queue.tickets:issue",
    "GET /tickets/{ticket_id}/papers": "queue.tickets:issue",
    "POST /tickets/{ticket_id}/papers": "queue.tickets:print",
    **dict.fromkeys(
        ("POST /tickets/returnable", "POST /tickets/{ticket_id}/return", "POST /limits/agents/left"),
        "queue.tickets:issue",
    ),
    "GET /calling/kiosk-groups": "hall:view",
    **dict.fromkeys(("POST /island/entries", "POST /island/leases"), "queue.tickets:issue"),
    "POST /citizens/recent-services": "queue.tickets:recall_person",
    "POST /tickets/{ticket_id}/rating": "feedback.ratings:give",
    "POST /calls/{call_id}/receipts": "queue.calls:answer",
    **dict.fromkeys(
        (
            "GET /appointments/slots", "GET /materials", "GET /services/{service_id}/materials",
            "GET /services/{service_id}/materials/export",
        ),
        "hall:view",
    ),
    "POST /appointments/arrivals": "queue.tickets:issue",
    **dict.fromkeys(
        (
            "GET /appointments", "GET /appointments/by-code", "GET /appointments/{appointment_id}", "GET /waiting-list",
            "GET /booking/rules",
        ),
        "booking.appointments:view",
    ),
    **dict.fromkeys(
        (
            "POST /appointments", "POST /appointments/{appointment_id}/change",
            "POST /appointments/{appointment_id}/cancel", "POST /appointment-papers", "POST /waiting-list",
            "POST /waiting-list/{entry_id}/accept", "POST /waiting-list/{entry_id}/leave",
        ),
        "booking.appointments:make",
    ),
    "POST /appointments/{appointment_id}/cancel-for": "booking.appointments:cancel",
    **dict.fromkeys(
        ("GET /appointments/{appointment_id}/papers", "GET /appointments/{appointment_id}/papers/{paper_id}"),
        "booking.papers:view",
    ),
    "POST /appointments/{appointment_id}/papers/{paper_id}/verdict": "booking.papers:review",
    "PUT /booking/rules": "booking.rules:change",
    **dict.fromkeys(("PUT /services/{service_id}/materials", "POST /materials/read"), "catalogue.services:change"),
    **dict.fromkeys(
        ("GET /counters/{counter_id}/desk", "GET /counters/{counter_id}/missed"), "queue.counters:operate"
    ),
    **{
        f"POST /counters/{{counter_id}}/{step}": "queue.counters:operate"
        for step in (
            "sign-in", "sign-out", "pause", "resume", "call-next", "call-ticket", "recall", "start", "finish",
            "no-show", "hold", "transfer", "undo", "return-ticket", "park", "unpark", "next-item", "priority",
            "hand-over", "hand-over/read",
        )
    },
    **dict.fromkeys(
        (
            "POST /terminals/codes", "POST /terminals/{terminal_id}/rekey", "PATCH /terminals/{terminal_id}",
            "POST /terminals/{terminal_id}/device-tests", "GET /terminals/device-tests/{test_id}",
            "POST /terminals/{terminal_id}/orders", "GET /terminals/orders/{order_id}", "POST /terminals/orders",
            "GET /terminals/orders",
            "GET /terminals/orders/{order_id}/content",
            "POST /updates/releases", "PATCH /updates/releases/{release_id}/archive",
            "POST /updates/releases/{release_id}/retire", "POST /updates/rollouts",
            "POST /updates/rollouts/{rollout_id}/stop",
            "GET /terminals/orders/{order_id}/content", "POST /terminals/power-plans",
            "PUT /terminals/power-plans/{plan_id}", "DELETE /terminals/power-plans/{plan_id}",
            "PUT /terminals/floor-plans/{floor}", "PUT /terminals/{terminal_id}/spot",
            "PUT /terminals/{terminal_id}/out-of-service", "POST /terminals/{terminal_id}/wake",
        ),
        "terminals:manage",
    ),
    **dict.fromkeys(
        (
            "GET /terminals/device-tests/mine", "PUT /terminals/device-tests/{test_id}/outcome",
            "GET /terminals/orders/mine", "PUT /terminals/orders/{order_id}/outcome", "PUT /terminals/order-content",
            "GET /updates/mine", "PUT /updates/mine", "GET /updates/releases/{release_id}/manifest",
            "GET /updates/archives/{sha256}",
        ), "terminals:report"
    ),
    **dict.fromkeys(
        ("GET /terminals", "GET /updates/releases", "GET /updates/rollouts", "GET /updates/rollouts/{rollout_id}"),
        "terminals:view",
    ),
    **dict.fromkeys(
        ("GET /terminals", "GET /terminals/power-plans", "GET /terminals/floor-plans"), "terminals:view"
    ),
    "GET /statistics/today": "figures:view",
    "GET /simulation/days": "figures:plan", "POST /simulation/what-if": "figures:plan",
    **{f"POST /personal-data/{what}": f"personal_data:{what}" for what in ("find", "reveal", "export", "erase")},
    **dict.fromkeys(("GET /audit", "GET /audit/state", "GET /audit/verify"), "audit:view"),
    "PUT /audit/receiver": "audit:export", "GET /server/state": "server:view",
    **dict.fromkeys(
        (
            "GET /standby/copy", "GET /standby/log", "GET /standby/media", "GET /standby/media/{sha256}",
            "GET /standby/media/{sha256}/thumbnail",
        ),
        "server:follow",
    ),
    **dict.fromkeys(
        (
            "GET /ticket-layouts/in-use", "GET /ticket-layouts/trials/mine",
            "PUT /ticket-layouts/trials/{trial_id}/outcome",
        ),
        "queue.tickets:print",
    ),
    **dict.fromkeys(
        (
            "GET /ticket-layouts", "POST /ticket-layouts", "PATCH /ticket-layouts/{layout_id}",
            "POST /ticket-layouts/{layout_id}/publish", "PUT /ticket-layouts/{layout_id}/uses",
            "POST /ticket-layouts/trials", "GET /ticket-layouts/trials/{trial_id}",
        ),
        "catalogue.ticket_layouts:change",
    ),
    **dict.fromkeys(("GET /media/{sha256}", "GET /media/{sha256}/thumbnail"), "hall:view"),
    **dict.fromkeys(
        ("GET /media", "GET /media/formats", "GET /media/{sha256}/uses", "GET /media/plays"), "content.media:view"
    ),
    **dict.fromkeys(
        (
            "POST /media/uploads", "GET /media/uploads/{upload_id}", "PATCH /media/uploads/{upload_id}",
            "DELETE /media/uploads/{upload_id}", "POST /media/uploads/{upload_id}/finish", "PATCH /media/{sha256}",
        ),
        "content.media:change",
    ),
    "POST /media/plays": "terminals:report",
    **dict.fromkeys(
        (
            "GET /departments", "GET /departments/{department_id}", "GET /guides", "GET /guides/themes",
            "GET /guides/{guide_id}", "GET /guides/whole", "GET /guides/export",
            "GET /guides/{guide_id}", "GET /guides/export",
            "GET /introduction", "GET /weather", "GET /almanac", "GET /publicity",
            "GET /guides/{guide_id}", "GET /guides/export", "GET /departments/settings",
        ),
        "hall:view",
    ),
    **dict.fromkeys(
        (
            "POST /guides", "PATCH /guides/{guide_id}", "GET /guides/{guide_id}/versions",
            "PATCH /departments/{department_id}",
        ),
        "catalogue.services:change",
    ),
    **dict.fromkeys(
        (
            "GET /guides/runs", "POST /guides/runs", "GET /guides/runs/{run_id}", "POST /guides/runs/{run_id}/agree",
            "POST /guides/runs/{run_id}/drop", "GET /guides/source", "PUT /guides/source", "POST /guides/import",
            "PUT /departments/settings", "POST /departments",
        ),
        "catalogue.guides:import",
    ),
    **dict.fromkeys(
        (
            "GET /signage/contents", "POST /signage/contents", "PATCH /signage/contents/{content_id}",
            "GET /signage/contents/{content_id}/versions", "PUT /signage/contents/{content_id}/places",
            "GET /signage/web-pages", "GET /signage/attract-rules", "PUT /signage/attract-rules",
            "GET /signage/web-pages", "POST /signage/web-pages/fetch",
        ),
        "signage.content:change",
    ),
    "GET /signage/program": "hall:view", "GET /signage/figures": "hall:view", "GET /emergencies": "hall:view",
    "POST /emergencies": "signage.emergencies:raise",
    "GET /numbering": "hall:view", "PUT /numbering": "catalogue.numbering:change",
    "POST /services": "catalogue.services:change", "PATCH /services/{service_id}": "catalogue.services:change",
    **dict.fromkeys(
        ("GET /permissions", "GET /roles", "GET /roles/{role_id}/holders", "GET /accounts/{account_id}/grants"),
        "roles:view",
    ),
    **dict.fromkeys(("POST /roles", "PATCH /roles/{role_id}"), "roles:change"),
    **dict.fromkeys(("POST /grants", "DELETE /grants/{grant_id}"), "roles:grant"),
    **dict.fromkeys(
        (
            "GET /release/calendar", "GET /release/calendar/export", "GET /release/plans", "GET /release/plans/export",
            "GET /release/plans/{service_id}", "GET /release/plans/{service_id}/days",
            "POST /release/plans/{service_id}/days/{day}/preview",
        ),
        "release:view",
    ),
    **dict.fromkeys(
        (
            "PUT /release/plans/{service_id}/draft", "DELETE /release/plans/{service_id}/draft",
            "POST /release/plans/{service_id}/publish", "PUT /release/plans/{service_id}/days/{day}",
            "DELETE /release/plans/{service_id}/days/{day}", "POST /release/plans/import",
        ),
        "release.plans:change",
    ),
    **dict.fromkeys(
        ("PUT /release/calendar/{day}", "DELETE /release/calendar/{day}", "POST /release/calendar/import"),
        "release.calendar:change",
    ),
    "GET /units": "organisation.units:view",
    **dict.fromkeys(("POST /units", "PATCH /units/{unit_id}"), "organisation.units:change"),
    **dict.fromkeys(("GET /people", "GET /organisation/export"), "organisation.people:view"),
    "POST /organisation/import": "organisation.people:change",
    **dict.fromkeys(("POST /people", "PATCH /people/{person_id}"), "organisation.people:change"),
    "POST /counters": "catalogue.counters:change", "PATCH /counters/{counter_id}": "catalogue.counters:change",
    **{
        f"GET /sign-on/{what}": "sign_on:view" for what in ("clients", "keys", "outbox", "provider", "upstreams")
    },
    **dict.fromkeys(
        (
            "POST /sign-on/clients", "PATCH /sign-on/clients/{client_id}", "POST /sign-on/clients/{client_id}/secret",
            "POST /sign-on/keys/rotate", "POST /sign-on/upstreams", "PATCH /sign-on/upstreams/{upstream_id}",
            "POST /sign-on/upstreams/{upstream_id}/check",
        ),
        "sign_on:change",
    ),
    **dict.fromkeys(("GET /reports", "GET /reports/tickets", "GET /reports/workbook"), "reports:view"),
    **dict.fromkeys(("GET /messages", "GET /messages/settings", "GET /messages/kinds"), "messages:view"),
    "GET /calling/policy": "calling:view", "PUT /calling/policy": "calling:change",
    **dict.fromkeys(("POST /calling/preview", "POST /calling/replay", "GET /calling/days"), "calling:view"),
    **dict.fromkeys(("GET /tickets/{ticket_id}/calls", "GET /tickets/{ticket_id}/called-before"), "queue.tickets:find"),
    "PUT /messages/settings": "messages:change",
    **dict.fromkeys((
            "GET /notices", "GET /notices/settings", "GET /notices/{notice_id}", "GET /notices/{notice_id}/versions",
        ),
        "notices:view",
    ),
    **dict.fromkeys(
        (
            "GET /introduction/versions", "GET /introduction/versions/earlier", "PUT /introduction/content",
            "POST /introduction/publish",
            "POST /introduction/restore",
        ),
        "content.introduction:change",
    ),
    **dict.fromkeys(("GET /weather/source", "PUT /weather/source"), "content.weather:change"),
    **dict.fromkeys(
        (
            "PUT /publicity/cases", "POST /publicity/import", "GET /publicity/form", "GET /publicity/settings",
            "PUT /publicity/settings", "POST /publicity/{case_id}/take-down",
        ),
        "content.publicity:change",
    ),
    "GET /notices/words": "notices:view",
    "PUT /notices/settings": "notices.channels:change", "PUT /notices/words": "notices.channels:change",
    "POST /notices": "notices:write",
    "PUT /notices/{notice_id}/content": "notices:write",
    **{f"POST /notices/{{notice_id}}/{what}": "notices:write" for what in ("restore", "submit", "withdraw")},
    **{f"POST /notices/{{notice_id}}/{what}": "notices:review" for what in ("approve", "reject")},
    **{
        f"POST /notices/{{notice_id}}/{what}": "notices:publish"
        for what in ("publish", "retract", "pin", "outlets/{outlet_id}/retry", "outlets/{outlet_id}/retract")
    },
    **{f"POST /messages/{what}": "messages:change" for what in ("test", "refusals", "{message_id}/again")},
    **{f"GET /limits/{what}": "queue.limits:view" for what in ("rules", "blocks", "exceptions", "penalties")},
    **dict.fromkeys(("GET /island/conflicts", "GET /island/leases"), "queue.conflicts:view"),
    "POST /island/conflicts/{conflict_id}/settle": "queue.conflicts:settle",
    "POST /limits/preview": "queue.limits:view", "PUT /limits/rules/{kind}": "queue.limits:change",
    **dict.fromkeys(
        ("POST /limits/blocks", "POST /limits/blocks/{block_id}/end", "POST /limits/penalties/{penalty_id}/lift"),
        "queue.limits:block",
    ),
    **dict.fromkeys(("POST /limits/exceptions", "POST /limits/exceptions/{exception_id}/end"), "queue.limits:except"),
    "GET /policy": "policy:view", "PUT /policy": "policy:change",
    **{f"GET /accounts{what}": "accounts:view" for what in ("", "/{account_id}", "/{account_id}/links")},
    "POST /accounts": "accounts:change",
    # By field: the card asks for accounts:reset, all else for accounts:change.
    "PATCH /accounts/{account_id}": "accounts:view",
    "POST /accounts/{account_id}/status": "accounts:suspend", "POST /accounts/{account_id}/reset": "accounts:reset",
    "POST /accounts/{account_id}/unlock": "accounts:reset",
    "POST /accounts/{account_id}/links/{upstream_id}/end": "accounts:reset",
    "POST /accounts/{account_id}/review": "accounts:review",
    "GET /accounts/{account_id}/sessions": "accounts.sessions:view",
    **dict.fromkeys(
        ("POST /accounts/{account_id}/sessions/end", "POST /accounts/{account_id}/sessions/{session_id}/end"),
        "accounts.sessions:end",
    ),
    **dict.fromkeys(
        (
            "GET /profile", "PATCH /profile", "POST /profile/password", "POST /profile/second-factor",
            "POST /profile/second-factor/offer", "POST /profile/second-factor/remove", "GET /profile/sessions",
            "POST /profile/sessions/{session_id}/end",
        ),
        "profile:use",
    ),
}  # fmt: skip
ROUTES = [(path, method, route) for path, method, route in api_routes() if isinstance(needs(route), str)]


def ask(hall: RunningHall, path: str, method: str, token: str | None, **headers: str) -> requests.Response:
    url = hall.url + re.sub(r"{\w+}", lambda _: str(uuid4()), path)
    given = headers if token is None else headers | {"Authorization": f"Bearer {token}"}
    with requests.request(method, url, json={}, headers=given, stream=True, timeout=10) as answer:
        if path.endswith("/events") and answer.ok:
            return answer
        assert answer.content is not None
        return answer


def test_every_route_of_the_api_names_its_permission() -> None:
    assert ROUTES
    assert [f"{method} {path}" for path, method, route in api_routes() if needs(route) is None] == []


def test_the_permissions_are_what_was_agreed() -> None:
    found = {f"{method} {path.removeprefix(BASE)}": needs(route) for path, method, route in ROUTES}
    assert found == EXPECTED
    open_ones = {path.removeprefix(BASE) for path, _, route in api_routes() if isinstance(needs(route), Open)}
    assert open_ones == {"/health", "/terminals/enrol", "/terminals/challenge", "/terminals/token"}
    known = {path.removeprefix(BASE) for path, _, route in api_routes() if isinstance(needs(route), Known)}
    assert known == {"/me"}


def test_pages_without_a_token_show_one_ticket_ones_own_account_or_what_is_published() -> None:
    paths = {route.path for route in _flat(pages.routes)}
    assert paths
    assert all(
        path.startswith(
            (
                "/t",
                "/mobile/",
                "/robots.txt",
                "/sign-in",
                "/sign-out",
                "/register",
                "/account",
                "/b",
                "/g",
                "/n",
                "/h",
                "/p",
                "/feed.",
            )
        )
        for path in paths
    ), paths


def _flat(routes: object) -> Iterator[APIRoute]:
    for route in routes:  # type: ignore[attr-defined]
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from _flat(inner.routes)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_let_in_exactly_where_it_is_named(shared_hall: RunningHall, kind: str) -> None:
    token = shared_hall.token(kind)
    for path, method, route in ROUTES:
        answer = ask(shared_hall, path, method, token)
        let_in = answer.status_code not in (401, 403)
        assert let_in == (needs(route) in of_kind(kind)), (method, path, answer.status_code)
        if not let_in:
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (403, "not_permitted")
            assert problem["params"] == {"permission": needs(route)}
