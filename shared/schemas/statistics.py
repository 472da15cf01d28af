"""Figures of the day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.schemas.base import Message


class HourFigure(Message):
    """``hour`` is local, 0 … 23."""

    hour: int
    issued: int
    called: int
    finished: int


class ServiceFigure(Message):
    """One service's day. ``promised``: called who had been told a wait; ``kept``: of these, within the P90 told."""

    service_id: UUID
    issued: int
    called: int
    wait_mean_s: float | None
    promised: int
    kept: int


class Today(Message):
    """The service day so far; waits in seconds from issue to first call, None before the first call.

    ``promised`` and ``kept`` as with each service.
    """

    day: date
    issued: int
    waiting: int
    in_hand: int
    finished: int
    no_show: int
    wait_mean_s: float | None
    wait_p90_s: float | None
    longest_waiting_s: float | None
    promised: int = 0
    kept: int = 0
    ratings: dict[str, int]
    hours: list[HourFigure]
    services: list[ServiceFigure] = []
