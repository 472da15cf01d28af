"""HTTP of the weather and of what kind of day a date is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.audit import actor
from server.auth import Principal, Require
from server.database import Reader
from server.features.weather import days, service
from server.web import answer, change, look
from shared.schemas.weather import Almanac, Weather, WeatherSettingsEdit, WeatherSource

router = APIRouter(tags=["weather"])
Anybody = Annotated[Principal, Depends(Require("hall:view"))]
Changing = Annotated[Principal, Depends(Require("content.weather:change"))]
MOST_DAYS = 400


@router.get("/weather", response_model=Weather)
async def weather(request: Request, principal: Anybody) -> Response:
    """The last that is known, with its moment; nothing but that there is none before the first answer."""
    return answer(await look(request, service.shown))


@router.get("/weather/source", response_model=WeatherSource)
async def source(request: Request, principal: Changing) -> Response:
    return answer(await look(request, service.source))


@router.put("/weather/source", response_model=WeatherSource)
async def set_source(request: Request, principal: Changing, body: WeatherSettingsEdit) -> Response:
    """The whole of it; the key is kept sealed and never answered."""
    who, base = actor(request, principal), request.app.state.context.link_base
    return await change(request, principal, lambda writer: service.put_source(writer, base, who, body))


@router.get("/almanac", response_model=Almanac)
async def almanac(
    request: Request, principal: Anybody, first: date | None = None,
    length: Annotated[int, Query(alias="days", ge=1, le=MOST_DAYS)] = 60,
) -> Response:  # fmt: skip
    """What the hall's calendar says of the days from ``first`` (today) on, for terminals to keep."""

    def read(reader: Reader) -> Almanac:
        begin = first or reader.day
        end = date.max if (date.max - begin).days < length else begin + timedelta(days=length - 1)
        return days.almanac(reader, begin, end)

    return answer(await look(request, read))
