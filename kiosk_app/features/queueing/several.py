"""Several matters on one ticket: chosen one after the other, taken together. Whoever has one matter never meets it."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.searching import Searching
from kiosk_app.flow import Action, Step
from shared.domain.items import MOST_ITEMS
from shared.i18n import text


class Several(Searching):
    """While ``session.several``, a card is put on a list instead of becoming a ticket."""

    @Slot()
    def several(self) -> None:
        """Choose several matters, or one as usual again."""
        if self._settled() and self._machine.step is Step.SERVICES:
            self._session.several, self._session.chosen = not self._session.several, []
            self._show()

    @Slot()
    def take_several(self) -> None:
        """One ticket for all that is on the list; somebody may have to say who they are first."""
        session = self._session
        if not session.chosen or self._machine.step is not Step.SERVICES or not self._settled():
            return
        known = [service for id_ in session.chosen if (service := self._directory.get(id_)) is not None]
        session.chosen = [service.id for service in known]
        if not known:
            self._show()
        elif session.identity is None and any(service.identity == "required" for service in known):
            session.wanted = known[0].id
            self._go(Action.ASK)
        else:
            self._issue(known[0].id, Action.CHOOSE)

    def _collect(self, service_id: UUID) -> None:
        """On the list, or off it again."""
        session, language = self._session, self._machine.language
        if service_id in session.chosen:
            session.chosen.remove(service_id)
        elif len(session.chosen) < MOST_ITEMS:
            session.chosen.append(service_id)
        else:
            title = text("kiosk.notice.several_full", language, most=MOST_ITEMS)
            self._notify("info", title, text("kiosk.notice.several_full_hint", language))
            return
        if self._machine.step is not Step.SERVICES:
            # The list is shown where the tree is.
            session.path, session.query, session.page = [], "", 0
            self._go(Action.ALL_SERVICES)
        self._show()
