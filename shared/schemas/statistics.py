"""Figures of the day."""

from __future__ import annotations

from datetime import date

from shared.schemas.base import Message


class HourFigure(Message):
    """``hour`` is local, 0 … 23."""

    hour: int
    issued: int
    called: int
    finished: int


class Today(Message):
    """The service day so far; waits in seconds from issue to first call, None before the first call."""

    day: date
    issued: int
    waiting: int
    in_hand: int
    finished: int
    no_show: int
    wait_mean_s: float | None
    wait_p90_s: float | None
    longest_waiting_s: float | None
    ratings: dict[str, int]
    hours: list[HourFigure]
