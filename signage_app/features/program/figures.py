"""The day's figures as a wall says them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.schemas.signage import SignageFigures

FIGURES: Final = ("waiting", "served", "average", "longest", "services")


@dataclass(frozen=True)
class ServiceView:
    name: str
    waiting: int
    served: int


@dataclass(frozen=True)
class FiguresView:
    """Empty: not known, or there is nothing to say. Waits in whole minutes."""

    served: str = ""
    average: str = ""
    longest: str = ""
    services: tuple[ServiceView, ...] = ()


NO_FIGURES: Final = FiguresView()


def figures_view(told: SignageFigures, language: str) -> FiguresView:
    return FiguresView(
        served=str(told.served), average=_minutes(told.wait_mean_s), longest=_minutes(told.longest_waiting_s),
        services=tuple(
            ServiceView(one.name_en if language == "en" and one.name_en else one.name, one.waiting, one.served)
            for one in told.services
        ),
    )  # fmt: skip


def _minutes(seconds: float | None) -> str:
    return "" if seconds is None else str(round(seconds / 60))
