"""The page behind a program's QR: somebody signed in on a phone lets the program in, or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server import one_time
from server.audit import record
from server.context import Context
from server.database import Reader, Writer
from server.features.accounts.sessions import account_actor
from server.features.sign_on import clients
from server.features.sign_on.claims import shown_name
from server.features.sign_on.families import Alive
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.forms import address_of, fields, write
from server.features.sign_on.native import QR, match_number
from server.features.sign_on.visitors import (
    check_form,
    form_token,
    greet,
    hall_name,
    to_sign_in,
    told,
    trouble,
    visitor,
)
from server.mobile.rendering import language, page
from server.web import look
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False, dependencies=[Depends(greet)])


@dataclass(frozen=True, slots=True)
class _Shown:
    living: Alive | None
    kept: one_time.OneTime | None
    client: str
    name: str

    @property
    def open(self) -> bool:
        return self.kept is not None and self.kept.state == "good" and not self.kept.data["answer"]


@router.get("/qr/{code}")
async def qr_page(request: Request, code: str) -> Response:
    context: Context = request.app.state.context
    chosen = language(request)

    def find(reader: Reader) -> _Shown:
        living, kept = visitor(reader, request), one_time.look(reader, QR, code)
        client = clients.of_id(reader, UUID(kept.data["client"])) if kept is not None else None
        name = shown_name(reader, living.account) if living is not None else ""
        return _Shown(living, kept, clients.shown_name(client, chosen) if client is not None else "", name)

    shown = await look(request, find)
    if not shown.open or shown.kept is None:
        return told(request, "qr.over", status=410)
    if shown.living is None:
        return to_sign_in(request, f"/qr/{code}")
    return page(
        "sign_on_qr.html", chosen, hall=hall_name(request), code=code, client=shown.client, who=shown.name,
        place=shown.kept.data["place"], address=shown.kept.data["address"], match=match_number(code),
        token=form_token(context.keys, shown.living, "qr", code=code),
    )  # fmt: skip


@router.post("/qr/{code}")
async def answer_qr(request: Request, code: str) -> Response:
    try:
        form = await fields(request)
        return told(request, await write(request, lambda writer: _answer(writer, request, code, form)))
    except OAuthFault:
        return trouble(request, HallError("sign_on_request_wrong", status=400))
    except HallError as error:
        return trouble(request, error)


def _answer(writer: Writer, request: Request, code: str, form: dict[str, str]) -> str:
    living = visitor(writer, request)
    carried = check_form(request, living, "qr", form.get("token", ""))
    kept = one_time.look(writer, QR, code)
    if living is None or carried["code"] != code or kept is None or kept.state != "good" or kept.data["answer"]:
        return "qr.over"
    yes = form.get("answer") == "yes"
    methods = list(dict.fromkeys([*living.session.methods, "qr"]))
    data = kept.data | {"answer": "yes" if yes else "no", "account": str(living.account.id), "methods": methods}
    one_time.change(writer, QR, code, data)
    who = account_actor(living.account, address_of(request))
    action = "sign_on.qr_confirmed" if yes else "sign_on.qr_refused"
    record(
        writer, who, action, "client", kept.data["client"], place=kept.data["place"], asked_from=kept.data["address"]
    )
    return "qr.done" if yes else "qr.refused"
