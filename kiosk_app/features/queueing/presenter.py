"""The kiosk's one journey: who comes, for what, and the ticket. This part: choosing what for."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.drawing import choices, opens, page_count, per_page
from kiosk_app.features.queueing.several import Several
from kiosk_app.features.queueing.words import closed_reason, service_name
from kiosk_app.flow import CHOOSING, Action, Step
from shared.i18n import text
from shared.schemas.hall import Service


class QueueingPresenter(Several):
    """Main thread only. The slots are what a finger can do; its parts: journey, ticketing, checking in,
    coming back, other ways, identifying, naming, searching, several."""

    @Slot()
    def without(self) -> None:
        if self._settled():
            self._go(Action.WITHOUT)

    @Slot()
    def all_services(self) -> None:
        self._session.path, self._session.page, self._session.query = [], 0, ""
        if self._settled():
            self._go(Action.ALL_SERVICES)

    @Slot(int)
    def turn_page(self, by: int) -> None:
        total = len(choices(self._machine, self._session, self._directory, self._copy))
        pages = page_count(total, per_page(self._machine))
        self._session.page = min(max(0, self._session.page + by), pages - 1)
        self._show()

    @Slot(str)
    def choose(self, service_id: str) -> None:
        """A card: a group opens, a closed service says why, an open one becomes a ticket."""
        service = self._directory.get(UUID(service_id))
        if service is None or self._machine.step not in CHOOSING or not self._settled():
            return
        if opens(self._machine, self._session, self._directory, service):
            self._enter(service.id)
        elif not service.open:
            self._tell_closed(service)
        elif self._session.several:
            self._collect(service.id)
        elif service.identity == "required" and self._session.identity is None:
            self._session.wanted = service.id
            self._session.path = self._directory.way_to(service.id)
            self._go(Action.ASK)
        else:
            self._session.path = self._directory.way_to(service.id)
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
            case Step.NAME:
                self._back_to_number()
            case Step.NUMBER if session.wanted is not None:
                session.typed = ""
                self._go(Action.BACK_TO_ASK)
            case Step.NUMBER if session.agent is not None:
                session.typed = ""
                self._go(Action.BACK_TO_PERSON)
            case Step.NUMBER if session.group:
                session.typed = ""
                self._go(Action.BACK_TO_WHO)
            case Step.ASK | Step.SEARCH:
                session.wanted, session.page, session.query = None, 0, ""
                self._go(Action.BACK)
            case _:
                self._go(Action.BACK)

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
