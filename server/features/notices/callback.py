"""The official account calls us: that a publication is done, so that what became of it is known at once.

As documented: a signature over a token that both know, the time and a number; XML, in the safe mode enciphered. In the
plain mode the signature says nothing of what is told: so nothing that is told is believed, the account is only asked
sooner than it would be anyway. What is repeated, or asked by somebody in between, is one question more at most.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
from typing import Any, Final
from xml.parsers import expat

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from sqlalchemy import select

from server.database import Reader, Writer
from server.deliveries import DeliveryRow
from server.features.notices.models import NoticeOutletRow
from server.features.notices.outlets import OUTLET
from server.features.notices.settings import callback_secrets, settings
from server.web import look
from shared.domain.notices.outlets import OutletState

router = APIRouter(include_in_schema=False)
PATH: Final = "/wechat/callback"
DONE: Final = "PUBLISHJOBFINISH"
_DEEPEST: Final = 12
_BLOCK: Final = 32
_UNDER_WAY: Final = (OutletState.WAITING.value, OutletState.SENT.value, OutletState.RETRACTING.value)


class _NotTheirsError(Exception):
    """Not the account's, or nothing that can be read."""


@router.get(PATH)
async def agreed(request: Request) -> Response:
    """The account tries the address that was entered there: in the plain and the safe mode alike."""
    token, _, _ = await look(request, _secrets)
    query = request.query_params
    if not _is_signed(query.get("signature", ""), token, query.get("timestamp", ""), query.get("nonce", "")):
        return Response(status_code=403)
    return PlainTextResponse(query.get("echostr", "")[:200])


@router.post(PATH)
async def told(request: Request) -> Response:
    """Always the same short answer to what is theirs, whatever it says: the account repeats what is not answered."""
    token, key, app_id = await look(request, _secrets)
    query, body = request.query_params, await request.body()
    stamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    try:
        if not _is_signed(query.get("signature", ""), token, stamp, nonce):
            raise _NotTheirsError
        said = read(body)
        if key:
            # Where a key was agreed on, nothing else counts.
            sealed = said.get("Encrypt", "")
            if not _is_signed(query.get("msg_signature", ""), token, stamp, nonce, sealed):
                raise _NotTheirsError
            said = read(opened(sealed, key, app_id))
    except _NotTheirsError:
        return Response(status_code=403)
    task = said.get("PublishEventInfo/publish_id", "")
    if said.get("Event") == DONE and task and await look(request, lambda reader: _waiting(reader, task) is not None):
        await asyncio.wrap_future(request.app.state.database.submit(lambda writer: _ask_now(writer, task)))
    return PlainTextResponse("success")


def read(body: bytes) -> dict[str, str]:
    """Leaves of the XML by their path below its root. No DTD, so no entities but XML's own."""
    found: dict[str, str] = {}
    path: list[str] = []

    def begin(name: str, _: Any) -> None:
        path.append(name)
        if len(path) > _DEEPEST:
            raise _NotTheirsError

    def words(said: str) -> None:
        place = "/".join(path[1:])
        found[place] = found.get(place, "") + said

    def refuse(*_: Any) -> None:
        raise _NotTheirsError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = begin, words
    parser.EndElementHandler = lambda _: path.pop()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise _NotTheirsError from None
    return {place: said.strip() for place, said in found.items()}


def opened(sealed: str, key: str, app_id: str) -> bytes:
    """What an enciphered message says: sixteen random bytes, the length, the words, and whose account it is."""
    try:
        secret = base64.b64decode(f"{key}=")
        taken = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
        plain = taken.update(base64.b64decode(sealed)) + taken.finalize()
    except (ValueError, binascii.Error):
        raise _NotTheirsError from None
    fill = plain[-1] if plain else 0
    if not 1 <= fill <= _BLOCK:
        raise _NotTheirsError
    length, rest = int.from_bytes(plain[16:20], "big"), plain[20:-fill]
    if rest[length:].decode(errors="replace") != app_id:
        raise _NotTheirsError
    return rest[:length]


def _is_signed(signature: str, token: str, *words: str) -> bool:
    said = "".join(sorted((token, *words)))
    made = hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest()
    return bool(token) and hmac.compare_digest(made.encode(), signature.encode())


def _secrets(reader: Reader) -> tuple[str, str, str]:
    """The token, the key and the account; no token: nobody calls."""
    rules = settings(reader).rules.wechat
    token, key = callback_secrets(reader) if rules.on else ("", "")
    return token, key, rules.app_id


def _waiting(reader: Reader, task: str) -> DeliveryRow | None:
    """What waits for the outcome of a publication: the account's number of it is in the progress."""
    chosen = (
        select(NoticeOutletRow, DeliveryRow)
        .join(DeliveryRow, DeliveryRow.id == NoticeOutletRow.delivery_id)
        .where(
            NoticeOutletRow.hall_id == reader.hall_id, NoticeOutletRow.channel == "wechat",
            NoticeOutletRow.state.in_(_UNDER_WAY), DeliveryRow.state == "waiting", DeliveryRow.next_at > reader.now,
        )
    )  # fmt: skip
    return next((row for outlet, row in reader.session.execute(chosen) if outlet.progress.get("task") == task), None)


def _ask_now(writer: Writer, task: str) -> None:
    if (row := _waiting(writer, task)) is not None:
        # Who is told costs none of the attempts.
        row.next_at, row.attempts = writer.now, max(0, row.attempts - 1)
        writer.flush()
        writer.nudge(OUTLET)
