"""What a clerk looks up before acting or answering: who missed the call, and why somebody was called."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from PySide6.QtCore import Slot

from counter_app.features.queueing.scanning import ScanningPresenter
from counter_app.features.queueing.state import MissedLine, TicketLine, Why
from counter_app.features.queueing.words import DeskWords
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.calling import CalledBefore, Choice
from shared.schemas.tickets import MissedTicket, StaffTicket
from shared.ui.background import run_in_background


class LookingPresenter(ScanningPresenter):
    """Opens a dialog at once and fills it when the server has answered."""

    @Slot()
    def ask_return(self) -> None:
        """Who missed the call of this counter's services today."""
        counter_id = self._model.counter_id
        if "return-ticket" not in self.state.can or counter_id is None:
            return
        self.change(dialog="return-ticket", missed_today=None)
        client = self._model.client
        run_in_background(lambda: client.missed(counter_id), self._on_missed, self._on_missed_away, owner=self)

    def _on_missed(self, found: list[MissedTicket]) -> None:
        if self.state.dialog == "return-ticket":
            self.change(missed_today=tuple(_missed(self._words, one, self._model.now()) for one in found))

    def _on_missed_away(self, error: HallError) -> None:
        if self.state.dialog == "return-ticket":
            self.change(dialog="", missed_today=None)
            self.tell(error)

    @Slot(str, str, str)
    def return_ticket(self, ticket_id: str, number: str, reason: str) -> None:
        """Back into its line: the ticket with this id, else with this printed number; the reason stays on record."""
        self.change(dialog="", missed_today=None)
        if not reason.strip():
            return
        if ticket_id:
            self._do("return-ticket", {"ticket_id": UUID(ticket_id), "reason": reason.strip()})
        elif number.strip():
            self._do("return-ticket", {"number": number.strip(), "reason": reason.strip()})

    @Slot(str, str)
    def explain(self, called: str, asking: str) -> None:
        """Why ``called`` was called, and not ``asking`` if that is given; the answer stands in ``state.why``."""
        number, asks = called.strip().upper(), asking.strip().upper()
        if not number:
            return
        self.change(why=Why(number=number, asking=asks, is_loading=True))
        client = self._model.client
        run_in_background(
            lambda: _reasons(client, number, asks), lambda found: self._on_reasons(number, asks, *found),
            lambda error: self._on_reasons_away(number, asks, error), owner=self,
        )  # fmt: skip

    def _is_asked(self, number: str, asking: str) -> bool:
        why = self.state.why
        return self.state.dialog == "why" and why is not None and (why.number, why.asking) == (number, asking)

    def _on_reasons(self, number: str, asking: str, choice: Choice | None, before: CalledBefore | None) -> None:
        if self._is_asked(number, asking):
            self.change(why=_why(self._words, number, asking, choice, before))

    def _on_reasons_away(self, number: str, asking: str, error: HallError) -> None:
        if self._is_asked(number, asking):
            self.change(why=Why(number=number, asking=asking, trouble=self._words.error(error)))


def _reasons(client: HallClient, number: str, asking: str) -> tuple[Choice | None, CalledBefore | None]:
    """The last call of a number, and what it was to whoever asks. Blocks."""
    choices = client.calls_of(_ticket(client, number).id)
    before = client.called_before(_ticket(client, asking).id, number) if asking and asking != number else []
    return choices[-1] if choices else None, before[0] if before else None


def _ticket(client: HallClient, number: str) -> StaffTicket:
    found = client.tickets(number=number).items
    if not found:
        raise HallError("ticket_number_unknown", status=404, number=number)
    # Of two series that look alike, the one issued last.
    return found[-1]


def _missed(words: DeskWords, one: MissedTicket, now: datetime) -> MissedLine:
    """Where somebody who missed the call would stand, or why they cannot come back."""
    ticket = one.ticket
    line = words.line(ticket, now)
    if one.place is not None:
        place = words.t("return.place", n=one.place) if one.place else words.t("return.first")
    else:
        place = words.t(f"return.{one.refused}")
    called = (ticket.called_at or ticket.issued_at).astimezone(words.zone)
    at = words.t("return.called", time=f"{called:%H:%M}", counter=ticket.counter_label or "")
    hint = f"{at}\n{place}\n{line.hint}"
    return MissedLine(line.id, line.number, line.service, place, one.place is not None, hint)


def _why(words: DeskWords, number: str, asking: str, choice: Choice | None, before: CalledBefore | None) -> Why:
    """The last call of ``number`` in words, and to whoever asks what it was to them."""
    if choice is None:
        return Why(number, asking, answer=words.t("why.not_called", number=number))
    local = choice.called_at.astimezone(words.zone)
    called = words.t("why.was_called", number=number, time=f"{local:%H:%M}", counter=choice.counter_label)
    others = tuple(
        TicketLine(
            f"{one.service_id}{one.number}", one.number,
            text(f"calling.console.rule_{one.why}", words.language) if one.why else "",
            words.minutes(timedelta(seconds=one.waited_s)), one.service_name,
        )
        for one in choice.others
    )  # fmt: skip
    if others:
        called = f"{called}\n{words.t('why.others')}"
    if before is None:
        return Why(number, asking, choice.sentence, called, others)
    answer = words.t("why.to", number=asking, sentence=before.sentence)
    about = called if before.sentence == choice.sentence else f"{choice.sentence}\n{called}"
    return Why(number, asking, answer, about, others)
