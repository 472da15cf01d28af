"""The hall on a phone: what it is with today's date and weather, and how people get there. Without scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.context import Context
from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.introduction import service
from server.features.weather.days import almanac
from server.features.weather.service import shown as weather_shown
from server.mobile.rendering import lang_query, language, page
from server.web import look
from shared.domain.notices.body import as_html, parse
from shared.i18n import text
from shared.schemas.almanac_words import day_words, lunar_words, names_of, weather_words
from shared.schemas.introduction import IntroductionContent
from shared.schemas.weather import WeatherDay

router = APIRouter(include_in_schema=False)
# Where the store of pictures answers.
MEDIA = "/api/v1/media/"
CHINESE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Today:
    """The day and the weather in words; ``weather`` empty: nothing is known yet. ``as_of``: as of when."""

    day: str
    lunar: str
    names: list[str]
    weather: str
    as_of: str
    ahead: list[tuple[str, str]]
    source: str


@router.api_route(service.PAGE, methods=["GET", "HEAD"])
@router.api_route(f"{service.PAGE}/", methods=["GET", "HEAD"])
async def hall_page(request: Request) -> Response:
    """What the hall says of itself, the day, the weather."""
    chosen = language(request)

    def read(reader: Reader) -> tuple[str, Today, dict[str, Any]]:
        content = service.shown(reader, "").content
        return _hall(reader, chosen), _today(reader, chosen), _content(content, chosen)

    hall, today, one = await look(request, read)
    return page("hall.html", chosen, hall=hall, here=service.PAGE, query=lang_query(request), today=today, one=one)


@router.api_route(service.WAY, methods=["GET", "HEAD"])
async def way_page(request: Request) -> Response:
    """The surroundings, lines, routes and where to park."""
    chosen = language(request)
    context: Context = request.app.state.context

    def read(reader: Reader) -> tuple[str, IntroductionContent]:
        return _hall(reader, chosen), service.shown(reader, context.link_base).content

    hall, content = await look(request, read)
    way = content.getting_here if chosen == CHINESE else content.getting_here.in_english()
    return page(
        "hall_way.html", chosen, hall=hall, here=service.WAY, query=lang_query(request), way=way,
        note=as_html(parse(way.note), _media), media=MEDIA, minutes=partial(_minutes, chosen),
    )  # fmt: skip


def _content(content: IntroductionContent, chosen: str) -> dict[str, Any]:
    foreign = chosen != CHINESE
    body = (content.body_en if foreign else "") or content.body
    return dict(
        title=(content.title_en if foreign else "") or content.title, body=as_html(parse(body), _media),
        cover=_media(content.cover), video=_media(content.video),
        poster=f"{_media(content.cover)}/thumbnail" if content.cover else "",
    )  # fmt: skip


def _today(reader: Reader, chosen: str) -> Today:
    day, weather = reader.day, weather_shown(reader)
    ahead = [_ahead(one, day, chosen) for one in weather.days if one.day >= day]
    return Today(
        day_words(day, chosen), lunar_words(day, chosen), names_of(day, chosen, almanac(reader, day, day).days[0]),
        weather_words(weather, chosen), _as_of(weather.as_of, reader, chosen), ahead, weather.source,
    )  # fmt: skip


def _ahead(one: WeatherDay, today: date, chosen: str) -> tuple[str, str]:
    called = "weather.today" if one.day == today else f"almanac.weekday.{one.day.isoweekday()}"
    sky = text(f"weather.sky.{one.sky}", chosen)
    return text(called, chosen), text("weather.range", chosen, sky=sky, low=round(one.low), high=round(one.high))


def _as_of(at: datetime | None, reader: Reader, chosen: str) -> str:
    if at is None:
        return ""
    local = at.astimezone(reader.clocks.zone)
    key = "weather.as_of" if local.date() == reader.day else "weather.as_of_day"
    return text(key, chosen, day=f"{local:%m-%d}", time=f"{local:%H:%M}")


def _minutes(chosen: str, minutes: int) -> str:
    return text("introduction.phone.minutes", chosen, n=minutes)


def _media(media: str) -> str:
    return f"{MEDIA}{media}" if media else ""


def _hall(reader: Reader, chosen: str) -> str:
    facts = catalogue(reader).facts
    return str((facts.get("name_en") if chosen != CHINESE else "") or facts["name"])
