"""What old systems ask behind the browser's back: whom a ticket was for (CAS 3.0, 2.4, 2.5 and 2.8)."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from xml.etree import ElementTree  # nosec B405 (only writes)

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.features.sign_on.cas.tickets import NO_REQUEST, Accepted, Fault, accept
from server.features.sign_on.faults import NO_STORE, OAuthFault
from server.features.sign_on.forms import address_of, fields, write

router = APIRouter(include_in_schema=False)
NAMESPACE: Final = "http://www.yale.edu/tp/cas"
# What no XML document may hold, however it is written.
_UNSPEAKABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ElementTree.register_namespace("cas", NAMESPACE)


@router.get("/cas/serviceValidate")
async def service_validate(request: Request) -> Response:
    """CAS 2.0: who it is, without attributes."""
    form = await _asked(request)
    return answer(await _judge(request, form), (form or {}).get("format", ""), attributes=False)


@router.get("/cas/p3/serviceValidate")
async def service_validate_with_attributes(request: Request) -> Response:
    """CAS 3.0: who it is, with the attributes that the client's scopes cover."""
    form = await _asked(request)
    return answer(await _judge(request, form), (form or {}).get("format", ""), attributes=True)


@router.get("/cas/validate")
async def validate(request: Request) -> Response:
    """CAS 1.0: two lines."""
    found = await _judge(request, await _asked(request))
    lines = f"yes\n{found.user}\n" if isinstance(found, Accepted) else "no\n\n"
    return Response(lines, 200, NO_STORE, media_type="text/plain")


async def _asked(request: Request) -> dict[str, str] | None:
    try:
        return await fields(request)
    except OAuthFault:
        return None


async def _judge(request: Request, form: dict[str, str] | None) -> Accepted | Fault:
    if form is None or "service" not in form or "ticket" not in form:
        return NO_REQUEST
    service, ticket, address = form["service"], form["ticket"], address_of(request)
    renew, proxy = "renew" in form, "pgtUrl" in form
    return await write(request, lambda writer: accept(writer, service, ticket, address, renew=renew, proxy=proxy))


def answer(found: Accepted | Fault, form: str, *, attributes: bool) -> Response:
    """``form``: ``JSON``, else XML. A refusal is an answer too: the status is 200."""
    said = _attributes(found) if attributes and isinstance(found, Accepted) else {}
    if form.upper() == "JSON":
        return Response(_json(found, said), 200, NO_STORE, media_type="application/json")
    return Response(_xml(found, said), 200, NO_STORE, media_type="application/xml")


def _attributes(found: Accepted) -> dict[str, Any]:
    return {
        "authenticationDate": found.proved_at, "longTermAuthenticationRequestTokenUsed": False,
        "isFromNewLogin": found.fresh, **found.said,
    }  # fmt: skip


def _json(found: Accepted | Fault, said: dict[str, Any]) -> str:
    body: dict[str, Any]
    if isinstance(found, Fault):
        body = {"authenticationFailure": {"code": found.code, "description": found.words}}
    else:
        body = {"authenticationSuccess": {"user": found.user} | ({"attributes": said} if said else {})}
    return json.dumps({"serviceResponse": body}, ensure_ascii=False, separators=(",", ":"))


def _xml(found: Accepted | Fault, said: dict[str, Any]) -> str:
    root = ElementTree.Element(f"{{{NAMESPACE}}}serviceResponse")
    if isinstance(found, Fault):
        failure = ElementTree.SubElement(root, f"{{{NAMESPACE}}}authenticationFailure", {"code": found.code})
        failure.text = found.words
        return ElementTree.tostring(root, encoding="unicode")
    success = ElementTree.SubElement(root, f"{{{NAMESPACE}}}authenticationSuccess")
    _add(success, "user", found.user)
    if said:
        within = ElementTree.SubElement(success, f"{{{NAMESPACE}}}attributes")
        for name, value in said.items():
            # Several values are several elements of one name (CAS 3.0, 2.5.7).
            for one in value if isinstance(value, list) else [value]:
                _add(within, name, one)
    return ElementTree.tostring(root, encoding="unicode")


def _add(parent: ElementTree.Element, name: str, value: Any) -> None:
    plain = str(value).lower() if isinstance(value, bool) else str(value)
    ElementTree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = _UNSPEAKABLE.sub("", plain)
