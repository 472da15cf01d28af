"""Emergencies on a screen that also does something else: heard on its stream, kept on its disk, over by themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from shared.domain.signage.playing import in_force
from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message
from shared.schemas.emergencies import Emergency, EmergencyChange
from shared.schemas.events import Event, Snapshot
from shared.ui.background import run_in_background
from shared.ui.emergency_words import EmergencyWords, emergency_words
from shared.ui.presenter import Presenter

log = logging.getLogger(__name__)
CHANGED = "emergency.changed"
# Of `HallClient` streams, for programs that are told nothing else of what walls show.
TOPIC = "emergencies"
TICK_MS = 1000
PAGE_S = 8.0
Known = Mapping[str, Emergency]


def known_after(known: Known, event: Event) -> Known:
    """What is known after an ``emergency.changed``; the same when it was not understood."""
    try:
        told = EmergencyChange.model_validate(event.data)
    except ValidationError:
        log.exception("event %s %s was not understood", event.seq, event.kind)
        return known
    left = {key: one for key, one in known.items() if key not in told.ended}
    return left if told.emergency is None else left | {told.emergency.identifier: told.emergency}


def words_now(
    known: Known, now: datetime, elapsed: float, language: str, second: str
) -> EmergencyWords | None:  # fmt: skip
    """Those that have not run out take turns, the worst first. ``now`` in the hall's zone; ``elapsed``: seconds that
    only grow."""
    order = in_force([one.warning for one in known.values()], now)
    if not order:
        return None
    place = int(elapsed // PAGE_S) % len(order)
    return emergency_words(known[order[place].identifier], len(order), place, now.tzinfo, now, language, second)


class KeptEmergencies(Message):
    emergencies: tuple[Emergency, ...] = ()


@dataclass(frozen=True)
class EmergencyState:
    told: EmergencyWords | None = None


class EmergencyWatch(Presenter[EmergencyState]):
    """Main thread only. What is told is on the screen first and on the disk right after."""

    # What is known is on the disk now.
    kept = Signal()

    def __init__(
        self, path: Path, now: Callable[[], datetime], elapsed: Callable[[], float], language: str,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """``path``: where it is kept; ``now``: the hall's time in the hall's zone."""
        super().__init__(EmergencyState(), parent)
        self._copy = CheckedCopy(path, KeptEmergencies)
        self._now, self._elapsed, self._language = now, elapsed, language
        self._known: Known = {}
        self._writing = self._write_again = False
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """What was on the disk shows before there is a line."""
        kept = self._copy.load()
        self._known = {one.identifier: one for one in kept.emergencies} if kept is not None else {}
        self.tick()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def set_language(self, language: str) -> None:
        if language != self._language:
            self._language = language
            self.tick()

    @Slot(object)
    def take_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.emergencies is not None:
            self._set({one.identifier: one for one in snapshot.emergencies})

    @Slot(object)
    def take_event(self, event: Event) -> None:
        if event.kind == CHANGED:
            self._set(known_after(self._known, event))

    @Slot()
    def tick(self) -> None:
        second = "" if self._language == "en" else "en"
        self.change(told=words_now(self._known, self._now(), self._elapsed(), self._language, second))

    def _set(self, known: Known) -> None:
        if known != self._known:
            self._known = known
            self.tick()
            self._keep()

    def _keep(self) -> None:
        """One at a time writes; what comes meanwhile is written after it."""
        self._write_again = self._writing
        if self._writing:
            return
        self._writing = True
        now = self._now()
        left = KeptEmergencies(emergencies=tuple(one for one in self._known.values() if one.expires > now))
        run_in_background(lambda: self._write(left), self._written, self._written, owner=self)

    def _write(self, left: KeptEmergencies) -> None:
        try:
            self._copy.save(left)
        except OSError as error:
            log.warning("the emergencies were not kept: %s", error)

    def _written(self, _: object) -> None:
        self._writing = False
        if self._write_again:
            self._keep()
        else:
            self.kept.emit()
