"""The door for our own programs, which have no browser (after draft-ietf-oauth-first-party-apps).

``POST /oidc/authorize-challenge`` proves a person by password, staff card or a signed-in phone, and answers the
authorization code that any other client gets by redirect; the program takes it to the token endpoint with its PKCE
verifier. Errors tell what is still needed.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server import one_time
from server.auth import caller
from server.context import Context
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.access.service import policy
from server.features.accounts import throttle
from server.features.accounts.proof import Door, Proof, Verdict
from server.features.accounts.sessions import begin_session
from server.features.accounts.sign_in import prove_card, prove_password
from server.features.accounts.steps import new_password, steps_left
from server.features.sign_on import clients
from server.features.sign_on.faults import OAuthFault, plain
from server.features.sign_on.forms import address_of, fields, prove, write
from server.features.sign_on.models import ClientRow
from server.features.sign_on.tokens import CHALLENGE, Wish, issue_code
from server.web import look
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False)
QR: Final = "qr_sign_in"
QR_LIFE: Final = timedelta(minutes=3)
# From one address while they live: a hall's counters may all stand behind one, and each shows one all day.
QR_AT_ONCE: Final = 200
POLL_S: Final = 2
PLACE: Final = 64


@dataclass(frozen=True, slots=True)
class _Asked:
    """A program's request; ``place`` is what it calls the machine it runs on."""

    client: ClientRow
    challenge: str
    scopes: list[str]
    nonce: str
    place: str


@router.post("/oidc/authorize-challenge")
async def authorize_challenge(request: Request) -> Response:
    try:
        form = await fields(request)
        client = await look(request, lambda reader: _own_client(reader, request, form))
        if form.get("method") == "qr" and "auth_session" in form:
            return plain(await _poll(request, client, form["auth_session"]))
        asked = _read(client, form)
        if form.get("method") == "qr":
            return plain(await _show_qr(request, asked), 403)
        proof, kind = await _prove(request, form)
        return plain({"authorization_code": await _admit(request, asked, proof, kind)})
    except OAuthFault as fault:
        return fault.answer()


def _own_client(reader: Reader, request: Request, form: dict[str, str]) -> ClientRow:
    client = prove(reader, request, form)
    # Only our own programs may see a password; everybody else sends people to the sign-in page.
    if not client.own:
        raise OAuthFault("unauthorized_client")
    return client


def _read(client: ClientRow, form: dict[str, str]) -> _Asked:
    challenge = form.get("code_challenge", "")
    if form.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        raise OAuthFault("invalid_request")
    scopes = clients.allowed(client, form.get("scope", "openid profile hall").split())
    if "openid" not in scopes:
        raise OAuthFault("invalid_scope")
    return _Asked(client, challenge, scopes, form.get("nonce", "")[:200], form.get("place", "")[:PLACE])


async def _prove(request: Request, form: dict[str, str]) -> tuple[Proof, str]:
    """What the person's proof came to, and the kind of session it begins."""
    door, code = Door.of(request), form.get("otp", "")
    try:
        match form.get("method", "password"):
            case "password":
                return await prove_password(door, form.get("username", ""), form.get("password", ""), code), "program"
            case "card":
                return await prove_card(door, await caller(request), form.get("card", ""), code), "counter"
            case "new_password":
                return await new_password(door, form.get("auth_session", ""), form.get("new_password", "")), "program"
    except HallError as error:
        # The hall's own refusal goes along: the program has words for it.
        raise OAuthFault("access_denied", status=error.status or 403, reason=error.code, params=error.params) from None
    raise OAuthFault("invalid_request")


async def _admit(request: Request, asked: _Asked, proof: Proof, kind: str) -> str:
    """A code for a good proof; else what is needed, or why not."""
    account_id = proof.account_id
    match proof.verdict:
        case Verdict.OK if account_id is not None:
            methods = proof.methods
            return await write(request, lambda writer: _begin(writer, request, asked, account_id, kind, methods))
        case Verdict.RESTS:
            raise _rests(proof.rests_s)
        case Verdict.CODE_NEEDED:
            raise OAuthFault("insufficient_authorization", status=403, needs="otp")
        case Verdict.MUST_CHANGE:
            rules = (await look(request, policy)).password
            raise OAuthFault(
                "insufficient_authorization", status=403, needs="new_password", auth_session=proof.ticket,
                length=rules.length, classes=rules.classes,
            )  # fmt: skip
        case Verdict.MUST_SET_UP:
            # Its secret is shown as a QR by the page that people sign in at.
            raise OAuthFault("redirect_to_web", status=403, needs="second_factor", web=_base(request) + "/sign-in")
        case Verdict.NOT_OPEN:
            raise OAuthFault("access_denied", status=403, reason=proof.status)
    raise OAuthFault("access_denied", status=403, reason="wrong")


