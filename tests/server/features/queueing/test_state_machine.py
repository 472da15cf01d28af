"""Tickets and counters under any order of steps, against the real service functions on both databases."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from server.features.queueing import counters, steps
from server.features.queueing.lines import waiting_by_service
from server.features.queueing.models import CallRow, SeriesRow, TicketRow
from shared.domain.errors import HallError
from shared.domain.tickets import IN_HAND, STEPS, UNDO_SECONDS, Status, Step
from shared.schemas.tickets import TransferRequest
from tests.fakes.engines import Engine, search
from tests.server.conftest import Desk, open_desk

IN_HAND_STEPS = (Step.RECALL, Step.START, Step.FINISH, Step.NO_SHOW, Step.HOLD)


class Hall(RuleBasedStateMachine):
    """A model of three counters and their lines beside the real ones; the two never disagree."""

    engine: Engine
    url = ""
    folder: Path
    desk: Desk

    @initialize()
    def open_hall(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="zhiting-model-"))
        self.url = self.engine.hall()
        self.desk = open_desk(self.folder, self.url)
        found = self.desk.read(catalogue)
        usable = [
            c for c in found.counters.values()
            if any(found.services[s].identity != "required" and not found.services[s].suspended for s in c.service_ids)
        ]  # fmt: skip
        self.counter_ids = [counter.id for counter in usable[:3]]
        served = {s for c in usable[:3] for s in c.service_ids}
        self.services = sorted(
            s for s in served if found.services[s].identity != "required" and not found.services[s].suspended
        )[:5]
        self.serves = {c.id: set(c.service_ids) for c in usable[:3]}
        self.status: dict[UUID, Status] = {}
        self.service: dict[UUID, UUID] = {}
        self.hand: dict[UUID, UUID | None] = dict.fromkeys(self.counter_ids)
        self.open: dict[UUID, bool] = dict.fromkeys(self.counter_ids, False)
        self.order: dict[UUID, tuple[int, int]] = {}
        self.reserved: dict[UUID, UUID | None] = {}
        self.past: dict[UUID, Any] = dict.fromkeys(self.counter_ids)

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.database.close()
            self.engine.drop(self.url)
            shutil.rmtree(self.folder, ignore_errors=True)

    def counter(self, n: int) -> UUID:
        return self.counter_ids[n % len(self.counter_ids)]

    numbers = st.integers(0, 9)

    @rule(n=numbers, priority=st.sampled_from([0, 0, 0, 1, 2]))
    def issue(self, n: int, priority: int) -> None:
        service = self.services[n % len(self.services)]
        ticket = self.desk.issue(service, priority=priority)
        ticket_id = UUID(ticket["id"])
        place = (-priority, len(self.order))
        ahead = sum(
            1 for other, status in self.status.items()
            if status is Status.WAITING and self.service[other] == service and self.order[other] < place
        )  # fmt: skip
        assert ticket["ahead"] == ahead
        self.status[ticket_id], self.service[ticket_id], self.order[ticket_id] = Status.WAITING, service, place
        self.reserved[ticket_id] = None

    @rule(n=numbers)
    def sign_in(self, n: int) -> None:
        self.desk.sign_in(self.counter(n))
        self.open[self.counter(n)] = True

    @rule(n=numbers)
    def sign_out(self, n: int) -> None:
        counter = self.counter(n)
        if self.hand[counter] is None:
            self.desk.database.write(lambda w: counters.sign_out(w, counter))
            self.open[counter] = False
            self.past[counter] = None
        else:
            self.refused("ticket_in_hand", lambda: self.desk.database.write(lambda w: counters.sign_out(w, counter)))

    @rule(n=numbers)
    def call_next(self, n: int) -> None:
        counter = self.counter(n)
        if not self.open[counter]:
            self.refused("counter_not_open", lambda: self.desk.call_next(counter))
            return
        if self.hand[counter] is not None:
            self.refused("ticket_in_hand", lambda: self.desk.call_next(counter))
            return
        line = [
            t for t, status in self.status.items()
            if status is Status.WAITING and self.service[t] in self.serves[counter]
            and (self.reserved[t] in (None, counter) or not self.open[self.reserved[t]])
        ]  # fmt: skip
        answer = self.desk.call_next(counter)
        if not line:
            assert answer is None
            return
        assert answer is not None
        expected = min(line, key=lambda t: self.order[t])
        assert UUID(answer["ticket"]["id"]) == expected
        self.take(counter, expected, Step.CALL)

    @rule(n=numbers, pick=numbers)
    def call_ticket(self, n: int, pick: int) -> None:
        counter = self.counter(n)
        if not self.status or not self.open[counter] or self.hand[counter] is not None:
            return
        ticket = sorted(self.status)[pick % len(self.status)]
        if (self.status[ticket], Step.CALL) in STEPS:
            self.desk.call_ticket(counter, ticket)
            self.take(counter, ticket, Step.CALL)
        else:
            self.refused("step_not_possible", lambda: self.desk.call_ticket(counter, ticket))

    def take(self, counter: UUID, ticket: UUID, what: Step) -> None:
        self.past[counter] = (what, ticket, self.status[ticket], self.service[ticket], self.reserved[ticket])
        self.status[ticket] = STEPS[self.status[ticket], what]
        self.hand[counter] = ticket if self.status[ticket] in IN_HAND else None
        self.forget_past_of(ticket, but=counter)

    def forget_past_of(self, ticket: UUID, but: UUID | None) -> None:
        for counter, past in self.past.items():
            if past is not None and past[1] == ticket and counter != but:
                self.past[counter] = None

    @rule(n=numbers, what=st.sampled_from(IN_HAND_STEPS))
    def step(self, n: int, what: Step) -> None:
        counter = self.counter(n)
        ticket = self.hand[counter]
        if ticket is None:
            self.refused("no_ticket_in_hand", lambda: self.desk.step(counter, what))
        elif (self.status[ticket], what) not in STEPS:
            self.refused("step_not_possible", lambda: self.desk.step(counter, what))
        else:
            self.desk.step(counter, what)
            self.take(counter, ticket, what)
            if what is Step.RECALL:
                self.past[counter] = None

    @rule(n=numbers, to=numbers, aim=st.booleans())
    def transfer(self, n: int, to: int, aim: bool) -> None:
        counter = self.counter(n)
        ticket = self.hand[counter]
        if ticket is None:
            return
        service = self.services[to % len(self.services)]
        target = next((c for c in self.counter_ids if service in self.serves[c]), None) if aim else None
        request = TransferRequest(service_id=service, counter_id=target, note="n")
        self.desk.database.write(lambda w: steps.transfer(w, self.desk.context, counter, request))
        self.take(counter, ticket, Step.TRANSFER)
        self.service[ticket], self.reserved[ticket] = service, target

    @rule(n=numbers, late=st.booleans())
    def undo(self, n: int, late: bool) -> None:
        counter = self.counter(n)
        if late:
            self.desk.clock.forward(seconds=UNDO_SECONDS + 1)
            self.past = dict.fromkeys(self.counter_ids)
        past = self.past[counter]
        if past is None:
            self.refused("undo_too_late", lambda: self.desk.undo(counter))
            return
        _, ticket, status, service, reserved = past
        self.desk.undo(counter)
        self.status[ticket], self.service[ticket], self.reserved[ticket] = status, service, reserved
        self.hand[counter] = ticket if status in IN_HAND else None
        self.past[counter] = None

    def refused(self, code: str, work: Any) -> None:
        before = len(self.desk.events)
        with pytest.raises(HallError) as error:
            work()
        assert error.value.code == code
        assert len(self.desk.events) == before, "a refusal writes nothing"

    @invariant()
    def the_hall_agrees(self) -> None:
        if not hasattr(self, "desk"):
            return
        with self.desk.database.reading() as reader:
            session = reader.session
            rows = {row.id: row for row in session.scalars(select(TicketRow))}
            assert {id_: Status(row.status) for id_, row in rows.items()} == self.status
            counted: dict[UUID, int] = {}
            for row in rows.values():
                if row.status == Status.WAITING:
                    counted[row.service_id] = counted.get(row.service_id, 0) + 1
            assert waiting_by_service(reader) == counted, "the counted lines are the real lines"
            counters = {
                row.id: row for row in session.scalars(select(CounterRow).where(CounterRow.ticket_id.is_not(None)))
            }
            assert {id_: row.ticket_id for id_, row in counters.items()} == {
                c: t for c, t in self.hand.items() if t is not None
            }
            for row in session.execute(select(SeriesRow.series, SeriesRow.last)):
                counts = sorted(t.count for t in rows.values() if t.series == row.series)
                assert counts == list(range(1, row.last + 1)), "numbers are gapless"
            assert [event.seq for event in self.desk.events] == list(range(1, reader.clocks.seq + 1))
            calls = session.scalar(select(func.count()).select_from(CallRow).where(~CallRow.undone))
            undone = sum(json.loads(e.data).get("undone_step") == "call" for e in self.desk.events)
            assert calls == sum(e.kind == "ticket.called" for e in self.desk.events) - undone


def test_the_hall_is_its_model(engine: Engine) -> None:
    class OnEngine(Hall):
        pass

    OnEngine.engine = engine
    run_state_machine_as_test(OnEngine, settings=search(engine, examples=25, stateful_step_count=40))
