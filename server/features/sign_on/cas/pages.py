"""The way of a browser from an old system to its ticket, and signing out (CAS 3.0, 2.1 to 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from server.audit import record
from server.context import Context
from server.database import Reader, Writer
from server.features.accounts.cookies import forget_session
from server.features.accounts.sessions import account_actor, end_session, touch
from server.features.sign_on import clients, consents
from server.features.sign_on.asking import PROGRESS, Progress, carried, progress_of
from server.features.sign_on.cas import tickets
from server.features.sign_on.claims import shown_name
from server.features.sign_on.families import Alive
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.forms import address_of, fields, write
from server.features.sign_on.models import ClientRow
from server.features.sign_on.visitors import greet, onward, to_sign_in, told, trouble, visitor
from server.mobile.rendering import HEADERS
from server.web import look
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False, dependencies=[Depends(greet)])
LOGIN = "/cas/login"
CONSENT = "cas_consent"
_KEPT = ("service", "renew", "gateway")


@dataclass(frozen=True, slots=True)
class _Wish:
    """An old system's request, and what of it is done already."""

    client: ClientRow
    given: dict[str, str]
    progress: Progress | None
    living: Alive | None
    name: str
    consent: bool

    @property
    def service(self) -> str:
        return self.given["service"]

    @property
    def fresh(self) -> bool:
        """Whether the person proved who they are since this request came."""
        proved = self.living.session.proved_at.timestamp() if self.living else 0.0
        return self.progress is not None and proved >= self.progress.since

    @property
    def sign_in(self) -> bool:
        return self.living is None or ("renew" in self.given and not self.fresh)

    @property
    def silent(self) -> bool:
        """``gateway``: no page may be shown. With ``renew`` it says nothing (CAS 3.0, 2.1.1)."""
        return "gateway" in self.given and "renew" not in self.given


@router.get(LOGIN)
async def login(request: Request) -> Response:
    """An old system asks to have somebody signed in. Nobody is sent to an address that it has not registered."""
    context: Context = request.app.state.context
    try:
        asked = await fields(request)
        if "service" not in asked:
            return RedirectResponse("/account", 303, headers=HEADERS)
        wish = await look(request, lambda reader: _read(reader, request, asked))
    except OAuthFault:
        return trouble(request, HallError("sign_on_request_wrong", status=400))
    except HallError as error:
        return trouble(request, error)
    if wish.silent and (wish.sign_in or wish.consent):
        return RedirectResponse(wish.service, 303, headers=HEADERS)
    if wish.sign_in or wish.living is None:
        back = f"{LOGIN}?{carried(context.keys, wish.given, wish.progress)}"
        return to_sign_in(request, back, again=wish.living is not None)
    if wish.consent:
        ask = consents.Ask(CONSENT, wish.client, tickets.scopes_of(wish.client), LOGIN, "/cas/consent")
        yes = f"{LOGIN}?{carried(context.keys, wish.given, wish.progress)}"
        return consents.show(request, wish.living, wish.name, ask, onward=yes)
    living = wish.living

    def give(writer: Writer) -> str:
        if wish.fresh and wish.progress is not None and not tickets.count_proof(writer, wish.progress.nonce):
            return ""
        touch(writer, living.session.id)
        who = account_actor(living.account, address_of(request))
        record(writer, who, "sign_on.signed_in_to", "client", wish.client.client_id, protocol="cas")
        return tickets.issue(writer, wish.client, wish.service, living, fresh=wish.fresh)

    ticket = await write(request, give)
    if not ticket:
        return to_sign_in(request, f"{LOGIN}?{carried(context.keys, wish.given, None)}", again=True)
    # The service is known by its exact text, so nothing of it is written anew.
    sign = "&" if "?" in wish.service else "?"
    return RedirectResponse(f"{wish.service}{sign}{urlencode({'ticket': ticket})}", 303, headers=HEADERS)


def _read(reader: Reader, request: Request, asked: dict[str, str]) -> _Wish:
    context: Context = request.app.state.context
    given = {name: value for name, value in asked.items() if name in _KEPT}
    client = clients.of_service(reader, given["service"])
    if client is None:
        raise HallError("sign_on_service_unknown", status=400)
    living = visitor(reader, request)
    progress = progress_of(context.keys, given, asked.get(PROGRESS, ""))
    if progress is not None and tickets.is_counted(reader, progress.nonce):
        # The address stands in the browser's history, for whoever comes next: it begins anew.
        progress = None
    consent = living is not None and consents.is_due(reader, living, client, tickets.scopes_of(client))
    return _Wish(client, given, progress, living, shown_name(reader, living.account) if living else "", consent)


@router.post("/cas/consent")
async def consent(request: Request) -> Response:
    """The answer to the consent page. Who refuses stays here: the old system would only ask again."""
    form: dict[str, str] = {}

    def answer(writer: Writer) -> str:
        agreed, kept = consents.settle(writer, request, CONSENT, form)
        return str(kept["onward"]) if agreed else ""

    try:
        form = await fields(request)
        to = await write(request, answer)
        return onward(request, to) if to else told(request, "consent.refused")
    except OAuthFault:
        return trouble(request, HallError("sign_on_request_wrong", status=400))
    except HallError as error:
        return trouble(request, error)


@router.get("/cas/logout")
async def logout(request: Request) -> Response:
    """End this browser's session at once: on a shared machine nobody waits for a question (CAS 3.0, 2.3).

    On to ``service`` afterwards, or ``url`` of CAS 2.0, when a client has registered it; else nowhere.
    """
    try:
        asked = await fields(request)
    except OAuthFault:
        return trouble(request, HallError("sign_on_request_wrong", status=400))
    to = asked.get("service") or asked.get("url", "")

    def leave(writer: Writer) -> bool:
        living = visitor(writer, request)
        if living is not None:
            end_session(writer, living.session.id, "signed_out")
        return bool(to) and clients.of_service(writer, to) is not None

    known = await write(request, leave)
    answer = RedirectResponse(to, 303, headers=HEADERS) if known else told(request, "logout.done")
    return forget_session(request, answer)
