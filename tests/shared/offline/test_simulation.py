"""The whole protocol of the time without a line, over thousands of schedules; and the checker, over planted faults.

``ISLAND_SCHEDULES`` asks for more; ``ISLAND_SEED`` plays one and tells its story.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from shared.domain.island.numbers import Lease
from shared.offline.held_numbers import HeldNumbers
from shared.offline.journal import Entry
from shared.offline.sync import Sync
from shared.schemas.island import EntryVerdict
from shared.schemas.island import Lease as Lease_
from shared.schemas.tickets import TicketRequest
from tests.shared.offline.world.checks import violations
from tests.shared.offline.world.play import Kiosk, Paper, World
from tests.shared.offline.world.server import SIZE, MemoryServer

SCHEDULES = int(os.environ.get("ISLAND_SCHEDULES", "10000"))
# For the processes of a test run.
PARTS = 4
# A planted fault has to show within so many.
SOON = 600


def report(world: World, broken: list[str]) -> str:
    story = "\n  ".join(world.told)
    return f"seed {world.seed}: {'; '.join(broken)}\n  {story}\nplay it again with ISLAND_SEED={world.seed}"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_no_schedule_breaks_a_promise(part: int) -> None:
    wanted = os.environ.get("ISLAND_SEED")
    papers = cuts = conflicts = 0
    for seed in [int(wanted)] if wanted else range(part, SCHEDULES, PARTS):
        world = World(seed).play()
        broken = list(violations(world))
        assert not broken, report(world, broken)
        papers += sum(len(kiosk.papers) for kiosk in world.kiosks)
        cuts += sum("power cut" in line for line in world.told)
        conflicts += len(world.server.conflicts)
        if wanted:
            print(report(world, ["as it went"]))
    if not wanted:
        # What never happens proves nothing.
        enough = SCHEDULES / PARTS
        assert papers > enough and cuts > enough / 20 and conflicts > enough / 20


def test_a_seed_tells_the_same_story_again() -> None:
    for seed in range(50):
        assert World(seed).play().told == World(seed).play().told


class Forgetful(MemoryServer):
    """Answers an entry anew each time it comes."""

    def entry(self, kiosk: str, id_: UUID, said_: dict[str, Any]) -> EntryVerdict:
        self.applied.append(id_)
        self.verdicts[id_] = self.apply(kiosk, id_, said_)
        return self.verdicts[id_]


class Generous(MemoryServer):
    """Begins again at one when a journal was lost."""

    def span(self, own: list[Lease], epoch: int, highest: int) -> tuple[int, int] | None:
        current = [one for one in own if one.epoch == epoch and not one.closed]
        return super().span(current, epoch, 0)


class Silent(MemoryServer):
    """Leaves burnt leases out of the ledger."""

    def lease(self, *given: Any) -> Any:
        answer = super().lease(*given)
        self.leases = [(who, one) for who, one in self.leases if not one.burnt]
        return answer


class Strict(MemoryServer):
    """Refuses what no lease covers, as if no paper bore it."""

    def apply(self, kiosk: str, id_: UUID, said_: dict[str, Any]) -> EntryVerdict:
        count = len(self.tickets)
        verdict = super().apply(kiosk, id_, said_)
        if verdict.code in ("burnt_number", "outside_lease") and len(self.tickets) > count:
            self.tickets.pop(said_["body"]["id"])
            return EntryVerdict(id=id_, verdict="refused", code=verdict.code)
        return verdict


class Discreet(MemoryServer):
    """Tells nobody that a screen shows another number than the paper."""

    def apply(self, kiosk: str, id_: UUID, said_: dict[str, Any]) -> EntryVerdict:
        verdict = super().apply(kiosk, id_, said_)
        self.conflicts = [one for one in self.conflicts if one.kind != "number_differs"]
        return verdict


class HastyKiosk(Kiosk):
    """Prints before the journal has it."""

    def print_off_line(self, request: TicketRequest, series: str, day: date) -> None:
        if left := self.held.left(day, series):
            found = [Lease_.model_validate(one) for one in self.journal.noted("leases")["leases"]]
            last = max(one.last for one in found if (one.service_day, one.series) == (day, series))
            number = f"{series}·{found[0].band}-{last - left + 1:02d}"
            early = Paper(self.name, day, number, str(request.id), entry=True)
            self.papers.append(early)
            super().print_off_line(request, series, day)
            self.papers.remove(early)


class Absentminded(HeldNumbers):
    """Does not write down which number was the last."""

    def give(self, *given: Any, **more: Any) -> Any:
        noted = self._journal.noted("leases")
        answer = super().give(*given, **more)
        if answer.number[-1] in "37":
            with self._journal.write() as written:
                written.note("leases", noted)
        return answer


class Trusting(Sync):
    """Takes an entry for told once it was sent."""

    def _send(self, batch: list[Entry]) -> float:
        with self._journal.write() as written:
            for entry in batch:
                written.settle(entry.id, "taken")
        self._upload([self._journal.message(entry) for entry in batch])
        return 0.0


class Lumping(Sync):
    """Settles a whole batch by an answer that names a part of it."""

    def _send(self, batch: list[Entry]) -> float:
        told = {one.id: one for one in self._upload([self._journal.message(entry) for entry in batch])}
        with self._journal.write() as written:
            for entry in batch:
                written.settle(entry.id, told[entry.id].verdict if entry.id in told else "taken")
        return 0.0


FAULTS: dict[str, tuple[str, Callable[[int], World]]] = {
    "an entry is applied each time it comes": ("applied twice", lambda seed: World(seed, Forgetful())),
    "a lease begins again at one": ("number twice", lambda seed: World(seed, Generous())),
    "burnt leases are not in the ledger": ("gap unexplained", lambda seed: World(seed, Silent())),
    "a number on paper is refused": ("ticket lost", lambda seed: World(seed, Strict())),
    "nobody is told of another number": ("nobody was told", lambda seed: World(seed, Discreet())),
    "paper before the journal": ("ticket lost", lambda seed: World(seed, make_kiosk=HastyKiosk)),
    "the last number is not kept": ("number twice", lambda seed: World(seed, make_held=Absentminded)),
    "sent is taken for arrived": (
        "not applied", lambda seed: World(seed, make_sync=lambda j, up, down, draw: Trusting(j, up, down, draw=draw)),
    ),
    "half an answer is taken for all of it": (
        "told otherwise", lambda seed: World(seed, make_sync=lambda j, up, down, draw: Lumping(j, up, down, draw=draw)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checker_sees_a_planted_fault_and_its_seed_shows_it_again(fault: str) -> None:
    words, make = FAULTS[fault]
    for seed in range(SOON):
        broken = list(violations(make(seed).play()))
        if any(words in one for one in broken):
            again = list(violations(make(seed).play()))
            assert [one.split(":")[0] for one in again] == [one.split(":")[0] for one in broken]
            return
    pytest.fail(f"not seen in {SOON} schedules: {fault}")


def test_the_size_of_a_lease_is_met_in_a_schedule() -> None:
    """Else no schedule would ever top up or run out."""
    worlds = [World(seed).play() for seed in range(40)]
    assert any(lease.first > SIZE for world in worlds for _, lease in world.server.leases)
