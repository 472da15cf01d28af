"""Guides on a phone: for whom, by theme, by department, and one guide that can be printed. Without scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.context import Context
from server.database import Reader
from server.features.accounts.page_parts import qr_path
from server.features.catalogue.service import catalogue
from server.features.guides import departments, service
from server.mobile.rendering import language, page
from server.web import look
from shared.domain.errors import HallError
from shared.domain.guides import AUDIENCES
from shared.i18n import languages, text
from shared.schemas.guides import DepartmentFacts, Guide, GuideFee, GuideSummary, Theme

router = APIRouter(include_in_schema=False)
CHINESE = "zh-CN"
# A code takes longer to make than the page, and everybody may ask for it.
_qr = lru_cache(maxsize=512)(qr_path)


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as a page shows it."""

    hall: str
    audience: str
    theme: str
    guides: tuple[GuideSummary, ...]
    themes: tuple[Theme, ...]
    departments: tuple[tuple[UUID, str, int], ...]


@router.api_route("/g", methods=["GET", "HEAD"])
@router.api_route("/g/", methods=["GET", "HEAD"])
async def guides_page(request: Request) -> Response:
    """Themes and departments for the audience that is chosen; the guides of a theme."""
    chosen = language(request)
    audience, theme = request.query_params.get("for", ""), request.query_params.get("theme", "")[:200]
    audience = audience if audience in AUDIENCES else ""
    found = await look(request, lambda reader: _shown(reader, chosen, audience, theme))
    return _draw(request, "guides.html", found.hall, "/g", {"for": audience, "theme": theme}, shown=found)


@router.api_route("/g/departments", methods=["GET", "HEAD"])
async def departments_page(request: Request) -> Response:
    """All departments of the hall by category, those below others under them."""
    chosen = language(request)

    def read(reader: Reader) -> tuple[str, dict[str, list[tuple[UUID, str, int, bool]]]]:
        found = service.shelf(reader)
        counts = Counter(guide.department_id for guide in found.shown())
        groups: dict[str, list[tuple[UUID, str, int, bool]]] = {}
        used = {id_: one for id_, one in found.departments.items() if not one.retired}
        for one in used.values():
            if one.parent_id not in used:
                # Categories have no English name.
                group = groups.setdefault(one.category if chosen == CHINESE else "", [])
                group += [(at.id, _named(at, chosen), counts[at.id], at is not one) for at in _branch(used, one)]
        return _hall(reader, chosen), groups

    hall, groups = await look(request, read)
    return _draw(request, "guide_departments.html", hall, "/g/departments", {}, groups=groups)


@router.api_route("/g/d/{department}", methods=["GET", "HEAD"])
async def department_page(request: Request, department: str) -> Response:
    """What a department does, who leads it, who is there now, and its guides."""
    chosen = language(request)

    def read(reader: Reader) -> tuple[str, DepartmentFacts, dict[UUID, str], list[GuideSummary], str]:
        one = departments.department(reader, _id(department, "department_unknown"))
        every = [other for other in service.shelf(reader).departments.values() if not other.retired]
        near = {other.id: _named(other, chosen) for other in every if other.id == one.parent_id}
        near |= {other.id: _named(other, chosen) for other in every if other.parent_id == one.id}
        guides = service.guide_list(reader, department_id=one.id)
        return _hall(reader, chosen), one, near, guides, _floor(reader, one.floor, chosen)

    try:
        hall, one, near, guides, floor = await look(request, read)
    except HallError as error:
        return await _lost(request, error)
    return _draw(
        request, "guide_department.html", hall, f"/g/d/{department}", {}, one=one, called=_named(one, chosen),
        guides=guides, near=near, floor=floor,
    )  # fmt: skip


