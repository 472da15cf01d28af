"""Each base role × each endpoint, with access tokens of real people; and units beside one's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import select

from server.features.access.models import RoleRow
from server.features.catalogue.models import ServiceRow, StaffRow
from server.features.organisation.models import UnitRow
from server.main import BASE
from shared.domain.permissions import BASE_ROLES, BY_KEY, Reach
from tests.fakes.bookings import let_book
from tests.fakes.citizens import somebody
from tests.fakes.hall import RunningHall
from tests.fakes.people import add_account, signed_in
from tests.server.test_auth import EXPECTED

# What each role may do, written a second time and in full: a pattern that covers more by mistake is noticed. First what
# a grant in one unit is good for, then what only a grant for the whole hall adds.
_SEE = {"hall:view", "profile:use", "queue.tickets:view", "figures:view", "terminals:view"}
_SERVE = _SEE | {
    "queue.tickets:find", "queue.tickets:issue", "queue.tickets:print", "queue.tickets:recall_person",
    "queue.counters:operate", "booking.appointments:view", "booking.appointments:make", "booking.papers:view",
    "booking.papers:review",
}  # fmt: skip
_SEE_ORGANISATION = {"organisation.units:view", "organisation.people:view"}
_CHANGE_ORGANISATION = {"organisation.units:change", "organisation.people:change"}
_JUDGE_ACCOUNTS = {
    "accounts:review", "accounts:suspend", "accounts:reset", "accounts.sessions:view", "accounts.sessions:end",
}  # fmt: skip
HELD: dict[str, tuple[set[str], set[str]]] = {
    "centre_leader": (
        _SEE | _SEE_ORGANISATION
        | {"queue.limits:view", "queue.tickets:find", "roles:view", "reports:view", "calling:view", "figures:plan"}
        | {"release:view", "queue.conflicts:view", "content.media:view", "notices:view"},
        {"notices:review", "notices:publish", "signage.emergencies:raise"},
    ),
    "department_staff": (_SERVE, set()),
    "citizen": ({"profile:use"}, set()),
    "enterprise": ({"profile:use"}, set()),
    "department_administrator": (
        _SERVE | _SEE_ORGANISATION | _CHANGE_ORGANISATION | _JUDGE_ACCOUNTS | {
            "release:view", "release.plans:change", "content.media:view", "content.media:change",
            "queue.tickets:call_by_number", "catalogue.services:change", "accounts:view", "accounts:change",
            "roles:view", "roles:grant", "personal_data:reveal", "reports:view", "booking.appointments:cancel",
            "queue.limits:view", "queue.limits:except", "queue.conflicts:view", "queue.conflicts:settle",
            "notices:view", "notices:write",
        },
        set(),
    ),
    "hall_administrator": (
        _SERVE | _SEE_ORGANISATION | _CHANGE_ORGANISATION | _JUDGE_ACCOUNTS | {
            "release:view", "release.plans:change", "content.media:view", "content.media:change",
            "catalogue.services:change", "accounts:view", "accounts:change", "roles:view", "roles:grant",
            "booking.appointments:cancel", "queue.tickets:call_by_number",
            "queue.limits:view", "queue.limits:except", "queue.conflicts:view", "queue.conflicts:settle",
            "figures:plan",
            "personal_data:reveal", "reports:view", "calling:view", "queue.calls:answer", "feedback.ratings:give",
            "terminals:report", "notices:view", "notices:write",
        },
        {
            "content.introduction:change", "content.weather:change", "content.publicity:change",
            "notices:review", "notices:publish", "notices.channels:change",
            "queue.limits:change", "queue.limits:block",
            "release.calendar:change",
            "catalogue.guides:import",
            "terminals:manage", "catalogue.counters:change", "catalogue.numbering:change",
            "signage.content:change", "signage.emergencies:raise",
            "catalogue.ticket_layouts:change", "roles:change", "roles:entrust", "policy:view",
            "policy:change", "sign_on:view", "sign_on:change", "personal_data:find", "personal_data:export",
            "personal_data:erase", "audit:view", "audit:export", "messages:view", "messages:change",
            "booking.rules:change",
            "calling:change", "server:view",
        },
    ),
    "system_administrator": (
        _SEE | _SEE_ORGANISATION | _CHANGE_ORGANISATION | {
            "release:view", "release.plans:change", "content.media:view", "content.media:change",
            "terminals:report", "catalogue.services:change", "accounts:view", "accounts.sessions:view",
            "accounts:change", "roles:view", "reports:view", "booking.appointments:view", "calling:view",
            "queue.limits:view", "queue.conflicts:view", "notices:view",
        },
        {
            "content.introduction:change", "content.weather:change", "content.publicity:change",
            "notices.channels:change",
            "queue.limits:change",
            "booking.rules:change",
            "release.calendar:change",
            "catalogue.guides:import",
            "terminals:manage", "catalogue.counters:change", "catalogue.numbering:change",
            "signage.content:change", "signage.emergencies:raise",
            "catalogue.ticket_layouts:change", "policy:view", "sign_on:view", "messages:view",
            "messages:change", "calling:change", "server:view",
        },
    ),
    "security_administrator": (
        _SEE_ORGANISATION | _JUDGE_ACCOUNTS | {
            "hall:view", "profile:use", "terminals:view", "accounts:view", "roles:view", "roles:grant",
            "queue.limits:view",
            "personal_data:reveal",
        },
        {
            "queue.limits:block",
            "roles:change", "roles:entrust", "policy:view", "policy:change", "sign_on:view", "sign_on:change",
            "personal_data:find", "personal_data:export", "personal_data:erase",
        },
    ),
    "auditor": (
        _SEE_ORGANISATION | {"hall:view", "profile:use", "roles:view"},
        {"policy:view", "audit:view", "audit:export"},
    ),
}  # fmt: skip
# Whom a role lets through may still have to be somebody: at a counter whoever signed in there.
ALSO = {route: "not_your_counter" for route in EXPECTED if "/counters/{counter_id}/" in route}
del ALSO["POST /counters/{counter_id}/sign-in"]


Send = Callable[..., requests.Response]


def sender(hall: RunningHall, token: str) -> Send:
    """Requests with this token; of an event stream only its head is read."""
    line = requests.Session()
    line.trust_env = False
    line.headers["Authorization"] = f"Bearer {token}"

    def send(method: str, path: str, **body: Any) -> requests.Response:
        streams = path == "/events"
        answer = line.request(method, f"{hall.url}{BASE}{path}", json=body, stream=streams, timeout=10)
        if streams and answer.ok:
            answer.close()
        return answer

    return send


@pytest.fixture(scope="module")
def departments(shared_hall: RunningHall) -> list[UUID]:
    """The units of two departments side by side, each with a service and somebody in it."""
    serving = select(ServiceRow.department_id).where(ServiceRow.ticketable)
    chosen = select(UnitRow.id).where(UnitRow.id.in_(serving), UnitRow.id.in_(select(StaffRow.unit_id)))
    found = [row.id for row in shared_hall.execute(chosen.order_by(UnitRow.sort).limit(2))]
    assert len(found) == 2
    return found


def test_the_table_names_every_role_and_every_permission() -> None:
    assert set(HELD) == {role.key for role in BASE_ROLES}
    for in_a_unit, hall_only in HELD.values():
        assert (in_a_unit | hall_only) <= set(BY_KEY) and not in_a_unit & hall_only
    # What nobody can hold in a unit stands in no first column.
    assert {key for units, _ in HELD.values() for key in units if BY_KEY[key].reach is Reach.HALL} == set()


@pytest.mark.parametrize("place", ["unit", "hall"])
@pytest.mark.parametrize("role", list(HELD))
def test_each_role_is_let_through_exactly_where_it_stands(
    shared_hall: RunningHall, departments: list[UUID], role: str, place: str
) -> None:
    in_a_unit, hall_only = HELD[role]
    may = in_a_unit if place == "unit" else in_a_unit | hall_only
    name = f"{role.replace('_', '-')}-{place}"
    unit = departments[0] if place == "unit" else None
    if role in ("citizen", "enterprise"):
        # They hold their role by being it.
        add_account(shared_hall, name, kind=role)
    else:
        admin = sender(shared_hall, shared_hall.token("admin"))
        person = admin("POST", "/people", number=name[-20:], name="某人", unit_id=str(departments[0])).json()["id"]
        add_account(shared_hall, name, role=role, unit=unit, person=UUID(person))
    with signed_in(shared_hall, name) as somebody:
        send = sender(shared_hall, somebody.token())
        for route, permission in EXPECTED.items():
            method, path = route.split(" ")
            answer = send(method, re.sub(r"{\w+}", lambda _: str(uuid4()), path))
            if permission not in may:
                refusal = (answer.status_code, answer.json()["code"], answer.json()["params"])
                assert refusal == (403, "not_permitted", {"permission": permission}), (route, refusal)
            elif route in ALSO:
                assert (answer.status_code, answer.json()["code"]) == (403, ALSO[route]), route
            else:
                assert answer.status_code not in (401, 403), (route, answer.status_code, answer.text)
        assert send("GET", "/me").status_code == 200


# Side by side: who administers one department comes to what belongs to the one beside it.


@dataclass
class Department:
    """A department's unit, and one of everything that belongs to it."""

    hall: RunningHall
    unit: UUID
    service: UUID
    person: UUID
    account: UUID
    waiting: UUID
    free: UUID
    grant: UUID
    papers: str
    sessions: list[UUID] = field(default_factory=list)


