"""The rest of the server: all that neither calls nor shows who is called. Loaded behind the start (``staging``)."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, FastAPI

from server import peers
from server.context import Context
from server.crypto import Vault
from server.database import Database
from server.deliveries import Courier
from server.event_log import Hub
from server.features.access.policy_routes import router as policy_router
from server.features.access.routes import router as access_router
from server.features.accounts.account_pages import router as account_pages
from server.features.accounts.profile_routes import router as profile_router
from server.features.accounts.register_pages import router as register_pages
from server.features.accounts.routes import router as accounts_router
from server.features.accounts.sign_in_pages import router as sign_in_pages
from server.features.audit.export import Exporter
from server.features.audit.routes import router as audit_router
from server.features.backup.schedule import BackupKeeper
from server.features.booking.appointment_pages import FORM_LIMIT
from server.features.booking.appointment_pages import PAPERS as PHONE_PAPERS
from server.features.booking.appointment_pages import router as appointment_pages
from server.features.booking.hold_pages import router as hold_pages
from server.features.booking.material_routes import TABLE as CHECKLIST
from server.features.booking.material_routes import TABLE_LIMIT as CHECKLIST_LIMIT
from server.features.booking.material_routes import router as materials_router
from server.features.booking.pages import router as booking_pages
from server.features.booking.routes import PAPER_LIMIT, PAPERS
from server.features.booking.routes import router as booking_router
from server.features.booking.tending import tend_often as tend_bookings
from server.features.calling.routes import router as calling_router
from server.features.catalogue.numbering_routes import router as numbering_router
from server.features.feedback.pages import router as feedback_pages
from server.features.guides.pages import router as guide_pages
from server.features.guides.puller import GuidePuller
from server.features.guides.routes import IMPORT as GUIDES
from server.features.guides.routes import IMPORT_LIMIT as GUIDES_LIMIT
from server.features.guides.routes import router as guides_router
from server.features.introduction.pages import router as introduction_pages
from server.features.introduction.routes import router as introduction_router
from server.features.island.conflict_routes import router as conflicts_router
from server.features.limits.routes import router as limits_router
from server.features.media.files import MediaFiles
from server.features.media.routes import UPLOADS, UPLOADS_LIMIT
from server.features.media.routes import router as media_router
from server.features.media.tending import tend_often as tend_media
from server.features.messages.carrying import carry_message
from server.features.messages.routes import router as messages_router
from server.features.messages.service import MESSAGE
from server.features.notices.callback import router as callback_pages
from server.features.notices.carrying import carry_notice
from server.features.notices.clock import NoticeClock
from server.features.notices.outlets import OUTLET
from server.features.notices.pages import router as notice_pages
from server.features.notices.routes import router as notices_router
from server.features.notices.standing import ask_often as ask_standing
from server.features.organisation.routes import IMPORT, IMPORT_LIMIT
from server.features.organisation.routes import router as organisation_router
from server.features.personal_data.retention import retain
from server.features.personal_data.routes import router as personal_data_router
from server.features.publicity.pages import router as publicity_pages
from server.features.publicity.routes import CASES as PUBLIC_CASES
from server.features.publicity.routes import CASES_LIMIT as PUBLIC_CASES_LIMIT
from server.features.publicity.routes import IMPORT as PUBLICITY
from server.features.publicity.routes import IMPORT_LIMIT as PUBLICITY_LIMIT
from server.features.publicity.routes import router as publicity_router
from server.features.queueing.duty import close_forgotten
from server.features.queueing.why_pages import pages as why_pages
from server.features.queueing.why_pages import router as why_router
from server.features.rehearsal.routes import router as rehearsal_router
from server.features.release.routes import TABLE_LIMIT, TABLES
from server.features.release.routes import router as release_router
from server.features.reminders.pages import router as reminder_pages
from server.features.reminders.worker import Reminders
from server.features.reports.routes import router as reports_router
from server.features.sign_on import families
from server.features.sign_on.cas.farewell import carry_farewell
from server.features.sign_on.doors import router as sign_on_router
from server.features.sign_on.keys import Signer, tend_often
from server.features.sign_on.leaving import carry_logout
from server.features.sign_on.routes import router as registry_router
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
from server.features.terminals.fleet_keeper import FleetKeeper
from server.features.terminals.order_routes import BODY_LIMIT as ORDER_LIMIT
from server.features.terminals.order_routes import CONTENT as ORDER_CONTENT
from server.features.terminals.order_routes import router as orders_router
from server.features.terminals.power_routes import router as power_router
from server.features.ticket_layouts.routes import router as ticket_layouts_router
from server.features.updates import releases
from server.features.updates.clock import tick_often
from server.features.updates.routes import PIECES_LIMIT, RELEASES, RELEASES_LIMIT
from server.features.updates.routes import router as updates_router
from server.features.weather.keeper import WeatherKeeper
from server.features.weather.routes import router as weather_router
from server.fence import Fence
from server.housekeeping import sweep, until_next
from server.joints import hang_on, join_media
from server.places import outside
from server.sealed import reseal
from server.settings import Settings

log = logging.getLogger(__name__)
SWEEP_AGAIN_S: Final = 60
PAGES: tuple[APIRouter, ...] = (
    why_pages, feedback_pages, reminder_pages, sign_in_pages, register_pages, account_pages, booking_pages, hold_pages,
    appointment_pages, guide_pages, notice_pages, introduction_pages, publicity_pages,
    callback_pages,
)  # fmt: skip
ROUTERS: tuple[APIRouter, ...] = (
    guides_router, orders_router, simulation_router, limits_router, statistics_router, access_router, audit_router,
    booking_router, materials_router, organisation_router, personal_data_router, release_router, policy_router,
    accounts_router, profile_router, registry_router, upstreams_router, messages_router, notices_router, reports_router,
    calling_router, why_router, rehearsal_router, numbering_router, ticket_layouts_router, media_router,
    conflicts_router, server_router, standby_router, standby_media_router, signage_router,
    updates_router, power_router, introduction_router, weather_router, publicity_router,
)  # fmt: skip


def install(app: FastAPI, base: str) -> dict[str, int]:
    """Serve it; answers the paths that take more than the usual, with their limits in bytes."""
    settings: Settings = app.state.settings
    app.state.media_files = media_files = MediaFiles(settings.data, settings.media_reserve)
    app.state.release_files = releases.store_of(settings.data, settings.media_reserve)
    app.state.figures = Figures()
    join_media(media_files)
    hang_on()
    for router in PAGES:
        app.include_router(router)
    for router in ROUTERS:
        app.include_router(router, prefix=base)
    app.include_router(sign_on_router)
    return {
        f"{base}{IMPORT}": IMPORT_LIMIT,
        f"{base}{GUIDES}": GUIDES_LIMIT,
        f"{base}{PUBLIC_CASES}": PUBLIC_CASES_LIMIT,
        f"{base}{PUBLICITY}": PUBLICITY_LIMIT,
        f"{base}{PAPERS}": PAPER_LIMIT,
        PHONE_PAPERS: FORM_LIMIT,
        **{f"{base}{path}": TABLE_LIMIT for path in TABLES},
        f"{base}{CHECKLIST}": CHECKLIST_LIMIT,
        f"{base}{ORDER_CONTENT}": ORDER_LIMIT,
        f"{base}{UPLOADS}/": UPLOADS_LIMIT,
        f"{base}{RELEASES}": RELEASES_LIMIT,
        f"{base}{RELEASES}/": PIECES_LIMIT,
    }


class Works:
    """What works beside the requests, of one process; on the event loop. ``app`` has been given the rest."""

    def __init__(self, app: FastAPI, fence: Fence) -> None:
        state: Any = app.state
        database: Database = state.database
        hub: Hub = state.hub
        settings: Settings = state.settings
        context: Context = state.context
        vault: Vault = state.keys.vault
        state.signer = signer = Signer(database, vault)
        state.upstreams = self._upstreams = Upstreams()
        places = outside(settings.link_base)
        farewells = Courier(
            database,
            {
                families.BACKCHANNEL: partial(carry_logout, signer, settings.link_base),
                families.CAS_LOGOUT: carry_farewell,
            },
        )
        # Hands of their own: a slow gateway holds up no farewell to another system.
        messenger = Courier(database, {MESSAGE: partial(carry_message, database, settings.data, places)})
        # Theirs too: pictures go out with them.
        publisher = Courier(database, {OUTLET: partial(carry_notice, database, settings.link_base, places)})
        self._couriers = (farewells, messenger, publisher)
        self._exporter = Exporter(database, settings.data)
        self._fetching = (GuidePuller(database, settings.link_base), WeatherKeeper(database, settings.link_base))
        reminders = Reminders(database, context)
        notices = NoticeClock(database, settings.link_base)
        web_pictures = WebPictures(database, state.media_files, settings.data)
        hub.listeners += [reminders.happened, notices.happened, web_pictures.happened]
        self._exporter.start()
        for fetcher in self._fetching:
            fetcher.start()
        self._tasks = [
            asyncio.create_task(work)
            for work in (
                _sweep_often(database, vault),
                *(courier.work_often() for courier in self._couriers),
                notices.work_often(),
                ask_standing(database, places),
                tend_often(signer),
                reminders.work_often(),
                tend_bookings(database, context),
                BackupKeeper(database, settings).work_often(),
                AlarmKeeper(database, settings).work_often(),
                FleetKeeper(database, settings).work_often(),
                tend_media(database, state.media_files),
                web_pictures.work_often(),
                tick_often(database, state.release_files),
                peers.ask_often(settings.data, fence),
            )
        ]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        for courier in self._couriers:
            courier.close()
        for fetcher in self._fetching:
            await asyncio.to_thread(fetcher.close)
        self._upstreams.close()
        await asyncio.to_thread(self._exporter.close)


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
