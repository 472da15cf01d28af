"""Where the weather comes from, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from PySide6.QtCore import QObject, Slot

from admin_app.features.information import rows
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import catalogue, text
from shared.schemas.access import Me
from shared.schemas.almanac_words import weather_words
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.weather import WeatherSettings, WeatherSettingsEdit, WeatherSource
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class WeatherState:
    """``now``: what screens show; ``source``: how asking goes."""

    loaded: bool = False
    busy: bool = False
    revision: int = 0
    values: tuple[tuple[str, Any], ...] = ()
    has_key: bool = False
    now: str = ""
    source: str = ""
    failing: bool = False
    may_change: bool = False
    problem: str = ""
    told: str = ""


class WeatherPresenter(Presenter[WeatherState]):
    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(WeatherState(), parent)
        self._client, self._language, self._zone, self._version = client, language, ZoneInfo("UTC"), 0
        self._reads = Reads()
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("content.weather:change"))

    @Slot()
    def look(self) -> None:
        """How things stand; what is being typed stays."""
        if self.state.may_change:
            run_in_background(self._client.weather_source, self._known, self._not_known, owner=self, reads=self._reads)

    def save(self, values: Mapping[str, Any]) -> None:
        if self.state.busy or not self.state.loaded:
            return
        try:
            wanted = WeatherSettingsEdit.model_validate(
                {**values, "latitude": values["latitude"] or None, "longitude": values["longitude"] or None,
                 "key": values.get("key") or None, "version": self._version}
            )  # fmt: skip
        except ValidationError as error:
            called = text(f"information.page.weather_{error.errors()[0]['loc'][0]}", self._language)
            self.change(problem=text("information.page.wrong", self._language, field=called), told="")
            return
        self._act(lambda: self._client.set_weather_source(wanted))

    def _act(self, work: Callable[[], WeatherSource]) -> None:
        self.change(busy=True, problem="", told="")

        def done(found: WeatherSource) -> None:
            self._reads.outdate()
            self._known(found)
            self.change(busy=False, told=text("information.page.weather_saved", self._language))
            self.look()

        run_in_background(work, done, self._failed, owner=self)

    def _known(self, found: WeatherSource) -> None:
        if found.version != self._version or not self.state.loaded:
            self._version = found.version
            values = {name: getattr(found, name) for name in WeatherSettings.model_fields} | {"key": ""}
            self.change(values=tuple(values.items()), revision=self.state.revision + 1, has_key=found.has_key)
        self.change(
            loaded=True, now=self._now(found), source=self._source(found), failing=found.failures > 0,
        )  # fmt: skip

    def _now(self, found: WeatherSource) -> str:
        words = weather_words(found.weather, self._language)
        if not words:
            return text("information.page.weather_none", self._language)
        at = rows.when(found.weather.as_of, self._zone)
        return text("information.page.weather_now", self._language, words=words, at=at, source=found.weather.source)

    def _source(self, found: WeatherSource) -> str:
        if not found.driver:
            return text("information.page.weather_off", self._language)
        if not found.failures:
            at = rows.when(found.next_at, self._zone)
            return text("information.page.weather_next", self._language, at=at)
        known = catalogue().has(f"information.fault.{found.fault}")
        why = text(f"information.fault.{found.fault}", self._language) if known else found.fault
        at = rows.when(found.next_at, self._zone)
        return text("information.page.weather_failing", self._language, n=found.failures, why=why, at=at)

    def _event(self, event: Event) -> None:
        if event.kind == "weather.changed" and self.state.loaded:
            self.look()

    def _not_known(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _failed(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=self.state.busy))
