"""What displays rely on: a snapshot and the events behind it give the same as a snapshot taken later."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from server.audit import SYSTEM
from server.database import LoggedEvent
from server.features.catalogue.edit import edit_counter
from server.features.catalogue.service import catalogue
from server.features.feedback.service import rate
from server.features.live.service import snapshot
from server.features.queueing import counters, steps
from server.features.queueing.view import find_ticket
from shared.domain.errors import HallError
from shared.domain.tickets import IN_HAND, Step
from shared.schemas.events import ActiveCall, Snapshot, TicketEvent
from shared.schemas.hall import Counter, CounterEdit
from shared.schemas.tickets import RatingRequest, TransferRequest
from tests.fakes.engines import Engine, search
from tests.server.conftest import Desk, open_desk

ALL = frozenset({"calls", "tickets", "counters"})


class Screen:
    """The smallest display there can be: it reads the snapshot once and then only listens."""

    def __init__(self, start: Snapshot) -> None:
        assert start.calls is not None
        assert start.waiting is not None
        assert start.counters is not None
        self.seq = start.seq
        self.calls = {call.call_id: call for call in reversed(start.calls)}
        self.waiting = {line.service_id: line.waiting for line in start.waiting}
        self.counters = {counter.id: counter for counter in start.counters}

    def hear(self, logged: LoggedEvent) -> None:
        assert logged.seq == self.seq + 1, "no gap, nothing twice"
        self.seq = logged.seq
        if logged.kind == "counter.changed":
            counter = Counter.model_validate_json(logged.data)
            self.counters[counter.id] = counter
        elif logged.kind.startswith("ticket."):
            self._hear_ticket(logged, TicketEvent.model_validate_json(logged.data), json.loads(logged.data))

    def _hear_ticket(self, logged: LoggedEvent, event: TicketEvent, data: dict[str, Any]) -> None:
        self.waiting[event.service_id] = event.waiting
        if event.previous_service_id is not None and event.previous_waiting is not None:
            self.waiting[event.previous_service_id] = event.previous_waiting
        if logged.kind in ("ticket.issued", "ticket.rated") or event.counter_id is None:
            return
        if logged.kind == "ticket.called":
            assert event.call_id is not None
            for call in self._of(event.ticket_id):
                self.calls[call.call_id] = call.model_copy(update={"status": "finished", "recalls": 0})
            self.calls[event.call_id] = ActiveCall.model_validate(data | {"seq": logged.seq})
        elif event.undone_step == "call" and event.call_id is not None:
            self.calls.pop(event.call_id, None)
        for call in self._of(event.ticket_id):
            about = {
                "service_id": event.service_id,
                "service_name": event.service_name,
                "service_name_en": event.service_name_en,
            }
            self.calls[call.call_id] = call.model_copy(update=about)
        if latest := self._of(event.ticket_id):
            now = {"status": event.status, "recalls": event.recalls}
            self.calls[latest[-1].call_id] = latest[-1].model_copy(update=now)
        self._hold(event)

    def _hold(self, event: TicketEvent) -> None:
        assert event.counter_id is not None
        in_hand = event.status in IN_HAND
        hand = {
            "ticket_id": event.ticket_id if in_hand else None, "ticket_number": event.number if in_hand else None,
            "ticket_status": event.status if in_hand else None,
        }  # fmt: skip
        self.counters[event.counter_id] = self.counters[event.counter_id].model_copy(update=hand)

    def _of(self, ticket_id: UUID) -> list[ActiveCall]:
        return sorted((call for call in self.calls.values() if call.ticket_id == ticket_id), key=lambda call: call.seq)

    def shows(self) -> dict[str, Any]:
        return {
            "calls": {id_: call.model_dump(exclude={"called_at"}) for id_, call in self.calls.items()},
            "waiting": {id_: count for id_, count in self.waiting.items() if count},
            "counters": {id_: counter.model_dump() for id_, counter in self.counters.items()},
        }  # fmt: skip


ACTIONS = (
    "issue", "issue", "issue", "sign_in", "sign_out", "pause", "resume", "call", "call", "call", "call_missed",
    "recall",
    "start", "finish", "no_show", "hold", "transfer", "undo", "undo", "rate", "edit",
)  # fmt: skip
steps_of_a_day = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 11)), min_size=5, max_size=45)


class Day:
    """Applies named actions to a hall; what the rules refuse is skipped."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        found = desk.read(catalogue)
        easy = {s.id for s in found.services.values() if s.identity != "required" and not s.suspended}
        self.counters = [c for c in found.counters.values() if len(easy & set(c.service_ids)) >= 2][:3]
        self.services = sorted({s for c in self.counters for s in c.service_ids if s in easy})[:4]
        self.tickets: list[UUID] = []
        for counter in self.counters:
            desk.sign_in(counter.id)

    def do(self, action: str, n: int) -> None:
        with suppress(HallError):
            self._do(action, self.counters[n % len(self.counters)].id, self.services[n % len(self.services)], n)

    def _do(self, action: str, counter: UUID, service: UUID, n: int) -> None:
        desk, write, context = self.desk, self.desk.database.write, self.desk.context
        ticket = self.tickets[n % len(self.tickets)] if self.tickets else None
        if action == "issue":
            self.tickets.append(UUID(desk.issue(service, priority=n % 3)["id"]))
        elif action == "sign_in":
            desk.sign_in(counter)
        elif action == "sign_out":
            write(lambda w: counters.sign_out(w, counter))
        elif action == "pause":
            write(lambda w: counters.pause(w, counter, "tea"))
        elif action == "resume":
            write(lambda w: counters.resume(w, counter))
        elif action == "call":
            desk.call_next(counter)
        elif action == "call_missed" and ticket is not None:
            desk.call_ticket(counter, ticket)
        elif action in ("recall", "start", "finish", "no_show", "hold"):
            desk.step(counter, Step(action))
        elif action == "transfer":
            target = self.counters[(n + 1) % len(self.counters)].id if n % 2 else None
            request = TransferRequest(service_id=None if n % 3 else service, counter_id=target)
            write(lambda w: steps.transfer(w, context, counter, request))
        elif action == "undo":
            desk.undo(counter)
        elif action == "rate" and ticket is not None:
            write(lambda w: rate(w, find_ticket(w, ticket), RatingRequest(level=1 + n % 5), "counter"))
        elif action == "edit":
            write(lambda w: edit_counter(w, SYSTEM, counter, CounterEdit(name=f"窗口{n}", zone="b" if n % 2 else "c")))
        if n % 4 == 0:
            desk.clock.forward(seconds=3)


