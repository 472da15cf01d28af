"""A counter without its windows, and a clerk who calls and serves: a step counts when the counter shows it done."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QObject

from counter_app.desk import DeskModel, Outcome
from counter_app.features.island.copy import Copies
from counter_app.features.island.diary import Diary
from counter_app.features.island.mode import IslandMode
from shared.domain.errors import HallError
from shared.domain.island.numbers import is_of_band
from shared.schemas.tickets import CallAnswer
from tests.bench.survival.actor import Post
from tests.bench.survival.witness import read

GRACE_S: Final = 1.0
# Between the clerk's presses.
APART_S: Final = (0.1, 0.7)
# What becomes of who is called; the rest is served.
NO_SHOW, HELD = 0.1, 0.05


class CounterActor:
    """The parts of ``counter_app.bootstrap`` below the windows."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._root = QObject()
        self._model = DeskModel(post.client, post.name, self._root)
        self._diary = Diary(post.data / "island" / "journal.db", post.client)
        self._island = IslandMode(
            self._model, Copies(post.data / "island"), self._diary, grace_s=GRACE_S, parent=self._model
        )
        self._model.acted.connect(self._acted)
        self._model.refused.connect(self._refused)
        self._next = time.monotonic()

    def start(self) -> None:
        self._island.start()

    def stop(self) -> None:
        self._island.stop()
        self._model.stop()

    def report(self) -> dict[str, Any]:
        model = self._model
        idle = self._post.rests and model.connected and model.desk is not None and model.ticket is None
        return {
            "up": model.desk is not None and not model.needs_somebody,
            "idle": idle and not model.busy and not self._island.is_alone, "behind": self._island.unsent,
            "stage": self._island.stage, "in_hand": model.ticket.number if model.ticket is not None else "",
        }  # fmt: skip

    def tick(self) -> None:
        model = self._model
        if model.busy or model.desk is None or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + self._post.random.uniform(*APART_S)
        ticket, draw = model.ticket, self._post.random.random()
        if ticket is None:
            if model.needs_somebody:
                model.act("sign-in", {})
            elif not self._post.rests:
                self._call()
        elif ticket.status == "serving" or draw > 0.9:
            model.act("finish")
        elif draw < NO_SHOW:
            model.act("no-show")
        elif draw < NO_SHOW + HELD:
            model.act("hold")
        else:
            model.act("start")

    def _call(self) -> None:
        """Who is next; a counter that is alone and has nobody asks for somebody's paper."""
        desk = self._model.desk
        if self._model.is_alone and desk is not None and not desk.waiting and (papers := self._papers()):
            self._model.act("call-ticket", {"number": self._post.random.choice(papers)})
        else:
            self._model.act("call-next")

    def _papers(self) -> list[str]:
        """Numbers that kiosks printed without the server and nobody has called yet."""
        told = [fact for path in self._post.place.glob("*.witness") for fact in read(path)]
        called = {fact["number"] for fact in told if fact["what"] == "step"}
        return [
            fact["number"] for fact in told
            if fact["what"] == "paper" and is_of_band(fact["number"]) and fact["number"] not in called
        ]  # fmt: skip

    def _acted(self, outcome: Outcome) -> None:
        if isinstance(outcome.answer, CallAnswer):
            ticket = outcome.answer.ticket
            self._post.witness.tell(
                "step", step=outcome.step, ticket=str(ticket.id), number=ticket.number, status=ticket.status,
                alone=self._island.is_alone,
            )  # fmt: skip

    def _refused(self, step: str, error: HallError) -> None:
        params: Mapping[str, Any] = error.params
        self._post.witness.tell("refused", step=step, code=error.code, params={k: str(v) for k, v in params.items()})
