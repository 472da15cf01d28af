"""One's own account in a browser: who one is, the password, the second factor, the sessions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.auth import Principal
from server.database import Reader
from server.features.accounts import profile as own
from server.features.accounts.cookies import Visitor, form, visitor
from server.features.accounts.page_parts import go, hall_of, qr_path, show
from server.features.accounts.proof import Door
from server.features.accounts.service import sessions_of
from server.features.accounts.ways import ways
from server.mobile.rendering import language
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.accounts import AccountSession, Profile

router = APIRouter(include_in_schema=False)
_DONE = ("phone", "password", "second_factor", "second_factor_off", "session")
_SIGN_IN = "/sign-in?next=%2Faccount"


@dataclass(frozen=True, slots=True)
class _Own:
    """What the pages show of the one who is signed in."""

    profile: Profile
    sessions: list[AccountSession]


@router.get("/account")
async def account_page(request: Request) -> Response:
    who = await visitor(request)
    return await _home(request, who)


@router.post("/account/phone")
async def set_phone(request: Request) -> Response:
    async def work(door: Door, principal: Principal, fields: Mapping[str, str]) -> None:
        id_, phone = own.own_id(principal), fields.get("phone", "")[:24]
        await door.write(lambda writer: own.set_own_phone(writer, door, id_, phone))

    return await _do(request, work, "phone", _home)


@router.post("/account/session")
async def end_session(request: Request) -> Response:
    """End one of one's own sessions."""

    async def work(door: Door, principal: Principal, fields: Mapping[str, str]) -> None:
        try:
            wanted = UUID(fields.get("session", ""))
        except ValueError:
            raise HallError("session_unknown", status=404) from None
        id_ = own.own_id(principal)
        await door.write(lambda writer: own.end_own(writer, door, id_, wanted))

    return await _do(request, work, "session", _home)


@router.get("/account/password")
async def password_page(request: Request) -> Response:
    return await _password(request, await visitor(request))


@router.post("/account/password")
async def change_password(request: Request) -> Response:
    async def work(door: Door, principal: Principal, fields: Mapping[str, str]) -> None:
        if fields.get("password", "") != fields.get("again", ""):
            raise HallError("passwords_differ", status=422)
        await own.change_own_password(
            door, principal, fields.get("current", ""), fields.get("code", ""), fields.get("password", "")
        )

    return await _do(request, work, "password", _password)


@router.get("/account/second-factor")
async def second_factor_page(request: Request) -> Response:
    return await _second_factor(request, await visitor(request))


@router.post("/account/second-factor")
async def set_second_factor(request: Request) -> Response:
    async def work(door: Door, principal: Principal, fields: Mapping[str, str]) -> None:
        await own.set_second_factor(
            door, principal, fields.get("current", ""), fields.get("old_code", ""), fields.get("offer", "")[:1000],
            fields.get("code", ""),
        )  # fmt: skip

    return await _do(request, work, "second_factor", _second_factor)


@router.post("/account/second-factor/remove")
async def remove_second_factor(request: Request) -> Response:
    async def work(door: Door, principal: Principal, fields: Mapping[str, str]) -> None:
        await own.remove_second_factor(door, principal, fields.get("current", ""), fields.get("old_code", ""))

    return await _do(request, work, "second_factor_off", _second_factor)


async def _do(
    request: Request,
    work: Callable[[Door, Principal, Mapping[str, str]], Awaitable[None]],
    done: str,
    again: Callable[[Request, Visitor, HallError | None], Awaitable[Response]],
) -> Response:
    """A form of one's own: done and told, or its page again with why not."""
    who = await visitor(request)
    if who.principal is None:
        return go(request, _SIGN_IN)
    try:
        await work(Door.of(request), who.principal, await form(request, who))
    except HallError as error:
        return await again(request, who, error)
    lang = request.query_params.get("lang")
    return go(request, f"/account?done={done}" + (f"&lang={language(request)}" if lang else ""))


async def _home(request: Request, who: Visitor, error: HallError | None = None) -> Response:
    if who.account is None or who.session is None:
        return go(request, _SIGN_IN)
    account_id, session_id = who.account.id, who.session.id

    def read(reader: Reader) -> _Own:
        return _Own(own.profile(reader, account_id), sessions_of(reader, account_id, session_id))

    found, offered, zone = await Door.of(request).read(
        lambda reader: (read(reader), ways(reader, "/account"), reader.clocks.zone)
    )
    done = request.query_params.get("done", "")
    return await show(
        request, who, "account_home.html", here="/account", error=error, own=found.profile, sessions=found.sessions,
        done=text(f"account.done.{done}", language=language(request)) if done in _DONE and error is None else "",
        at=lambda moment: moment.astimezone(zone).strftime("%m-%d %H:%M"), device=_device,
        ways=offered,
    )  # fmt: skip


async def _password(request: Request, who: Visitor, error: HallError | None = None) -> Response:
    if who.account is None:
        return go(request, _SIGN_IN)
    return await show(
        request, who, "account_password.html", here="/account/password", error=error,
        has_code=who.account.totp_cipher is not None,
    )  # fmt: skip


async def _second_factor(request: Request, who: Visitor, error: HallError | None = None) -> Response:
    if who.account is None:
        return go(request, _SIGN_IN)
    hall, id_, door = await hall_of(request), who.account.id, Door.of(request)
    offer = await own.offer_second_factor(door, id_, hall.name)
    path, size = qr_path(offer.uri)
    found = await door.read(lambda reader: own.profile(reader, id_))
    return await show(
        request, who, "account_second_factor.html", here="/account/second-factor", error=error, offer=offer,
        path=path, size=size, has_code=found.account.second_factor, required=found.second_factor_required,
    )  # fmt: skip


def _device(place: str) -> str:
    """What a person recognises of a browser's long name."""
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    browsers = ("MicroMessenger", "Edg", "Firefox", "Chrome", "Safari")
    found = [next((name for name in names if name in place), "") for names in (browsers, systems)]
    plain = {"MicroMessenger": "WeChat", "Edg": "Edge", "Macintosh": "Mac"}
    return " · ".join(plain.get(name, name) for name in found if name) or place[:40]
