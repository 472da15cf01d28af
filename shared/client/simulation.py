"""The part of the hall client that asks what would have been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from shared.schemas.simulation import Advice, PastDays, WhatIf

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    """What the client itself brings: one call, one answer."""

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any, *, key: str | None = None) -> Answer: ...


class SimulationCalls:
    """Mixed into ``HallClient``."""

    def past_days(self: _Line) -> PastDays:
        """The days that can be run again, the newest first."""
        return self._get("/simulation/days", PastDays)

    def what_if(self: _Line, asked: WhatIf) -> Advice:
        """Past days with another staff or another calling policy; takes up to some seconds, changes nothing."""
        return self._post("/simulation/what-if", Advice, asked)
