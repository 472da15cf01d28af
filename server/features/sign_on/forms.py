"""Reading what clients and browsers send: forms without doubled fields, and a client's proof of itself."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qsl, unquote_plus

from fastapi import Request

from server.audit import Actor
from server.audit import address_of as address_of
from server.database import Database, Reader, Writer
from server.features.sign_on import clients
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.models import ClientRow

Result = TypeVar("Result")
FIELDS = 40


async def pairs(request: Request) -> list[tuple[str, str]]:
    """The fields of a form, or of the query of a GET; ValueError for what no form sends."""
    if request.method in ("GET", "HEAD"):
        return parse_qsl(request.url.query, keep_blank_values=True, max_num_fields=FIELDS)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise ValueError("not a form")
    return parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=FIELDS)


async def fields(request: Request) -> dict[str, str]:
    """The fields of a client's request; ``invalid_request`` when one comes twice."""
    try:
        found = await pairs(request)
    except ValueError:
        raise OAuthFault("invalid_request") from None
    if len({name for name, _ in found}) != len(found):
        raise OAuthFault("invalid_request")
    return {name: value for name, value in found if value}


def proof(request: Request, form: dict[str, str]) -> tuple[str, str | None]:
    """The client's name and secret: by Basic (RFC 6749 2.3.1) or in the form, never both; None: no secret."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
        except ValueError:
            raise OAuthFault("invalid_client", status=401) from None
        name, secret = unquote_plus(name), unquote_plus(secret)
        if not colon or "client_secret" in form or form.get("client_id", name) != name:
            raise OAuthFault("invalid_request")
        return name, secret
    if "client_id" not in form:
        raise OAuthFault("invalid_client", status=401)
    return form["client_id"], form.get("client_secret")


def prove(reader: Reader, request: Request, form: dict[str, str]) -> ClientRow:
    """The client that asks."""
    return clients.authenticate(reader, *proof(request, form))


async def write(request: Request, work: Callable[[Writer], Result]) -> Result:
    """Run a change and wait for its commit."""
    database: Database = request.app.state.database
    return await asyncio.wrap_future(database.submit(work))


async def aside(work: Callable[..., Result], *arguments: object) -> Result:
    """Run what blocks in a worker thread."""
    return await asyncio.get_running_loop().run_in_executor(None, partial(work, *arguments))


def client_actor(client: ClientRow, request: Request) -> Actor:
    return Actor(f"client:{client.client_id}", None, address_of(request))
