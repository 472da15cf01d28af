"""What a wall says beside its media, as the server told it last: notices, the day and its weather."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from pydantic import ValidationError

from shared.domain.notices.showing import shown as shown_now
from shared.i18n import text
from shared.schemas.almanac_words import lunar_words, names_of, weather_line
from shared.schemas.events import Event, Snapshot
from shared.schemas.notices import ShownNotice
from shared.schemas.weather import Weather

log = logging.getLogger(__name__)
# Notices a ticker goes through; the pinned and the latest come first.
ON_TICKER: Final = 12


class Board:
    """The ``take_`` functions answer whether anything is another than before."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._notices: Mapping[UUID, ShownNotice] = {}
        self.weather: Weather | None = None

    def use(self, notices: tuple[ShownNotice, ...], weather: Weather | None) -> None:
        self._notices, self.weather = {one.id: one for one in notices}, weather

    def take_snapshot(self, snapshot: Snapshot) -> bool:
        before = self._notices, self.weather
        if snapshot.notices is not None:
            self._notices = {one.id: one for one in snapshot.notices}
        self.weather = snapshot.weather or self.weather
        return before != (self._notices, self.weather)

    def take_event(self, event: Event) -> bool:
        before = self._notices, self.weather
        try:
            if event.kind == "weather.changed":
                self.weather = Weather.model_validate(event.data)
            elif event.kind.startswith("notice."):
                told_of, shown = UUID(event.data["id"]), event.data.get("shown")
                news = {told_of: ShownNotice.model_validate(shown)} if shown is not None else {}
                self._notices = {id_: one for id_, one in self._notices.items() if id_ != told_of} | news
        except (ValidationError, KeyError, ValueError):
            log.exception("event %s %s was not understood", event.seq, event.kind)
        return before != (self._notices, self.weather)

    def notices(self, now: datetime) -> tuple[ShownNotice, ...]:
        """Those that are not over."""
        return tuple(shown_now(self._notices.values(), now))

    def lines(self, now: datetime) -> tuple[str, ...]:
        """For the ticker."""
        return tuple(map(_line, self.notices(now)[:ON_TICKER]))

    def day(self, local: datetime) -> dict[str, str]:
        """The lunar date and what the day is called; the weather, and since when it is known."""
        weather, note = weather_line(self.weather, local, self._language)
        return {"lunar": _lunar(local.date(), self._language), "weather": weather, "weather_note": note}


@lru_cache(maxsize=4)
def _lunar(day: date, language: str) -> str:
    parts = (lunar_words(day, language), *names_of(day, language))
    return text("weather.separator", language).join(part for part in parts if part)


def _line(notice: ShownNotice) -> str:
    return f"{notice.title}  {notice.summary}" if notice.summary else notice.title
