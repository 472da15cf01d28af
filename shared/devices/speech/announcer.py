"""Feeds calls to a speaker: in order, one at a time, never a stale one, each with an ending."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.devices.hearing import Branch
from shared.devices.speech.protocol import Speaker, SpeakerEvent, Utterance, UtteranceFailed, UtteranceStarted
from shared.domain.announcements import (
    MAX_AGE,
    Announcement,
    AnnouncementQueue,
    Ending,
    SpokenLanguage,
    Words,
    spoken_call,
)
from shared.domain.errors import HallError
from shared.i18n import DEFAULT_LANGUAGE, text


def spoken_words(language: SpokenLanguage) -> Words:
    """The catalogue's texts of a spoken language."""

    def words(key: str, /, **params: object) -> str:
        return text(f"speech.{language.value}.{key}", DEFAULT_LANGUAGE, **params)

    return words


@dataclass(frozen=True)
class AnnouncementStarted:
    """The call is being spoken now."""

    announcement: Announcement


@dataclass(frozen=True)
class AnnouncementEnded:
    """What became of the call, at the announcer's clock; `error` says why it failed."""

    announcement: Announcement
    ending: Ending
    at: datetime
    error: HallError | None = None


AnnouncerListener = Callable[[AnnouncementStarted | AnnouncementEnded], None]


def _name(announcement: Announcement) -> str:
    return f"{announcement.call_id}-{announcement.seq}"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Announcer:
    """All methods return at once and may be called from any thread; the listener is called on that thread or one
    of the speaker's."""

    def __init__(
        self,
        speaker: Speaker,
        listener: AnnouncerListener,
        *,
        languages: Sequence[SpokenLanguage] = (SpokenLanguage.MANDARIN,),
        repeat: int = 2,
        max_age: timedelta = MAX_AGE,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._speaker = speaker
        self._listener = listener
        self._languages = tuple(languages)
        self._repeat = repeat
        self._clock = clock
        self._queue = AnnouncementQueue(max_age)
        self._repeats: dict[str, int] = {}
        self._lock = threading.Lock()
        self._closed = False
        self.branch = Branch(self._heard)

    def open(self) -> None:
        """Open the speaker."""
        self._speaker.open(self.branch.hear)

    def close(self) -> None:
        """Close the speaker; what still waits ends as cancelled."""
        with self._lock:
            self._closed = True
            for announcement in self._queue.waiting:
                self._queue.cancel(announcement.call_id)
            ended = self._ended()
        self._tell(ended)
        self._speaker.close()

    @property
    def languages(self) -> tuple[SpokenLanguage, ...]:
        """What the next call is spoken in."""
        return self._languages

    def set_languages(self, languages: Sequence[SpokenLanguage]) -> None:
        """From the next call on."""
        with self._lock:
            self._languages = tuple(languages)

    def announce(self, announcement: Announcement, *, repeat: int | None = None) -> bool:
        """Line a call up; False when it is already known, or the announcer is closed. `repeat` is for this one only."""
        with self._lock:
            taken = not self._closed and self._queue.offer(announcement)
            if taken and repeat is not None:
                self._repeats[announcement.call_id] = repeat
            self._go_on()
            ended = self._ended()
        self._tell(ended)
        return taken

    def cancel(self, call_id: str) -> None:
        """The call was undone; if it is not being spoken yet, it will not be."""
        with self._lock:
            self._queue.cancel(call_id)
            ended = self._ended()
        self._tell(ended)

    def _heard(self, event: SpeakerEvent) -> None:
        with self._lock:
            announcement = self._queue.speaking
            # Something else may be said between two calls, such as a test.
            if announcement is None or event.id != _name(announcement):
                return
            if isinstance(event, UtteranceStarted):
                told: list[AnnouncementStarted | AnnouncementEnded] = [AnnouncementStarted(announcement)]
            else:
                error = event.error if isinstance(event, UtteranceFailed) else None
                self._queue.finish(Ending.FAILED if error else Ending.SPOKEN)
                told = self._ended(error)
                self._go_on()
                told += self._ended()
        self._tell(told)

    def _go_on(self) -> None:
        announcement = self._queue.next(self._clock())
        if announcement is None:
            return
        sentences = spoken_call(
            announcement.number,
            announcement.counter_label,
            self._languages,
            spoken_words,
            repeat=self._queue.repeats(self._repeats.pop(announcement.call_id, self._repeat)),
        )
        self._speaker.say(Utterance(_name(announcement), sentences))

    def _ended(self, error: HallError | None = None) -> list[AnnouncementStarted | AnnouncementEnded]:
        now = self._clock()
        told: list[AnnouncementStarted | AnnouncementEnded] = []
        for announcement, ending in self._queue.take_endings():
            if ending is not Ending.REPLACED:
                self._repeats.pop(announcement.call_id, None)
            told.append(AnnouncementEnded(announcement, ending, now, error))
        return told

    def _tell(self, events: Sequence[AnnouncementStarted | AnnouncementEnded]) -> None:
        for event in events:
            self._listener(event)
