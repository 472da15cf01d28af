"""A number for somebody who stands at the desk: the service, who they are if they say, and why they go first."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Signal, Slot

from counter_app.features.queueing.looking import LookingPresenter
from counter_app.features.queueing.state import Giving, ServiceChoice
from counter_app.features.queueing.words import DeskWords
from shared.devices.card_reader.protocol import IdentityCard
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.hall import Service
from shared.schemas.tickets import Identity, Ticket, TicketRequest
from shared.ui.background import run_in_background

Person = tuple[str, str, str]
Asked = tuple[TicketRequest, UUID]


class GivingPresenter(LookingPresenter):
    """``given`` brings each ticket, for the citizen's screen and the printer; ``identity_read`` a document that was
    laid on the reader, as kind, number and name: it goes into the fields and is kept nowhere else."""

    given = Signal(object)
    identity_read = Signal(str, str, str)

    # What was asked for last, and the id its ticket has: asked again after no answer, it is the same ticket.
    _asked: Asked | None = None

    @Slot()
    def ask_give(self) -> None:
        if not self._may("give-number"):
            return
        self._asked = None
        self.change(dialog="give-number", giving=Giving())
        client = self._model.client
        run_in_background(client.services, self._on_services, self._on_give_refused, owner=self)

    def _on_services(self, found: list[Service]) -> None:
        if self.state.giving is not None:
            self._change_giving(services=_services(self._words, found))

    def forget_asked(self) -> None:
        """The dialog was closed: nothing of whoever it was for stays here."""
        self._asked = None

    def card_presented(self, card: IdentityCard) -> None:
        """Somebody's document lies on the counter's reader."""
        if self.state.dialog == "give-number":
            self.identity_read.emit(card.kind.value, card.number, card.name)

    def give(self, service_id: str, person: Person, agent: Person, group: int) -> None:
        """``person`` and ``agent``: kind, number, name; without a number nobody. ``group``: 0, or a priority group."""
        giving = self.state.giving
        if giving is None or giving.is_busy or not service_id:
            return
        wanted = TicketRequest(
            service_id=UUID(service_id), identity=_identity(person), agent=_identity(agent), priority=group
        )
        ticket_id = self._asked[1] if self._asked is not None and self._asked[0] == wanted else uuid7()
        self._asked = asked = wanted, ticket_id
        self._change_giving(is_busy=True, problem="")
        client, request = self._model.client, wanted.model_copy(update={"id": ticket_id})
        run_in_background(
            lambda: client.issue(request), lambda ticket: self._on_given(asked, ticket),
            lambda error: self._on_give_refused(error, asked), owner=self,
        )  # fmt: skip

    def _on_given(self, asked: Asked, ticket: Ticket) -> None:
        # Else the dialog was closed meanwhile, and may be open for somebody else by now.
        if asked is self._asked:
            self._asked = None
            self.change(dialog="" if self.state.dialog == "give-number" else self.state.dialog, giving=None)
        key = "give.done" if ticket.ahead else "give.done_first"
        self._tell("ok", key, number=ticket.number, service=self._words.name_of(ticket), ahead=ticket.ahead)
        self.given.emit(ticket)

    def _on_give_refused(self, error: HallError, asked: Asked | None = None) -> None:
        closed = asked is not None and asked is not self._asked
        if closed or self.state.giving is None or self.state.dialog != "give-number":
            # The dialog was closed meanwhile: it must be told all the same.
            self.tell(error)
            return
        if self._asked is not None and error.status is not None and 400 <= error.status < 500:
            # Nothing was made: what is asked next is a ticket of its own.
            self._asked = None
        self._change_giving(is_busy=False, problem=self._words.error(error))

    def _change_giving(self, **changes: object) -> None:
        giving = self.state.giving
        if giving is not None:
            self.change(giving=giving.with_(**changes))


def _identity(person: Person) -> Identity | None:
    kind, number, name = (part.strip() for part in person)
    if not number:
        return None
    return Identity.model_validate({"kind": kind, "number": number, "name": name or None})


def _services(words: DeskWords, services: list[Service]) -> tuple[ServiceChoice, ...]:
    """All that a number can be taken for, the closed ones with why not."""
    made = []
    for one in services:
        if one.ticketable and not one.retired:
            english = words.language == "en"
            note = one.closed_note_en or one.closed_note if english else one.closed_note
            closed = note or words.t(f"give.closed_{one.closed_reason or 'hours'}")
            about = words.t("transfer.waiting", n=one.waiting or 0) if one.open else closed
            made.append(
                ServiceChoice(
                    str(one.id), one.name_en or one.name if english else one.name, about, words.entry(one), one.open,
                    one.identity == "required",
                )
            )  # fmt: skip
    return tuple(made)
