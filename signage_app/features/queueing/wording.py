"""Calls, lines and times as the screen says them, in its two languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.i18n import DEFAULT_LANGUAGE, text
from shared.i18n.waits import wait_text
from shared.schemas.events import ActiveCall, ExpectedWait, ServiceWaiting


@dataclass(frozen=True)
class CallLine:
    """One call. ``tone``: called, serving, missed, past."""

    call_id: str
    number: str
    before_number: str
    after_number: str
    counter: str
    before_counter: str
    after_counter: str
    service: str
    sentence: str
    sentence_second: str
    tone: str
    status: str
    recalled: bool


@dataclass(frozen=True)
class WaitingLine:
    """How many wait for one service; ``wait``: how long who takes a number now, empty when none can be said."""

    service: str
    waiting: int
    wait: str


_HERE = "\N{REPLACEMENT CHARACTER}"
_TONES = {"called": "called", "serving": "serving", "no_show": "missed"}


@dataclass(frozen=True)
class Wording:
    """The screen's first language and the small one beside it (may be empty)."""

    language: str
    second: str

    def first(self, key: str, /, **params: object) -> str:
        return text(key, self.language, **params)

    def other(self, key: str, /, **params: object) -> str:
        return text(key, self.second, **params) if self.second else ""

    def pick(self, chinese: str, english: str) -> tuple[str, str]:
        """A name of the hall's data in both languages; without an English one, Chinese stands alone."""
        names = {DEFAULT_LANGUAGE: chinese, "en": english}
        first = names.get(self.language) or chinese
        second = names.get(self.second, "") if self.second else ""
        return first, second if second != first else ""

    def call(self, call: ActiveCall) -> CallLine:
        tone = _TONES.get(call.status, "past")
        label = call.counter_label
        # A label that ends with "window", "room" or "hall" says itself what it is.
        named = label.endswith(tuple(text("speech.mandarin.places")))
        sentence = "signage.hero.sentence_named" if named else "signage.hero.sentence"
        before_number, after_number = self._around("signage.hero.number", "number")
        counter = "signage.hero.counter_named" if named else "signage.hero.counter"
        before_counter, after_counter = self._around(counter, "counter")
        return CallLine(
            call_id=str(call.call_id),
            number=call.number,
            before_number=before_number,
            after_number=after_number,
            counter=label,
            before_counter=before_counter,
            after_counter=after_counter,
            service=self.pick(call.service_name, call.service_name_en)[0],
            sentence=self.first(sentence, number=call.number, counter=label),
            sentence_second=self.other(sentence, number=call.number, counter=label),
            tone=tone,
            status=self.first(f"signage.status.{tone}"),
            recalled=call.recalls > 0,
        )

    def _around(self, key: str, name: str) -> tuple[str, str]:
        """The words before and after a parameter that is drawn much larger than they are."""
        before, _, after = self.first(key, **{name: _HERE}).partition(_HERE)
        return before.strip(), after.strip()

    def waiting(self, line: ServiceWaiting, waits: Mapping[UUID, ExpectedWait]) -> WaitingLine:
        """``waits``: those that are known; empty when nobody can say anything at all."""
        words = ""
        if (wait := waits.get(line.service_id)) is not None:
            words = wait_text(wait.p50_s, wait.p90_s, self.language)
        elif waits:
            words = self.first("signage.waiting.no_counter")
        return WaitingLine(self.pick(line.service_name, line.service_name_en)[0], line.waiting, words)

    def date(self, day: datetime) -> str:
        words = self.first
        return words(
            "ui.date.long", year=day.year, month=day.month, day=day.day, month_name=words(f"ui.date.month_{day.month}"),
            weekday=words(f"ui.date.weekday_{day.isoweekday() % 7}"),
        )  # fmt: skip

    def moment(self, at: datetime, now: datetime) -> str:
        """ "10:42", with the day when it is not today."""
        clock = f"{at:%H:%M}"
        if at.date() == now.date():
            return clock
        return self.first("signage.as_of.earlier", month=at.month, day=at.day, time=clock)


def time_zone(name: str) -> tzinfo | None:
    """The hall's zone; None (this machine's) when the system does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
