"""What the touch browser shows; never None inside, because a screen that is just leaving still reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk_app.strip import StripView


@dataclass(frozen=True)
class TileView:
    """Something to touch. ``mark``: a letter in its disc, where there is no ``icon`` nor ``picture``. ``more``: of a
    record that is only read; it stands beside its note, or below it."""

    key: str
    title: str
    note: str = ""
    icon: str = ""
    mark: str = ""
    badge: str = ""
    picture: str = ""
    more: str = ""


@dataclass(frozen=True)
class TabView:
    """One of a few ways to look at a list, or a chapter of a text."""

    key: str
    title: str
    chosen: bool = False


@dataclass(frozen=True)
class LineView:
    """A line of a text. ``kind``: heading | text | point | fact | picture; ``label`` stands before a fact, ``note``
    smaller below."""

    text: str = ""
    kind: str = "text"
    label: str = ""
    note: str = ""
    badge: str = ""
    picture: str = ""


@dataclass(frozen=True)
class PaperView:
    """A paper that is being made; ``state``: "" | printing | printed | failed."""

    state: str = ""
    words: str = ""


@dataclass(frozen=True)
class BrowsingState:
    """All of it. ``place`` is what fills the screen, ``shape`` how: start | list | search | text | away."""

    place: str = "away"
    shape: str = "away"
    language: str = "zh-CN"
    languages: tuple[str, ...] = ()
    elder: bool = False
    contrast: bool = False
    hall_name: str = ""
    clock_offset_ms: float = 0.0
    away_text: str = ""
    # since when what is shown is not news any more; empty while the server tells it live
    as_of: str = ""
    # the head of the start screen
    date: str = ""
    lunar: str = ""
    weather: str = ""
    weather_note: str = ""
    title: str = ""
    subtitle: str = ""
    tabs: tuple[TabView, ...] = ()
    tiles: tuple[TileView, ...] = ()
    page: int = 0
    pages: int = 1
    per_page: int = 6
    empty: str = ""
    empty_hint: str = ""
    # the search that a list opens
    search: str = ""
    # a text
    lines: tuple[LineView, ...] = ()
    picture: str = ""
    film: str = ""
    qr: tuple[tuple[bool, ...], ...] = ()
    qr_words: str = ""
    can_print: bool = False
    can_slip: bool = False
    paper: PaperView = field(default_factory=PaperView)
    # search
    query: str = ""
    characters: str = ""
    letters: str = ""
    strip: StripView = field(default_factory=StripView)
    found: int = -1
    idle_left: int = 0
