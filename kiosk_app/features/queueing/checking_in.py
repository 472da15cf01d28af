"""Who booked: found by their card, a typed number, or the code of the appointment before the scanner."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.booked import CAN, most_of_use
from kiosk_app.features.queueing.session import Session
from kiosk_app.features.queueing.ticketing import Ticketing
from kiosk_app.flow import Action, Step, follow
from shared.devices.scanner.protocol import CodeScanned
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.booking import Arrived, Arriving
from shared.schemas.tickets import Identity
from shared.ui.background import run_in_background


class CheckingIn(Ticketing):
    """Codes come by ``code_event`` on the main thread."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        # The code that is being looked up; a later one takes its place.
        self._code = ""
        self._devices.listen_to_codes(self.code_event)

    @Slot()
    def check_in(self) -> None:
        """The appointment on the screen becomes a ticket."""
        booked = self._session.booked
        if booked is not None and booked.arrival in CAN and self._settled():
            self._issue(booked.service_id, Action.CHECK_IN, appointment_id=booked.appointment_id)

    def code_event(self, event: object) -> None:
        """What the scanner says, on the main thread."""
        if not isinstance(event, CodeScanned) or follow(self._machine.step, Action.BOOKED) is None:
            return
        if self._machine.step is Step.ATTRACT:
            self._go(Action.TOUCH)
        code = self._code = event.text[:300]
        run_in_background(
            lambda: self._client.arrivals(Arriving(code=code)),
            lambda found: self._on_scanned(code, found[0]),
            lambda error: self._on_code_unknown(code, error),
            owner=self,
        )

    def _booked_by(self, identity: Identity) -> list[Arrived]:
        """Appointments of today; on a worker thread."""
        try:
            return self._client.arrivals(Arriving(identity=identity))
        except HallError as error:
            if error.status is None:
                raise
            return []

    def _on_arrived(self, session: Session, booked: Arrived | None) -> bool:
        """Whether the screen shows an appointment now."""
        if session is not self._session or booked is None:
            return False
        session.booked = booked
        return self._go(Action.BOOKED)

    def _of_person(self, session: Session, found: list[Arrived]) -> bool:
        return self._on_arrived(session, most_of_use(found))

    def _on_scanned(self, code: str, booked: Arrived) -> None:
        if code == self._code and follow(self._machine.step, Action.BOOKED) is not None:
            # Somebody with a code: whoever stood here before is done.
            self._code, self._session = "", Session()
            self._on_arrived(self._session, booked)

    def _on_code_unknown(self, code: str, error: HallError) -> None:
        if code == self._code:
            self._code = ""
            language = self._machine.language
            words = error_text(error.code, language, **error.params)
            self._notify("warn", text("kiosk.booked.unknown", language), words)
