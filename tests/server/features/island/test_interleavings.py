"""Counters that are cut off, counters on line and a kiosk that is late, in any order, on the real service functions."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from server.features.catalogue.models import CounterRow
from server.features.island.models import ConflictRow, EntryRow
from server.features.queueing.lines import waiting_by_service
from server.features.queueing.models import CallRow, TicketRow, TicketVisitRow
from shared.domain.errors import HallError
from shared.domain.tickets import IN_HAND, Status, Step
from tests.fakes.engines import Engine, search
from tests.server.conftest import Desk, open_desk
from tests.server.features.island.stage import Alone, counter_terminal, counters_of, send
from tests.server.features.island.test_visits import late_ticket

STEPS = {"start": Step.START, "finish": Step.FINISH, "no_show": Step.NO_SHOW, "hold": Step.HOLD}


class Island:
    """What one islanded counter's program knows: its copy, whom it has in hand, how far the visit is."""

    def __init__(
        self, alone: Alone, waiting: dict[UUID, str], hand: tuple[UUID | None, str, str] | None, since: datetime
    ) -> None:
        self.alone, self.waiting, self.hand = alone, waiting, hand
        # Since when the counter is what it is.
        self.since, self.is_paused = since, False
        self.parked: list[tuple[UUID | None, str]] = []


