"""The sign-in page: name and password, then what else is needed, then on to where the visitor wanted to go."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.crypto import Vault
from server.database import Writer
from server.features.access.models import AccountRow
from server.features.accounts import sessions, steps
from server.features.accounts.cookies import (
    SESSION_COOKIE,
    Visitor,
    forget_session,
    form,
    keep_session,
    local,
    visitor,
)
from server.features.accounts.page_parts import go, hall_of, next_query, onward_query, qr_path, show
from server.features.accounts.proof import Door, Proof, Verdict
from server.features.accounts.sign_in import prove_elsewhere, prove_password
from server.features.accounts.ways import Way, ways
from server.mobile.rendering import language, page
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False)
# How long the first factor is remembered, sealed in the page that asks for the second.
CODE_STEP_S: Final = 300
# Where a redirect may follow a form; what is elsewhere may lead to other sites, which browsers refuse after a form.
_NEAR: Final = ("/account", "/register")
_PASSWORD: Final = "password"
_ELSEWHERE: Final = "elsewhere"


@router.get("/sign-in")
async def sign_in_page(request: Request) -> Response:
    """``next``: where to go on, on this server; ``again``: even somebody who is signed in proves it anew."""
    who, wanted = await visitor(request), local(request.query_params.get("next", ""))
    if who.session is not None and not request.query_params.get("again"):
        return go(request, wanted)
    return await ask(request, who, wanted, username=who.account.username if who.account else "")


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    who = await visitor(request)
    wanted = local("")
    try:
        fields = await form(request, who)
        wanted = local(fields.get("next", ""))
        return await _next(request, who, fields, wanted, await _prove(request, who, fields))
    except HallError as error:
        if error.code in ("form_foreign", "sign_in_ticket_old"):
            return await ask(request, who, wanted, error=error)
        raise


@router.get("/sign-out")
async def sign_out_page(request: Request) -> Response:
    who = await visitor(request)
    if who.session is None:
        return go(request, "/sign-in")
    return await show(request, who, "account_sign_out.html", here="/sign-out")


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    who = await visitor(request)
    try:
        await form(request, who)
    except HallError as error:
        return await show(request, who, "account_sign_out.html", here="/sign-out", error=error)
    if who.session is not None:
        id_ = who.session.id
        await Door.of(request).write(lambda writer: sessions.end_session(writer, id_, "signed_out"))
    return forget_session(request, go(request, "/sign-in"))


async def _prove(request: Request, who: Visitor, fields: Mapping[str, str]) -> Proof | HallError:
    """What this step's form proves; a refusal that leaves the step standing is answered, not raised."""
    door, step = Door.of(request), fields.get("step", "")
    ticket = fields.get("ticket", "")
    try:
        if step == "code":
            first, code = _opened(door.vault, who, fields.get("kept", "")), fields.get("code", "") or "0"
            if first[0] == _ELSEWHERE:
                method, _, origin = first[2].partition(" ")
                return await prove_elsewhere(door, UUID(first[1]), method, code, origin)
            return await prove_password(door, first[1], first[2], code)
        if step == "new_password":
            if fields.get("password", "") != fields.get("again", ""):
                return HallError("passwords_differ", status=422)
            return await steps.new_password(door, ticket, fields.get("password", ""))
        if step == "set_up":
            return await steps.finish_second_factor(door, ticket, fields.get("offer", ""), fields.get("code", ""))
    except HallError as error:
        if error.code == "sign_in_ticket_old":
            raise
        return error
    return await prove_password(door, fields.get("username", ""), fields.get("password", ""))


async def _next(
    request: Request, who: Visitor, fields: Mapping[str, str], wanted: str, proof: Proof | HallError
) -> Response:
    """The page that follows a proof."""
    step, ticket = fields.get("step", ""), fields.get("ticket", "")
    error = proof if isinstance(proof, HallError) else None
    verdict = proof.verdict if isinstance(proof, Proof) else None
    if isinstance(proof, Proof):
        ticket = proof.ticket or ticket
    if verdict is Verdict.OK and isinstance(proof, Proof):
        return await _let_in(request, who, proof, wanted)
    if verdict is Verdict.CODE_NEEDED:
        return await _ask_code(
            request, who, wanted, (_PASSWORD, fields.get("username", ""), fields.get("password", ""))
        )
    if verdict is Verdict.MUST_CHANGE or (step == "new_password" and error):
        return await _show(request, who, "account_new_password.html", wanted, error, ticket=ticket)
    if verdict is Verdict.MUST_SET_UP or (step == "set_up" and error):
        return await _show_set_up(request, who, wanted, ticket, error)
    refused = error or _refusal(proof)
    if step == "code" and verdict is Verdict.WRONG:
        return await _show(request, who, "account_code.html", wanted, refused, kept=fields.get("kept", ""))
    return await ask(request, who, wanted, error=refused, username=fields.get("username", ""))


