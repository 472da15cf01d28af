"""Tickets and counters under any order of steps, against the real service functions on both databases."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from server.features.queueing import counters
from server.features.queueing.lines import waiting_by_service
from server.features.queueing.models import CallRow, SeriesRow, TicketItemRow, TicketRow, TicketVisitRow
from shared.domain.errors import HallError
from shared.domain.tickets import IN_HAND, STEPS, UNDO_SECONDS, Status, Step
from shared.schemas.calling import GroupCalling
from tests.fakes.engines import Engine, search
from tests.server.conftest import Desk, open_desk
from tests.server.features.queueing.test_at_the_kiosk import put

IN_HAND_STEPS = (Step.RECALL, Step.START, Step.FINISH, Step.NO_SHOW, Step.HOLD)
ENDS_VISIT = {Step.FINISH, Step.NO_SHOW, Step.HOLD, Step.TRANSFER, Step.NEXT_ITEM, Step.MOVE_ON}


@dataclass(frozen=True)
class Times:
    """A ticket's times; an undo brings the very same ones back."""

    called: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    queued: datetime | None = None
    parked: datetime | None = None
    parked_s: int = 0

    @classmethod
    def of(cls, row: TicketRow) -> Times:
        return cls(row.called_at, row.started_at, row.finished_at, row.queued_at, row.parked_at, row.parked_s)

    def after(self, was: Status, what: Step, now: datetime) -> Times:
        match what:
            case Step.CALL:
                # Who is called back from elsewhere did not wait in the line meanwhile.
                return Times(now, None, self.finished, self.queued if was is Status.WAITING else now)
            case Step.START:
                return replace(self, started=now)
            case Step.FINISH:
                return replace(self, started=self.started or self.called, finished=now)
            case Step.TRANSFER:
                return replace(self, queued=now)
            case Step.PARK:
                return replace(self, started=self.started or self.called, parked=now)
            case Step.UNPARK:
                assert self.parked is not None
                away = round((now - self.parked).total_seconds())
                return replace(self, parked=None, parked_s=self.parked_s + away)
            case Step.NEXT_ITEM:
                return replace(self, called=now, started=now, queued=now, parked_s=0)
            case Step.MOVE_ON:
                return replace(self, started=self.started or self.called, queued=now, parked_s=0)
        return self


