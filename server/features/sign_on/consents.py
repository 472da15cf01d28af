"""Whether a person has agreed that a client learns who they are; foreign clients ask once, those of the house never."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from server.audit import record
from server.context import Context
from server.database import Reader, Writer
from server.features.accounts.sessions import account_actor
from server.features.sign_on import clients
from server.features.sign_on.families import Alive
from server.features.sign_on.forms import address_of
from server.features.sign_on.models import ClientRow, ConsentRow
from server.features.sign_on.visitors import check_form, form_token, hall_name, visitor
from server.mobile.rendering import language, page
from shared.domain.errors import HallError


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: ``purpose`` names the door that asks, so that no answer is good at another one.

    ``here`` shows the page again in another language, ``action`` takes the answer.
    """

    purpose: str
    client: ClientRow
    scopes: list[str]
    here: str
    action: str


def is_due(reader: Reader, living: Alive, client: ClientRow, scopes: list[str]) -> bool:
    """Whether the person must be asked before this client learns what these scopes cover."""
    if client.own or client.trusted:
        return False
    row = reader.session.get(ConsentRow, (living.account.id, client.id))
    return row is None or not set(scopes) <= set(row.scopes)


def show(request: Request, living: Alive, name: str, ask: Ask, **carried: Any) -> Response:
    """The page that asks; its form brings ``carried`` back."""
    context: Context = request.app.state.context
    chosen = language(request)
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "lang"]
    token = form_token(
        context.keys, living, ask.purpose, scopes=ask.scopes, client=ask.client.client_id, **carried
    )  # fmt: skip
    return page(
        "sign_on_consent.html", chosen, hall=hall_name(request), here=ask.here, keep="&" + urlencode(kept),
        action=ask.action,
        client=clients.shown_name(ask.client, chosen), scopes=[scope for scope in ask.scopes if scope != "openid"],
        who=name, token=token,
    )  # fmt: skip


def settle(writer: Writer, request: Request, purpose: str, form: dict[str, str]) -> tuple[bool, dict[str, Any]]:
    """Keep the answer; whether it is yes, and what the form carried."""
    living = visitor(writer, request)
    carried = check_form(request, living, purpose, form.get("token", ""))
    client = clients.find(writer, carried["client"])
    if client is None or living is None:
        raise HallError("sign_on_client_unknown", status=400)
    agreed = form.get("answer") == "yes"
    if agreed:
        row = writer.session.get(ConsentRow, (living.account.id, client.id))
        if row is None:
            row = ConsentRow(hall_id=writer.hall_id, account_id=living.account.id, client_id=client.id, scopes=[])
            writer.session.add(row)
        row.scopes, row.at = sorted({*row.scopes, *carried["scopes"]}), writer.now
        writer.flush()
    who = account_actor(living.account, address_of(request))
    action = "sign_on.consent_given" if agreed else "sign_on.consent_refused"
    record(writer, who, action, "client", client.client_id, scopes=" ".join(carried["scopes"]))
    return agreed, carried
