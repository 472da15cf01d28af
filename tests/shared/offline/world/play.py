"""One schedule: what people, programs, the network and the disks do, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from shared.domain.errors import HallError
from shared.offline.held_numbers import HeldNumbers
from shared.offline.journal import Journal
from shared.offline.sealing import Seal
from shared.offline.sync import Sync
from shared.schemas.island import EntryVerdict, LeaseRequest, Leases
from shared.schemas.tickets import Identity, TicketRequest
from tests.shared.offline.world.disk import Disk, PowerCutError
from tests.shared.offline.world.server import MemoryServer

SEAL = Seal(b"k" * 32)
PERSON = Identity(kind="resident", number="11010519491231002X", name="张三丰")
AWAY = "server_unreachable"
# More exchanges than any schedule needs once all is well again.
ENOUGH = 400


class Server(Protocol):
    """What a kiosk reaches through the network."""

    def service(self, series: str) -> UUID: ...
    def issue(self, kiosk: str, ticket_id: str, series: str) -> Any: ...
    def lease(self, kiosk: str, asked: LeaseRequest, tomorrow: date) -> Leases: ...
    def upload(self, kiosk: str, entries: list[dict[str, Any]]) -> list[EntryVerdict]: ...


@dataclass(frozen=True)
class Paper:
    """What somebody holds in the hand."""

    kiosk: str
    day: date
    number: str
    ticket_id: str
    entry: bool


@dataclass
class Network:
    """Loses requests and answers, repeats requests at once or much later, and is away for a while."""

    random: random.Random
    away: bool = False
    calm: bool = False
    late: list[Callable[[], Any]] = field(default_factory=list)

    def ask(self, work: Callable[[], Any]) -> Any:
        if self.calm:
            return work()
        if self.late and self.random.random() < 0.3:
            # What went astray arrives now, before the new one, and nobody hears its answer.
            astray = self.late.pop(self.random.randrange(len(self.late)))
            quiet(astray)
        fate = self.random.random()
        if self.away or fate < 0.12:
            raise HallError(AWAY)
        if fate < 0.18:
            self.late.append(work)
            raise HallError(AWAY)
        answer = work()
        if fate < 0.24:
            quiet(work)
        if fate < 0.42:
            # The server has committed; the answer is lost.
            raise HallError(AWAY)
        return answer


def quiet(work: Callable[[], Any]) -> None:
    try:
        work()
    except HallError:
        return


class Kiosk:
    """A kiosk's program on its disk: real journal, real numbers, real sync."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.name = world, name
        self.disk = Disk(world.dies)
        self.on = False
        # Disks that were taken out, with the papers only they know of.
        self.out: list[tuple[Disk, list[Paper]]] = []
        self.papers: list[Paper] = []
        self.undone: TicketRequest | None = None
        # Once all is over: id and verdict of every entry, and how many the server does not have.
        self.disk_rows: list[tuple[UUID, str]] = []
        self.behind = 0

    def start(self) -> None:
        self.journal = Journal(Path("journal"), connect=self.disk.connect, seal=SEAL)
        self.held = self.world.make_held(self.journal)
        self.sync = self.world.make_sync(self.journal, self.upload, self.download, self.world.random.random)
        self.on = True

    def change_disk(self) -> None:
        """A new disk in the old machine, or the old one that turned up again."""
        taken_out = (self.disk, self.papers)
        if self.out and self.world.random.random() < 0.5:
            self.disk, self.papers = self.out.pop()
        else:
            self.disk, self.papers = Disk(self.world.dies), []
        self.out.append(taken_out)
        self.on, self.undone = False, None

    @property
    def lost(self) -> list[Paper]:
        """Papers of journals that are out of the machine."""
        return [paper for _, papers in self.out for paper in papers]

    def upload(self, entries: list[dict[str, Any]]) -> list[EntryVerdict]:
        server, name = self.world.server, self.name
        answers: list[EntryVerdict] = self.world.network.ask(lambda: server.upload(name, entries))
        if not self.world.network.calm and self.world.random.random() < 0.05:
            return answers[: self.world.random.randrange(len(answers) + 1)]
        return answers

    def download(self) -> None:
        server, name, asked = self.world.server, self.name, self.held.request()
        tomorrow = self.world.day + timedelta(days=1)
        try:
            self.held.accept(self.world.network.ask(lambda: server.lease(name, asked, tomorrow)))
        except HallError as error:
            if error.code != "island_epoch_old":
                raise
            self.held.drop()

    def press(self, series: str) -> None:
        """Somebody takes a number: on line if there is a line, else from the lease."""
        world, server = self.world, self.world.server
        request = self.undone or world.request(series)
        self.undone = None
        day, id_ = world.day, str(request.id)
        if not world.network.away and world.random.random() < 0.6:
            try:
                made = world.network.ask(lambda: server.issue(self.name, id_, series))
            except HallError:
                # Nobody knows whether it was made; the same id goes on.
                self.undone = request
            else:
                self.papers.append(Paper(self.name, made.day, made.number, id_, entry=False))
                return
        request, self.undone = self.undone or request, None
        try:
            self.print_off_line(request, series, day)
        except HallError as error:
            assert error.code == "lease_exhausted"

    def print_off_line(self, request: TicketRequest, series: str, day: date) -> None:
        given = self.held.give(request, series, day=day, at=self.world.now)
        self.papers.append(Paper(self.name, day, given.number, str(request.id), entry=True))

    def call(self) -> None:
        """What a counter writes down; its handlers are tested elsewhere, that it arrives once is tested here."""
        self.journal.append("visit.called", {"number": "A001"}, at=self.world.now, day=self.world.day)


