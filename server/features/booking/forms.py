"""What browsers send to booking: forms, with files or without, held in memory only."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, cast, get_args
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError

from server.context import Context
from server.database import Writer
from server.features.accounts import throttle
from server.features.accounts.proof import Door
from server.mobile.rendering import language, same_origin
from shared.domain.errors import HallError
from shared.i18n import languages
from shared.schemas.tickets import Identity, IdentityKind

# Of one address in an hour: a hall's own network is one address.
AT_ONCE: Final = 60
WINDOW: Final = timedelta(hours=1)
# What people can say they have; a resident's takes every number a person may hold here.
KINDS: Final = ("resident", "passport", "organisation")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")
_BOUNDARY = re.compile(rb'boundary="?([^";,]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'[; ]name="([^"]{0,64})"', re.IGNORECASE)
_PARTS: Final = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """What an address or a form says of service, day and time; each may be missing."""

    service_id: UUID | None
    day: date | None
    start: int | None

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Choice:
        """HallError when something stands there that no page of ours has written."""
        try:
            return cls(
                UUID(fields["service"]) if fields.get("service") else None,
                date.fromisoformat(fields["day"]) if fields.get("day") else None,
                int(fields["start"]) if fields.get("start") else None,
            )
        except ValueError:
            raise HallError("appointment_not_read", status=422) from None


def address(request: Request, path: str, **params: object) -> str:
    """An address of ours in the language that was chosen."""
    given = {name: str(value) for name, value in params.items() if value is not None}
    if request.query_params.get("lang") in languages():
        given["lang"] = request.query_params["lang"]
    return f"{path}?{urlencode(given)}" if given else path


def identity_of(fields: Mapping[str, str]) -> Identity:
    """HallError names what is missing; what is wrong in it is found later."""
    kind = fields.get("kind", KINDS[0])
    name, number = fields.get("name", "").strip()[:64], fields.get("number", "").strip()[:64]
    if not name:
        raise HallError("appointment_name_needed", status=422)
    try:
        return Identity(kind=cast(Any, kind if kind in get_args(IdentityKind) else KINDS[0]), number=number, name=name)
    except ValidationError:
        raise HallError("identity_number_wrong", status=422, reason="id_number_character") from None


def token_of(fields: Mapping[str, str]) -> str:
    """What makes a form that is sent twice one booking."""
    token = fields.get("token", "")
    return f"form {token}" if _TOKEN.fullmatch(token) else f"form {secrets.token_urlsafe(16)}"


async def count(request: Request) -> None:
    """HallError when this address has sent too much; counted whatever becomes of it."""
    door = Door.of(request)

    def work(writer: Writer) -> int:
        return throttle.within(writer, door.vault, "booking", door.address, AT_ONCE, WINDOW)

    if rests := await door.write(work):
        raise HallError("booking_rests", status=429, minutes=-(-rests // 60))


async def plain_form(request: Request) -> Mapping[str, str]:
    """The fields of a form on a page whose address is its secret."""
    _refuse_foreign(request)
    try:
        fields = parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=16)
    except ValueError:
        raise HallError("form_foreign", status=403) from None
    return {name: values[0] for name, values in fields.items()}


async def form_with_file(request: Request) -> tuple[Mapping[str, str], bytes]:
    """The fields and the one file of a form (RFC 7578). Nothing of it touches the disk in clear."""
    _refuse_foreign(request)
    found = _BOUNDARY.search(request.headers.get("content-type", "").encode())
    if found is None:
        raise HallError("material_empty", status=422)
    body = b"\r\n" + await request.body()
    parts = body.split(b"\r\n--" + found[1])
    if len(parts) > _PARTS:
        raise HallError("material_empty", status=422)
    fields: dict[str, str] = {}
    content = b""
    for part in parts[1:-1]:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if name is None:
            continue
        if b"filename" in head.lower():
            content = value
        else:
            fields[name[1].decode(errors="replace")] = value[:200].decode(errors="replace")
    return fields, content


def _refuse_foreign(request: Request) -> None:
    context: Context = request.app.state.context
    if not same_origin(request, context):
        raise HallError("form_foreign", status=403)


def message_language(request: Request) -> str:
    return "zh-CN" if language(request) == "zh-CN" else "en"
