"""What a counter keeps of its desk on its own disk: with this and its journal it goes on without the server."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from counter_app.desk import Facts
from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message
from shared.schemas.hall import Counter, CounterDesk, Hall, Service, StaffMember


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


class Copies:
    """Both files. All methods touch the disk: call them off the UI thread, one at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._facts = CheckedCopy(folder / "facts.copy", FactsCopy)
        self._desk = CheckedCopy(folder / "desk.copy", DeskCopy)

    def save_facts(self, facts: Facts) -> None:
        """Without what services are searched by, which is most of them: nobody searches at a desk that is alone."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        bare = [one.model_copy(update={"search": [], "spelled": []}) for one in facts.services]
        self._facts.save(
            FactsCopy(hall=facts.hall, counters=list(facts.counters), staff=list(facts.staff), services=bare)
        )

    def save_desk(self, copy: DeskCopy) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._desk.save(copy)

    def load(self) -> tuple[Facts, DeskCopy] | None:
        """Both, or None when either is missing or damaged."""
        facts, desk = self._facts.load(), self._desk.load()
        if facts is None or desk is None:
            return None
        return Facts(facts.hall, tuple(facts.counters), tuple(facts.staff), tuple(facts.services)), desk
