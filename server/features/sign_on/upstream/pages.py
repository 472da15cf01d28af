"""The way of a browser to another provider and back. Whatever goes wrong, the sign-in page is there with passwords."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from server.audit import Actor, record
from server.auth import Keys
from server.context import Context
from server.database import Reader, Writer
from server.features.accounts import sign_in_pages
from server.features.accounts.cookies import Visitor, local
from server.features.accounts.cookies import visitor as visitor_of
from server.features.accounts.page_parts import go
from server.features.accounts.proof import Door
from server.features.accounts.ways import Way
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.forms import address_of, fields, write
from server.features.sign_on.outgoing import NoAnswerError
from server.features.sign_on.upstream import flow, links, registry
from server.features.sign_on.upstream.flow import LINKING
from server.features.sign_on.upstream.link_pages import own_links
from server.features.sign_on.upstream.person import Person, WrongAnswerError
from server.features.sign_on.upstream.providers import Upstreams
from server.features.sign_on.upstream.registry import Provider
from server.mobile.rendering import HEADERS, language
from server.web import look
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False)
# What a session says of how its person proved who they are.
METHOD = "upstream"


@dataclass(frozen=True, slots=True)
class _Came:
    """Who came back, as far as we know them."""

    provider: Provider
    back: dict[str, Any]
    account_id: UUID | None
    origin: str
    token: str


def offer(reader: Reader, wanted: str) -> list[Way]:
    """What the sign-in page offers."""
    # Somebody who is about to link proves their own account, not the other one again.
    if wanted.startswith(LINKING):
        return []
    query = urlencode({"next": wanted})
    return [
        Way(row.name, row.name_en, f"/upstream/{row.key}/start?{query}") for row in registry.offered(reader)
    ]  # fmt: skip


@router.get("/upstream/{key}/start")
async def start(request: Request, key: str) -> Response:
    """Off to the provider. ``next``: where to go on afterwards, on this server."""
    wanted = local(request.query_params.get("next", ""))
    try:
        provider = await _provider(request, key)
        asked: Upstreams = request.app.state.upstreams
        door, begun = Door.of(request), flow.begin(request)
        if rests := await door.write(lambda writer: flow.admit(writer, door)):
            raise HallError("upstream_rests", status=429, minutes=-(-rests // 60))
        try:
            address = await asked.way_out(provider, begun.state, begun.nonce, begun.challenge)
        except (NoAnswerError, WrongAnswerError) as error:
            raise await _refused(request, provider, error) from None
        await door.write(lambda writer: flow.remember(writer, begun, provider.id, wanted))
    except HallError as error:
        return await _told(request, await visitor_of(request), wanted, error)
    return flow.keep_browser(request, RedirectResponse(address, 303, headers=HEADERS), begun.browser)


@router.get("/upstream/{key}/callback")
async def callback(request: Request, key: str) -> Response:
    """Back from the provider: signed in, or on to the question whether to link."""
    who, wanted = await visitor_of(request), local("")
    try:
        provider = await _provider(request, key)
        brought = await _brought(request)
        back = await _take_back(request, provider, brought.get("state", ""))
        wanted = local(back["next"])
        came = await _who_came(request, provider, brought, back)
    except HallError as error:
        return await _told(request, who, wanted, error)
    if came.account_id is None:
        return go(request, LINKING + came.token)
    return await _signed_in(request, who, came.account_id, came.origin, wanted)


async def _told(request: Request, who: Visitor, wanted: str, error: HallError) -> Response:
    """What went wrong, on the page where it can be done otherwise: who is signed in was about to link."""
    if who.session is not None:
        return await own_links(request, error)
    return await sign_in_pages.ask(request, who, wanted, error=error)


async def _signed_in(request: Request, who: Visitor, account_id: UUID, origin: str, wanted: str) -> Response:
    if who.account is not None and who.account.id == account_id:
        # Signed in already, as the same person: a provider that remembers them proves nothing new.
        return go(request, wanted)
    try:
        return await sign_in_pages.enter(request, who, account_id, METHOD, origin, wanted)
    except HallError as error:
        return await _told(request, who, wanted, error)


async def _provider(request: Request, key: str) -> Provider:
    context: Context = request.app.state.context
    vault = context.keys.vault

    def find(reader: Reader) -> Provider | None:
        row = next((row for row in registry.offered(reader) if row.key == key), None)
        return registry.provider(vault, row, context.link_base) if row is not None else None

    found = await look(request, find)
    if found is None:
        raise HallError("upstream_off", status=404)
    return found


async def _brought(request: Request) -> dict[str, str]:
    try:
        return await fields(request)
    except OAuthFault:
        raise HallError("upstream_state_wrong", status=400) from None


async def _take_back(request: Request, provider: Provider, state: str) -> dict[str, Any]:
    def take(writer: Writer) -> dict[str, Any] | None:
        back, why = flow.take_back(writer, request, state, provider.id)
        if back is None and why:
            _note_refusal(writer, request, provider, why)
        return back

    found = await write(request, take)
    if found is None:
        raise HallError("upstream_state_wrong", status=400)
    return found


async def _who_came(request: Request, provider: Provider, brought: dict[str, str], back: dict[str, Any]) -> _Came:
    asked: Upstreams = request.app.state.upstreams
    try:
        await asked.check_iss(provider, brought)
        if "error" in brought:
            raise HallError("upstream_cancelled", status=403, name=provider.shown(language(request)))
        person = await asked.who_came(provider, brought, back["nonce"], back["verifier"])
    except (NoAnswerError, WrongAnswerError) as error:
        raise await _refused(request, provider, error) from None
    return await write(request, lambda writer: _know(writer, request, provider, person, back))


def _know(writer: Writer, request: Request, provider: Provider, person: Person, back: dict[str, Any]) -> _Came:
    keys: Keys = request.app.state.keys
    index = links.subject_index(keys.vault, provider, person.subject)
    link = links.find(writer, provider.id, index)
    account_id = link.account_id if link is not None else None
    who = Actor("nobody", account_id, address_of(request))
    record(
        writer, who, "sign_on.upstream_came", "upstream", provider.key, person=index.hex()[: links.SHOWN],
        linked=link is not None,
    )  # fmt: skip
    token = flow.wait_for_consent(writer, provider.id, index, person.name, back) if link is None else ""
    return _Came(provider, back, account_id, links.origin_of(provider.id, index), token)


async def _refused(request: Request, provider: Provider, error: NoAnswerError | WrongAnswerError) -> HallError:
    """The refusal in words, once it stands in the trail."""
    await write(request, lambda writer: _note_refusal(writer, request, provider, error.why))
    code, status = ("upstream_away", 503) if isinstance(error, NoAnswerError) else ("upstream_answer_wrong", 502)
    return HallError(code, status=status, name=provider.shown(language(request)))


def _note_refusal(writer: Writer, request: Request, provider: Provider, why: str) -> None:
    if not flow.is_news(writer, Door.of(request), provider.key, why):
        return
    who = Actor("nobody", address=address_of(request))
    record(writer, who, "sign_on.upstream_refused", "upstream", provider.key, outcome="refused", why=why)
