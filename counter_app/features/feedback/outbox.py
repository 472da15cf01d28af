"""Keeps ratings and brings them to the server, now or when it is back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from counter_app.features.feedback.journal import KeptRating, RatingJournal
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.tickets import RatingRequest
from shared.ui.background import run_in_background

_log = logging.getLogger(__name__)
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 500, 30_000
# A terminal without rights may get them back; any other refusal is the server's last word on this rating.
_LATER = frozenset({"server_unreachable", "server_stopping", "database_unavailable", "internal_error"})


def is_final(error: HallError) -> bool:
    """Whether sending the same rating again could never succeed."""
    return error.code not in _LATER and error.status is not None and 400 <= error.status < 500 and error.status not in (
        401, 403, 408, 429,
    )  # fmt: skip


class RatingOutbox(QObject):
    """``kept(ticket_id)``: on disk, or already with the server. ``lost(ticket_id)``: neither could be done."""

    kept = Signal(str)
    lost = Signal(str)
    sent = Signal(str)

    def __init__(self, client: HallClient, journal: RatingJournal, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A visit that the server has not been told of cannot be rated there yet.
        self.may_send: Callable[[], bool] = lambda: True
        self._client, self._journal = client, journal
        self._held: set[str] = set()
        self._sending = False
        self._again = False
        self._pause_ms = FIRST_PAUSE_MS
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)

    def stop(self) -> None:
        self._timer.stop()

    def hold(self, rating: KeptRating) -> None:
        """Keep a rating whose reasons may still follow: on disk, but not sent before ``keep`` or a restart."""
        self._held.add(rating.ticket_id)
        journal, held = self._journal, self._held
        run_in_background(lambda: _keep_held(journal, held, rating), lambda _: None, self._hold_failed, owner=self)

    def keep(self, rating: KeptRating) -> None:
        """Keep and send; ``kept`` or ``lost`` follows."""
        self._held.discard(rating.ticket_id)
        client, journal = self._client, self._journal
        run_in_background(
            lambda: _keep_or_send(client, journal, rating),
            self._on_kept,
            lambda e: self._on_lost(e, rating),
            owner=self,
        )

    def flush(self) -> None:
        """Send what is kept."""
        self._timer.stop()
        if not self.may_send():
            return
        if self._sending:
            self._again = True
            return
        self._sending, self._again = True, False
        client, journal, held = self._client, self._journal, self._held
        run_in_background(lambda: _send_all(client, journal, held), self._on_sent, self._on_failed, owner=self)

    def _hold_failed(self, error: HallError) -> None:
        # The rating is still in memory; keep() tries again and tells.
        _log.error("a rating could not be kept yet: %s", error)

    def _on_kept(self, ticket_id: str) -> None:
        self.kept.emit(ticket_id)
        self.flush()

    def _on_lost(self, error: HallError, rating: KeptRating) -> None:
        _log.error("a rating was neither kept nor sent: %s", error)
        self.lost.emit(rating.ticket_id)

    def _on_sent(self, result: tuple[list[str], bool]) -> None:
        tickets, complete = result
        self._sending = False
        for ticket_id in tickets:
            self.sent.emit(ticket_id)
        if complete:
            self._pause_ms = FIRST_PAUSE_MS
        if self._again:
            self.flush()
        elif not complete:
            self._later()

    def _on_failed(self, error: HallError) -> None:
        self._sending = False
        _log.error("kept ratings could not be read: %s", error)
        self._later()

    def _later(self) -> None:
        self._timer.start(self._pause_ms)
        self._pause_ms = min(self._pause_ms * 2, LONGEST_PAUSE_MS)


def _keep_held(journal: RatingJournal, held: set[str], rating: KeptRating) -> None:
    """Unless ``keep`` was quicker: then the file already says more."""
    journal.put(rating, unless=lambda: rating.ticket_id not in held)


def _keep_or_send(client: HallClient, journal: RatingJournal, rating: KeptRating) -> str:
    try:
        journal.put(rating)
    except OSError:
        _log.exception("the journal cannot be written; sending at once")
        _send(client, rating)
    return rating.ticket_id


def _send_all(client: HallClient, journal: RatingJournal, held: set[str]) -> tuple[list[str], bool]:
    """Ticket ids that need no more sending, and whether nothing is left; ``held`` may grow meanwhile."""
    done: list[str] = []
    for rating in journal.all():
        if rating.ticket_id in held:
            continue
        try:
            _send(client, rating)
        except HallError as error:
            _log.info("rating stays kept: %s", error)
            return done, False
        journal.take_out(rating.ticket_id)
        done.append(rating.ticket_id)
    return done, True


def _send(client: HallClient, rating: KeptRating) -> None:
    """Returns when the server has it or has the last word; HallError when it should be tried again."""
    try:
        client.rate(
            UUID(rating.ticket_id), RatingRequest(level=rating.level, reasons=list(rating.reasons)), key=rating.key
        )
    except HallError as error:
        if not is_final(error):
            raise
        # already_rated: by phone, or a replay the server knows. Anything else nobody could mend here.
        _log.log(logging.INFO if error.code == "already_rated" else logging.WARNING, "rating not taken: %s", error)
