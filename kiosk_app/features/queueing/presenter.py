"""The kiosk's one journey: who comes, for what, and the ticket."""

from __future__ import annotations

import time
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Slot

from kiosk_app.devices import Devices
from kiosk_app.features.queueing.card_desk import read_card_event
from kiosk_app.features.queueing.clock import PatientClock
from kiosk_app.features.queueing.directory import Directory
from kiosk_app.features.queueing.drawing import Machine, choices, draw, page_count, per_page
from kiosk_app.features.queueing.number_entry import after_key, identity_of
from kiosk_app.features.queueing.printing import Printing
from kiosk_app.features.queueing.session import Session
from kiosk_app.features.queueing.state import NoticeView, QueueingState
from kiosk_app.features.queueing.words import closed_reason, service_name, ticket_document
from kiosk_app.flow import CHOOSING, WIPED, Action, Step, follow
from kiosk_app.hall_copy import HallCopy
from kiosk_app.settings import KioskSettings
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.hall import Service
from shared.schemas.tickets import Identity, Ticket, TicketRequest
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

# A person with a card in the hand does not wait longer than this for "the same as last time?".
RECENT_MS = 2_500
AUTO_RETRY_MS = 4_000


class QueueingPresenter(Presenter[QueueingState]):
    """Main thread only. ``choose`` and the other slots are what a finger can do; cards come by ``card_event``."""

    def __init__(
        self,
        client: HallClient,
        copy: HallCopy,
        devices: Devices,
        printing: Printing,
        settings: KioskSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(QueueingState(language=settings.language, languages=settings.languages), parent)
        self._client, self._copy, self._devices, self._printing = client, copy, devices, printing
        self._settings = settings
        self._machine = Machine(language=settings.language, elder=settings.elder)
        self._session = Session()
        self._directory = Directory()
        self._services: list[Service] | None = None
        self._appeared = 0.0
        self._idle = PatientClock(self)
        self._ticket_clock = PatientClock(self)
        self._recent_timer = self._timer(RECENT_MS, self._stop_waiting_for_recent)
        self._retry_timer = self._timer(AUTO_RETRY_MS, self.retry)
        self._idle.ended.connect(self._on_idle)
        self._ticket_clock.ended.connect(self._leave_ticket)
        for signal in (self._idle.changed, self._ticket_clock.changed, devices.printer_changed):
            signal.connect(self._show)
        copy.changed.connect(self._on_copy)
        copy.line_changed.connect(self._on_line)
        devices.listen(self.card_event)
        printing.finished.connect(self._on_printed)
        if devices.reader is None:
            self._machine.reader = "none"
        self._show()

    def stop(self) -> None:
        """No timer runs after this; the session is wiped."""
        for timer in (self._recent_timer, self._retry_timer):
            timer.stop()
        self._idle.stop()
        self._ticket_clock.stop()
        self._session = Session()

    # ---- what a finger does

    @Slot()
    def touch(self) -> None:
        """Any touch anywhere: the person is still here."""
        if self._machine.step is Step.ATTRACT:
            self._go(Action.TOUCH)
        else:
            self._start_clocks()

    @Slot()
    def type_number(self) -> None:
        """To the keypad, from the start or because a service asks."""
        self.close_notice()
        if self._settled():
            self._go(Action.TYPE)

    @Slot()
    def without(self) -> None:
        if self._settled():
            self._go(Action.WITHOUT)

    @Slot()
    def all_services(self) -> None:
        self._session.path, self._session.page, self._session.query = [], 0, ""
        if self._settled():
            self._go(Action.ALL_SERVICES)

    @Slot()
    def open_search(self) -> None:
        if self._settled() and self._go(Action.SEARCH):
            self._session.query, self._session.page = "", 0
            self._show()

    @Slot(str)
    def number_key(self, key: str) -> None:
        """A key of the keypad."""
        if self._machine.step is Step.NUMBER:
            self._session.typed = after_key(self._session.typed, key)
            self._show()

    @Slot(bool)
    def number_of_organisation(self, organisation: bool) -> None:
        session = self._session
        if session.organisation != organisation:
            session.organisation, session.typed, session.letters = organisation, "", organisation
            self._show()

    @Slot(bool)
    def number_letters(self, letters: bool) -> None:
        """Foreigners' cards begin with letters."""
        self._session.letters = letters
        self._show()

    @Slot()
    def confirm_number(self) -> None:
        session = self._session
        if self._machine.step is Step.NUMBER and self._settled():
            identity = identity_of(session.typed, session.organisation, self._copy.now.date())
            if identity is not None:
                session.typed = ""
                self._identified(identity)

    @Slot(str)
    def search_key(self, key: str) -> None:
        """A key of the letter keypad."""
        query = self._session.query
        self.search_text({"backspace": query[:-1], "clear": ""}.get(key, query + key))

    @Slot(str)
    def search_text(self, query: str) -> None:
        """The whole query: characters from a keyboard or an input method, or letters."""
        if self._machine.step is Step.SEARCH and query != self._session.query:
            self._session.query, self._session.page = query[:40], 0
            self._show()

    @Slot(int)
    def turn_page(self, by: int) -> None:
        total = len(choices(self._machine, self._session, self._directory, self._copy))
        pages = page_count(total, per_page(self._machine.step, self._machine.elder))
        self._session.page = min(max(0, self._session.page + by), pages - 1)
        self._show()

    @Slot(str)
    def choose(self, service_id: str) -> None:
        """A card: a group opens, a closed service says why, an open one becomes a ticket."""
        service = self._directory.get(UUID(service_id))
        if service is None or self._machine.step not in CHOOSING or not self._settled():
            return
        if not service.ticketable:
            self._enter(service.id)
        elif not service.open:
            self._tell_closed(service)
        elif service.identity == "required" and self._session.identity is None:
            self._session.wanted = service.id
            self._session.path = self._directory.path_to(service.id)
            self._go(Action.ASK)
        else:
            self._session.path = self._directory.path_to(service.id)
            self._issue(service.id, Action.CHOOSE)

    @Slot(int)
    def crumb(self, index: int) -> None:
        """Back to a level of the tree; -1 is its top."""
        if self._machine.step is Step.SERVICES:
            self._session.path, self._session.page = self._session.path[: index + 1], 0
            self._appeared_now()
            self._show()

    @Slot()
    def back(self) -> None:
        """One step back, never losing what was typed for the service that asks."""
        session = self._session
        match self._machine.step:
            case Step.SERVICES if session.path:
                session.path, session.page = session.path[:-1], 0
                while session.path and self._directory.enter(session.path[-1]) != session.path[-1]:
                    session.path.pop()
                self._appeared_now()
                self._show()
            case Step.SERVICES if session.recent:
                self._go(Action.BACK_TO_WELCOME)
            case Step.NUMBER if session.wanted is not None:
                session.typed = ""
                self._go(Action.BACK_TO_ASK)
            case Step.ASK | Step.SEARCH:
                session.wanted, session.page, session.query = None, 0, ""
                self._go(Action.BACK)
            case _:
                self._go(Action.BACK)

    @Slot()
    def home(self) -> None:
        if self._settled():
            self._go(Action.HOME)

    @Slot()
    def retry(self) -> None:
        """The same press again, with the same ticket id: it can never make a second ticket."""
        if self._session.request is not None and self._go(Action.RETRY):
            self._send(self._session)

    @Slot()
    def print_again(self) -> None:
        session = self._session
        if session.ticket is not None and session.print_result in ("not_printed", "unknown") and self._settled():
            self._print(session, session.ticket)

    @Slot()
    def close_notice(self) -> None:
        self._machine.notice = NoticeView()
        self._show()

    @Slot(bool)
    def set_elder(self, elder: bool) -> None:
        if elder != self._machine.elder:
            self._machine.elder, self._session.page = elder, 0
            self._show()

    @Slot(str)
    def set_language(self, language: str) -> None:
        if language in self._settings.languages:
            self._machine.language = language
            self._show()

    # ---- cards

    def card_event(self, event: object) -> None:
        """What the card reader says, on the main thread."""
        identity = read_card_event(event, self._machine, self._copy.now.date())
        if self._machine.notice.open and self._machine.step is Step.ATTRACT:
            self._go(Action.TOUCH, keep_notice=True)
        if identity is not None:
            self._on_card(identity)
        self._start_clocks()
        self._show()

    def _on_card(self, identity: Identity) -> None:
        known = self._session.identity
        if known is not None and known.number == identity.number:
            return
        if known is not None or self._session.ticket is not None:
            # Somebody else's card: the one before is done, whether they said so or not.
            if follow(self._machine.step, Action.IDENTIFIED) is None:
                return
            self._session = Session()
        self._identified(identity)

    def _identified(self, identity: Identity) -> None:
        session = self._session
        wanted = session.wanted
        if wanted is not None and follow(self._machine.step, Action.IDENTIFIED_FOR) is not None:
            session.identity = identity
            self._issue(wanted, Action.IDENTIFIED_FOR)
        elif self._go(Action.IDENTIFIED):
            session = self._session
            session.identity, session.recent_loading = identity, True
            session.wanted, session.path, session.page, session.query = None, [], 0, ""
            self._recent_timer.start()
            run_in_background(
                lambda: self._client.recent_services(identity),
                lambda found: self._on_recent(session, found),
                lambda error: self._on_recent(session, []),
                owner=self,
            )
            self._show()

    def _on_recent(self, session: Session, found: list[UUID]) -> None:
        if session is not self._session or not session.recent_loading:
            return
        self._recent_timer.stop()
        session.recent_loading = False
        session.recent = [id_ for id_ in found if (known := self._directory.get(id_)) and known.ticketable]
        if not session.recent and self._machine.step is Step.WELCOME:
            self._go(Action.ALL_SERVICES)
        self._show()

    def _stop_waiting_for_recent(self) -> None:
        self._on_recent(self._session, [])

    # ---- the ticket

    def _issue(self, service_id: UUID, action: Action) -> None:
        if self._go(action):
            session = self._session
            session.request = TicketRequest(id=uuid7(), service_id=service_id, identity=session.identity)
            self._send(session)

    def _send(self, session: Session) -> None:
        request = session.request
        assert request is not None
        self._show()
        run_in_background(
            lambda: self._client.issue(request),
            lambda ticket: self._on_issued(session, ticket),
            lambda error: self._on_refused(session, error),
            owner=self,
        )

    def _on_issued(self, session: Session, ticket: Ticket) -> None:
        if session is self._session and self._go(Action.ISSUED):
            session.ticket, session.request, session.wanted = ticket, None, None
            self._print(session, ticket)

    def _on_refused(self, session: Session, error: HallError) -> None:
        if session is not self._session:
            return
        language = self._machine.language
        refused = error.status is not None and 400 <= error.status < 500 and error.status not in (401, 403, 408, 429)
        if not refused:
            self._machine.trouble_code = error.code
            self._go(Action.UNREACHABLE)
            self._retry_timer.start()
            return
        service_id, session.request = session.request.service_id if session.request else None, None
        words = error_text(error.code, language, **error.params)
        self._copy.reload()
        if error.code == "identity_required":
            session.identity, session.wanted = None, service_id
            self._go(Action.ASK)
        elif error.code == "identity_number_wrong":
            session.identity, session.wanted = None, service_id
            self._go(Action.NUMBER_REFUSED)
            self._notify("warn", text("kiosk.notice.number_wrong", language), words)
        else:
            session.wanted = None
            self._go(Action.REFUSED)
            self._notify("warn", text("kiosk.notice.refused", language), words)

    def _print(self, session: Session, ticket: Ticket) -> None:
        hall = self._copy.hall
        assert hall is not None
        document = ticket_document(
            ticket, hall, self._copy.zone, self._machine.language, reprint=session.papers > 0
        )
        session.papers += 1
        session.print_result, session.print_code = "printing", ""
        self._ticket_clock.stop()
        self._printing.print_ticket(ticket.id, document)
        self._show()

    def _on_printed(self, ticket_id: UUID, result: str, code: str) -> None:
        session = self._session
        if session.ticket is not None and session.ticket.id == ticket_id:
            session.print_result, session.print_code = result, code
            self._start_clocks()
            self._show()

    # ---- moving

    def _go(self, action: Action, *, keep_notice: bool = False) -> bool:
        """Follow the flow; False where the action means nothing."""
        step = follow(self._machine.step, action)
        if step is None:
            return False
        changed, self._machine.step = step is not self._machine.step, step
        if step in WIPED:
            self._wipe()
        if not keep_notice:
            self._machine.notice = NoticeView()
        self._retry_timer.stop()
        if changed:
            self._appeared_now()
        self._start_clocks()
        self._show()
        return True

    def _wipe(self) -> None:
        """Nothing of the person before remains; language and size are again what the hall set."""
        self._session = Session()
        self._recent_timer.stop()
        self._machine.trouble_code = "server_unreachable"
        self._machine.language, self._machine.elder = self._settings.language, self._settings.elder

    def _start_clocks(self) -> None:
        times, step, session = self._settings, self._machine.step, self._session
        self._ticket_clock.stop()
        if step in (Step.AWAY, Step.ATTRACT, Step.ISSUING, Step.TICKET):
            self._idle.stop()
        elif step is Step.START:
            self._idle.start(times.attract_seconds, 0)
        else:
            self._idle.start(times.idle_seconds, times.warn_seconds)
        if step is Step.TICKET and session.print_result != "printing":
            seconds = times.ticket_seconds if session.print_result == "printed" else times.photo_seconds
            self._ticket_clock.start(seconds, seconds)

    def _on_idle(self) -> None:
        self._go(Action.IDLE)

    def _leave_ticket(self) -> None:
        self._go(Action.HOME)

    def _on_copy(self) -> None:
        if self._services is not self._copy.services:
            self._services = self._copy.services
            self._directory = Directory(self._services)
            self._session.path = [id_ for id_ in self._session.path if self._directory.get(id_)]
        self._on_line()

    def _on_line(self) -> None:
        """The server came or went. A person in the middle of it is not thrown out: the ticket is what needs it."""
        if self._copy.usable:
            self._go(Action.FOUND)
            self._printing.tell_server()
            if self._machine.step is Step.TROUBLE and not self._retry_timer.isActive():
                self._retry_timer.start()
        elif not self._copy.connected:
            self._go(Action.LOST)
        self._show()

    def _enter(self, group: UUID) -> None:
        session = self._session
        if self._machine.step is not Step.SERVICES and not self._go(Action.ALL_SERVICES):
            return
        session.path = [*self._directory.path_to(group), group]
        last = self._directory.enter(group)
        if last != group:
            session.path = [*self._directory.path_to(last), last]
        session.page = 0
        self._appeared_now()
        self._show()

    def _tell_closed(self, service: Service) -> None:
        language = self._machine.language
        title = text("kiosk.notice.closed", language, service=service_name(service, language))
        self._notify("info", title, closed_reason(service, language))

    def _notify(self, tone: str, title: str, words: str, action: str = "") -> None:
        self._machine.notice = NoticeView(True, tone, title, words, action)
        self._show()

    def _settled(self) -> bool:
        """Whether the screen has stood long enough for a touch to be meant for it."""
        return (time.monotonic() - self._appeared) * 1000 >= self._settings.touch_guard_ms

    def _appeared_now(self) -> None:
        self._appeared = time.monotonic()

    def _timer(self, interval_ms: int, work: object) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(True)
        timer.timeout.connect(work)  # type: ignore[arg-type]
        return timer

    def _show(self) -> None:
        self.set_state(
            draw(
                self._machine,
                self._session,
                self._directory,
                self._copy,
                self._settings,
                printer_code=self._devices.printer_code,
                idle_left=self._idle.left if self._machine.step is not Step.START else 0,
                ticket_left=self._ticket_clock.left,
            )
        )
