"""Who comes: a card on the reader, or a number by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.booked import CAN
from kiosk_app.features.queueing.card_desk import read_card_event
from kiosk_app.features.queueing.number_entry import after_key, identity_of
from kiosk_app.features.queueing.other_ways import OtherWays
from kiosk_app.features.queueing.session import Session
from kiosk_app.flow import Action, Step, follow
from shared.devices.scanner.protocol import CodeScanned
from shared.domain.id_numbers import credit_code_in
from shared.schemas.booking import Arrived
from shared.schemas.tickets import Identity, Returnable
from shared.ui.background import run_in_background

# A person with a card in the hand does not wait longer than this for "the same as last time?".
RECENT_MS = 2_500


class Identifying(OtherWays):
    """Cards come by ``card_event`` on the main thread."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._recent_timer = self._timer(RECENT_MS, self._stop_waiting_for_recent)
        self._devices.listen(self.card_event)

    @Slot()
    def type_number(self) -> None:
        """To the keypad, from the start or because a service asks."""
        self.close_notice()
        if self._settled():
            self._go(Action.TYPE)

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
            if identity is None:
                return
            if session.agent is not None and not session.organisation:
                # For somebody else: the counter calls them by a name, and no card tells it.
                session.unnamed = identity
                self._go(Action.NAME)
                return
            session.typed = ""
            self._identified(identity)

    def card_event(self, event: object) -> None:
        """What the card reader says, on the main thread."""
        identity = read_card_event(event, self._machine, self._copy.now.date())
        if self._machine.notice.open and self._machine.step is Step.ATTRACT:
            self._go(Action.TOUCH, keep_notice=True)
        if identity is not None:
            self._on_card(identity)
        self._start_clocks()
        self._show()

    def code_event(self, event: object) -> None:
        """The code on a business licence says who comes as a card does; any other is looked for."""
        code = credit_code_in(event.text) if isinstance(event, CodeScanned) else ""
        of_use = Action.IDENTIFIED, Action.IDENTIFIED_FOR
        if not code or self._machine.step is Step.AGENT or not any(follow(self._machine.step, one) for one in of_use):
            super().code_event(event)
            return
        self._on_card(Identity(kind="organisation", number=code))
        self._start_clocks()
        self._show()

    def _on_card(self, identity: Identity) -> None:
        known, agent = self._session.identity, self._session.agent
        if self._machine.step is Step.AGENT:
            self._on_agent(identity)
            return
        if agent is not None and agent.number == identity.number and self._session.ticket is None:
            if self._machine.step is Step.PERSON:
                self._tell_own_card()
            return
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
            session.booked = None
            self._recent_timer.start()
            run_in_background(
                lambda: self._look_up(identity),
                lambda found: self._on_looked_up(session, *found),
                lambda error: self._on_recent(session, []),
                owner=self,
            )
            self._show()

    def _on_looked_up(
        self, session: Session, booked: list[Arrived], missed: Returnable | None, found: list[UUID]
    ) -> None:
        """An appointment or a missed call of now comes before what they came for last."""
        if session is not self._session or not session.recent_loading:
            return
        can_check_in = any(one.arrival in CAN for one in booked)
        if (missed and not can_check_in and self._on_missed(session, missed)) or self._of_person(session, booked):
            self._recent_timer.stop()
            session.recent_loading = False
            self._show()
            return
        self._on_recent(session, found)

    def _look_up(self, identity: Identity) -> tuple[list[Arrived], Returnable | None, list[UUID]]:
        """Appointments and missed calls of today, and what they came for last; on a worker thread."""
        return self._booked_by(identity), self._missed_by(identity), self._client.recent_services(identity)

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
