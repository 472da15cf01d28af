"""What is shown at a moment, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID


class Dated(Protocol):
    """``pin``: 1 stands before 2; 0 is not pinned. ``until`` None: until it is retracted."""

    @property
    def id(self) -> UUID: ...
    @property
    def pin(self) -> int: ...
    @property
    def published_at(self) -> datetime: ...
    @property
    def until(self) -> datetime | None: ...


One = TypeVar("One", bound=Dated)


def is_shown(one: Dated, now: datetime) -> bool:
    """From the moment it was published on, and not at the moment it ends."""
    return one.published_at <= now and (one.until is None or now < one.until)


def shown(notices: Iterable[One], now: datetime) -> list[One]:
    """What is to be seen now: pinned by their order, then the latest first."""
    return sorted((one for one in notices if is_shown(one, now)), key=_place)


def _place(one: Dated) -> tuple[bool, int, float, str]:
    return (one.pin == 0, one.pin, -one.published_at.timestamp(), str(one.id))
