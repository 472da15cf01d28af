"""The part of the hall client that speaks of what the hall tells of itself: introduction, weather, days, publicity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.introduction import (
    IntroductionAct,
    IntroductionContent,
    IntroductionEdit,
    IntroductionVersion,
    IntroductionView,
    ShownIntroduction,
)
from shared.schemas.publicity import (
    CaseGiven,
    CasesGiven,
    PublicityPage,
    PublicityReport,
    PublicitySettingsEdit,
    PublicitySettingsShown,
    TakeDown,
)
from shared.schemas.weather import Almanac, Weather, WeatherSettingsEdit, WeatherSource

FILE_S = 60.0
Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...

    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        key: str | None = None, read_s: float,
    ) -> bytes: ...  # fmt: skip


class InformationCalls:
    """Mixed into ``HallClient``."""

    def introduction(self: _Line) -> ShownIntroduction:
        return self._get("/introduction", ShownIntroduction)

    def introduction_versions(self: _Line) -> IntroductionView:
        return self._get("/introduction/versions", IntroductionView)

    def earlier_introductions(self: _Line, before: int) -> list[IntroductionVersion]:
        return self._get("/introduction/versions/earlier", Page[IntroductionVersion], {"before": str(before)}).items

    def save_introduction(self: _Line, edition: int, content: IntroductionContent) -> IntroductionView:
        body = IntroductionEdit(edition=edition, content=content)
        return IntroductionView.model_validate_json(self._send("PUT", "/introduction/content", body=body))

    def step_introduction(self: _Line, act: str, edition: int, number: int) -> IntroductionView:
        """``act``: publish, restore."""
        return self._post(f"/introduction/{act}", IntroductionView, IntroductionAct(edition=edition, number=number))

    def weather(self: _Line) -> Weather:
        return self._get("/weather", Weather)

    def weather_source(self: _Line) -> WeatherSource:
        return self._get("/weather/source", WeatherSource)

    def set_weather_source(self: _Line, wanted: WeatherSettingsEdit) -> WeatherSource:
        return WeatherSource.model_validate_json(self._send("PUT", "/weather/source", body=wanted))

    def almanac(self: _Line, first: date | None = None, days: int = 60) -> Almanac:
        """What the hall's calendar says of each day from ``first``, or today, on."""
        query = {"days": str(days)} | ({"first": first.isoformat()} if first is not None else {})
        return self._get("/almanac", Almanac, query)

    def publicity(self: _Line, search: str = "", limit: int = 20, cursor: str = "") -> PublicityPage:
        query = {"search": search, "limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return self._get("/publicity", PublicityPage, query)

    def bring_cases(self: _Line, cases: list[CaseGiven]) -> PublicityReport:
        return PublicityReport.model_validate_json(
            self._send("PUT", "/publicity/cases", body=CasesGiven(cases=cases))
        )  # fmt: skip

    def import_cases(self: _Line, content: bytes, *, dry_run: bool, key: str | None = None) -> PublicityReport:
        """Bring in a JSON or Excel file: all of it, or nothing."""
        query = {"dry_run": str(dry_run).lower()}
        return PublicityReport.model_validate_json(
            self._file("POST", "/publicity/import", query=query, content=content, key=key, read_s=FILE_S)
        )

    def publicity_form(self: _Line) -> bytes:
        """An Excel workbook to fill in."""
        return self._file("GET", "/publicity/form", read_s=FILE_S)

    def publicity_settings(self: _Line) -> PublicitySettingsShown:
        return self._get("/publicity/settings", PublicitySettingsShown)

    def set_publicity_settings(self: _Line, wanted: PublicitySettingsEdit) -> PublicitySettingsShown:
        return PublicitySettingsShown.model_validate_json(self._send("PUT", "/publicity/settings", body=wanted))

    def take_case_down(self: _Line, case_id: UUID, reason: str) -> None:
        self._send("POST", f"/publicity/{case_id}/take-down", body=TakeDown(reason=reason))
