"""What the hall tells of itself, and the way there, as lines of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kiosk_app.features.browsing.notice_text import body_lines
from kiosk_app.features.browsing.state import LineView
from shared.devices.printer.document import in_language
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.hall import Hall
from shared.schemas.introduction import CarPark, GettingHere, IntroductionContent, TransitLine, WayRoute

Address = Callable[[str], str]


def introduction_lines(content: IntroductionContent, address: Address, language: str) -> tuple[LineView, ...]:
    return body_lines(in_language(language, content.body, content.body_en), address)


def floor_lines(hall: Hall, language: str) -> Iterator[LineView]:
    """What is on which floor, from the hall's files."""
    yield LineView(text("browsing.introduction.floors", language), "heading")
    for floor in hall.floors:
        about, name = (
            in_language(language, *pair) for pair in ((floor.about, floor.about_en), (floor.name, floor.name_en))
        )
        yield LineView(about, "fact", label=name)


def way_lines(way: GettingHere, hall: Hall, address: Address, language: str) -> Iterator[LineView]:
    """``hall``: what its files say where nothing else does."""

    def words(key: str, **params: object) -> str:
        return text(f"introduction.phone.{key}", language, **params)

    way = way if language == DEFAULT_LANGUAGE else way.in_english()
    where = way.address or in_language(language, hall.address, hall.address_en)
    yield LineView(where, "fact", label=words("address"))
    if way.hours:
        yield LineView(way.hours, "fact", label=words("hours"))
    phones = [(phone.name, phone.number) for phone in way.phones] or [(words("phone"), hall.phone)]
    for name, number in phones:
        yield LineView(number, "fact", label=name)
    yield from body_lines(way.note, address)
    if way.lines:
        yield LineView(words("lines"), "heading")
        for line in way.lines:
            yield _transit(line, language)
    if way.routes:
        yield LineView(words("routes"), "heading")
        for route in way.routes:
            yield from _route(route, language)
    if way.car_parks:
        yield LineView(words("parking"), "heading")
        for park in way.car_parks:
            yield from _park(park, address, language)


def _transit(line: TransitLine, language: str) -> LineView:
    walk = text("introduction.phone.walk", language, n=line.walk_minutes) if line.walk_minutes is not None else ""
    name = text(f"introduction.wheels.{line.kind}", language, name=line.name)
    return LineView(line.stop, "fact", label=name, note=line.note, badge=walk)


def _route(route: WayRoute, language: str) -> Iterator[LineView]:
    minutes = text("introduction.phone.minutes", language, n=route.minutes) if route.minutes is not None else ""
    start = text("introduction.phone.from", language, start=route.start)
    yield LineView(start, "point", badge=minutes, note=text(f"introduction.means.{route.means}", language))
    for number, step in enumerate(route.steps, 1):
        yield LineView(step, "point", label=f"{number}.")


def _park(park: CarPark, address: Address, language: str) -> Iterator[LineView]:
    places = text("introduction.phone.places", language, n=park.places) if park.places is not None else ""
    entrance = text("introduction.phone.entrance", language, where=park.entrance) if park.entrance else ""
    yield LineView(park.name, "point", badge=places, note="\n".join(words for words in (entrance, park.fee) if words))
    if park.picture and (source := address(park.picture)):
        yield LineView("", "picture", picture=source)
