"""What the first screen keeps behind one button: for somebody else, a priority group, a missed call."""

from __future__ import annotations

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.coming_back import ComingBack
from kiosk_app.features.queueing.session import Session
from kiosk_app.flow import Action, Step
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.tickets import Identity
from shared.ui.background import run_in_background


class OtherWays(ComingBack):
    """Whoever comes for themselves never meets it."""

    @Slot()
    def other_ways(self) -> None:
        if self._settled():
            self._go(Action.OTHER_WAYS)

    @Slot()
    def for_other(self) -> None:
        """To the agent's card. A number that is only typed proves nobody's right to act for others."""
        language = self._machine.language
        if not self._settled():
            return
        if self._machine.reader != "ok":
            words = text("kiosk.agent.no_reader", language)
            self._notify("info", text("kiosk.agent.no_reader_title", language), words)
            return
        self._session.agent = None
        self._go(Action.FOR_OTHER)

    @Slot()
    def groups(self) -> None:
        if self._settled() and self._copy.calling.items:
            self._go(Action.GROUPS)

    @Slot(int)
    def choose_group(self, group: int) -> None:
        """Then who they are, or nobody in particular."""
        if self._settled() and any(one.group == group for one in self._copy.calling.items):
            self._session.group = group
            self._go(Action.GROUP)

    def _on_agent(self, identity: Identity) -> None:
        """Somebody's card where an agent is asked for: may they? Asked before they choose anything."""
        session = self._session
        if session.checking:
            return
        session.checking = True
        run_in_background(
            lambda: self._client.agent_left(identity),
            lambda left: self._on_agent_known(session, identity, left),
            lambda error: self._on_agent_refused(session, error),
            owner=self,
        )

    def _on_agent_known(self, session: Session, identity: Identity, left: int) -> None:
        if session is self._session:
            session.checking = False
            if self._machine.step is Step.AGENT:
                session.agent, session.agent_left = identity, left
                self._go(Action.AGENT)

    def _on_agent_refused(self, session: Session, error: HallError) -> None:
        if session is self._session:
            session.checking = False
            if self._machine.step is Step.AGENT:
                language = self._machine.language
                words = error_text(error.code, language, **error.params)
                self._notify("warn", text("kiosk.agent.refused", language), words)

    def _tell_own_card(self) -> None:
        language = self._machine.language
        self._notify("info", text("kiosk.person.own_title", language), text("kiosk.person.own", language))