@router.api_route("/g/{guide}", methods=["GET", "HEAD"])
async def guide_page(request: Request, guide: str) -> Response:
    """The whole guide, as it goes on paper too; its code leads a phone here."""
    chosen = language(request)

    def read(reader: Reader) -> tuple[str, Guide]:
        return _hall(reader, chosen), service.guide(reader, _id(guide, "guide_unknown"))

    try:
        hall, one = await look(request, read)
    except HallError as error:
        return await _lost(request, error)
    context = request.app.state.context
    assert isinstance(context, Context)
    squares, edge = _qr(f"{context.link_base}/g/{one.id}")
    return _draw(
        request, "guide.html", hall, f"/g/{one.id}", {}, one=one, fields=one.fields, qr=squares, qr_size=edge,
        days=partial(_days, chosen), price=partial(_price, chosen),
    )  # fmt: skip


def _branch(used: Mapping[UUID, service.Department], top: service.Department) -> Iterator[service.Department]:
    """A department and all below it, each before what is below itself."""
    yield top
    for one in used.values():
        if one.parent_id == top.id:
            yield from _branch(used, one)


def _floor(reader: Reader, key: str, chosen: str) -> str:
    found = next((one for one in catalogue(reader).facts.get("floors", ()) if one["key"] == key), None)
    return str((found["name_en"] if chosen != CHINESE else "") or found["name"]) if found is not None else ""


def _shown(reader: Reader, chosen: str, audience: str, theme: str) -> Shown:
    counts: dict[UUID, int] = {}
    every = service.guide_list(reader, audience=audience)
    for guide in every:
        counts[guide.department_id] = counts.get(guide.department_id, 0) + 1
    known = service.shelf(reader).departments
    return Shown(
        _hall(reader, chosen), audience, theme,
        tuple(guide for guide in every if theme in guide.themes) if theme else (),
        tuple(service.themes(reader, audience)),
        tuple((id_, _named(one, chosen), counts[id_]) for id_, one in known.items() if id_ in counts),
    )  # fmt: skip


def _draw(
    request: Request, template: str, hall: str, here: str, params: dict[str, str], *, status: int = 200, **values: Any
) -> Response:  # fmt: skip
    """``params``: what its address has besides the language."""
    given = {key: value for key, value in params.items() if value}
    keep = f"&{urlencode(given)}" if given else ""
    to: Callable[..., str] = partial(_address, request)
    return page(template, language(request), status=status, hall=hall, here=here, keep=keep, to=to, **values)


async def _lost(request: Request, error: HallError) -> Response:
    chosen = language(request)
    hall = await look(request, lambda reader: _hall(reader, chosen))
    notice = text(f"errors.{error.code}", language=chosen, **error.params)
    return _draw(request, "guide_unknown.html", hall, "/g", {}, status=error.status or 404, notice=notice)


def _address(request: Request, path: str, **params: object) -> str:
    """An address of ours in the language that was chosen; ``audience`` is called ``for`` there."""
    given = {"for" if name == "audience" else name: str(value) for name, value in params.items() if value}
    if request.query_params.get("lang") in languages():
        given["lang"] = request.query_params["lang"]
    return f"{path}?{urlencode(given)}" if given else path


def _id(said: str, code: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise HallError(code, status=404) from None


def _hall(reader: Reader, chosen: str) -> str:
    facts = catalogue(reader).facts
    return str((facts.get("name_en") if chosen != CHINESE else "") or facts["name"])


def _named(one: service.Department | DepartmentFacts, chosen: str) -> str:
    return (one.name_en if chosen != CHINESE else "") or one.name


def _days(chosen: str, days: int | None) -> str:
    if days is None:
        return text("guides.phone.no_limit", chosen)
    return text("guides.phone.days", chosen, n=days) if days else text("guides.phone.spot", chosen)


def _price(chosen: str, fee: GuideFee) -> str:
    yuan = f"{fee.fen // 100}" + (f".{fee.fen % 100:02}" if fee.fen % 100 else "")
    return text("guides.phone.per" if fee.unit else "guides.phone.yuan", chosen, yuan=yuan, unit=fee.unit)