MakeHeld = Callable[[Journal], HeldNumbers]
MakeSync = Callable[..., Sync]


class World:
    """``server`` is played against; ``make_kiosk``, ``make_held`` and ``make_sync`` let a test plant a fault."""

    def __init__(
        self, seed: int, server: Server | None = None, *, kiosks: tuple[str, ...] = ("k1", "k2"), steps: int = 24,
        make_kiosk: Callable[[World, str], Kiosk] = Kiosk, make_held: MakeHeld = HeldNumbers,
        make_sync: MakeSync | None = None, person: Identity | None = PERSON,
    ) -> None:  # fmt: skip
        self.seed, self.steps, self.person = seed, steps, person
        self.random = random.Random(seed)
        self.server: Any = server or MemoryServer()
        self.network = Network(self.random)
        self.make_held = make_held
        self.make_sync = make_sync or (lambda journal, up, down, draw: Sync(journal, up, down, draw=draw))
        self.fragile = False
        self.kiosks = [make_kiosk(self, name) for name in kiosks]
        # What happened, without any id: the same seed tells the same.
        self.told: list[str] = []

    @property
    def day(self) -> date:
        found: date = self.server.today
        return found

    @property
    def now(self) -> datetime:
        found: datetime = self.server.now
        return found

    def new_id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))

    def request(self, series: str) -> TicketRequest:
        """What somebody presses."""
        return TicketRequest(id=self.new_id(), service_id=self.server.service(series), identity=self.person)

    def dies(self, where: str) -> bool:
        died = self.fragile and self.random.random() < 0.015
        if died:
            self.told.append(f"power cut {where}")
        return died

    def play(self) -> World:
        """The schedule, and after it all that was broken is mended."""
        try:
            for kiosk in self.kiosks:
                self.run(kiosk, kiosk.start, "start")
            # Most have their first leases when the trouble begins.
            self.network.calm = True
            for kiosk in self.kiosks:
                if self.random.random() < 0.8:
                    self.run(kiosk, kiosk.sync.step, "sync")
            self.network.calm, self.fragile = False, True
            for _ in range(self.steps):
                self.one_thing()
            self.mend()
        finally:
            for kiosk in self.kiosks:
                for disk in (kiosk.disk, *(disk for disk, _ in kiosk.out)):
                    disk.close()
        return self

    def one_thing(self) -> None:
        self.server.now += timedelta(seconds=self.random.randrange(1, 40))
        kiosk = self.kiosks[self.random.randrange(len(self.kiosks))]
        drawn = self.random.random()
        if not kiosk.on:
            self.run(kiosk, kiosk.start, "start")
        elif drawn < 0.42:
            series = "AB"[self.random.random() < 0.25]
            self.run(kiosk, lambda: kiosk.press(series), f"press {series}")
        elif drawn < 0.72:
            self.run(kiosk, kiosk.sync.step, "sync")
        elif drawn < 0.80:
            self.run(kiosk, kiosk.call, "call")
        elif drawn < 0.90:
            self.network.away = not self.network.away
            self.told.append(f"away {self.network.away}")
        elif drawn < 0.94:
            kiosk.on = False
            self.told.append(f"{kiosk.name} restarts")
        elif drawn < 0.965:
            kiosk.change_disk()
            self.told.append(f"{kiosk.name} has another disk, {len(kiosk.papers)} papers on it")
        elif drawn < 0.98:
            self.server.today += timedelta(days=1)
            self.server.now += timedelta(days=1)
            self.told.append("midnight")

    def run(self, kiosk: Kiosk, work: Callable[[], Any], what: str) -> None:
        before = len(kiosk.papers)
        try:
            work()
        except PowerCutError:
            kiosk.on = False
        papers = [paper.number for paper in kiosk.papers[before:]]
        self.told.append(f"{kiosk.name} {what} {papers}")

    def mend(self) -> None:
        self.fragile, self.network.away, self.network.calm = False, False, True
        # What still is under way arrives now, when nobody expects it any more.
        for astray in self.network.late:
            quiet(astray)
        for kiosk in self.kiosks:
            if not kiosk.on:
                kiosk.start()
            for _ in range(ENOUGH):
                if kiosk.sync.step() >= 30 and not kiosk.sync.behind and kiosk.sync.error is None:
                    break
            kiosk.behind = kiosk.sync.behind
            kiosk.disk_rows = [
                (UUID(id_), verdict)
                for id_, verdict in kiosk.disk.connection.execute("SELECT id, verdict FROM entries ORDER BY place")
            ]
