"""The operator's side of a counter: what can be done now, and doing it once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer, Signal, Slot

from counter_app.desk import DeskModel, Outcome
from counter_app.features.queueing.shown import ShownDesk, possible
from counter_app.features.queueing.state import Choice, Found, Message, OperatorState, Targets
from counter_app.features.queueing.words import DeskWords
from counter_app.settings import CounterSettings, Memory
from shared.devices.scanner.protocol import CodeScanned, ScannerBack, ScannerEvent, ScannerLost
from shared.domain.errors import HallError
from shared.domain.tickets import STEPS, Status, Step
from shared.schemas.hall import Counter, Service
from shared.schemas.tickets import StaffTicket
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

TICK_MS = 250
# A nervous second press within this time is the same press.
SAME_PRESS_S = 0.5
SHORTEST_CODE = 8


class OperatorPresenter(Presenter[OperatorState]):
    """All texts of the state are ready to show; names of steps are those of the wire (``call-next``, ``no-show``)."""

    # From the scanner's thread to this one.
    scanner_told = Signal(object)

    def __init__(
        self,
        model: DeskModel,
        settings: CounterSettings,
        memory: Memory,
        *,
        language: str = "zh-CN",
    ) -> None:
        words = DeskWords(language)
        super().__init__(
            OperatorState(
                mini=settings.mini, on_top=settings.always_on_top, mode=settings.mode,
                connection=words.t("line.starting"), reasons=words.pause_choices(),
            )
        )  # fmt: skip
        self._model, self._memory, self._words = model, memory, words
        self._facts: object = None
        self._last: tuple[str, float] = ("", 0.0)
        self._told_line = ""
        self._told_counter = ""
        self._shown = ShownDesk(words)
        self.scanner_told.connect(self._on_scanner)
        model.changed.connect(self.refresh)
        model.acted.connect(self._on_acted)
        model.refused.connect(self._on_refused)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.refresh)

    @property
    def server(self) -> str:
        """The address of the hall's server, for whoever sets this machine up."""
        return self._model.client.server

    def start(self) -> None:
        """Let the clock run."""
        self._tick.start()
        self.refresh()

    def stop(self) -> None:
        self._tick.stop()

    # What a person can do

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
        self._do("finish")

    @Slot()
    def undo(self) -> None:
        self._do("undo")

    @Slot(str)
    def call_ticket(self, ticket_id: str) -> None:
        """Call a held, missed or scanned ticket."""
        if "call-ticket" not in self.state.can:
            self._tell("warn", "found.hand_full" if self.state.person else "found.not_open")
            return
        self._do("call-ticket", {"ticket_id": UUID(ticket_id)})

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
        if "transfer" not in self.state.can:
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
        self.change(dialog="", targets=None)

    @Slot()
    def call_found(self) -> None:
        found = self.state.found
        if found is not None and not found.refusal:
            self.call_ticket(found.ticket_id)

    @Slot()
    def close_found(self) -> None:
        self.change(found=None)

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

    @Slot(str)
    def code_scanned(self, code: str) -> None:
        """A ticket's QR was held under the scanner."""
        if len(code.strip()) < SHORTEST_CODE:
            self._on_code_refused(HallError("ticket_code_unknown"))
            return
        client = self._model.client
        run_in_background(lambda: client.ticket_by_code(code), self._on_found, self._on_code_refused, owner=self)

    def tell(self, error: HallError) -> None:
        """Show what went wrong elsewhere in the program."""
        self.change(message=Message("error", self._words.error(error)))

    @Slot(str, str)
    def say(self, tone: str, words: str) -> None:
        """Show a word from elsewhere in the program; without words, nothing of before."""
        self.change(message=Message(tone, words) if words else None, found=None)

    # Doing

    def _do(self, step: str, body: dict[str, Any] | None = None) -> None:
        now = time.monotonic()
        if step not in self.state.can or (self._last[0] == step and now - self._last[1] < SAME_PRESS_S):
            return
        self._last = (step, now)
        self.change(message=None, found=None)
        self._model.act(step, body)

    def _on_acted(self, outcome: Outcome) -> None:
        if outcome.step != self._last[0]:
            # Something else has been done in between, such as signing in: the next press is meant.
            self._last = ("", 0.0)
        if outcome.step == "call-next" and outcome.answer is None:
            self._tell("info", "message.nobody_waits")
        elif outcome.step == "undo":
            self._tell("info", "message.undone")

    def _on_refused(self, step: str, error: HallError) -> None:
        # A refused press may be repeated at once.
        self._last = ("", 0.0)
        self.tell(error)

    def _on_scanner(self, event: ScannerEvent) -> None:
        match event:
            case CodeScanned():
                self.code_scanned(event.text)
            case ScannerLost():
                self.tell(HallError(event.code))
            case ScannerBack() if self.state.message is not None:
                self._tell("ok", "message.scanner_back")

    def _on_found(self, ticket: StaffTicket) -> None:
        words = self._words
        if self.state.phase not in ("open", "paused"):
            self._tell("warn", "found.not_open")
            return
        # The mini bar has no room for it.
        self.change(
            message=None,
            mini=False,
            found=Found(
                str(ticket.id), ticket.number, words.service(ticket), words.holder(ticket), words.status(ticket),
                self._refusal(ticket),
            ),
        )  # fmt: skip

    def _refusal(self, ticket: StaffTicket) -> str:
        mine = self._model.ticket
        if mine is not None and mine.id == ticket.id:
            return self._words.t("found.in_hand")
        if (Status(ticket.status), Step.CALL) not in STEPS:
            return self._words.t("found.not_callable")
        if mine is not None:
            return self._words.t("found.hand_full")
        return "" if self.state.phase == "open" else self._words.t("found.not_open")

    def _on_code_refused(self, error: HallError) -> None:
        known = error if error.code != "invalid_request" else HallError("ticket_code_unknown")
        self.change(found=None)
        self.tell(known)

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
        self.change(dialog="", targets=None)
        self.tell(error)

    # Showing

    @Slot()
    def refresh(self) -> None:
        """Work the state out again from the desk and the clock."""
        model, words = self._model, self._words
        facts = model.facts
        if facts is not None and facts is not self._facts:
            self._facts = facts
            words.zone = ZoneInfo(facts.hall.time_zone)
            words.short_names = {s.id: s.short_name for s in facts.services}
            self.change(counters=words.counter_choices(facts.counters))
        clock, today = words.clock(model.now())
        state = replace(self.state, clock=clock, today=today, busy=model.busy, phase=self._phase())
        state = replace(state, **self._line())
        if model.desk is not None:
            state = replace(state, **self._shown.of(model.desk, model.now()))
        else:
            state = replace(
                state, counter=model.counter_label, counter_name="", person=None, queue=(), held=(), missed=()
            )
        label = model.counter_label
        if state.phase == "choosing" and label and label != self._told_counter:
            self._told_counter = label
            state = replace(state, message=Message("error", words.t("choose.unknown", counter=label)))
        if state.dialog == "transfer" and state.person is None:
            state = replace(state, dialog="", targets=None)
        can = possible(state, model.ticket) if model.desk is not None else frozenset()
        self.set_state(replace(state, can=can))

    def _phase(self) -> str:
        model = self._model
        if model.desk is not None:
            return model.desk.counter.state
        if model.facts is not None and model.counter_id is None:
            return "choosing"
        return "starting"

    def _line(self) -> dict[str, Any]:
        model, words = self._model, self._words
        changes: dict[str, Any] = {}
        error = model.refusal if model.connected else model.line_error
        if model.connected:
            changes |= {"connection_tone": "ok", "connection": words.t("line.on")}
        elif error is not None:
            changes |= {"connection_tone": "error", "connection": words.t("line.off")}
        if error is None:
            self._told_line = ""
        elif error.code not in ("server_unreachable", "server_stopping") and error.code != self._told_line:
            # Once is enough: the sign stays, the message may be closed.
            self._told_line = error.code
            changes["message"] = Message("error", words.error(error))
        return changes

    def _tell(self, tone: str, key: str) -> None:
        self.change(message=Message(tone, self._words.t(key)))


def scanner_listener(presenter: OperatorPresenter) -> Callable[[ScannerEvent], None]:
    """Hands what a scanner says, on whichever thread, to the presenter."""
    return presenter.scanner_told.emit