@pytest.fixture(scope="module")
def side_by_side(shared_hall: RunningHall, departments: list[UUID]) -> Iterator[tuple[Send, Send, list[Department]]]:
    """The first department's administrator, the second's, and both departments."""
    admin = sender(shared_hall, shared_hall.token("admin"))
    with ExitStack() as stack:
        found, sends = [], []
        for at, unit in enumerate(departments):
            add_account(shared_hall, f"boss-{at}", role="department_administrator", unit=unit)
            sends.append(sender(shared_hall, stack.enter_context(signed_in(shared_hall, f"boss-{at}")).token()))
            account = add_account(shared_hall, f"clerk-{at}", role="department_staff", unit=unit)
            for _ in range(2):
                stack.enter_context(signed_in(shared_hall, f"clerk-{at}"))
            service = select(ServiceRow.id).where(ServiceRow.department_id == unit, ServiceRow.ticketable)
            found_service = shared_hall.execute(service.limit(1))[0].id
            person = admin("POST", "/people", number=f"T-{at}", name="某人", unit_id=str(unit), phone="13800000000")
            grants = admin("GET", f"/accounts/{account}/grants").json()["items"]
            sessions = admin("GET", f"/accounts/{account}/sessions").json()["items"]
            found.append(
                Department(
                    shared_hall, unit, found_service, UUID(person.json()["id"]), account,
                    waiting=add_account(shared_hall, f"waiting-{at}", unit=unit, status="pending"),
                    free=add_account(shared_hall, f"free-{at}", unit=unit),
                    grant=UUID(grants[0]["id"]), papers=papers_of_somebody(shared_hall, admin, found_service),
                    sessions=[UUID(session["id"]) for session in sessions],
                )
            )  # fmt: skip
        yield sends[0], sends[1], found


