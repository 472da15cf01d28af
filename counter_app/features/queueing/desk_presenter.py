"""What the operator's presenter stands on: the state worked out from the desk and the clock, and doing things once."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer, Slot

from counter_app.desk import DeskModel, Outcome
from counter_app.features.queueing.shown import ShownDesk, possible, possible_alone
from counter_app.features.queueing.state import Message, OperatorState
from counter_app.features.queueing.words import DeskWords
from counter_app.settings import CounterSettings, Memory
from shared.domain.errors import HallError
from shared.schemas.tickets import CallAnswer
from shared.ui.presenter import Presenter

TICK_MS = 250
# A nervous second press within this time is the same press.
SAME_PRESS_S = 0.5
# One key, one place on the screen: what it does next is not meant by a second press.
SAME_KEY = {"unpark": "park", "next-item": "finish", "call-number": "call-next"}


class DeskPresenter(Presenter[OperatorState]):
    """All texts of the state are ready to show; names of steps are those of the wire (``call-next``, ``no-show``)."""

    def __init__(self, model: DeskModel, settings: CounterSettings, memory: Memory, language: str) -> None:
        words = DeskWords(language)
        super().__init__(
            OperatorState(
                mini=settings.mini, on_top=settings.always_on_top, mode=settings.mode,
                connection=words.t("line.starting"), reasons=words.pause_choices(),
                park_reasons=words.park_choices(), groups=words.group_choices(),
            )
        )  # fmt: skip
        self._model, self._memory, self._words = model, memory, words
        self._facts: object = None
        self._last: tuple[str, float] = ("", 0.0)
        self._told_line = ""
        self._told_counter = ""
        self._shown = ShownDesk(words)
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

    def tell(self, error: HallError) -> None:
        """Show what went wrong elsewhere in the program."""
        self.change(message=Message("error", self._words.error(error)))

    @Slot(str, str)
    def say(self, tone: str, words: str) -> None:
        """Show a word from elsewhere in the program; without words, nothing of before."""
        self.change(message=Message(tone, words) if words else None, found=None)

    # Doing

    def _do(self, step: str, body: dict[str, Any] | None = None, *, wire: str = "") -> None:
        """Take a step that is possible, once; ``wire``: its name there when it is another."""
        now, key = time.monotonic(), SAME_KEY.get(step, step)
        if not self._may(step) or (self._last[0] == key and now - self._last[1] < SAME_PRESS_S):
            return
        self._last = (key, now)
        self.change(message=None, found=None)
        self._model.act(wire or step, body)

    def _may(self, step: str) -> bool:
        """Whether the step can be taken; what only the server could do now is told."""
        if step in self.state.can:
            return True
        model = self._model
        if model.is_alone and model.desk is not None and step in possible(self.state, model.desk):
            self.tell(HallError("not_alone"))
        return False

    def _on_acted(self, outcome: Outcome) -> None:
        if SAME_KEY.get(outcome.step, outcome.step) != self._last[0]:
            # Something else has been done in between, such as signing in: the next press is meant.
            self._last = ("", 0.0)
        if outcome.step == "call-next" and outcome.answer is None:
            others = len(self._model.desk.waiting) if self._model.is_alone and self._model.desk is not None else 0
            # Whom another counter calls from its own copy: called here too, they would be called twice.
            self._tell("info", "alone.others" if others else "message.nobody_waits", n=others)
        elif outcome.step == "undo":
            self._tell("info", "message.undone")
        elif outcome.step == "next-item" and isinstance(outcome.answer, CallAnswer):
            ticket = outcome.answer.ticket
            if ticket.status == "waiting":
                # Somebody stands here who does not know yet where to go.
                counters = self._words.t("items.separator").join(ticket.counter_labels)
                params = {"number": ticket.number, "service": self._words.service(ticket), "counters": counters}
                self._tell("info", "message.moved_on", **params)
        elif outcome.step == "priority" and isinstance(outcome.answer, CallAnswer):
            self._tell("ok", "message.prioritised", number=outcome.answer.ticket.number)
        elif outcome.step == "return-ticket" and isinstance(outcome.answer, CallAnswer):
            ticket = outcome.answer.ticket
            key = "message.returned" if ticket.ahead else "message.returned_first"
            self._tell("ok", key, number=ticket.number, ahead=ticket.ahead)

    def _on_refused(self, step: str, error: HallError) -> None:
        # A refused press may be repeated at once.
        self._last = ("", 0.0)
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
        state = replace(state, **self._line(), **self._alone())
        if model.desk is not None:
            state = replace(state, **self._shown.of(model.desk, model.now()))
        else:
            state = replace(
                state, counter=model.counter_label, counter_name="", person=None, queue=(), held=(), missed=(),
                parked=(), left=None,
            )  # fmt: skip
        label = model.counter_label
        if state.phase == "choosing" and label and label != self._told_counter:
            self._told_counter = label
            state = replace(state, message=Message("error", words.t("choose.unknown", counter=label)))
        if state.dialog in ("transfer", "park") and state.person is None:
            state = replace(state, dialog="", targets=None)
        can = possible(state, model.desk) if model.desk is not None else frozenset()
        if model.is_alone:
            can = possible_alone(can, staying=model.stage == "staying")
        self.set_state(replace(state, can=can))

    def _phase(self) -> str:
        model = self._model
        if model.desk is not None:
            return "closed" if model.needs_somebody else model.desk.counter.state
        if model.facts is not None and model.counter_id is None:
            return "choosing"
        return "starting"

    def _line(self) -> dict[str, Any]:
        model, words = self._model, self._words
        changes: dict[str, Any] = {}
        error = model.refusal if model.connected else model.line_error
        if model.is_alone:
            back = model.connected
            changes |= {"connection_tone": "warn", "connection": words.t("line.back" if back else "line.alone")}
        elif model.connected:
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

    def _alone(self) -> dict[str, Any]:
        """The strip over everything while this counter works alone."""
        model, words = self._model, self._words
        if not model.is_alone:
            return {"alone": "", "alone_about": ""}
        stage, number = model.stage, model.ticket.number if model.ticket is not None else ""
        since = words.t("alone.since", time=model.alone_since) if model.alone_since else words.t("alone.title")
        return {
            "alone": words.t(f"alone.{stage}", number=number) if stage in ("back", "staying") else since,
            "alone_about": words.t(f"alone.{stage}_about", number=number),
        }

    def _tell(self, tone: str, key: str, **params: object) -> None:
        self.change(message=Message(tone, self._words.t(key, **params)))
