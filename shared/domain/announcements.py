"""What a call sounds like in each spoken language, and in which order calls are spoken."""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

MAX_AGE = timedelta(seconds=30)
CROWDED_FROM = 2
REMEMBERED_CALLS = 2000


class SpokenLanguage(StrEnum):
    """A language a hall can speak; the value names its table in `speech.toml`."""

    MANDARIN = "mandarin"
    CANTONESE = "cantonese"
    ENGLISH = "english"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing to say, written the way people of that language read it aloud."""

    language: SpokenLanguage
    text: str


class Words(Protocol):
    """The texts of one spoken language: key and {params} → text."""

    def __call__(self, key: str, /, **params: object) -> str: ...


def spoken_call(
    number: str,
    counter_label: str,
    languages: Sequence[SpokenLanguage],
    words: Callable[[SpokenLanguage], Words],
    *,
    repeat: int = 2,
) -> tuple[Sentence, ...]:
    """The sentences of one call: every language in the hall's order, then all of it again, `repeat` times."""
    once = tuple(Sentence(language, _call(number, counter_label, language, words(language))) for language in languages)
    return once * repeat


def _call(number: str, counter_label: str, language: SpokenLanguage, words: Words) -> str:
    window = spoken_window(counter_label, language, words)
    if not window:
        return words("call_without_window", number=spoken_number(number, language, words))
    return words("call", number=spoken_number(number, language, words), window=window)


def spoken_number(number: str, language: SpokenLanguage, words: Words) -> str:
    """A ticket number, sign by sign: "A017" → "A 零 一 七", "K3-07" → "K 三，零 七"."""
    return _read(_plain(number, language), language, words, _digit_by_digit)


def spoken_window(label: str, language: SpokenLanguage, words: Words) -> str:
    """A window's label as people say it: "B12" → "B 十二号窗口", "301" → "三 零 一号窗口".

    English leaves Chinese characters out and may find nothing to say: then the answer is empty.
    """
    plain = _plain(label, language)
    if not plain:
        return ""
    read = _read(plain, language, words, _as_a_number)
    if language is not SpokenLanguage.ENGLISH and plain[-1] in words("places"):
        return read
    has_number = re.search(r"[A-Z0-9]$", plain) is not None
    return words("window" if has_number else "window_by_name", label=read)


_GROUP = re.compile(
    r"(?P<figures>[0-9]+)|(?P<letters>[A-Za-z]+)|(?P<pause>(?<=\d)[^\w\s]+(?=\d))|(?P<other>[^\W\dA-Za-z_]+)"
)
_LATIN_RUN = re.compile(r"[A-Za-z0-9](?:[\w .·\-/]*[A-Za-z0-9])?", re.ASCII)


def _plain(label: str, language: SpokenLanguage) -> str:
    """Full-width signs become ordinary ones; for English only the last Latin part is kept ("3楼B12" → "B12")."""
    plain = unicodedata.normalize("NFKC", label).strip()
    if language is SpokenLanguage.ENGLISH:
        runs = _LATIN_RUN.findall(plain)
        return runs[-1] if runs else ""
    return plain


def _read(label: str, language: SpokenLanguage, words: Words, figures: Callable[[str, bool, Words], str]) -> str:
    english = language is SpokenLanguage.ENGLISH
    said = ""
    for match in _GROUP.finditer(label):
        group = match.group()
        if match.lastgroup == "pause":
            said = said.rstrip() + words("pause")
        elif match.lastgroup == "figures":
            said += figures(group, english, words) + " "
        elif match.lastgroup == "letters":
            said += (" ".join(group) if group.isupper() or len(group) == 1 else group) + " "
        else:
            said = said.rstrip() + group
    return said.strip()


def _digit_by_digit(figures: str, english: bool, words: Words) -> str:
    return " ".join(figures if english else (words("digits")[int(figure)] for figure in figures))


def _as_a_number(figures: str, english: bool, words: Words) -> str:
    """Up to one hundred as a number; room numbers (301) and leading zeros (07) digit by digit."""
    if int(figures) > 100 or figures.startswith("0"):
        return _digit_by_digit(figures, english, words)
    return figures if english else _chinese_number(int(figures), words)


def _chinese_number(value: int, words: Words) -> str:
    digits, ten = words("digits"), words("ten")
    if value == 100:
        return words("hundred")
    tens, ones = divmod(value, 10)
    return ("" if tens < 2 else digits[tens]) + (ten if tens else "") + (digits[ones] if ones else "")


@dataclass(frozen=True, slots=True)
class Announcement:
    """A call to be spoken; `seq` grows with each recall of the same call."""

    call_id: str
    seq: int
    called_at: datetime
    number: str
    counter_label: str


class Ending(StrEnum):
    """What became of an announcement; each gets exactly one."""

    SPOKEN = "spoken"
    TOO_OLD = "too_old"
    CANCELLED = "cancelled"
    REPLACED = "replaced"
    FAILED = "failed"


class AnnouncementQueue:
    """First called, first spoken; one at a time, never cut off, nothing lost without an ending.

    Not thread-safe: the caller holds a lock.
    """

    def __init__(self, max_age: timedelta = MAX_AGE) -> None:
        self._max_age = max_age
        self._waiting: deque[Announcement] = deque()
        self._speaking: Announcement | None = None
        self._latest: OrderedDict[str, int] = OrderedDict()
        self._endings: list[tuple[Announcement, Ending]] = []

    @property
    def speaking(self) -> Announcement | None:
        """What is being said now."""
        return self._speaking

    @property
    def waiting(self) -> tuple[Announcement, ...]:
        """What will be said, in this order."""
        return tuple(self._waiting)

    def offer(self, announcement: Announcement) -> bool:
        """Line up at the end; a recall replaces its call while that waits. False: this one is already known."""
        if announcement.seq <= self._latest.get(announcement.call_id, -1):
            return False
        self._remove(announcement.call_id, Ending.REPLACED)
        self._latest[announcement.call_id] = announcement.seq
        self._latest.move_to_end(announcement.call_id)
        if len(self._latest) > REMEMBERED_CALLS:
            self._latest.popitem(last=False)
        self._waiting.append(announcement)
        return True

    def cancel(self, call_id: str) -> None:
        """The call was undone: it is not spoken any more, unless it is being spoken already."""
        self._remove(call_id, Ending.CANCELLED)

    def next(self, now: datetime) -> Announcement | None:
        """Begin the next one that is still young enough; None while one is being spoken or nothing waits."""
        while self._speaking is None and self._waiting:
            announcement = self._waiting.popleft()
            if now - announcement.called_at > self._max_age:
                self._endings.append((announcement, Ending.TOO_OLD))
            else:
                self._speaking = announcement
                return announcement
        return None

    def finish(self, ending: Ending = Ending.SPOKEN) -> None:
        """The one being spoken has ended; ValueError when there is none."""
        if self._speaking is None:
            raise ValueError("nothing is being spoken")
        self._endings.append((self._speaking, ending))
        self._speaking = None

    def repeats(self, wanted: int) -> int:
        """How often the present one is said: once when several wait, or the last of them would fall silent."""
        return 1 if len(self._waiting) >= CROWDED_FROM else wanted

    def take_endings(self) -> list[tuple[Announcement, Ending]]:
        """The endings since the last time, in the order they happened."""
        endings, self._endings = self._endings, []
        return endings

    def _remove(self, call_id: str, ending: Ending) -> None:
        gone = [announcement for announcement in self._waiting if announcement.call_id == call_id]
        for announcement in gone:
            self._waiting.remove(announcement)
            self._endings.append((announcement, ending))
