"""The expected waits on screens: each forecast of this process, told where it changes what a screen shows.

Nothing of it is logged: a forecast is an opinion of the moment, and every process has its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import inf
from typing import Final
from uuid import UUID

from server.event_log import Hub
from shared.domain.waits.shown import Shown, ShownWaits, shown_waits
from shared.domain.waits.told import GOOD_FOR_S, Waits
from shared.schemas.events import ExpectedWait, ExpectedWaits

KIND: Final = "waits.changed"
# Seconds. Figures that change more often than people can read them only trouble them.
AT_MOST_EVERY_S: Final = 3.0
# What has not changed is told again in time before screens take it for old.
AGAIN_AFTER_S: Final = 20.0


def expected_waits(shown: ShownWaits | None, now: datetime) -> ExpectedWaits:
    """As it goes on the wire; without a forecast nobody can say anything."""
    if shown is None:
        return ExpectedWaits(at=now, until=now, services=[])
    return ExpectedWaits(
        at=shown.at, until=shown.at + timedelta(seconds=GOOD_FOR_S),
        services=[
            ExpectedWait(service_id=id_, p50_s=one.p50_s, p90_s=one.p90_s) for id_, one in shown.services.items()
        ],
    )  # fmt: skip


class WaitsOnScreens:
    """Keeps ``waits.shown`` and tells the streams of this process. On the event loop."""

    def __init__(self, hub: Hub, waits: Waits, pace_s: tuple[float, float] = (AT_MOST_EVERY_S, AGAIN_AFTER_S)) -> None:
        self._hub = hub
        self._waits = waits
        self._at_most_every_s, self._again_after_s = pace_s
        self._told: Mapping[UUID, Shown] | None = None
        self._told_at = -inf
        self._later: asyncio.TimerHandle | None = None

    def forecast_made(self) -> None:
        """There is a new forecast."""
        forecast = self._waits.forecast
        if forecast is not None:
            self._waits.shown = shown_waits(forecast.at, forecast.newcomers, self._waits.shown)
            self._tell()

    def _tell(self) -> None:
        shown = self._waits.shown
        assert shown is not None
        changed = shown.services != self._told
        rest = self._told_at + (self._at_most_every_s if changed else self._again_after_s) - self._hub.loop.time()
        if rest <= 0:
            self._told, self._told_at = shown.services, self._hub.loop.time()
            self._hub.tell(KIND, shown.at, expected_waits(shown, shown.at).model_dump_json())
        elif changed and self._later is None:
            self._later = self._hub.loop.call_later(rest, self._tell_later)

    def _tell_later(self) -> None:
        self._later = None
        self._tell()