def _refusal(proof: Proof | HallError) -> HallError:
    try:
        assert isinstance(proof, Proof)
        proof.or_refuse()
    except HallError as error:
        return error
    raise AssertionError(proof)


async def _let_in(request: Request, who: Visitor, proof: Proof, wanted: str) -> Response:
    """A new secret at every sign-in: one that was planted before is good for nothing."""
    door, agent, old = Door.of(request), request.headers.get("user-agent", ""), who.session
    account_id = proof.or_refuse()

    def begin(writer: Writer) -> str:
        account = writer.session.get_one(AccountRow, account_id)
        if old is not None and old.account_id == account_id:
            return sessions.renew(writer, old.id, proof.methods)
        if old is not None:
            sessions.end_session(writer, old.id, "replaced")
        _, secret = sessions.begin_session(writer, account, "browser", agent, door.address, proof.methods)
        return secret or ""

    secret = await door.write(begin)
    if wanted.split("?")[0].startswith(_NEAR):
        answer = go(request, wanted)
    else:
        hall = await hall_of(request)
        answer = page("account_passing.html", language(request), hall=hall.name, here="/sign-in", wanted=wanted)
    return keep_session(request, answer, secret)


async def enter(request: Request, who: Visitor, account_id: UUID, method: str, origin: str, wanted: str) -> Response:
    """On with somebody whose first factor another feature has proved: what else is needed, then in.

    ``origin``: what ``ways.holds`` is asked with, now and when the code has come.
    """
    proof = await prove_elsewhere(Door.of(request), account_id, method, origin=origin)
    if proof.verdict is Verdict.CODE_NEEDED:
        return await _ask_code(request, who, wanted, (_ELSEWHERE, str(account_id), f"{method} {origin}"))
    return await _next(request, who, {}, wanted, proof)


async def ask(
    request: Request, who: Visitor, wanted: str, *, error: HallError | None = None, username: str = ""
) -> Response:
    """The page that asks for name and password."""
    hall = await hall_of(request)
    # Somebody who is signed in proves it anew: a provider that remembers them would prove nothing.
    offered: list[Way] = []
    if who.session is None:
        offered = await Door.of(request).read(lambda reader: ways(reader, wanted))
    answer = await _show(
        request, who, "account_sign_in.html", wanted, error, username=username[:64], ways=offered,
        registration=hall.rules.self_registration != "off", after=onward_query(request, wanted),
    )  # fmt: skip
    # A cookie that is good for nothing any more is not sent for ever.
    if who.session is None and SESSION_COOKIE in request.cookies:
        forget_session(request, answer)
    return answer


async def _show(
    request: Request, who: Visitor, name: str, wanted: str, error: HallError | None = None, **values: Any
) -> Response:
    return await show(
        request, who, name, here="/sign-in", keep=next_query(wanted), error=error, wanted=wanted, **values
    )


async def _show_set_up(request: Request, who: Visitor, wanted: str, ticket: str, error: HallError | None) -> Response:
    hall = await hall_of(request)
    offer = await steps.begin_second_factor(Door.of(request), ticket, hall.name)
    path, size = qr_path(offer.uri)
    return await _show(
        request, who, "account_set_up.html", wanted, error, ticket=ticket, offer=offer, path=path, size=size
    )


async def _ask_code(request: Request, who: Visitor, wanted: str, first: tuple[str, str, str]) -> Response:
    kept = _sealed(Door.of(request).vault, who, first)
    return await _show(request, who, "account_code.html", wanted, kept=kept)


def _sealed(vault: Vault, who: Visitor, first: tuple[str, str, str]) -> str:
    """``first``: how the first factor was proved, and with what."""
    content = json.dumps([*first, time.time() + CODE_STEP_S])
    return base64.urlsafe_b64encode(vault.seal(content, f"sign-in step:{who.visit}")).decode()


def _opened(vault: Vault, who: Visitor, kept: str) -> tuple[str, str, str]:
    try:
        how, subject, proof, until = json.loads(
            vault.open(base64.urlsafe_b64decode(kept.encode()), f"sign-in step:{who.visit}")
        )
    except (ValueError, HallError, IndexError):
        raise HallError("sign_in_ticket_old", status=409) from None
    if until < time.time():
        raise HallError("sign_in_ticket_old", status=409)
    return how, subject, proof
