"""The pages of single sign-on: the way of a browser from a client to its code, consent, and signing out everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from server.audit import record
from server.context import Context
from server.database import Reader, Writer
from server.features.accounts.sessions import account_actor, touch
from server.features.sign_on import asking, consents
from server.features.sign_on.asking import Asking, AskingFault
from server.features.sign_on.claims import shown_name
from server.features.sign_on.families import Alive
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.forms import address_of, fields, pairs, write
from server.features.sign_on.tokens import Wish, issue_code
from server.features.sign_on.visitors import greet, onward, to_sign_in, trouble, visitor
from server.mobile.rendering import HEADERS
from server.web import look
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False, dependencies=[Depends(greet)])


@dataclass(frozen=True, slots=True)
class _Ready:
    """The request may have its code, once these are out of the way."""

    asking: Asking
    living: Alive | None
    sign_in: bool
    consent: bool
    name: str


@router.api_route("/oidc/authorize", methods=["GET", "POST"])
async def authorize(request: Request) -> Response:
    """A client asks to have somebody signed in. A fault goes to the client only at an address it has registered."""
    context: Context = request.app.state.context
    try:
        asked = await pairs(request)
    except ValueError:
        return trouble(request, HallError("sign_on_request_wrong", status=400))

    def judge(reader: Reader) -> _Ready:
        found = asking.read(reader, context.keys, asked)
        living = visitor(reader, request)
        sign_in = found.needs_sign_in(living)
        consent = living is not None and not sign_in and found.needs_consent(reader, living)
        return _Ready(found, living, sign_in, consent, shown_name(reader, living.account) if living else "")

    try:
        ready = await look(request, judge)
        if "none" in ready.asking.prompts and ready.sign_in:
            raise ready.asking.fault("login_required")
        if "none" in ready.asking.prompts and ready.consent:
            raise ready.asking.fault("consent_required")
    except AskingFault as fault:
        return _redirect(fault.address(context.link_base))
    except HallError as error:
        return trouble(request, error)
    if ready.sign_in or ready.living is None:
        return to_sign_in(request, ready.asking.onward(context.keys), again=ready.living is not None)
    if ready.consent:
        return _ask_consent(request, ready.asking, ready.living, ready.name)
    return await _give_code(request, ready.asking, ready.living)


async def _give_code(request: Request, found: Asking, living: Alive) -> Response:
    context: Context = request.app.state.context

    def give(writer: Writer) -> str:
        wish = Wish(
            found.client, living.session.id, living.account.id, found.scopes, found.redirect_uri, found.challenge,
            found.nonce,
        )  # fmt: skip
        who = account_actor(living.account, address_of(request))
        touch(writer, living.session.id)
        record(writer, who, "sign_on.signed_in_to", "client", found.client.client_id)
        return issue_code(writer, wish)

    code = await write(request, give)
    told = {"code": code, "state": found.state, "iss": context.link_base}
    return _redirect(asking.with_query(found.redirect_uri, told))


def _redirect(address: str) -> Response:
    return RedirectResponse(address, 303, headers=HEADERS)


@router.get("/oidc/go")
async def go(request: Request) -> Response:
    """Carries a request on after a form of ours."""
    return onward(request, "/oidc/authorize?" + request.url.query)


def _ask_consent(request: Request, found: Asking, living: Alive, name: str) -> Response:
    context: Context = request.app.state.context
    ask = consents.Ask("consent", found.client, found.scopes, "/oidc/authorize", "/oidc/consent")
    yes, no = found.onward(context.keys, agreed=True), found.fault("access_denied").address(context.link_base)
    return consents.show(request, living, name, ask, onward=yes, no=no)


@router.post("/oidc/consent")
async def consent(request: Request) -> Response:
    """The answer to the consent page: kept per client and scopes, or the client hears that it was refused."""
    form: dict[str, str] = {}

    def answer(writer: Writer) -> str:
        agreed, carried = consents.settle(writer, request, "consent", form)
        return str(carried["onward"] if agreed else carried["no"])

    try:
        form = await fields(request)
        return onward(request, await write(request, answer))
    except OAuthFault:
        return trouble(request, HallError("sign_on_request_wrong", status=400))
    except HallError as error:
        return trouble(request, error)
