"""Who missed their call: found by card, by the ticket's code or its number; one touch puts them in line again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.checking_in import CheckingIn
from kiosk_app.features.queueing.number_entry import LONGEST_TICKET, SHORTEST_TICKET, after_key
from kiosk_app.features.queueing.session import Session
from kiosk_app.flow import Action, Step, follow
from shared.devices.scanner.protocol import CodeScanned
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.tickets import Identity, Returnable, Ticket, TicketSearch
from shared.ui.background import run_in_background


def is_ticket_code(code: str) -> bool:
    """Whether a scanned text is the address of a ticket's page; anything else is looked for among appointments."""
    return urlsplit(code.strip()).path.startswith("/t/")


class ComingBack(CheckingIn):
    """The ticket stands in ``session.missed``; the answer to the touch replaces it."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._asked: TicketSearch | None = None

    def code_event(self, event: object) -> None:
        """The code of a ticket is looked for here, any other among appointments."""
        if not isinstance(event, CodeScanned) or not is_ticket_code(event.text):
            super().code_event(event)
        elif follow(self._machine.step, Action.MISSED) is not None:
            if self._machine.step is Step.ATTRACT:
                self._go(Action.TOUCH)
            self._look_for(TicketSearch(code=event.text[:300]))

    @Slot()
    def type_ticket_number(self) -> None:
        """To the keys for the number on the paper, or where a code or a card is asked for instead."""
        if self._settled():
            self._session.typed = ""
            self._go(Action.TICKET_NUMBER)

    @Slot(str)
    def ticket_number_key(self, key: str) -> None:
        if self._machine.step is Step.TICKET_NUMBER and self._copy.calling.missed_by_number:
            typed = after_key(self._session.typed, key)
            self._session.typed = typed if len(typed) <= LONGEST_TICKET else self._session.typed
            self._show()

    @Slot()
    def confirm_ticket_number(self) -> None:
        if self._machine.step is Step.TICKET_NUMBER and len(self._session.typed) >= SHORTEST_TICKET and self._settled():
            self._look_for(TicketSearch(number=self._session.typed))

    @Slot()
    def come_back(self) -> None:
        """The ticket on the screen stands in line again. The server takes it once, however often it is sent."""
        session = self._session
        found = session.missed
        if self._machine.step is not Step.MISSED or found is None or not found.may_return or session.returning:
            return
        if not self._settled():
            return
        session.returning = True
        run_in_background(
            lambda: self._client.come_back(found.ticket.id),
            lambda ticket: self._on_back(session, ticket),
            lambda error: self._on_not_back(session, found, error),
            owner=self,
        )
        self._show()

    def _missed_by(self, identity: Identity) -> Returnable | None:
        """What a person has missed today, the latest first; on a worker thread. Without an answer nothing."""
        try:
            found = self._client.returnable(TicketSearch(identity=identity))
        except HallError:
            return None
        return next(iter(found), None)

    def _on_missed(self, session: Session, found: Returnable | None) -> bool:
        """Whether the screen shows a missed ticket now."""
        if session is not self._session or found is None or follow(self._machine.step, Action.MISSED) is None:
            return False
        self._keep(session, found)
        return self._go(Action.MISSED)

    @staticmethod
    def _keep(session: Session, found: Returnable) -> None:
        """What is shown. Its paper carries the code of its page, and numbers are read out to the whole hall."""
        session.missed, session.held = found, None if session.by_number else found.ticket

    def _look_for(self, asked: TicketSearch) -> None:
        self._asked = asked
        run_in_background(
            lambda: self._client.returnable(asked),
            lambda found: self._on_found(asked, found),
            lambda error: self._on_not_found(asked, error),
            owner=self,
        )

    def _on_found(self, asked: TicketSearch, found: list[Returnable]) -> None:
        if asked is not self._asked or follow(self._machine.step, Action.MISSED) is None:
            return
        # Somebody with a ticket: whoever stood here before is done.
        self._asked, self._session = None, Session(by_number=asked.number is not None)
        self._on_missed(self._session, next(iter(found), None))

    def _on_not_found(self, asked: TicketSearch, error: HallError) -> None:
        if asked is self._asked and follow(self._machine.step, Action.MISSED) is not None:
            self._asked = None
            language = self._machine.language
            title = text("kiosk.missed.unknown", language)
            self._notify("warn", title, error_text(error.code, language, **error.params))

    def _on_back(self, session: Session, ticket: Ticket) -> None:
        if session is self._session and self._machine.step is Step.MISSED:
            session.returning, session.returned = False, True
            self._keep(session, Returnable(ticket=ticket, may_return=False))
            self._appeared_now()
            self._show()

    def _on_not_back(self, session: Session, found: Returnable, error: HallError) -> None:
        if session is not self._session or self._machine.step is not Step.MISSED:
            return
        session.returning = False
        language = self._machine.language
        if error.code in ("missed_too_long", "missed_too_often"):
            told = {name: value for name, value in error.params.items() if isinstance(value, str | int)}
            session.missed = Returnable(ticket=found.ticket, may_return=False, code=error.code, params=told)
            self._show()
            return
        if error.status == 409:
            # Called meanwhile, by hand: the screen says how it stands now.
            self._look_again(session, found.ticket.id)
        self._notify("warn", text("kiosk.missed.not_back", language), error_text(error.code, language, **error.params))

    def _look_again(self, session: Session, ticket_id: UUID) -> None:
        def came(ticket: Ticket) -> None:
            if session is self._session and self._machine.step is Step.MISSED:
                self._keep(session, Returnable(ticket=ticket, may_return=False))
                self._show()

        run_in_background(lambda: self._client.ticket(ticket_id), came, lambda _: None, owner=self)