def papers_of_somebody(hall: RunningHall, admin: Send, service_id: UUID) -> str:
    """The path of the papers of an appointment for a service, with one paper."""
    let_book(hall, service_id, quantity=20)
    slot = admin("GET", f"/appointments/slots?service_id={service_id}").json()["items"][-1]
    made = admin(
        "POST", "/appointments", service_id=str(service_id), day=slot["day"], start=slot["start"],
        identity=somebody().model_dump(), phone="13800138000",
    ).json()  # fmt: skip
    token = admin("GET", "/me").request.headers["Authorization"]
    sent = requests.post(
        f"{hall.url}{BASE}/appointment-papers?appointment_id={made['id']}", data=PICTURE,
        headers={"Authorization": token}, timeout=10,
    )  # fmt: skip
    assert sent.status_code == 200, sent.text
    return f"/appointments/{made['id']}/papers"


def one_paper(department: Department) -> str:
    (paper,) = sender(department.hall, department.hall.token("admin"))("GET", department.papers).json()["items"]
    return f"{department.papers}/{paper['id']}"


def told_of(department: Department) -> dict[str, Any]:
    send = sender(department.hall, department.hall.token("admin"))
    return dict(send("GET", f"/departments/{department.unit}").json())


def a_guide(department: Department) -> str:
    """A new one each time: whoever changes it finds it at its first version."""
    send = sender(department.hall, department.hall.token("admin"))
    return str(send("POST", "/guides", fields=guide_of(department)).json()["id"])


def guide_of(department: Department) -> dict[str, Any]:
    return {"code": str(uuid4()), "name": "x", "department": told_of(department)["name"], "audience": ["person"]}


def staff_role(hall: RunningHall) -> str:
    return str(hall.execute(select(RoleRow.id).where(RoleRow.key == "department_staff"))[0].id)


