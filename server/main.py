"""Wires the hall server: settings in, an ASGI application out."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from server import audit, errors, peers
from server.auth import ACCESS_CHANGED, ENDED, RIGHTS_NOW, Authenticator, Keys, Known, Open, Principal, Require
from server.context import Context
from server.crypto import Vault
from server.database import Database, LoggedEvent, sqlite_fault
from server.deliveries import Carrier, Courier
from server.event_log import EventBus, Hub, LocalBus
from server.features.access.grants import rights_now
from server.features.access.policy_routes import router as policy_router
from server.features.access.routes import router as access_router
from server.features.accounts.profile_routes import router as profile_router
from server.features.accounts.routes import router as accounts_router
from server.features.audit.export import Exporter
from server.features.audit.routes import router as audit_router
from server.features.backup.schedule import BackupKeeper
from server.features.booking.appointment_pages import FORM_LIMIT
from server.features.booking.appointment_pages import PAPERS as PHONE_PAPERS
from server.features.booking.material_routes import TABLE as CHECKLIST
from server.features.booking.material_routes import TABLE_LIMIT as CHECKLIST_LIMIT
from server.features.booking.material_routes import router as materials_router
from server.features.booking.routes import PAPER_LIMIT, PAPERS
from server.features.booking.routes import router as booking_router
from server.features.booking.tending import tend_often as tend_bookings
from server.features.calling.routes import router as calling_router
from server.features.catalogue.numbering_routes import router as numbering_router
from server.features.catalogue.routes import router as catalogue_router
from server.features.feedback.routes import router as feedback_router
from server.features.guides.puller import GuidePuller
from server.features.guides.routes import IMPORT as GUIDES
from server.features.guides.routes import IMPORT_LIMIT as GUIDES_LIMIT
from server.features.guides.routes import router as guides_router
from server.features.island.conflict_routes import router as conflicts_router
from server.features.island.routes import ENTRIES, ENTRIES_LIMIT
from server.features.island.routes import router as island_router
from server.features.limits.routes import router as limits_router
from server.features.live.routes import router as live_router
from server.features.live.waits import WaitsOnScreens
from server.features.media.files import MediaFiles
from server.features.media.routes import UPLOADS, UPLOADS_LIMIT
from server.features.media.routes import router as media_router
from server.features.media.tending import tend_often as tend_media
from server.features.messages.carrying import carry_message
from server.features.messages.routes import router as messages_router
from server.features.messages.service import MESSAGE
from server.features.notices.carrying import carry_notice
from server.features.notices.clock import NoticeClock
from server.features.notices.outlets import OUTLET
from server.features.notices.routes import router as notices_router
from server.features.organisation.routes import IMPORT, IMPORT_LIMIT
from server.features.organisation.routes import router as organisation_router
from server.features.personal_data.retention import retain
from server.features.personal_data.routes import router as personal_data_router
from server.features.queueing.counter_routes import router as counters_router
from server.features.queueing.duty import close_forgotten, rights_ended
from server.features.queueing.forecaster import Forecaster
from server.features.queueing.routes import router as queueing_router
from server.features.queueing.why_pages import router as why_router
from server.features.rehearsal.routes import router as rehearsal_router
from server.features.release.routes import TABLE_LIMIT, TABLES
from server.features.release.routes import router as release_router
from server.features.reminders.worker import Reminders
from server.features.reports.routes import router as reports_router
from server.features.sign_on import families
from server.features.sign_on.cas.farewell import carry_farewell
from server.features.sign_on.doors import router as sign_on_router
from server.features.sign_on.keys import Signer, tend_often
from server.features.sign_on.leaving import carry_logout
from server.features.sign_on.routes import router as registry_router
from server.features.sign_on.tokens import ACCESS_PREFIX, person_of_token
from server.features.sign_on.upstream.providers import Upstreams
from server.features.sign_on.upstream.routes import router as upstreams_router
from server.features.signage.figures import Figures
from server.features.signage.routes import router as signage_router
from server.features.signage.web_pictures import WebPictures
from server.features.simulation.routes import router as simulation_router
from server.features.standby.alarm_keeper import AlarmKeeper
from server.features.standby.media_routes import router as standby_media_router
from server.features.standby.routes import router as standby_router
from server.features.standby.state_routes import router as server_router
from server.features.statistics.routes import router as statistics_router
from server.features.terminals import enrolment
from server.features.terminals.order_routes import BODY_LIMIT as ORDER_LIMIT
from server.features.terminals.order_routes import CONTENT as ORDER_CONTENT
from server.features.terminals.order_routes import router as orders_router
from server.features.terminals.routes import router as terminals_router
from server.features.ticket_layouts.routes import router as ticket_layouts_router
from server.fence import Fence
from server.housekeeping import sweep, until_next
from server.joints import hang_on, join_media
from server.mobile.looks import Looks
from server.mobile.pages import router as mobile_router
from server.sealed import reseal
from server.settings import Settings
from server.siblings import Siblings
from server.tail import SiblingsBus
from server.web import Edge
from shared import __version__
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
BASE = "/api/v1"
SWEEP_AGAIN_S = 60
BUSY_ROUTERS: tuple[APIRouter, ...] = (counters_router, queueing_router, live_router)
ROUTERS: tuple[APIRouter, ...] = (
    catalogue_router, guides_router, feedback_router, terminals_router, orders_router,
    simulation_router,
    limits_router,
    statistics_router, access_router,
    audit_router,
    booking_router,
    materials_router,
    organisation_router,
    personal_data_router,
    release_router,
    policy_router, accounts_router, profile_router, registry_router, upstreams_router,
    messages_router, notices_router, reports_router,
    calling_router, why_router, rehearsal_router,
    numbering_router, ticket_layouts_router,
    media_router,
    island_router, conflicts_router,
    server_router, standby_router, standby_media_router,
    server_router, standby_router,
    signage_router,
)  # fmt: skip

if rights_ended not in ENDED:
    ENDED.append(rights_ended)
if rights_now not in RIGHTS_NOW:
    RIGHTS_NOW.append(rights_now)


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


def create_app(settings: Settings, siblings: Siblings | None = None) -> FastAPI:
    """The application of one server process; its database, hub and writer live as long as it does. ``siblings``: the
    other processes of an embedded hall."""

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
        app.state.signer = signer = Signer(database, keys.vault)
        app.state.upstreams = upstreams = Upstreams()
        carriers: dict[str, Carrier] = {
            families.BACKCHANNEL: partial(carry_logout, signer, settings.link_base),
            families.CAS_LOGOUT: carry_farewell,
        }
        courier = Courier(database, carriers)
        # Hands of their own: a slow gateway holds up no farewell to another system.
        messenger = Courier(database, {MESSAGE: partial(carry_message, database, settings.data)})
        # Theirs too: pictures go out with them.
        publisher = Courier(database, {OUTLET: partial(carry_notice, database, settings.link_base)})
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
        exporter = Exporter(database, settings.data)
        exporter.start()
        forecaster = Forecaster(database, context.waits, WaitsOnScreens(hub, context.waits).forecast_made)
        hub.listeners.append(forecaster.happened)
        reminders = Reminders(database, context)
        guides = GuidePuller(database, settings.link_base)
        guides.start()
        hub.listeners.append(reminders.happened)
        notices = NoticeClock(database, settings.link_base)
        hub.listeners.append(notices.happened)
        web_pictures = WebPictures(database, media_files, settings.data)
        hub.listeners.append(web_pictures.happened)
        tasks = [
            asyncio.create_task(work)
            for work in (
                _sweep_often(database, keys.vault),
                courier.work_often(),
                messenger.work_often(),
                publisher.work_often(),
                notices.work_often(),
                tend_often(signer),
                forecaster.work_often(),
                reminders.work_often(),
                tend_bookings(database, context),
                BackupKeeper(database, settings).work_often(),
                AlarmKeeper(database, settings).work_often(),
                tend_media(database, media_files),
                web_pictures.work_often(),
                peers.ask_often(settings.data, fence),
            )
        ]
        log.info("started", extra={"version": __version__, "database": kind})
        yield
        for task in tasks:
            task.cancel()
        hub.close()
        courier.close()
        messenger.close()
        await asyncio.to_thread(guides.close)
        publisher.close()
        looks.close()
        forecaster.close()
        upstreams.close()
        await asyncio.to_thread(exporter.close)
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
    app.state.media_files = media_files = MediaFiles(settings.data, settings.media_reserve)
    join_media(media_files)
    app.state.figures = Figures()
    app.state.context = context = Context(keys, settings.link_base, always_open=settings.demo)
    errors.install(app)
    # A request is held against all addresses one after the other: what a full hall asks for comes first, then phones.
    for router in BUSY_ROUTERS:
        app.include_router(router, prefix=BASE)
    app.include_router(mobile_router)
    for router in ROUTERS:
        app.include_router(router, prefix=BASE)
    app.include_router(sign_on_router)
    hang_on()
    larger = {
        f"{BASE}{IMPORT}": IMPORT_LIMIT,
        f"{BASE}{GUIDES}": GUIDES_LIMIT,
        f"{BASE}{PAPERS}": PAPER_LIMIT,
        PHONE_PAPERS: FORM_LIMIT,
        **{f"{BASE}{path}": TABLE_LIMIT for path in TABLES},
        f"{BASE}{CHECKLIST}": CHECKLIST_LIMIT,
        f"{BASE}{ENTRIES}": ENTRIES_LIMIT,
        f"{BASE}{ORDER_CONTENT}": ORDER_LIMIT,
        f"{BASE}{UPLOADS}/": UPLOADS_LIMIT,
    }
    app.add_middleware(Edge, body_limit=settings.body_limit, larger=larger, fence=fence)
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


async def _sweep_often(database: Database, vault: Vault) -> None:
    while True:
        try:
            await asyncio.wrap_future(database.submit(sweep))
            await asyncio.wrap_future(database.submit(close_forgotten))
            await asyncio.to_thread(retain, database)
            await asyncio.to_thread(reseal, database, vault)
            pause = await asyncio.to_thread(database.read, until_next)
        except Exception:
            # A database that is away for a while must not end the sweeping for good.
            log.exception("not swept")
            pause = SWEEP_AGAIN_S
        await asyncio.sleep(pause)


def api_routes() -> Iterator[tuple[str, str, APIRoute]]:
    """Path, method and route of the whole API. From the routers themselves: an application may keep them folded up."""
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
