"""The ways a message leaves the hall: one protocol, a driver each."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, quote, urlencode

from server.features.messages.kinds import KINDS, NAME
from server.features.sign_on.outgoing import NoAnswerError, ask
from shared.client.line import Places
from shared.domain.errors import HallError
from shared.domain.names import mask_phone
from shared.schemas.messages import Gateway

FILE: Final = "messages.jsonl"
FILE_LIMIT: Final = 5_000_000
_TAIL: Final = 100_000
# What a gateway's headers and body may name, besides what the words of a message may.
NAMES: Final = frozenset({"phone", "text", "kind", "id", "language", "secret", "timestamp"}) | {
    name for names in KINDS.values() for name in names if name != "phone"
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way; ``id`` stays the same when it is tried again."""

    id: str
    kind: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    language: str
    params: Mapping[str, str] = field(repr=False)


class Channel(Protocol):
    def send(self, message: Outgoing) -> None:
        """Bring it on its way (blocks); HallError or NoAnswerError when it was not taken."""


class File:
    """JSON lines in the hall's data folder, the number masked: for a demonstration, and to try the words."""

    _lock = threading.Lock()

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def send(self, message: Outgoing) -> None:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = {
            "at": at, "id": message.id, "kind": message.kind, "phone": mask_phone(message.phone), "text": message.text,
        }  # fmt: skip
        with self._lock:
            if self._path.exists() and self._path.stat().st_size > FILE_LIMIT:
                os.replace(self._path, self._path.with_suffix(".old.jsonl"))
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def text_of(self, message_id: str) -> str:
        """What a message said that was written lately; empty when it does not stand there."""
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, self._path.stat().st_size - _TAIL))
                lines = file.read().splitlines()
        except FileNotFoundError:
            return ""
        for line in reversed(lines):
            if message_id.encode() in line:
                return str(json.loads(line)["text"])
        return ""


class HttpGateway:
    """A gateway that takes one message a request, in whatever form it wants."""

    def __init__(self, gateway: Gateway, secret: str, places: Places) -> None:
        """``places``: what may be connected to."""
        self._places = places
        self._gateway = gateway
        self._secret = secret

    def send(self, message: Outgoing) -> None:
        gateway = self._gateway
        if not gateway.address:
            raise HallError("message_address_missing", status=409)
        stamp = str(int(time.time()))
        values = dict(message.params) | {
            "phone": message.phone, "text": message.text, "kind": message.kind, "id": message.id,
            "language": message.language, "secret": self._secret, "timestamp": stamp,
        }  # fmt: skip
        body = filled(gateway, values)
        headers = {name: _fill(value, values, _plain) for name, value in gateway.headers.items()}
        if gateway.signed:
            mac = hmac.new(self._secret.encode(), f"{stamp}\n{body}".encode(), hashlib.sha256)
            headers |= {"X-ZhiTing-Timestamp": stamp, "X-ZhiTing-Signature": mac.hexdigest()}
        if gateway.method == "GET":
            status, answered = ask("GET", gateway.address, headers=headers, query=body, places=self._places)
        else:
            kind = "application/json" if gateway.content == "json" else "application/x-www-form-urlencoded"
            headers.setdefault("Content-Type", f"{kind}; charset=utf-8")
            sent = body.encode()
            status, answered = ask(
                gateway.method, gateway.address, headers=headers, body=sent, places=self._places
            )  # fmt: skip
        if not 200 <= status < 300:
            raise HallError("message_refused", status=502, answered=status)
        if gateway.ok_path and _at(answered, gateway.ok_path) != gateway.ok_value:
            # What it answered may repeat the number: only that it was no agreement.
            raise HallError("message_refused", status=502, answered=gateway.ok_path)


def filled(gateway: Gateway, values: Mapping[str, str]) -> str:
    """The body with everything in its place."""
    if gateway.content == "json":
        return _fill(gateway.body, values, lambda value: json.dumps(value, ensure_ascii=False)[1:-1])
    return _fill(gateway.body, values, lambda value: quote(value, safe=""))


def check_gateway(gateway: Gateway) -> None:
    """HallError when no message could leave in this form."""
    for part in (gateway.body, *gateway.headers.values()):
        for name in NAME.findall(part):
            if name not in NAMES:
                raise HallError("message_name_unknown", status=422, name=name)
    for name in gateway.headers.values():
        # What a header may not hold would break every message: Chinese, and a person's data in somebody's access log.
        if {"text", "phone"} & set(NAME.findall(name)):
            raise HallError("message_header_personal", status=422)
    if gateway.method == "GET" and gateway.content == "json":
        raise HallError("message_body_wrong", status=422)
    sample = filled(gateway, dict.fromkeys(NAMES, 'a "b" & c'))
    try:
        if gateway.content == "json":
            json.loads(sample)
        else:
            parse_qsl(sample, strict_parsing=True)
    except ValueError:
        raise HallError("message_body_wrong", status=422) from None


def _fill(template: str, values: Mapping[str, str], escape: Any) -> str:
    return NAME.sub(lambda found: escape(values.get(found[1], "")), template)


def _plain(value: str) -> str:
    """As a header can hold it."""
    return value if value.isascii() and value.isprintable() else urlencode({"": value})[1:]


def _at(answered: bytes, path: str) -> str:
    """What stands at a place of a JSON answer, as text; empty when nothing does."""
    try:
        found: Any = json.loads(answered)
    except (ValueError, RecursionError):
        raise NoAnswerError("not JSON") from None
    for part in path.split("."):
        if isinstance(found, list) and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, dict):
            found = found.get(part)
        else:
            return ""
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, str | int | float) else ""