PICTURE = b"\xff\xd8\xff\xe0 picture \xff\xd9"
# In any time zone a day to come.
SOON = date.today() + timedelta(days=3)
# How each route that reaches into units is asked about what belongs to a department: its path, its body.
ASKED: dict[str, Callable[[Department], tuple[str, dict[str, Any]]]] = {
    "PATCH /services/{service_id}": lambda d: (f"/services/{d.service}", {"hint": "bring it"}),
    "POST /services": lambda d: ("/services", {"name": "new", "ticketable": False, "department_id": str(d.unit)}),
    "PATCH /departments/{department_id}": lambda d: (
        f"/departments/{d.unit}", {"scope": "new", "version": told_of(d)["version"]},
    ),
    "POST /guides": lambda d: (
        "/guides", {"fields": guide_of(d)},
    ),
    "GET /guides/{guide_id}/versions": lambda d: (f"/guides/{a_guide(d)}/versions", {}),
    "PATCH /guides/{guide_id}": lambda d: (f"/guides/{a_guide(d)}", {"version": 1}),
    "PUT /services/{service_id}/materials": lambda d: (f"/services/{d.service}/materials", {"items": []}),
    "GET /appointments/{appointment_id}/papers": lambda d: (d.papers, {}),
    "GET /appointments/{appointment_id}/papers/{paper_id}": lambda d: (one_paper(d), {}),
    "POST /appointments/{appointment_id}/papers/{paper_id}/verdict": lambda d: (
        f"{one_paper(d)}/verdict", {"verdict": "accepted"},
    ),
    "POST /units": lambda d: ("/units", {"name": "new", "parent_id": str(d.unit)}),
    "PATCH /units/{unit_id}": lambda d: (f"/units/{d.unit}", {"code": "X1", "version": version_of(d, "units", d.unit)}),
    "PUT /release/plans/{service_id}/draft": lambda d: (f"/release/plans/{d.service}/draft", {"windows": {}}),
    "POST /release/plans/{service_id}/publish": lambda d: (
        f"/release/plans/{d.service}/publish", {"version": 0, "reason": "no longer booked"},
    ),
    "DELETE /release/plans/{service_id}/draft": lambda d: (f"/release/plans/{d.service}/draft?version=0", {}),
    "PUT /release/plans/{service_id}/days/{day}": lambda d: (
        f"/release/plans/{d.service}/days/{SOON}", {"windows": []},
    ),
    "DELETE /release/plans/{service_id}/days/{day}": lambda d: (
        f"/release/plans/{d.service}/days/{SOON}?version=0", {},
    ),
    "POST /people": lambda d: ("/people", {"number": f"N-{d.unit}"[:20], "name": "某人", "unit_id": str(d.unit)}),
    "PATCH /people/{person_id}": lambda d: (
        f"/people/{d.person}", {"title": "chief", "version": version_of(d, "people", d.person)},
    ),
    "GET /accounts/{account_id}": lambda d: (f"/accounts/{d.account}", {}),
    "POST /accounts": lambda d: ("/accounts", {"username": f"made-{str(d.unit)[-8:]}", "unit_id": str(d.unit)}),
    "PATCH /accounts/{account_id}": lambda d: (f"/accounts/{d.account}", {"note": "seen"}),
    "POST /accounts/{account_id}/review": lambda d: (f"/accounts/{d.waiting}/review", {"approve": True}),
    "GET /accounts/{account_id}/sessions": lambda d: (f"/accounts/{d.account}/sessions", {}),
    "POST /accounts/{account_id}/sessions/{session_id}/end": lambda d: (
        f"/accounts/{d.account}/sessions/{d.sessions[0]}/end", {},
    ),
    "POST /accounts/{account_id}/sessions/end": lambda d: (f"/accounts/{d.account}/sessions/end", {}),
    "POST /accounts/{account_id}/unlock": lambda d: (f"/accounts/{d.account}/unlock", {}),
    "POST /accounts/{account_id}/reset": lambda d: (f"/accounts/{d.account}/reset", {}),
    "POST /accounts/{account_id}/status": lambda d: (f"/accounts/{d.account}/status", {"status": "suspended"}),
    "GET /accounts/{account_id}/links": lambda d: (f"/accounts/{d.account}/links", {}),
    "POST /accounts/{account_id}/links/{upstream_id}/end": lambda d: (f"/accounts/{d.account}/links/{d.unit}/end", {}),
    "GET /accounts/{account_id}/grants": lambda d: (f"/accounts/{d.free}/grants", {}),
    "POST /grants": lambda d: (
        "/grants", {"account_id": str(d.free), "role_id": staff_role(d.hall), "unit_id": str(d.unit)},
    ),
    "DELETE /grants/{grant_id}": lambda d: (f"/grants/{d.grant}", {}),
    "POST /personal-data/reveal": lambda d: (
        "/personal-data/reveal", {"kind": "staff", "id": str(d.person), "part": "phone", "reason": "asked for"},
    ),
}  # fmt: skip
# An account of other units is not there for whoever may not see it.
HIDDEN = {route for route in ASKED if "/accounts/{account_id}" in route} - {"GET /accounts/{account_id}/grants"}
# Let in, but there is nothing of this kind to do it to.
NOTHING_THERE = {
    "POST /accounts/{account_id}/links/{upstream_id}/end": "upstream_link_missing",
    # It has just been published.
    "DELETE /release/plans/{service_id}/draft": "release_draft_unknown",
}
# What they hold is cut to the caller's units; of reports that is asked in ``features/reports``.
LISTS = {
    "GET /units", "GET /people", "GET /accounts", "GET /organisation/export", "POST /organisation/import",
    # Whose plans a table may change is asked row by row: tests/server/features/release/test_plan_exchange.py
    "POST /release/plans/import",
    "GET /reports", "GET /reports/tickets", "GET /reports/workbook",
    # Says what stands in a file that the caller has; no unit is touched.
    "POST /materials/read",
}  # fmt: skip


