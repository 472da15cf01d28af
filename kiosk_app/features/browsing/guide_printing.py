"""Puts a guide on paper: A4 by the document printer, narrow by the ticket printer."""

from __future__ import annotations

from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from kiosk_app.devices import Devices
from kiosk_app.features.browsing.paper import Print, guide_page, guide_slip
from shared.devices.document_printer.protocol import DocumentEvent, JobState
from shared.devices.printer.protocol import PrintOutcome, PrintResult
from shared.domain.errors import HallError
from shared.ui.background import run_in_background


class GuidePrinting(QObject):
    """``state``: "" | printing | printed | held | failed of the paper that was asked for last; ``code`` says why.

    Whoever leaves does not stop a paper: there is nothing personal on it.
    """

    changed = Signal()

    def __init__(self, devices: Devices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = devices
        self._job = ""
        self.state, self.code, self.narrow = "", "", False
        devices.listen_to_documents(self._on_document)

    @property
    def can_page(self) -> bool:
        return self._devices.documents is not None

    @property
    def can_slip(self) -> bool:
        return self._devices.printer is not None

    @property
    def busy(self) -> bool:
        return self.state == "printing"

    def page(self, wanted: Print) -> None:
        if not self.busy and self.can_page:
            job = self._begin(narrow=False)
            run_in_background(
                lambda: guide_page(wanted), lambda pdf: self._send(job, pdf, wanted), self._broke, owner=self
            )

    def slip(self, wanted: Print) -> None:
        if not self.busy and self.can_slip:
            job, devices = self._begin(narrow=True), self._devices
            run_in_background(
                lambda: devices.print_ticket(guide_slip(wanted), job), lambda outcome: self._came_out(job, outcome),
                self._broke, owner=self,
            )  # fmt: skip

    def forget(self) -> None:
        """Nobody waits for it here any more."""
        self._job = ""
        self._set("", "")

    def _begin(self, *, narrow: bool) -> str:
        self._job, self.narrow = str(uuid4()), narrow
        self._set("printing", "")
        return self._job

    def _send(self, job: str, pdf: bytes, wanted: Print) -> None:
        if self._devices.documents is not None:
            self._devices.documents.print_document(job, pdf, wanted.guide.name)

    def _came_out(self, job: str, outcome: PrintOutcome) -> None:
        self._devices.look_at_printer()
        if job == self._job:
            self._set("printed" if outcome.result is PrintResult.PRINTED else "failed", outcome.code)

    def _on_document(self, event: object) -> None:
        if not isinstance(event, DocumentEvent) or event.job != self._job:
            return
        match event.state:
            case JobState.PRINTED:
                self._set("printed", "")
            case JobState.HELD:
                self._set("held", event.code)
            case JobState.CANCELLED | JobState.FAILED | JobState.UNKNOWN:
                self._set("failed", event.code)
            case _:
                self._set("printing", "")

    def _broke(self, error: HallError) -> None:
        self._set("failed", error.code)

    def _set(self, state: str, code: str) -> None:
        if (state, code) != (self.state, self.code):
            self.state, self.code = state, code
            self.changed.emit()