def test_a_snapshot_and_its_events_are_the_next_snapshot(engine: Engine) -> None:
    @search(engine, examples=20)
    @given(before=steps_of_a_day, behind=steps_of_a_day)
    def check(before: list[Any], behind: list[Any]) -> None:
        url = engine.hall()
        with tempfile.TemporaryDirectory(prefix="zhiting-live-") as folder:
            follow(open_desk(Path(folder), url), before, behind)
        engine.drop(url)

    check()


def follow(desk: Desk, before: list[Any], behind: list[Any]) -> None:
    try:
        day = Day(desk)
        for action, n in before:
            day.do(action, n)
        screen = Screen(desk.read(lambda r: snapshot(r, ALL)))
        heard = len(desk.events)
        for action, n in behind:
            day.do(action, n)
        for event in desk.events[heard:]:
            screen.hear(event)
        later = Screen(desk.read(lambda r: snapshot(r, ALL)))
        assert screen.seq == later.seq
        # What an edit gave a counter is known to calls made behind it; older calls keep what was shown.
        now, then = screen.shows(), later.shows()
        for shown in (now, then):
            for call in shown["calls"].values():
                for name in ("counter_name", "zone"):
                    call.pop(name)
        assert now == then
    finally:
        desk.database.close()


def test_only_the_parts_asked_for_are_there(desk: Desk) -> None:
    for topics, parts in (
        ({"calls"}, {"calls", "waiting"}), ({"tickets"}, {"waiting"}), ({"counters"}, {"counters"}),
        ({"receipts"}, set()),
    ):  # fmt: skip
        taken = desk.read(lambda r, topics=topics: snapshot(r, frozenset(topics)))
        assert {name for name in ("calls", "waiting", "counters") if getattr(taken, name) is not None} == parts


def test_newest_calls_first_and_no_more_than_a_display_keeps(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    numbers = []
    for _ in range(65):
        numbers.append(desk.issue(service)["number"])
        desk.call_next(counter)
        desk.step(counter, Step.NO_SHOW)
    calls = desk.read(lambda r: snapshot(r, ALL)).calls
    assert [call.number for call in calls] == numbers[:4:-1]
    assert {call.status for call in calls} == {"no_show"}