def version_of(department: Department, kind: str, id_: UUID) -> int:
    row = UnitRow.version if kind == "units" else StaffRow.version
    return int(department.hall.execute(select(row).where(row.class_.id == id_))[0].version)


def test_every_route_that_reaches_into_units_is_asked_about_a_unit_beside() -> None:
    reaching = {route for route, permission in EXPECTED.items() if BY_KEY[permission].reach is Reach.UNITS}
    assert reaching - set(ASKED) - LISTS == set(), "a new route: say in ASKED how it is asked about a department's own"
    assert set(ASKED) | LISTS <= set(EXPECTED)


def test_what_belongs_to_the_unit_beside_is_refused_and_ones_own_is_not(
    side_by_side: tuple[Send, Send, list[Department]],
) -> None:
    send, _, (own, beside) = side_by_side
    for route, asked in ASKED.items():
        method = route.split(" ")[0]
        path, body = asked(beside)
        refused = send(method, path, **body)
        expected = (404, "account_unknown") if route in HIDDEN else (403, "not_permitted")
        assert (refused.status_code, refused.json()["code"]) == expected, (route, refused.text)
        path, body = asked(own)
        let_in = send(method, path, **body)
        if route in NOTHING_THERE:
            assert (let_in.status_code, let_in.json()["code"]) == (404, NOTHING_THERE[route]), route
        else:
            assert let_in.status_code in (200, 201, 204), (route, let_in.text)


def test_a_list_holds_nothing_of_the_unit_beside(side_by_side: tuple[Send, Send, list[Department]]) -> None:
    send, neighbour, (own, beside) = side_by_side

    def ids(path: str) -> set[UUID]:
        return {UUID(item["id"]) for item in send("GET", path).json()["items"]}

    for path, mine, theirs in (
        ("/units", own.unit, beside.unit),
        ("/people?limit=500", own.person, beside.person),
        ("/accounts?limit=1000", own.account, beside.account),
    ):
        found = ids(path)
        assert mine in found and theirs not in found, path
    assert ids(f"/people?unit_id={beside.unit}") == set()
    assert ids(f"/accounts?unit_id={beside.unit}") == set()
    # A workbook of the neighbour's is good in the neighbour's hands only.
    book = neighbour("GET", "/organisation/export").content
    assert book != send("GET", "/organisation/export").content
    for hands, outcome in ((neighbour, "ready"), (send, "wrong")):
        assert bring(hands, beside.hall, book)["outcome"] == outcome


def bring(send: Send, hall: RunningHall, book: bytes) -> dict[str, Any]:
    token = send("GET", "/me").request.headers["Authorization"]
    answer = requests.post(
        f"{hall.url}{BASE}/organisation/import", data=book, headers={"Authorization": token}, timeout=10
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
