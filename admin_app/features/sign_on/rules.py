"""What a client must look like before it is sent, in plain words; the last word is that of the server's own types."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.schemas.sign_on import ClientId, WebAddress

Fault = tuple[str, dict[str, object]]
Check = Callable[[Any], Fault | None]
LINES, LONGEST, NAME = 20, 410, 200
_ADDRESS: TypeAdapter[str] = TypeAdapter(WebAddress)
_ID: TypeAdapter[str] = TypeAdapter(ClientId)


def lines(value: object) -> list[str]:
    """The addresses of a field with one on each line."""
    return [line.strip() for line in str(value or "").splitlines() if line.strip()]


def client_id(value: Any) -> Fault | None:
    return None if _fits(_ID, str(value)) else ("registry.fault.client_id", {})


def address(value: Any) -> Fault | None:
    """One address of the web, or none."""
    wanted = str(value).strip()
    found = _wrong(wanted) if wanted else ""
    return (f"registry.fault.{found}", {"line": ""}) if found else None


def addresses(value: Any) -> Fault | None:
    """Each line an address, none twice, not too many."""
    found = lines(value)
    if len(found) > LINES:
        return "registry.fault.many", {"n": LINES}
    for number, line in enumerate(found, start=1):
        wrong = "twice" if line in found[: number - 1] else _wrong(line)
        if wrong:
            return f"registry.fault.line_{wrong}", {"n": number}
    return None


def _wrong(text: str) -> str:
    """Why this is no address the server takes: scheme, sign, long, host; empty when it is one."""
    if _fits(_ADDRESS, text):
        return ""
    if not re.match(r"https?://", text):
        return "scheme"
    if re.search(r"[\s#\\]", text):
        return "sign"
    return "long" if len(text) > LONGEST - 10 else "host"


def _fits(adapter: TypeAdapter[str], text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True
