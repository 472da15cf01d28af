"""What the touch browser shows, computed from what is known and where somebody is. No memory of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from kiosk_app.content_copy import ContentCopy
from kiosk_app.features.browsing.guide_text import Chapter, chapters
from kiosk_app.features.browsing.lists import Files, Listing, listing
from kiosk_app.features.browsing.places import SHAPES, Place, Spot
from kiosk_app.features.browsing.state import BrowsingState, PaperView
from kiosk_app.features.browsing.texts import Page, page_of
from kiosk_app.hall_copy import HallCopy
from kiosk_app.settings import KioskSettings
from kiosk_app.strip import StripView, strip_view
from shared.devices.printer.document import in_language
from shared.domain.characters import split
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.i18n.errors import error_text
from shared.schemas.almanac_words import day_words, lunar_words, names_of, weather_line
from shared.schemas.guides import Guide
from shared.ui.qr_matrix import qr_matrix
from shared.ui.theme import Look, resolve

# Search shares an upright screen with a keypad.
FOUND_SHOWN, FOUND_SHOWN_ELDER = 3, 2
FOUND_SHOWN_LYING, FOUND_SHOWN_LYING_ELDER = 5, 4
# Number, day and applicant of a case have lines of their own there.
CASES_SHOWN, CASES_SHOWN_ELDER = 4, 3


@dataclass
class Machine:
    """What is true of the screen whoever stands in front of it."""

    language: str = "zh-CN"
    elder: bool = False
    contrast: bool = False
    lying: bool = False


def per_page(machine: Machine, spot: Spot) -> int:
    """How many choices one screen offers."""
    if machine.lying and (SHAPES[spot] == "search" or spot is Spot.CASES):
        return FOUND_SHOWN_LYING_ELDER if machine.elder else FOUND_SHOWN_LYING
    if SHAPES[spot] == "search":
        return FOUND_SHOWN_ELDER if machine.elder else FOUND_SHOWN
    if spot is Spot.CASES:
        return CASES_SHOWN_ELDER if machine.elder else CASES_SHOWN
    return int(resolve(Look(elder=machine.elder))["choices"])


def page_count(total: int, size: int) -> int:
    return max(1, -(-total // size))


def guide_at(place: Place, content: ContentCopy) -> Guide | None:
    """The guide somebody looks at."""
    return content.library.guide(UUID(place.key)) if place.spot is Spot.GUIDE else None


def chapters_at(guide: Guide, content: ContentCopy, language: str) -> list[Chapter]:
    return chapters(guide, content.library.counters(guide), language)


def draw(
    machine: Machine, place: Place, hall: HallCopy, content: ContentCopy, settings: KioskSettings, files: Files, *,
    idle_left: int,
) -> BrowsingState:  # fmt: skip
    """The state of the screen; what papers there are comes from whoever prints."""
    language, facts = machine.language, hall.hall
    state = BrowsingState(
        place=place.spot.value, shape=SHAPES[place.spot], language=language, languages=settings.languages,
        elder=machine.elder, contrast=machine.contrast, clock_offset_ms=hall.wall_offset_ms,
        hall_name=in_language(language, facts.name, facts.name_en) if facts else "",
        away_text=error_text(hall.error.code, language, **hall.error.params) if hall.error else "",
        as_of=_as_of(hall, language), idle_left=idle_left,
    )  # fmt: skip
    if place.spot in (Spot.AWAY, Spot.ATTRACT, Spot.START):
        tiles = listing(place, hall, content, files, language).tiles
        return _with_day(replace(state, tiles=tiles.page(0, len(tiles))), hall, content)
    if SHAPES[place.spot] == "text":
        return _with_text(state, page_of(place, hall, content, files, language))
    return _with_list(state, machine, place, content, listing(place, hall, content, files, language))


def _with_list(
    state: BrowsingState, machine: Machine, place: Place, content: ContentCopy, found: Listing
) -> BrowsingState:  # fmt: skip
    size = per_page(machine, place.spot)
    pages = page_count(len(found.tiles), size)
    page = min(place.page, pages - 1)
    state = replace(
        state, title=found.title, subtitle=found.subtitle, tabs=found.tabs, page=page, pages=pages, per_page=size,
        tiles=found.tiles.page(page, size), empty=found.empty, empty_hint=found.empty_hint,
        search=found.search,
    )  # fmt: skip
    if SHAPES[place.spot] != "search":
        return state
    strip = StripView()
    if machine.language == DEFAULT_LANGUAGE and place.spot is Spot.SEARCH:
        strip = strip_view(content.library.candidates(place.query), place.strip_page, machine.elder)
    characters, letters = split(place.query) if strip.there else (place.query, "")
    total = len(found.tiles) if found.total is None else found.total
    return replace(
        state, query=place.query, characters=characters, letters=letters.upper(), strip=strip,
        found=total if place.query.strip() else -1,
    )  # fmt: skip


def _with_text(state: BrowsingState, page: Page) -> BrowsingState:
    return replace(
        state, title=page.title, subtitle=page.subtitle, tabs=page.tabs, tiles=page.tiles, lines=page.lines,
        picture=page.picture, film=page.film, empty=page.empty, empty_hint=page.empty_hint,
        qr=qr_matrix(page.link) if page.link else (), qr_words=page.link_words if page.link else "",
    )  # fmt: skip


def with_papers(state: BrowsingState, *, page: bool, slip: bool, paper: PaperView) -> BrowsingState:
    """What can be taken along on paper, where there is a guide."""
    there = state.place == Spot.GUIDE and bool(state.lines)
    return replace(state, can_print=there and page, can_slip=there and slip, paper=paper if there else PaperView())


def _as_of(hall: HallCopy, language: str) -> str:
    """Nothing while the line is there."""
    if hall.connected or hall.as_of is None:
        return ""
    same = hall.as_of.date() == hall.now.date()
    at = f"{hall.as_of:%H:%M}" if same else f"{hall.as_of:%Y-%m-%d %H:%M}"
    return text("browsing.as_of", language, time=at)


def _with_day(state: BrowsingState, hall: HallCopy, content: ContentCopy) -> BrowsingState:
    """The date, its lunar date and names, and the weather as of when it was told."""
    today, told, language = hall.now.date(), content.content, state.language
    known = next((one for one in told.days if one.day == today), None)
    separator = text("browsing.separator", language)
    lunar = separator.join(part for part in (lunar_words(today, language), *names_of(today, language, known)) if part)
    state = replace(state, date=day_words(today, language), lunar=lunar)
    weather, note = weather_line(told.weather, hall.now, language)
    return replace(state, weather=weather, weather_note=note)