def _rests(seconds: int) -> OAuthFault:
    return OAuthFault("access_denied", status=429, reason="rests", retry_after=seconds)


def _begin(
    writer: Writer, request: Request, asked: _Asked, account_id: UUID, kind: str, methods: tuple[str, ...]
) -> str:
    account = writer.session.get_one(AccountRow, account_id)
    if account.status != "open":
        raise OAuthFault("access_denied", status=403, reason=account.status)
    place = asked.place or asked.client.name
    session, _ = begin_session(writer, account, kind, place, address_of(request), methods)
    return issue_code(
        writer, Wish(asked.client, session.id, account.id, asked.scopes, "", asked.challenge, asked.nonce)
    )


# By a phone: the program shows a code, somebody signed in on a phone opens it and says yes.


def qr_code(auth_session: str) -> str:
    """What stands in the QR: it follows from the program's secret, and the secret does not follow from it."""
    return hashlib.sha256(b"zhiting qr\n" + auth_session.encode()).hexdigest()[:40]


def match_number(code: str) -> str:
    """Two digits that the program and the phone both show: a code that somebody sent over would show others."""
    return f"{int(code[-8:], 16) % 90 + 10}"


async def _show_qr(request: Request, asked: _Asked) -> dict[str, Any]:
    auth_session = secrets.token_urlsafe(32)
    code = qr_code(auth_session)
    data = {
        "client": str(asked.client.id), "challenge": asked.challenge, "scopes": asked.scopes, "nonce": asked.nonce,
        "place": asked.place, "address": address_of(request), "answer": "", "account": "", "methods": [],
    }  # fmt: skip
    door = Door.of(request)

    def keep(writer: Writer) -> int:
        rests = throttle.within(writer, door.vault, QR, door.address, QR_AT_ONCE, QR_LIFE)
        if not rests:
            one_time.put(writer, QR, code, data, QR_LIFE)
        return rests

    if rests := await write(request, keep):
        raise _rests(rests)
    return {
        "error": "insufficient_authorization", "needs": "qr", "auth_session": auth_session,
        "qr": f"{_base(request)}/qr/{code}", "match": match_number(code), "interval": POLL_S,
        "expires_in": int(QR_LIFE.total_seconds()),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What a phone has said yes to, and what its yes came to."""

    asked: _Asked
    proof: Proof


async def _poll(request: Request, client: ClientRow, auth_session: str) -> dict[str, Any]:
    code = qr_code(auth_session)
    kept = await look(request, lambda reader: one_time.look(reader, QR, code))
    if kept is None or kept.state != "good" or kept.data["client"] != str(client.id):
        raise OAuthFault("invalid_session")
    if not kept.data["answer"]:
        raise OAuthFault("authorization_pending", interval=POLL_S)

    def finish(writer: Writer) -> _Agreed | OAuthFault:
        taken = one_time.take(writer, QR, code)
        if taken is None or taken.state != "good":
            return OAuthFault("invalid_session")
        said = taken.data
        if said["answer"] != "yes":
            return OAuthFault("access_denied", status=403, reason="refused")
        asked = _Asked(client, said["challenge"], said["scopes"], said["nonce"], said["place"])
        account = writer.session.get_one(AccountRow, UUID(said["account"]))
        methods = tuple(said["methods"])
        if account.totp_cipher is not None and "mfa" not in methods:
            # The phone signed in before the account had one, and stands for what it proved then.
            return OAuthFault("access_denied", status=403, reason="phone_unproved")
        return _Agreed(asked, steps_left(writer, account, methods))

    agreed = await write(request, finish)
    if isinstance(agreed, OAuthFault):
        raise agreed
    return {"authorization_code": await _admit(request, agreed.asked, agreed.proof, "program")}


def _base(request: Request) -> str:
    context: Context = request.app.state.context
    return context.link_base