class Hall(RuleBasedStateMachine):
    """Three counters of one service."""

    engine: Engine
    url = ""
    folder: Path
    desk: Desk

    @initialize()
    def open_hall(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="zhiting-islands-"))
        self.url = self.engine.hall()
        self.desk = open_desk(self.folder, self.url)
        for service in self.desk.places()[:2]:
            self.counters = counters_of(self.desk, service)[:3]
            self.service = service
            if len(self.counters) >= 2:
                break
        for counter in self.counters:
            self.desk.sign_in(counter)
        self.islands: dict[UUID, Island] = {}
        self.numbers: list[tuple[UUID | None, str]] = []
        # Printed, and not told of yet: number and when.
        self.late: list[tuple[str, object]] = []
        self.papers = 0

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        try:
            self.everybody_comes_back()
        finally:
            self.desk.database.close()
            self.engine.drop(self.url)
            shutil.rmtree(self.folder, ignore_errors=True)

    n = st.integers(0, 9)

    def counter(self, n: int) -> UUID:
        self.desk.clock.forward(seconds=7)
        return self.counters[n % len(self.counters)]

    # The kiosk

    @rule()
    def issue(self) -> None:
        self.desk.clock.forward(seconds=7)
        made = self.desk.issue(self.service)
        self.numbers.append((UUID(made["id"]), made["number"]))

    @rule()
    def print_alone(self) -> None:
        self.desk.clock.forward(seconds=7)
        self.papers += 1
        number = f"A·K3-{self.papers:02d}"
        self.late.append((number, self.desk.clock()))
        self.numbers.append((None, number))

    @rule()
    def kiosk_tells(self) -> None:
        self.desk.clock.forward(seconds=7)
        if self.late:
            number, at = self.late.pop(0)
            late_ticket(self.desk, self.service, number, at)  # type: ignore[arg-type]

    # On line

    @rule(n=n, what=st.sampled_from(["call", "call", *STEPS]))
    def on_line(self, n: int, what: str) -> None:
        counter = self.counter(n)
        if counter in self.islands:
            return
        try:
            if what == "call":
                self.desk.call_next(counter)
            else:
                self.desk.step(counter, STEPS[what])
        except HallError as refused:
            assert refused.code in ("ticket_in_hand", "no_ticket_in_hand", "step_not_possible")

    # Alone

    @rule(n=n, lost=st.booleans())
    def cut(self, n: int, lost: bool) -> None:
        """``lost``: the answer to a last call does not arrive any more."""
        counter = self.counter(n)
        if counter in self.islands:
            return
        with self.desk.database.reading() as reader:
            rows = list(reader.session.scalars(select(TicketRow)))
            waiting = {row.id: row.number for row in rows if row.status == Status.WAITING}
            row = reader.session.get_one(CounterRow, counter)
            hand_id, since = row.ticket_id, row.since
            hand = next(((row.id, row.number, row.status) for row in rows if row.id == hand_id), None)
        alone = Alone(self.desk, counter, self.desk.clock(), counter_terminal(f"c{self.counters.index(counter)}"))
        assert since is not None
        self.islands[counter] = Island(alone, waiting, hand, since)
        if lost and hand is None:
            self.desk.clock.forward(seconds=1)
            self.desk.call_next(counter)

    @rule(n=n, pick=n, paper=st.booleans())
    def call_alone(self, n: int, pick: int, paper: bool) -> None:
        """From its copy, or any number somebody shows on paper."""
        island = self.islands.get(self.counter(n))
        if island is None or island.hand is not None or island.is_paused:
            return
        if island.parked and pick % 2:
            # Who was parked here is back.
            ticket_id, number = island.parked.pop(0)
            island.alone.did("unpark", ticket_id=ticket_id, number=number)
            island.hand = ticket_id, number, "serving"
            return
        of_copy = list(island.waiting.items())
        offered = [(None, number) for _, number in self.numbers] if paper else of_copy
        if not offered:
            return
        ticket_id, number = offered[pick % len(offered)]
        island.waiting = {id_: known for id_, known in of_copy if known != number}
        island.alone.did("call", ticket_id=ticket_id, number=number)
        island.hand = ticket_id, number, "called"

    @rule(n=n, what=st.sampled_from([*STEPS, "finish", "park", "park"]))
    def step_alone(self, n: int, what: str) -> None:
        island = self.islands.get(self.counter(n))
        if island is None or island.hand is None:
            return
        ticket_id, number, status = island.hand
        if what in ("start", "no_show") and status != "called":
            return
        island.alone.did(what, ticket_id=ticket_id, number=number)
        island.hand = (ticket_id, number, "serving") if what == "start" else None
        if what == "park":
            island.parked.append((ticket_id, number))

    @rule(n=n)
    def pause_alone(self, n: int) -> None:
        """Or back to work."""
        counter = self.counter(n)
        island = self.islands.get(counter)
        if island is not None and island.hand is None:
            island.is_paused = not island.is_paused
            island.since = island.alone.paused("meal" if island.is_paused else None, island.since)

    @rule(n=n, part=st.integers(1, 3), again=st.booleans())
    def bring_a_part(self, n: int, part: int, again: bool) -> None:
        """The line breaks once more in the middle; ``again``: and the answer with it."""
        island = self.islands.get(self.counter(n))
        if island is None:
            return
        entries = list(island.alone.entries[:part])
        answers = island.alone.upload(part)
        assert "refused" not in {one.verdict for one in answers}
        if again:
            assert [one.id for one in send(self.desk, island.alone.terminal, entries)] == [e.id for e in entries]

    @rule(n=n)
    def come_back(self, n: int) -> None:
        counter = self.counter(n)
        island = self.islands.get(counter)
        if island is None:
            return
        if island.is_paused:
            self.pause_alone(n)
        assert "refused" not in {one.verdict for one in island.alone.upload()}
        if island.hand is not None:
            with self.desk.database.reading() as reader:
                hand_id = reader.session.get_one(CounterRow, counter).ticket_id
                row = reader.session.get(TicketRow, hand_id) if hand_id else None
                if row is None or row.number != island.hand[1]:
                    # It keeps whom it has in hand until they are finished.
                    return
        del self.islands[counter]

    def everybody_comes_back(self) -> None:
        for counter in self.counters:
            island = self.islands.get(counter)
            if island is not None and island.hand is not None:
                self.desk.clock.forward(seconds=7)
                island.alone.did("finish", ticket_id=island.hand[0], number=island.hand[1])
                island.hand = None
            self.come_back(self.counters.index(counter))
        while self.late:
            self.kiosk_tells()
        self.nobody_is_at_two_counters()
        with self.desk.database.reading() as reader:
            entries = list(reader.session.scalars(select(EntryRow)))
            assert {row.verdict for row in entries} <= {"taken", "conflict"}, "what was done is applied or recorded"
            collisions = [row for row in reader.session.scalars(select(ConflictRow)) if row.kind == "called_twice"]
            of_entries = {
                (row.ticket_id, row.counter_id)
                for row in entries
                if row.verdict == "conflict" and row.kind.startswith("visit.")
            }
            assert sorted(map(str, of_entries)) == sorted(str((row.ticket_id, row.counter_id)) for row in collisions), (
                "each collision is one record"
            )
            others = {(call.ticket_id, call.counter_id) for call in reader.session.scalars(select(CallRow))}
            for row in collisions:
                assert any(t == row.ticket_id and c != row.counter_id for t, c in others), "somebody else had it"

    @invariant()
    def nobody_is_at_two_counters(self) -> None:
        if not hasattr(self, "desk"):
            return
        with self.desk.database.reading() as reader:
            session = reader.session
            rows = {row.id: row for row in session.scalars(select(TicketRow))}
            hands = {c.id: c.ticket_id for c in session.scalars(select(CounterRow)) if c.ticket_id is not None}
            active = [row.id for row in rows.values() if Status(row.status) in IN_HAND]
            assert sorted(hands.values()) == sorted(active), "in one hand, and in no other"
            assert all(rows[ticket].counter_id == counter for counter, ticket in hands.items())
            assert waiting_by_service(reader).get(self.service, 0) == sum(
                row.status == Status.WAITING for row in rows.values()
            ), "the counted line is the real line"
            visits = Counter(
                (row.ticket_id, row.counter_id, row.called_at) for row in session.scalars(select(TicketVisitRow))
            )
            assert not [key for key, times in visits.items() if times > 1], "no visit happened twice"
            assert [event.seq for event in self.desk.events] == list(range(1, reader.clocks.seq + 1))


@pytest.mark.timeout(500)
def test_whatever_the_order_nobody_is_at_two_counters_and_nothing_is_lost(engine: Engine) -> None:
    class OnEngine(Hall):
        pass

    OnEngine.engine = engine
    run_state_machine_as_test(OnEngine, settings=search(engine, examples=30, stateful_step_count=40))