@dataclass
class Past:
    """A counter's last step and what the model was before it."""

    what: Step
    ticket: UUID
    before: tuple[Any, ...]
    age: int = 0


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
        self.groups: dict[int, str] = {}
        self.status: dict[UUID, Status] = {}
        self.service: dict[UUID, UUID] = {}
        self.hand: dict[UUID, UUID | None] = dict.fromkeys(self.counter_ids)
        self.open: dict[UUID, bool] = dict.fromkeys(self.counter_ids, False)
        # Neither open nor closed: left to a colleague with somebody in hand.
        self.left: set[UUID] = set()
        self.order: dict[UUID, tuple[int, int]] = {}
        self.reserved: dict[UUID, UUID | None] = {}
        self.past: dict[UUID, Any] = dict.fromkeys(self.counter_ids)
        self.items: dict[UUID, list[UUID]] = {}
        self.item: dict[UUID, int] = {}
        self.at: dict[UUID, UUID | None] = {}
        self.times: dict[UUID, Times] = {}
        self.visits: dict[UUID, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.database.close()
            self.engine.drop(self.url)
            shutil.rmtree(self.folder, ignore_errors=True)

    def counter(self, n: int) -> UUID:
        return self.counter_ids[n % len(self.counter_ids)]

    def is_closed(self, counter: UUID) -> bool:
        return not self.open[counter] and counter not in self.left

    numbers = st.integers(0, 9)

    @rule(n=numbers, priority=st.sampled_from([0, 0, 0, 1, 2]), others=st.lists(numbers, max_size=2))
    def issue(self, n: int, priority: int, others: list[int]) -> None:
        service, *more = (self.services[one % len(self.services)] for one in (n, *others))
        if more and more[0] == service:
            # As a list of all items this would be one fewer.
            more = [service, *more]
        ticket = self.desk.issue(service, priority=priority, items=more)
        more = more[1:] if more and more[0] == service else more
        assert [one["service_id"] for one in ticket["items"]] == ([str(service), *map(str, more)] if more else [])
        ticket_id = UUID(ticket["id"])
        # Without groups a kiosk's word counts; with them only for what is offered there.
        refused = bool(priority and self.groups) and self.groups.get(priority, "no") == "no"
        assert (ticket["priority"], ticket["priority_refused"]) == (0 if refused else priority, refused)
        place = (-ticket["priority"], len(self.order))
        ahead = sum(
            1 for other, status in self.status.items()
            if status is Status.WAITING and self.service[other] == service and self.order[other] < place
        )  # fmt: skip
        assert ticket["ahead"] == ahead
        self.status[ticket_id], self.service[ticket_id], self.order[ticket_id] = Status.WAITING, service, place
        self.reserved[ticket_id] = self.at[ticket_id] = None
        self.items[ticket_id], self.item[ticket_id] = [service, *more], 0
        self.times[ticket_id], self.visits[ticket_id] = Times(), 0

    @rule(groups=st.dictionaries(st.integers(1, 2), st.sampled_from(["no", "shown", "word"])))
    def offer_groups(self, groups: dict[int, Any]) -> None:
        self.groups = groups
        put(self.desk, groups=[GroupCalling(group=group, declared=declared) for group, declared in groups.items()])

    @rule(seconds=st.integers(1, 3))
    def time_passes(self, seconds: int) -> None:
        self.desk.clock.forward(seconds=seconds)
        for counter, past in self.past.items():
            if past is not None:
                past.age += seconds
                if past.age >= UNDO_SECONDS:
                    self.past[counter] = None

    @rule(n=numbers)
    def sign_in(self, n: int) -> None:
        self.desk.sign_in(self.counter(n))
        self.open[self.counter(n)] = True
        self.left.discard(self.counter(n))

    @rule(n=numbers)
    def sign_out(self, n: int) -> None:
        counter = self.counter(n)
        if self.hand[counter] is None:
            self.desk.database.write(lambda w: counters.sign_out(w, counter))
            self.open[counter] = False
            self.past[counter] = None
            self.left.discard(counter)
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
            and (self.reserved[t] in (None, counter) or self.is_closed(self.reserved[t]))
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
        """What every step does: it is remembered, the status follows the table, times and visits are kept."""
        was, now = self.status[ticket], self.desk.clock.now
        self.past[counter] = Past(what, ticket, self.of(ticket))
        if what in ENDS_VISIT or (what is Step.CALL and was is Status.PARKED):
            self.visits[ticket] += 1
        self.times[ticket] = self.times[ticket].after(was, what, now)
        self.status[ticket] = STEPS[was, what]
        if what is Step.CALL:
            self.at[ticket] = counter
        if what is not Step.PRIORITISE:
            self.hand[counter] = ticket if self.status[ticket] in IN_HAND else None
        self.forget_past_of(ticket, but=counter)

    def of(self, ticket: UUID) -> tuple[Any, ...]:
        """All of the model that a step may change."""
        return tuple(part[ticket] for part in self.parts())

    def parts(self) -> tuple[dict[UUID, Any], ...]:
        return (
            self.status, self.service, self.reserved, self.order, self.item, self.at, self.times, self.visits,
        )  # fmt: skip

    def forget_past_of(self, ticket: UUID, but: UUID | None) -> None:
        for counter, past in self.past.items():
            if past is not None and past.ticket == ticket and counter != but:
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
        self.desk.transfer(counter, service_id=service, counter_id=target, note="n")
        self.take(counter, ticket, Step.TRANSFER)
        self.service[ticket], self.reserved[ticket] = service, target

    @rule(n=numbers, minutes=st.sampled_from([None, 1, 10]))
    def park(self, n: int, minutes: int | None) -> None:
        counter = self.counter(n)
        ticket = self.hand[counter]
        if ticket is None:
            self.refused("no_ticket_in_hand", lambda: self.desk.park(counter, minutes=minutes))
            return
        self.desk.park(counter, minutes=minutes)
        self.take(counter, ticket, Step.PARK)

    @rule(n=numbers, pick=numbers)
    def unpark(self, n: int, pick: int) -> None:
        counter = self.counter(n)
        parked = sorted(t for t, status in self.status.items() if status is Status.PARKED)
        if not parked:
            return
        ticket = parked[pick % len(parked)]
        if not self.open[counter]:
            self.refused("counter_not_open", lambda: self.desk.unpark(counter, ticket))
        elif self.hand[counter] is not None:
            self.refused("ticket_in_hand", lambda: self.desk.unpark(counter, ticket))
        elif self.at[ticket] != counter:
            self.refused("ticket_parked_elsewhere", lambda: self.desk.unpark(counter, ticket))
        else:
            self.desk.unpark(counter, ticket)
            self.take(counter, ticket, Step.UNPARK)

    @rule(n=numbers)
    def next_item(self, n: int) -> None:
        counter = self.counter(n)
        ticket = self.hand[counter]
        if ticket is None:
            self.refused("no_ticket_in_hand", lambda: self.desk.next_item(counter))
            return
        at = self.item[ticket] + 1
        if at == len(self.items[ticket]):
            self.refused("no_next_item", lambda: self.desk.next_item(counter))
            return
        following = self.items[ticket][at]
        here = following in self.serves[counter]
        self.desk.next_item(counter)
        self.take(counter, ticket, Step.NEXT_ITEM if here else Step.MOVE_ON)
        self.item[ticket], self.service[ticket] = at, following
        if not here:
            self.reserved[ticket] = None

    @rule(n=numbers, pick=numbers, group=st.integers(0, 4))
    def prioritise(self, n: int, pick: int, group: int) -> None:
        counter = self.counter(n)
        waiting = sorted(t for t, status in self.status.items() if status is Status.WAITING)
        if not waiting or not self.open[counter]:
            return
        ticket = waiting[pick % len(waiting)]
        if self.service[ticket] not in self.serves[counter]:
            self.refused("ticket_of_other_counters", lambda: self.desk.prioritise(counter, ticket, group))
            return
        self.desk.prioritise(counter, ticket, group)
        self.take(counter, ticket, Step.PRIORITISE)
        self.order[ticket] = (-group, self.order[ticket][1])

    @rule(n=numbers)
    def hand_over(self, n: int) -> None:
        counter = self.counter(n)
        if not self.open[counter]:
            self.refused("counter_not_open", lambda: self.leave(counter))
            return
        self.leave(counter)
        self.open[counter], self.past[counter] = False, None
        if self.hand[counter] is not None:
            self.left.add(counter)

    def leave(self, counter: UUID) -> None:
        self.desk.database.write(lambda w: counters.hand_over(w, counter, "n"))

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
        ticket = past.ticket
        if Status(past.before[0]) in IN_HAND and self.hand[counter] not in (None, ticket):
            self.refused("undo_too_late", lambda: self.desk.undo(counter))
            return
        self.desk.undo(counter)
        for part, value in zip(self.parts(), past.before, strict=True):
            part[ticket] = value
        if past.what is not Step.PRIORITISE:
            self.hand[counter] = ticket if self.status[ticket] in IN_HAND else None
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
            assert {id_: Times.of(row) for id_, row in rows.items()} == self.times, "times are those of the steps"
            assert {id_: (row.item, row.service_id) for id_, row in rows.items()} == {
                id_: (item, self.service[id_]) for id_, item in self.item.items()
            }
            kept = session.execute(select(TicketVisitRow.ticket_id, func.count()).group_by(TicketVisitRow.ticket_id))
            assert {id_: count for id_, count in kept} == {id_: count for id_, count in self.visits.items() if count}
            for row in session.scalars(select(TicketItemRow)):
                is_now = row.place == self.item[row.ticket_id]
                assert not is_now or row.service_id == self.service[row.ticket_id], "the item went with its ticket"
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


@pytest.mark.timeout(400)
def test_the_hall_is_its_model(engine: Engine) -> None:
    class OnEngine(Hall):
        pass

    OnEngine.engine = engine
    run_state_machine_as_test(OnEngine, settings=search(engine, examples=25, stateful_step_count=40))
