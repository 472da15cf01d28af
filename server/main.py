"""Wires the hall server: settings in, an ASGI application out."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from server import audit, errors, peers
from server.auth import ACCESS_CHANGED, ENDED, RIGHTS_NOW, Authenticator, Keys, Known, Open, Principal, Require
from server.context import Context
from server.database import Database, LoggedEvent, sqlite_fault
from server.event_log import EventBus, Hub, LocalBus
from server.features.access.grants import rights_now
from server.features.catalogue.routes import router as catalogue_router
from server.features.feedback.routes import router as feedback_router
from server.features.island.conflicts import ticket_on_paper
from server.features.island.routes import ENTRIES, ENTRIES_LIMIT
from server.features.island.routes import router as island_router
from server.features.live.routes import router as live_router
from server.features.live.waits import WaitsOnScreens
from server.features.queueing.counter_routes import router as counters_router
from server.features.queueing.duty import rights_ended
from server.features.queueing.forecaster import Forecaster
from server.features.queueing.routes import router as queueing_router
from server.features.queueing.view import on_paper
from server.features.sign_on.tokens import ACCESS_PREFIX, person_of_token
from server.features.signage.emergency_routes import router as emergencies_router
from server.features.terminals import enrolment
from server.features.terminals.routes import router as terminals_router
from server.fence import Fence
from server.mobile.looks import Looks
from server.mobile.pages import router as mobile_router
from server.settings import Settings
from server.siblings import Siblings
from server.staging import Gate, Staging, touch
from server.tail import SiblingsBus
from server.web import Edge
from shared import __version__
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
BASE = "/api/v1"
# A request is held against all addresses one after the other: what a full hall asks for comes first, then phones.
BUSY_ROUTERS: tuple[APIRouter, ...] = (
    emergencies_router,
    counters_router, queueing_router, live_router, catalogue_router, feedback_router, terminals_router, island_router,
)  # fmt: skip

if rights_ended not in ENDED:
    ENDED.append(rights_ended)
if rights_now not in RIGHTS_NOW:
    RIGHTS_NOW.append(rights_now)
if ticket_on_paper not in on_paper:
    on_paper.append(ticket_on_paper)


# Seconds after which a thread that computes lets another one in, instead of Python's 0.005: a change needs a turn for
# each of its statements, a request several, and a list that is written for one counter would hold up every call.
TURN_S: Final = 0.0005


def _bus(database: Database, hub: Hub, siblings: Siblings | None) -> EventBus:
    if siblings is not None:
        return SiblingsBus(database, hub, siblings)
    if database.is_sqlite:
        return LocalBus(hub)
    # Here, because its driver is memory that a hall on SQLite need not keep.
    from server.postgres_bus import PostgresBus

    return PostgresBus(database, hub)


def create_app(settings: Settings, siblings: Siblings | None = None, *, staged: bool = False) -> FastAPI:
    """The application of one server process; its database, hub and writer live as long as it does. ``siblings``: the
    other processes of an embedded hall; ``staged``: the rest is loaded behind the start."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        sys.setswitchinterval(TURN_S)
        database = Database(settings.url, siblings=siblings)
        database.audit_key, database.vault = keys.audit, keys.vault
        hall_id, epoch = await asyncio.to_thread(database.read, lambda reader: (reader.hall_id, reader.clocks.epoch))
        fence.open(hall_id, epoch)
        # Before a word is written: this machine may be back after another one has taken over.
        await asyncio.to_thread(peers.ask_all, settings.data, fence)
        database.refused = fence.refusal
        hub = Hub(asyncio.get_running_loop(), hall_id, limit=settings.client_queue, heartbeat_s=settings.heartbeat_s)
        bus = _bus(database, hub, siblings)
        loop = asyncio.get_running_loop()

        def committed(events: list[LoggedEvent]) -> None:
            # Before the answer goes out: what was revoked is refused from then on, though the bus takes its time.
            for event in events:
                if event.kind == ACCESS_CHANGED:
                    loop.call_soon_threadsafe(authenticator.happened, event)
            bus.committed(events)

        database.on_commit = committed
        authenticator.database = database
        hub.listeners.append(authenticator.happened)
        looks = Looks(database)

        def demoted() -> None:
            loop.call_soon_threadsafe(hub.close)

        fence.on_demoted = demoted
        if fence.demoted:
            hub.close()
        app.state.database, app.state.hub, app.state.looks = database, hub, looks
        if database.is_sqlite and (version := sqlite_fault()):
            log.warning(
                "this SQLite has the WAL-reset fault; only one connection checkpoints", extra={"sqlite": version}
            )
        database.start()
        bus.start()
        hub.start()
        kind = "sqlite" if database.is_sqlite else "postgresql"
        database.submit(lambda w: audit.record(w, audit.SYSTEM, "server.started", version=__version__, database=kind))
        authenticator.on_set_up = _audit_first_use(database)
        forecaster = Forecaster(database, context.waits, WaitsOnScreens(hub, context.waits).forecast_made)
        hub.listeners.append(forecaster.happened)
        forecasting = asyncio.create_task(forecaster.work_often())
        works: list[Any] = []
        staging.then(lambda later: works.append(later.Works(app, fence)))
        log.info("started", extra={"version": __version__, "database": kind})
        yield
        forecasting.cancel()
        hub.close()
        await staging.stop()
        for work in works:
            await work.close()
        looks.close()
        forecaster.close()
        # Before the writer ends: it finishes what it has accepted.
        database.submit(lambda w: audit.record(w, audit.SYSTEM, "server.stopped", version=__version__))
        await asyncio.to_thread(database.close)
        await asyncio.to_thread(bus.close)
        log.info("stopped")

    app = FastAPI(
        title="ZhiTing hall server",
        version=__version__,
        lifespan=life,
        openapi_url=f"{BASE}/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    keys = Keys.of(settings.data)
    authenticator = Authenticator(keys, {enrolment.TOKEN: enrolment.principal_of, ACCESS_PREFIX: person_of_token})
    app.state.fence = fence = Fence(settings.data, keys)
    app.state.keys = keys
    app.state.authenticator = authenticator
    app.state.settings = settings
    app.state.context = context = Context(keys, settings.link_base, always_open=settings.demo)
    errors.install(app)
    framework = len(app.router.routes)
    for router in BUSY_ROUTERS:
        app.include_router(router, prefix=BASE)
    app.include_router(mobile_router)
    first = app.router.routes[framework:]
    larger = {f"{BASE}{ENTRIES}": ENTRIES_LIMIT}
    staging = Staging(lambda later: larger.update(later.install(app, BASE)), lambda: touch(app.router.routes))
    if not staged or staging.is_loaded:
        staging.at_once()
    app.add_middleware(Edge, body_limit=settings.body_limit, larger=larger, fence=fence)
    app.add_middleware(Gate, staging=staging, first=first)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


def _audit_first_use(database: Database) -> Callable[[Principal], None]:
    """Each token of the server's own machine stands in the trail once for each process that meets it."""
    met: set[tuple[str, float]] = set()

    def first_use(principal: Principal) -> None:
        token = (principal.label, principal.expires_at)
        if token not in met:
            met.add(token)
            who = audit.Actor(principal.label)
            until = datetime.fromtimestamp(principal.expires_at, UTC).isoformat(timespec="seconds")
            with suppress(HallError):
                database.submit(
                    lambda w: audit.record(w, who, "token.first_used", "token", principal.label, until=until)
                )

    return first_use


def api_routes() -> Iterator[tuple[str, str, APIRoute]]:
    """Path, method and route of the whole API. From the routers themselves: an application may keep them folded up."""
    from server.later import ROUTERS

    for router in (*BUSY_ROUTERS, *ROUTERS):
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in sorted(route.methods or ()):
                    yield BASE + route.path, method, route


def needs(route: APIRoute) -> str | Known | Open | None:
    """The permission a route requires, or whom else it lets in; None when it does not say, which is a fault."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Require):
            return dependency.call.permission
        if isinstance(dependency.call, Known | Open):
            return dependency.call
    return None


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description with what FastAPI can't see: bearer tokens, and problems as the form of every refusal."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = {
        "type": "object",
        "required": ["type", "title", "status", "code", "params", "detail"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "code": {"type": "string"}, "params": {"type": "object"}, "detail": {"type": "string"},
        },
    }  # fmt: skip
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    problem = {
        "description": "refused: why, what is safe and what to do",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    repeat = {
        "name": "Idempotency-Key", "in": "header", "required": False,
        "description": "the same key and request gives the first answer again; a refusal is not kept but judged anew",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    }  # fmt: skip
    for path, method, route in api_routes():
        operation = document["paths"][path][method.lower()]
        codes = ["404", "422", "503"]
        if isinstance(needs(route), str | Known):
            operation["security"] = [{"bearer": []}]
            codes += ["401", "403"]
        elif method != "GET":
            # They ask for a proof other than a token.
            codes += ["401", "403"]
        if method != "GET":
            codes += ["400", "409", "413", "429"]
            operation.setdefault("parameters", []).append(repeat)
        for code in codes:
            operation["responses"][code] = problem
    app.openapi_schema = document
    return document
