"""What a counter keeps of its desk on its own disk: with this and its journal it goes on without the server."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from counter_app.desk import Facts
from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message
from shared.schemas.hall import Counter, CounterDesk, Hall, Service, StaffMember
from shared.schemas.tickets import StaffTicket

# The line is read every half minute; one that is further away belongs to another desk than this.
MOST_APART: Final = timedelta(minutes=10)


class FactsCopy(Message):
    """What changes rarely."""

    hall: Hall
    counters: list[Counter]
    staff: list[StaffMember]
    services: list[Service]


class DeskCopy(Message):
    """``as_of``: the hall's time at which all of it was true; ``ahead_s``: how far the hall's clock was ahead then.

    ``journal``, ``place``: the last entry that the server had taken when it answered with this desk.
    """

    as_of: datetime
    ahead_s: float
    journal: UUID | None = None
    place: int = 0
    counters: list[Counter]
    desk: CounterDesk


class LineCopy(Message):
    """Everybody who waited for the counter's services at ``as_of``; the desk itself lists the first of them only."""

    as_of: datetime
    counter_id: UUID
    waiting: list[StaffTicket]


class Copies:
    """The files. All methods touch the disk: call them off the UI thread, one at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._facts = CheckedCopy(folder / "facts.copy", FactsCopy)
        self._desk = CheckedCopy(folder / "desk.copy", DeskCopy)
        self._line = CheckedCopy(folder / "line.copy", LineCopy)

    def save_facts(self, facts: Facts) -> None:
        """Without what services are searched by, which is most of them: nobody searches at a desk that is alone."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        bare = [one.model_copy(update={"spelled": []}) for one in facts.services]
        self._facts.save(
            FactsCopy(hall=facts.hall, counters=list(facts.counters), staff=list(facts.staff), services=bare)
        )

    def save_desk(self, copy: DeskCopy) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._desk.save(copy)

    def save_line(self, copy: LineCopy) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._line.save(copy)

    def load(self) -> tuple[Facts, DeskCopy] | None:
        """Facts and desk, or None when either is missing or damaged; the desk with everybody who waits."""
        facts, desk, line = self._facts.load(), self._desk.load(), self._line.load()
        if facts is None or desk is None:
            return None
        if line is not None and line.counter_id == desk.desk.counter.id and _of_one_time(line, desk):
            desk = desk.model_copy(update={"desk": with_all(desk.desk, line.waiting)})
        return Facts(facts.hall, tuple(facts.counters), tuple(facts.staff), tuple(facts.services)), desk


def _of_one_time(line: LineCopy, desk: DeskCopy) -> bool:
    return abs(line.as_of - desk.as_of) < MOST_APART


def with_all(desk: CounterDesk, line: Iterable[StaffTicket]) -> CounterDesk:
    """The desk with those of the line behind who are listed on it; it says how many they are at most."""
    listed = [*desk.waiting, *desk.held, *desk.missed, *desk.parked, *([desk.ticket] if desk.ticket else [])]
    known = {one.id for one in listed}
    behind = [one for one in line if one.id not in known and one.service_id in desk.counter.service_ids]
    room = max(0, desk.waiting_count - len(desk.waiting))
    return desk.model_copy(update={"waiting": [*desk.waiting, *behind[:room]]})
