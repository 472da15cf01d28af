"""What can be chosen at a place of the touch browser."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from kiosk_app.content_copy import ContentCopy
from kiosk_app.features.browsing.guide_text import days, department_name, guide_name
from kiosk_app.features.browsing.notice_text import kind_words, notice_date
from kiosk_app.features.browsing.places import Place, Spot
from kiosk_app.features.browsing.state import TabView, TileView
from kiosk_app.hall_copy import HallCopy
from kiosk_app.library import Library
from shared.devices.printer.document import in_language
from shared.domain.guides import AUDIENCES
from shared.domain.names import short_mask
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.guides import DepartmentFacts, GuideSummary
from shared.schemas.publicity import PublicCase

START: tuple[tuple[Spot, str], ...] = (
    (Spot.THEMES, "document"), (Spot.DEPARTMENTS, "people"), (Spot.NOTICES, "bell"), (Spot.INTRODUCTION, "building"),
    (Spot.GETTING_HERE, "map-pin"), (Spot.CASES, "check-circle"),
)  # fmt: skip
# How the place of a list of guides says whose they are.
THEME, OF_DEPARTMENT = "theme:", "department:"


class Files(Protocol):
    """Pictures and films that are on this machine."""

    def address(self, sha256: str) -> str:
        """Of the verified file; empty while it is not here."""


class Tiles:
    """Thousands can be chosen and a screen shows a few: a tile is made when its page is turned to."""

    def __init__(self, chosen: Sequence[Any] = (), made: Callable[[Any], TileView] = lambda tile: tile) -> None:
        self._chosen, self._made = chosen, made

    def __len__(self) -> int:
        return len(self._chosen)

    def page(self, number: int, size: int) -> tuple[TileView, ...]:
        """Empty behind the last one."""
        return tuple(self._made(one) for one in self._chosen[number * size : (number + 1) * size])


@dataclass(frozen=True)
class Listing:
    """Everything that can be chosen, all pages; ``empty``: what is said where there is nothing. ``search``: where it is
    searched; ``total``: if there is more than that.
    """

    title: str = ""
    subtitle: str = ""
    tabs: tuple[TabView, ...] = ()
    tiles: Tiles = field(default_factory=Tiles)
    empty: str = ""
    empty_hint: str = ""
    search: str = ""
    total: int | None = None


def listing(place: Place, hall: HallCopy, content: ContentCopy, files: Files, language: str) -> Listing:
    """Of a place that is a list, or of the start."""
    library = content.library
    match place.spot:
        case Spot.DEPARTMENTS:
            return _departments(place, library, language)
        case Spot.THEMES:
            return _themes(place, library, language)
        case Spot.GUIDES:
            return _guides(place, library, language)
        case Spot.SEARCH:
            return _search(place, library, language)
        case Spot.NOTICES:
            return _notices(place, hall, content, files, language)
        case Spot.CASES:
            return _cases(content, language)
        case Spot.CASE_SEARCH:
            return _case_search(place, hall, content, language)
    return Listing(tiles=Tiles([_start_tile(spot, icon, language) for spot, icon in START]))


def department_tile(one: DepartmentFacts, language: str) -> TileView:
    name = in_language(language, one.name, one.name_en)
    badge = text("guides.phone.count", language, n=one.guides) if one.guides else ""
    floor = text("browsing.departments.floor", language, floor=one.floor) if one.floor else ""
    return TileView(f"department/{one.id}", name, floor, mark=_mark(one.short_name or name), badge=badge)


def guide_tile(guide: GuideSummary, language: str) -> TileView:
    limit = days(guide.promised_days, language) if guide.promised_days is not None else ""
    return TileView(
        f"guide/{guide.id}", guide_name(guide, language), department_name(guide, language), "document", badge=limit
    )


def tabs_of(found: Iterable[tuple[str, str]], chosen: str) -> tuple[TabView, ...]:
    """One is always chosen: the first where nobody has chosen yet."""
    known = list(found)
    if chosen not in (key for key, _ in known):
        chosen = known[0][0] if known else ""
    return tuple(TabView(key, title, key == chosen) for key, title in known)


def chosen_of(tabs: tuple[TabView, ...]) -> str:
    return next((tab.key for tab in tabs if tab.chosen), "")


def _start_tile(spot: Spot, icon: str, language: str) -> TileView:
    title, note = (text(f"browsing.start.{spot}{more}", language) for more in ("", "_hint"))
    return TileView(f"{spot}/", title, note, icon)


def _mark(name: str) -> str:
    return name.strip()[:1]


def _departments(place: Place, library: Library, language: str) -> Listing:
    # Categories have no English names.
    named = [(one, one) for one in library.categories] if language == DEFAULT_LANGUAGE else []
    tabs = tabs_of([("", text("browsing.tab.all", language)), *named], place.tab) if named else ()
    wanted = chosen_of(tabs)
    shown = [one for one in library.departments if wanted in ("", one.category)]
    return Listing(
        text("browsing.start.departments", language), text("browsing.departments.hint", language), tabs,
        Tiles(shown, lambda one: department_tile(one, language)), *_nothing(language),
    )  # fmt: skip


def _audience_tabs(place: Place, language: str) -> tuple[TabView, ...]:
    named = [(one, text(f"guides.phone.for_{one}", language)) for one in AUDIENCES]
    return tabs_of([("", text("browsing.tab.all", language)), *named], place.tab)


def _themes(place: Place, library: Library, language: str) -> Listing:
    tabs = _audience_tabs(place, language)
    audience = chosen_of(tabs)
    tiles = [
        TileView(
            f"guides/{THEME}{one.name}", one.name, mark=_mark(one.name),
            badge=text("guides.phone.count", language, n=one.count),
        )
        for one in library.themes(audience)
    ]  # fmt: skip
    return Listing(
        text("browsing.themes.title", language), text("browsing.themes.hint", language), tabs, Tiles(tiles),
        *_nothing(language),
    )  # fmt: skip


def _guides(place: Place, library: Library, language: str) -> Listing:
    tabs = _audience_tabs(place, language)
    audience = chosen_of(tabs)
    title, shown = place.key.removeprefix(THEME), library.guides(audience=audience, theme=place.key.removeprefix(THEME))
    if place.key.startswith(OF_DEPARTMENT):
        id_ = UUID(place.key.removeprefix(OF_DEPARTMENT))
        one = library.department(id_)
        title = in_language(language, one.name, one.name_en) if one is not None else ""
        shown = library.guides(audience=audience, department=id_)
    count = text("guides.phone.count", language, n=len(shown))
    return Listing(title, count, tabs, Tiles(shown, lambda one: guide_tile(one, language)), *_nothing(language))


def _search(place: Place, library: Library, language: str) -> Listing:
    asked = bool(place.query.strip())
    tiles = Tiles(library.search(place.query) if asked else (), lambda one: _found_tile(one, language))
    key = "found_none" if asked else "begin"
    return Listing(
        text("browsing.search.title", language), text("browsing.search.how", language), (), tiles,
        text(f"browsing.search.{key}", language, query=place.query), text(f"browsing.search.{key}_hint", language),
    )  # fmt: skip


def _found_tile(one: GuideSummary | DepartmentFacts, language: str) -> TileView:
    return guide_tile(one, language) if isinstance(one, GuideSummary) else department_tile(one, language)


def _notices(place: Place, hall: HallCopy, content: ContentCopy, files: Files, language: str) -> Listing:
    shown = content.notices
    kinds = list(dict.fromkeys(one.kind for one in shown))
    named = [(one.value, kind) for one, kind in ((one, text(f"notices.kind.{one}", language)) for one in kinds)]
    tabs = tabs_of([("", text("browsing.tab.all", language)), *named], place.tab) if len(kinds) > 1 else ()
    wanted = chosen_of(tabs)
    tiles = Tiles(
        [one for one in shown if wanted in ("", one.kind)],
        lambda one: TileView(
            f"notice/{one.id}",
            one.title,
            one.summary or notice_date(one, hall.zone),
            "play" if one.video else "bell",
            badge=text("browsing.notices.pinned", language) if one.pin else kind_words(one, language),
            picture=files.address(one.cover),
        ),
    )
    return Listing(
        text("browsing.start.notices", language), "", tabs, tiles, text("browsing.notices.none", language),
        text("browsing.notices.none_hint", language),
    )  # fmt: skip


def _nothing(language: str) -> tuple[str, str]:
    return text("guides.phone.none", language), text("guides.phone.none_todo", language)


def _cases(content: ContentCopy, language: str) -> Listing:
    tiles = Tiles(content.content.cases, lambda one: _case(one, language))
    return Listing(
        text("browsing.start.cases", language), text("browsing.cases.masked", language), (), tiles,
        text("publicity.phone.none", language), text("publicity.phone.none_todo", language),
        search=f"{Spot.CASE_SEARCH}/",
    )  # fmt: skip


def _case_search(place: Place, hall: HallCopy, content: ContentCopy, language: str) -> Listing:
    """Without the server only the latest are here, and it says so."""
    asked, found = bool(place.query.strip()), content.cases_with(place.query)
    key = "begin" if not asked else "asking" if content.looks_up(place.query) else "found_none"
    hint = "alone" if key == "found_none" and not hall.connected else key
    return Listing(
        text("browsing.case_search.title", language), text("browsing.case_search.how", language), (),
        Tiles(found.items if asked else (), lambda one: _case(one, language)),
        text(f"browsing.case_search.{key}", language, query=place.query),
        text(f"browsing.case_search.{hint}_hint", language), total=found.total,
    )  # fmt: skip


def _case(one: PublicCase, language: str) -> TileView:
    # What is shown is of the last weeks: the year takes the room of the number that people look for.
    line = text("browsing.cases.line", language, number=one.number, day=f"{one.decided_on:%m-%d}")
    return TileView(
        "",
        one.item,
        line,
        badge=text(f"publicity.result.{one.result}", language),
        more=short_mask(one.applicant),
    )
