"""The display's voice: one call at a time, and word of how it ended on the main thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal, Slot

from shared.devices.speech.announcer import AnnouncementEnded, AnnouncementStarted, Announcer
from shared.devices.speech.protocol import Speaker
from shared.devices.trying import Tried, try_out
from shared.domain.announcements import Announcement, Ending, SpokenLanguage
from shared.schemas.device_health import DeviceHealth, DeviceKind
from shared.schemas.events import ActiveCall

log = logging.getLogger(__name__)
# How old a call may be was decided when its turn came; the announcer would judge by the first ring.
_ANY_AGE = timedelta(days=1)
CROWDED_FROM = 2


class Voice(QObject):
    """A speaker and its announcer. `spoken(call_id, at)`: a call was said to its end. `ended()`: it is quiet again."""

    spoken = Signal(object, object)
    ended = Signal()
    # `is_speaking` may be another now.
    changed = Signal()
    _told = Signal(object)

    def __init__(
        self,
        speaker: Speaker,
        now: Callable[[], datetime],
        languages: Sequence[SpokenLanguage] = (SpokenLanguage.MANDARIN,),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._speaker = speaker
        # Announcements by their end: the worker's word comes a moment later than it was said.
        self._running = 0
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._announcer = Announcer(speaker, self._told.emit, languages=languages, max_age=_ANY_AGE, clock=now)

    @property
    def is_speaking(self) -> bool:
        return self._running > 0

    def open(self) -> None:
        self._announcer.open()

    def close(self) -> None:
        self._announcer.close()

    def health(self) -> DeviceHealth:
        return self._speaker.health()

    def try_out(self, kind: DeviceKind, stop: Callable[[], bool]) -> Tried:
        """Blocks: says a sentence in every language when its turn comes."""
        if kind != "speech":
            return Tried("failed", "device_not_here")
        with self._announcer.branch.overhear() as ear:
            return try_out(kind, self._speaker, ear, languages=self._announcer.languages, stop=stop)

    def set_languages(self, languages: Sequence[SpokenLanguage]) -> None:
        self._announcer.set_languages(languages)

    def say(self, call: ActiveCall, recalls: int, rang_at: datetime, *, waiting: int) -> None:
        """Say a call, twice; once when others wait, or the last of them would hear it late."""
        announcement = Announcement(str(call.call_id), recalls, rang_at, call.number, call.counter_label)
        if self._announcer.announce(announcement, repeat=1 if waiting >= CROWDED_FROM else None):
            self._running += 1
            self.changed.emit()

    def cancel(self, call_id: UUID) -> None:
        """Not said, unless it is being said already."""
        self._announcer.cancel(str(call_id))

    @Slot(object)
    def _hear(self, event: object) -> None:
        if isinstance(event, AnnouncementStarted) or not isinstance(event, AnnouncementEnded):
            return
        self._running -= 1
        if event.ending is Ending.SPOKEN:
            self.spoken.emit(UUID(event.announcement.call_id), event.at)
        elif event.ending is Ending.FAILED:
            log.warning("call %s was not spoken: %s", event.announcement.number, event.error)
        self.changed.emit()
        self.ended.emit()
