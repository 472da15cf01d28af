"""The page on which people register themselves."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.features.accounts.cookies import Visitor, form, local, visitor
from server.features.accounts.page_parts import hall_of, next_query, onward_query, show
from server.features.accounts.proof import Door
from server.features.accounts.registration import KINDS, Registration, register, units
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False)
# What a refused form keeps; passwords are typed again.
_KEPT = ("username", "name", "phone", "number", "unit_id", "note")


@router.get("/register")
async def register_page(request: Request) -> Response:
    given = {"next": request.query_params.get("next", "")}
    return await _ask(request, await visitor(request), request.query_params.get("kind", ""), given)


@router.post("/register")
async def send_registration(request: Request) -> Response:
    who = await visitor(request)
    fields: Mapping[str, str] = {}
    try:
        fields = await form(request, who)
        status = await register(Door.of(request), _wanted(fields))
    except HallError as error:
        return await _ask(request, who, fields.get("kind", ""), fields, error)
    wanted = local(fields.get("next", ""))
    return await show(
        request, who, "account_registered.html", here="/register", state=status, after=onward_query(request, wanted)
    )


def _wanted(fields: Mapping[str, str]) -> Registration:
    if fields.get("password", "") != fields.get("again", ""):
        raise HallError("passwords_differ", status=422)
    try:
        unit_id = UUID(fields["unit_id"]) if fields.get("unit_id") else None
    except ValueError:
        unit_id = None
    given = {name: fields.get(name, "").strip() for name in ("username", "name", "phone", "number", "note")}
    # Nothing invisible goes into a name.
    if any(not character.isprintable() for value in given.values() for character in value):
        raise HallError("registration_incomplete", status=422)
    return Registration(kind=fields.get("kind", ""), password=fields.get("password", ""), unit_id=unit_id, **given)


async def _ask(
    request: Request, who: Visitor, kind: str, fields: Mapping[str, str], error: HallError | None = None
) -> Response:
    kind, wanted = kind if kind in KINDS else KINDS[0], local(fields.get("next", ""))
    hall = await hall_of(request)
    closed = hall.rules.self_registration == "off"
    offered = await Door.of(request).read(units) if kind == "staff" and not closed else []
    return await show(
        request, who, "account_register.html", here="/register", keep=f"&kind={kind}{next_query(wanted)}", error=error,
        kind=kind, wanted=wanted, after=onward_query(request, wanted),
        kinds=KINDS, closed=closed, units=offered, given={name: fields.get(name, "")[:200] for name in _KEPT},
        status=403 if closed else 200,
    )  # fmt: skip
