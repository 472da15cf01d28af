"""Linking one's account with another provider by consent, seeing the links and ending them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import one_time
from server.audit import record
from server.context import Context
from server.database import Reader, Writer
from server.features.access.service import policy
from server.features.accounts.cookies import form as form_of
from server.features.accounts.cookies import visitor as visitor_of
from server.features.accounts.page_parts import go, show
from server.features.accounts.proof import Door
from server.features.accounts.sessions import account_actor
from server.features.sign_on.claims import shown_name
from server.features.sign_on.families import Alive
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.forms import address_of, fields, write
from server.features.sign_on.upstream import flow, links, registry
from server.features.sign_on.upstream.flow import LINKING
from server.features.sign_on.visitors import (
    check_form,
    form_token,
    greet,
    hall_name,
    onward,
    to_sign_in,
    told,
    trouble,
    visitor,
)
from server.mobile.rendering import language, page
from server.web import look
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.upstreams import AccountLink

router = APIRouter(include_in_schema=False, dependencies=[Depends(greet)])
HOME: Final = "/account/links"
# Who found a browser signed in must not make a lasting way in of it: the account's own proof is asked just before.
PROVED_WITHIN: Final = timedelta(minutes=10)
_DONE: Final = {"linked": "linked", "unlinked": "unlinked_done"}
_OWN_PROOF: Final = frozenset(("pwd", "sc"))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who waits to be linked, and who sits at the browser."""

    pending: flow.Pending | None
    living: Alive | None
    who: str
    sure: bool
    registration: bool

    def upstream(self, language: str) -> str:
        row = self.pending.upstream if self.pending else None
        if row is None:
            return ""
        return row.name if language == "zh-CN" else row.name_en or row.name


@router.get(LINKING + "{token}")
async def link_page(request: Request, token: str) -> Response:
    """Sign in or register first; then whether to link, in plain words."""
    context: Context = request.app.state.context
    asked, chosen = await look(request, lambda reader: _read(reader, request, token)), language(request)
    if asked.pending is None:
        return told(request, "upstream.over", status=410)
    if asked.living is None:
        back = quote(LINKING + token, safe="")
        return page(
            "upstream_unlinked.html", chosen, hall=hall_name(request), here=LINKING + token, back=back,
            upstream=asked.upstream(chosen), person=asked.pending.name, registration=asked.registration,
        )  # fmt: skip
    if not asked.sure:
        return to_sign_in(request, LINKING + token, again=True)
    return page(
        "upstream_link.html", chosen, hall=hall_name(request), here=LINKING + token, token=token,
        upstream=asked.upstream(chosen), person=asked.pending.name, who=asked.who,
        form=form_token(context.keys, asked.living, flow.PENDING, of=token),
    )  # fmt: skip


@router.post(LINKING + "{token}")
async def answer_link(request: Request, token: str) -> Response:
    try:
        form = await fields(request)
        linked, wanted = await write(request, lambda writer: _answer(writer, request, token, form))
    except OAuthFault:
        return trouble(request, HallError("sign_on_request_wrong", status=400))
    except HallError as error:
        return trouble(request, error)
    if wanted == "/account":
        wanted = HOME + ("?done=linked" if linked else "")
    return onward(request, wanted)


def _read(reader: Reader, request: Request, token: str) -> _Asked:
    living = visitor(reader, request)
    name = shown_name(reader, living.account) if living is not None else ""
    registration = policy(reader).self_registration != "off"
    return _Asked(flow.pending(reader, request, token), living, name, _is_sure(reader, living), registration)


def _is_sure(reader: Reader, living: Alive | None) -> bool:
    return (
        living is not None
        and reader.now - living.session.proved_at < PROVED_WITHIN
        and bool(_OWN_PROOF & set(living.session.methods))
    )


def _answer(writer: Writer, request: Request, token: str, form: dict[str, str]) -> tuple[bool, str]:
    living = visitor(writer, request)
    carried = check_form(request, living, flow.PENDING, form.get("token", ""))
    found = flow.pending(writer, request, token)
    if living is None or found is None or carried["of"] != token or not _is_sure(writer, living):
        raise HallError("upstream_state_wrong", status=409)
    who, agreed = account_actor(living.account, address_of(request)), form.get("answer") == "yes"
    if agreed:
        links.link(writer, found.upstream, found.index, living.account, who)
    else:
        record(writer, who, "sign_on.link_refused", "account", living.account.id, upstream=found.upstream.key)
    one_time.take(writer, flow.PENDING, token)
    return agreed, found.wanted


# One's own links


@router.get(HOME)
async def own_links_page(request: Request) -> Response:
    return await own_links(request)


@router.post(HOME + "/end")
async def end_own(request: Request) -> Response:
    who = await visitor_of(request)
    account = who.account
    if account is None:
        return go(request, f"/sign-in?next={quote(HOME, safe='')}")
    try:
        given = await form_of(request, who)
        try:
            upstream_id = UUID(given.get("upstream", ""))
        except ValueError:
            raise HallError("upstream_link_missing", status=404) from None
        actor = account_actor(account, address_of(request))

        def end(writer: Writer) -> None:
            fresh = writer.session.get_one(type(account), account.id)
            links.unlink_own(writer, upstream_id, fresh, actor)

        await write(request, end)
    except HallError as error:
        return await own_links(request, error)
    return go(request, f"{HOME}?done=unlinked" + _lang(request))


async def own_links(request: Request, error: HallError | None = None) -> Response:
    """With whom one's account is linked, and can be."""
    who, chosen = await visitor_of(request), language(request)
    if who.account is None:
        return go(request, f"/sign-in?next={quote(HOME, safe='')}")
    account_id = who.account.id

    def read(reader: Reader) -> tuple[list[AccountLink], list[tuple[str, str, str]]]:
        linked = links.of_account(reader, account_id)
        have = {one.key for one in linked}
        return linked, [(row.key, row.name, row.name_en) for row in registry.offered(reader) if row.key not in have]

    (linked, open_), zone = await Door.of(request).read(lambda reader: (read(reader), reader.clocks.zone))
    done = request.query_params.get("done", "")
    return await show(
        request, who, "account_links.html", here=HOME, error=error, links=linked, others=open_,
        at=lambda moment: moment.astimezone(zone).strftime("%Y-%m-%d"),
        called=lambda name, name_en: name if chosen == "zh-CN" else name_en or name, back=quote("/account", safe=""),
        done=text(f"sign_on.upstream.{_DONE[done]}", language=chosen) if done in _DONE and error is None else "",
    )  # fmt: skip


def _lang(request: Request) -> str:
    return f"&lang={language(request)}" if request.query_params.get("lang") else ""
