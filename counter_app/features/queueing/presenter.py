"""The operator's side of a counter: what can be done now, and doing it once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtCore import Slot

from counter_app.desk import DeskModel
from counter_app.features.queueing.giving import GivingPresenter
from counter_app.features.queueing.state import Choice, Targets
from counter_app.settings import CounterSettings, Memory
from shared.domain.errors import HallError
from shared.schemas.hall import Counter, Service
from shared.ui.background import run_in_background


class OperatorPresenter(GivingPresenter):
    """The slots are what an operator can do; what they stand on: the desk's state, scanning, looking up and giving."""

    def __init__(self, model: DeskModel, settings: CounterSettings, memory: Memory, *, language: str = "zh-CN") -> None:
        super().__init__(model, settings, memory, language)

    @Slot(str)
    def choose_counter(self, label: str) -> None:
        memory = self._memory
        self._model.choose_counter(label)
        run_in_background(lambda: memory.keep("counter", label), owner=self)
        self.change(message=None)
        self.refresh()

    @Slot()
    def change_counter(self) -> None:
        """Back to the list of counters; only while signed out."""
        if self.state.phase == "closed" and not self.state.busy:
            self._model.choose_counter("")
            self.refresh()

    @Slot()
    def sign_out(self) -> None:
        self._do("sign-out")

    @Slot()
    def call_next(self) -> None:
        self._do("call-next")

    @Slot()
    def recall(self) -> None:
        self._do("recall")

    # Named so, because QObject has no start of its own but a presenter does.
    @Slot()
    def start_service(self) -> None:
        self._do("start")

    @Slot()
    def no_show(self) -> None:
        self._do("no-show")

    @Slot()
    def hold(self) -> None:
        self._do("hold")

    @Slot()
    def finish(self) -> None:
        """F8: this item is done; with others left, on to the next."""
        self._do("next-item" if "next-item" in self.state.can else "finish")

    @Slot()
    def finish_all(self) -> None:
        """The whole ticket, whatever items are left."""
        self._do("finish")

    @Slot()
    def call_silently(self) -> None:
        """The next one, without loudspeaker and displays."""
        self._do("call-next", {"silent": True})

    @Slot(str)
    def call_waiting(self, ticket_id: str) -> None:
        """Somebody of the list of who waits, by hand: only while the counter works alone."""
        if self.state.alone:
            self.call_ticket(ticket_id)

    @Slot(str)
    def call_number(self, number: str) -> None:
        """Somebody who waits, out of turn, by the number on the paper."""
        self.change(dialog="")
        if number.strip():
            self._do("call-number", {"number": number.strip()}, wire="call-ticket")

    @Slot()
    def ask_park(self) -> None:
        """F11: the person in hand goes away for a while; with a free hand, the one who is due first is back."""
        if "unpark" in self.state.can:
            self.unpark("")
        elif "park" in self.state.can:
            self.change(dialog="park")

    @Slot(str, int)
    def park(self, reason: str, minutes: int) -> None:
        """``minutes`` 0: they did not say."""
        self.change(dialog="")
        if reason.strip():
            self._do("park", {"reason": reason.strip()} | ({"minutes": minutes} if minutes else {}))

    @Slot(str)
    def unpark(self, ticket_id: str) -> None:
        """Go on with this parked ticket; empty: with the one that is due first."""
        if "unpark" not in self.state.can:
            self._tell("warn", "found.hand_full" if self.state.person else "found.not_open")
            return
        self._do("unpark", {"ticket_id": UUID(ticket_id)} if ticket_id else {})

    @Slot(str)
    def ask(self, dialog: str) -> None:
        """Open a dialog whose step is possible: call-number, priority, hand-over, why."""
        if dialog in self.state.can:
            self.change(dialog=dialog, why=None)

    @Slot(str, int, str)
    def prioritise(self, ticket_id: str, group: int, reason: str) -> None:
        """Put somebody who waits into a priority group; the reason stays in the audit trail."""
        self.change(dialog="")
        if ticket_id and reason.strip():
            self._do("priority", {"ticket_id": UUID(ticket_id), "priority": group, "reason": reason.strip()})

    @Slot(str)
    def hand_over(self, note: str) -> None:
        """Leave the counter, and what is parked or held here, to a colleague."""
        self.change(dialog="")
        self._do("hand-over", {"note": note.strip()})

    @Slot()
    def close_hand_over(self) -> None:
        """What the colleague left has been read."""
        model, counter_id = self._model, self._model.counter_id
        if counter_id is not None and self.state.left is not None:
            client = model.client
            run_in_background(
                lambda: client.read_hand_over(counter_id), lambda _: model.refresh(), self.tell, owner=self
            )

    @Slot()
    def undo(self) -> None:
        self._do("undo")

    @Slot()
    def ask_pause(self) -> None:
        """F9: the reasons, or back to work when paused."""
        if "resume" in self.state.can:
            self.resume()
        elif "pause" in self.state.can:
            self.change(dialog="pause")

    @Slot(str)
    def pause(self, reason: str) -> None:
        self.change(dialog="")
        if reason.strip():
            self._do("pause", {"reason": reason.strip()})

    @Slot()
    def resume(self) -> None:
        self._do("resume")

    @Slot()
    def ask_transfer(self) -> None:
        if not self._may("transfer"):
            return
        self.change(dialog="transfer", targets=None)
        client = self._model.client
        run_in_background(
            lambda: (client.services(), client.counters()), self._on_targets, self._on_targets_missing, owner=self
        )

    @Slot(str, str, str)
    def transfer(self, service_id: str, counter_id: str, note: str) -> None:
        """To a service, to a counter (empty: any that serves it), or both."""
        self.change(dialog="", targets=None)
        body: dict[str, Any] = {"note": note.strip()}
        if service_id:
            body["service_id"] = service_id
        if counter_id:
            body["counter_id"] = counter_id
        self._do("transfer", body)

    @Slot()
    def close_dialog(self) -> None:
        self.forget_asked()
        self.change(dialog="", targets=None, giving=None)

    @Slot()
    def close_message(self) -> None:
        self.change(message=None)

    @Slot()
    def toggle_mini(self) -> None:
        self.change(mini=not self.state.mini)

    @Slot()
    def toggle_on_top(self) -> None:
        self.change(on_top=not self.state.on_top)

    @Slot()
    def toggle_mode(self) -> None:
        self.change(mode="day" if self.state.mode == "high_contrast" else "high_contrast")

    def _on_targets(self, found: tuple[list[Service], list[Counter]]) -> None:
        services, counters = found
        ticket = self._model.ticket
        if self.state.dialog != "transfer" or ticket is None:
            return
        own = self._model.counter_label
        by_label = {c.label: str(c.id) for c in counters}
        choices = tuple(
            Choice(str(c.id), c.label, self._words.t(f"transfer.{c.state}", name=c.staff.name if c.staff else ""))
            for c in counters
            if c.label != own
        )
        serving = {str(s.id): tuple(by_label[x] for x in s.counter_labels if x in by_label) for s in services}
        targets = Targets(self._words.target_services(services, ticket.service_id), choices, serving)
        self.change(targets=targets)

    def _on_targets_missing(self, error: HallError) -> None:
        if self.state.dialog == "transfer":
            self.change(dialog="", targets=None)
            self.tell(error)
