"""The press that becomes a ticket, once; and the paper, which may fail without harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.journey import Journey
from kiosk_app.features.queueing.session import Session
from kiosk_app.flow import Action
from shared.devices.printer.document import ticket_document
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.items import in_order
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.tickets import Ticket, TicketRequest
from shared.ui.background import run_in_background

AUTO_RETRY_MS = 4_000


class Ticketing(Journey):
    """Issues, retries with the same ticket id, prints after the server's answer."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._retry_timer = self._timer(AUTO_RETRY_MS, self.retry)
        self._printing.finished.connect(self._on_printed)

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
    def print_held(self) -> None:
        """The number they have already, on paper again."""
        session = self._session
        if session.held is not None and self._settled() and self._go(Action.ISSUED):
            session.ticket, session.papers = session.held, 1
            self._print(session, session.held)

    def _fetch_held(self, session: Session, error: HallError) -> None:
        if error.code != "limit_has_number":
            return

        def came(ticket: Ticket) -> None:
            if session is self._session:
                session.held = ticket
                self._show()

        # Without an answer the screen stays as it is: it names the number all the same.
        run_in_background(lambda: self._client.ticket(UUID(str(error.params["id"]))), came, lambda _: None, owner=self)

    def _issue(self, service_id: UUID, action: Action, *, appointment_id: UUID | None = None) -> None:
        if self._go(action):
            session = self._session
            session.request = TicketRequest(
                id=uuid7(),
                service_id=service_id,
                identity=session.identity,
                agent=session.agent if appointment_id is None else None,
                priority=session.group,
                appointment_id=appointment_id,
                items=session.chosen if session.chosen[:1] == [service_id] and appointment_id is None else [],
            )
            self._send(session)

    def _send(self, session: Session) -> None:
        request = session.request
        assert request is not None
        self._show()
        run_in_background(
            self._way_to(request),
            lambda ticket: self._on_issued(session, ticket),
            lambda error: self._on_refused(session, error),
            owner=self,
        )

    def _way_to(self, request: TicketRequest) -> Callable[[], Ticket]:
        """To the server, or to the kiosk's own numbers. Either way the same id: a press is one ticket."""
        island, copy = self._island, self._copy
        if island is None or not copy.alone or copy.as_of is None:
            return lambda: self._client.issue(request)
        known = [self._directory.get(id_) for id_ in in_order(request.service_id, request.items)]
        services, now, as_of = [one for one in known if one is not None], copy.now, copy.as_of
        return lambda: island.issue(request, services, now, as_of)

    def _on_issued(self, session: Session, ticket: Ticket) -> None:
        if session is self._session and self._go(Action.ISSUED):
            session.ticket, session.request, session.wanted = ticket, None, None
            self._print(session, ticket)
            if ticket.priority_refused:
                # The hall has changed what it offers since this kiosk read it.
                language = self._machine.language
                words = text("kiosk.notice.no_group_hint", language, number=ticket.number)
                self._notify("info", text("kiosk.notice.no_group", language), words)

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
        elif error.code.startswith("limit_"):
            session.wanted, session.limit, session.held = None, error, None
            self._go(Action.LIMITED)
            self._fetch_held(session, error)
        else:
            session.wanted = None
            self._go(Action.REFUSED)
            self._notify("warn", text("kiosk.notice.refused", language), words)

    def _print(self, session: Session, ticket: Ticket) -> None:
        hall = self._copy.hall
        assert hall is not None
        document = ticket_document(
            ticket,
            hall,
            self._copy.zone,
            self._machine.language,
            reprint=session.papers > 0,
            elder=self._machine.elder,
            layouts=self._copy.layouts,
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
