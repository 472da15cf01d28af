"""A ticket that was given at the desk on paper, where the counter has a printer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from counter_app.desk import DeskModel
from shared.devices.messages import status_key
from shared.devices.printer.document import ticket_document
from shared.devices.printer.protocol import PrintOutcome, TicketPrinter
from shared.devices.registry import make_printer
from shared.devices.trying import Ear, Tried, try_out
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.device_health import DeviceHealth
from shared.schemas.tickets import PaperRecord, Ticket
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)


class TicketPaper(QObject):
    """``said(tone, words)``: what became of a paper. A counter without a printer prints nothing and says nothing: the
    number and its code stand on the citizen's screen either way."""

    said = Signal(str, str)

    def __init__(self, model: DeskModel, settings: Mapping[str, Any], language: str) -> None:
        super().__init__()
        self._model, self._language = model, language
        self._printer: TicketPrinter | None = None
        self._fault: DeviceHealth | None = None
        if settings:
            try:
                self._printer = make_printer(settings)
            except HallError as error:
                driver = str(settings.get("driver", ""))
                self._fault = DeviceHealth(kind="printer", driver=driver, state="error", code=error.code)

    def start(self) -> None:
        if self._printer is not None:
            self._printer.open()

    def stop(self) -> None:
        if self._printer is not None:
            self._printer.close()

    def health(self) -> list[DeviceHealth]:
        """From memory; safe on any thread."""
        if self._printer is not None:
            return [self._printer.health()]
        return [self._fault] if self._fault is not None else []

    def try_out(self) -> Tried:
        """Blocks: one paper."""
        if self._printer is None:
            return Tried("failed", self._fault.code if self._fault is not None else "device_not_here")
        return try_out("printer", self._printer, Ear())

    def print_ticket(self, ticket: Ticket) -> None:
        """Only for a ticket the server has answered with. The ledger is told; that it could not be told is logged."""
        printer, facts, client, language = self._printer, self._model.facts, self._model.client, self._language
        if printer is None or facts is None:
            return

        def work() -> PrintOutcome:
            try:
                layouts = client.layouts_in_use()
            except HallError:
                # The built-in one is as good as any.
                layouts = None
            document = ticket_document(ticket, facts.hall, ZoneInfo(facts.hall.time_zone), language, layouts=layouts)
            copy_id = uuid4()
            outcome = printer.print_ticket(document, str(copy_id))
            record = PaperRecord(
                copy_id=copy_id, outcome=outcome.result.value, code=outcome.code or None, at=datetime.now(UTC)
            )
            try:
                client.record_paper(ticket.id, record)
            except HallError as error:
                log.warning("paper %s is not in the ledger: %s", copy_id, error.code)
            return outcome

        run_in_background(
            work, lambda outcome: self._ended(ticket, outcome), lambda _: self._not_printed(ticket, "print_unknown"),
            owner=self,
        )  # fmt: skip

    def _ended(self, ticket: Ticket, outcome: PrintOutcome) -> None:
        if outcome.printed:
            self.said.emit("ok", text("counter.give.printed", self._language, number=ticket.number))
        else:
            self._not_printed(ticket, outcome.code or "print_unknown")

    def _not_printed(self, ticket: Ticket, code: str) -> None:
        reason = text(status_key(code), self._language)
        self.said.emit("warn", text("counter.give.not_printed", self._language, number=ticket.number, reason=reason))
