"""Where somebody is in the touch browser, and the way they came: a plain map that can be read without a screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Spot(StrEnum):
    """What fills the screen."""

    AWAY = "away"  # neither a server nor a copy of what it told
    ATTRACT = "attract"
    START = "start"
    INTRODUCTION = "introduction"
    GETTING_HERE = "getting_here"
    DEPARTMENTS = "departments"
    DEPARTMENT = "department"
    THEMES = "themes"
    GUIDES = "guides"  # of a department or theme
    SEARCH = "search"
    GUIDE = "guide"
    NOTICES = "notices"
    NOTICE = "notice"
    CASES = "cases"
    CASE_SEARCH = "case_search"


SHAPES: Mapping[Spot, str] = {
    Spot.AWAY: "away", Spot.ATTRACT: "start", Spot.START: "start", Spot.INTRODUCTION: "text",
    Spot.GETTING_HERE: "text", Spot.DEPARTMENTS: "list", Spot.DEPARTMENT: "text", Spot.THEMES: "list",
    Spot.GUIDES: "list", Spot.SEARCH: "search", Spot.GUIDE: "text", Spot.NOTICES: "list", Spot.NOTICE: "text",
    Spot.CASES: "list", Spot.CASE_SEARCH: "search",
}  # fmt: skip
# What each leads to besides the start and the way back.
LEADS: Mapping[Spot, frozenset[Spot]] = {
    Spot.START: frozenset(
        {
            Spot.INTRODUCTION, Spot.GETTING_HERE, Spot.DEPARTMENTS, Spot.THEMES, Spot.SEARCH, Spot.NOTICES, Spot.CASES,
        }
    ),
    Spot.INTRODUCTION: frozenset({Spot.GETTING_HERE}),
    Spot.DEPARTMENTS: frozenset({Spot.DEPARTMENT}),
    Spot.DEPARTMENT: frozenset({Spot.DEPARTMENT, Spot.GUIDES}),
    Spot.THEMES: frozenset({Spot.GUIDES, Spot.SEARCH}),
    Spot.GUIDES: frozenset({Spot.GUIDE}),
    Spot.SEARCH: frozenset({Spot.GUIDE, Spot.DEPARTMENT}),
    Spot.GUIDE: frozenset({Spot.DEPARTMENT}),
    Spot.NOTICES: frozenset({Spot.NOTICE}),
    Spot.CASES: frozenset({Spot.CASE_SEARCH}),
}  # fmt: skip


@dataclass
class Place:
    """``key``: of what is shown there. ``tab`` and ``page`` stay while somebody looks at what lies behind."""

    spot: Spot
    key: str = ""
    tab: str = ""
    page: int = 0
    query: str = ""
    strip_page: int = 0


class Way:
    """The places somebody came through, the last one in front. It begins at the start."""

    def __init__(self, spot: Spot = Spot.START) -> None:
        self._places = [Place(spot)]

    @property
    def here(self) -> Place:
        return self._places[-1]

    def go(self, spot: Spot, key: str = "", tab: str = "") -> bool:
        """False where no way leads there."""
        if spot not in LEADS.get(self.here.spot, ()):
            return False
        self._places.append(Place(spot, key, tab))
        return True

    def back(self) -> bool:
        """False at the start."""
        if len(self._places) == 1:
            return False
        self._places.pop()
        return True

    def begin(self, spot: Spot) -> None:
        """Nothing of the way before remains."""
        self._places = [Place(spot)]
