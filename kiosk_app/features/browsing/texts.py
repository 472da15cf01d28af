"""What can be read at a place of the touch browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from kiosk_app.content_copy import ContentCopy
from kiosk_app.features.browsing.guide_text import chapters, department_name, guide_name, in_chinese
from kiosk_app.features.browsing.hall_text import floor_lines, introduction_lines, way_lines
from kiosk_app.features.browsing.lists import OF_DEPARTMENT, Files, chosen_of, tabs_of
from kiosk_app.features.browsing.notice_text import body_lines, kind_words, notice_date
from kiosk_app.features.browsing.places import Place, Spot
from kiosk_app.features.browsing.state import LineView, TabView, TileView
from kiosk_app.hall_copy import HallCopy
from kiosk_app.library import Library
from shared.devices.printer.document import in_language, label_ranges
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.guides import DepartmentFacts
from shared.schemas.introduction import GettingHere


@dataclass(frozen=True)
class Page:
    """A text; ``tiles``: where it leads; ``link``: its phone page, with the words under its code."""

    title: str = ""
    subtitle: str = ""
    tabs: tuple[TabView, ...] = ()
    lines: tuple[LineView, ...] = ()
    tiles: tuple[TileView, ...] = ()
    picture: str = ""
    film: str = ""
    link: str = ""
    link_words: str = ""
    empty: str = ""
    empty_hint: str = ""


def page_of(place: Place, hall: HallCopy, content: ContentCopy, files: Files, language: str) -> Page:
    """What was there and is no more says so."""
    match place.spot:
        case Spot.DEPARTMENT:
            one = content.library.department(UUID(place.key))
            return _department(one, content.library, language) if one is not None else _gone(language)
        case Spot.GUIDE:
            return _guide(place, content.library, language)
        case Spot.NOTICE:
            return _notice(place, hall, content, files, language)
        case Spot.INTRODUCTION:
            return _introduction(hall, content, files, language)
    return _getting_here(hall, content, files, language)


def _gone(language: str) -> Page:
    return Page(empty=text("browsing.gone", language), empty_hint=text("browsing.gone_hint", language))


def _guide(place: Place, library: Library, language: str) -> Page:
    guide = library.guide(UUID(place.key))
    if guide is None:
        return _gone(language)
    made = chapters(guide, library.counters(guide), language)
    tabs = tabs_of(((one.key, one.title) for one in made), place.tab)
    chosen = chosen_of(tabs)
    lines = next((one.lines for one in made if one.key == chosen), ())
    tile = TileView(f"department/{guide.department_id}", department_name(guide, language), icon="people")
    return Page(
        guide_name(guide, language), in_chinese(language), tabs, lines, (tile,), link=guide.link,
        link_words=text("guides.phone.qr", language),
    )  # fmt: skip


def _department(one: DepartmentFacts, library: Library, language: str) -> Page:
    return Page(
        in_language(language, one.name, one.name_en), one.category if language == DEFAULT_LANGUAGE else "",
        lines=tuple(_department_lines(one, language)), tiles=tuple(_department_tiles(one, library, language)),
    )  # fmt: skip


def _department_lines(one: DepartmentFacts, language: str) -> Iterator[LineView]:
    where = text("browsing.departments.floor", language, floor=one.floor) if one.floor else ""
    windows = one.windows or text("kiosk.services.separator", language).join(label_ranges(one.counter_labels))
    for key, words in (
        ("guides.phone.windows", windows),
        ("browsing.departments.where", where),
        ("guides.phone.consult", one.phone),
    ):
        if words:
            yield LineView(words, "fact", label=text(key, language))
    if one.on_duty:
        count = text("guides.phone.on_duty_n", language, n=len(one.on_duty))
        labels = label_ranges(sorted(place.counter_label for place in one.on_duty))
        at = text("browsing.departments.at", language, counters=text("kiosk.services.separator", language).join(labels))
        yield LineView(count, "fact", label=text("guides.phone.on_duty", language), note=at)
    if one.scope:
        yield LineView(text("browsing.departments.scope", language), "heading")
        yield LineView(one.scope)
    if one.leaders:
        yield LineView(text("browsing.departments.leaders", language), "heading")
        for leader in one.leaders:
            yield LineView(
                leader.name or leader.title, "fact", label=leader.title if leader.name else "", note=leader.duty
            )


def _department_tiles(one: DepartmentFacts, library: Library, language: str) -> Iterator[TileView]:
    if one.guides:
        count = text("guides.phone.count", language, n=one.guides)
        title = text("guides.phone.items", language)
        yield TileView(f"guides/{OF_DEPARTMENT}{one.id}", title, icon="document", badge=count)
    for other in library.departments:
        if other.id == one.parent_id or other.parent_id == one.id:
            note = text("guides.phone.above" if other.id == one.parent_id else "guides.phone.below", language)
            yield TileView(f"department/{other.id}", in_language(language, other.name, other.name_en), note, "people")


def _notice(place: Place, hall: HallCopy, content: ContentCopy, files: Files, language: str) -> Page:
    one = next((one for one in content.notices if str(one.id) == place.key), None)
    if one is None:
        return _gone(language)
    about = text("browsing.notices.about", language, kind=kind_words(one, language), day=notice_date(one, hall.zone))
    lines = body_lines(one.body, files.address)
    if not lines and one.summary:
        lines = (LineView(one.summary),)
    return Page(
        one.title, about, lines=lines, picture=files.address(one.cover), film=files.address(one.video), link=one.link,
        link_words=text("browsing.notices.qr", language),
    )  # fmt: skip


def _introduction(hall: HallCopy, content: ContentCopy, files: Files, language: str) -> Page:
    """As it was published; before that by the hall's own facts."""
    facts, told = hall.hall, content.content.introduction
    if facts is None:
        return _gone(language)
    tile = TileView("getting_here/", text("browsing.start.getting_here", language), icon="map-pin")
    title = in_language(language, facts.name, facts.name_en)
    lines: tuple[LineView, ...] = ()
    page = Page(title, tiles=(tile,))
    if told is not None and told.number:
        lines = introduction_lines(told.content, files.address, language)
        page = replace(
            page, title=in_language(language, told.content.title, told.content.title_en) or title, link=told.link,
            link_words=text("browsing.notices.qr", language), picture=files.address(told.content.cover),
            film=files.address(told.content.video),
        )  # fmt: skip
    notes = tuple(LineView(in_language(language, note.text, note.text_en)) for note in facts.notes)
    return replace(page, lines=(*(lines or notes), *floor_lines(facts, language)))


def _getting_here(hall: HallCopy, content: ContentCopy, files: Files, language: str) -> Page:
    facts, told = hall.hall, content.content.introduction
    if facts is None:
        return _gone(language)
    way = told.content.getting_here if told is not None else GettingHere()
    return Page(
        text("browsing.start.getting_here", language), picture=files.address(way.map),
        lines=tuple(way_lines(way, facts, files.address, language)), link=told.way_link if told is not None else "",
        link_words=text("browsing.getting_here.qr", language),
    )  # fmt: skip
