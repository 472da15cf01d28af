"""What is registered must look so before it is sent, in plain words; the last word is that of the server's types."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.schemas.sign_on import ClientId, WebAddress
from shared.schemas.upstreams import AnswerPath, ParameterName, SecureAddress, UpstreamKey

Fault = tuple[str, dict[str, object]]
Check = Callable[[Any], Fault | None]
LINES, LONGEST, NAME = 20, 410, 200
PAIRS, LINE = 10, 300
_DOT = "\N{BULLET}"
_ADDRESS: TypeAdapter[str] = TypeAdapter(WebAddress)
_ID: TypeAdapter[str] = TypeAdapter(ClientId)
_SECURE: TypeAdapter[str] = TypeAdapter(SecureAddress)
_KEY: TypeAdapter[str] = TypeAdapter(UpstreamKey)
_NAME: TypeAdapter[str] = TypeAdapter(ParameterName)
_PATH: TypeAdapter[str] = TypeAdapter(AnswerPath)


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


def secret(value: Any) -> Fault | None:
    """A secret itself, and not the dots that stand for it where it is hidden."""
    return ("registry.fault.dots", {}) if _DOT in str(value) else None


def secure_address(value: Any) -> Fault | None:
    """An address that secrets are sent to, or none."""
    wanted = str(value).strip()
    found = address(wanted)
    return found or (("registry.fault.secure", {}) if wanted and not _fits(_SECURE, wanted) else None)


def upstream_key(value: Any) -> Fault | None:
    return None if _fits(_KEY, str(value).strip()) else ("registry.fault.key", {})


def parameter(value: Any) -> Fault | None:
    """A name in somebody else's protocol, or none."""
    return None if not str(value).strip() or _fits(_NAME, str(value).strip()) else ("registry.fault.parameter", {})


def path(value: Any) -> Fault | None:
    """Where in an answer something stands, or nowhere."""
    return None if not str(value).strip() or _fits(_PATH, str(value).strip()) else ("registry.fault.path", {})


def fragment(value: Any) -> Fault | None:
    return None if re.fullmatch(r"[A-Za-z0-9_-]{0,64}", str(value).strip()) else ("registry.fault.fragment", {})


def pairs(value: object) -> list[tuple[str, str]]:
    """(name, value) of each line ``name=value``."""
    return [(name.strip(), rest.strip()) for name, _, rest in (line.partition("=") for line in lines(value))]


def named_values(value: Any) -> Fault | None:
    """Further parameters, one ``name=value`` a line."""
    return _pairs_wrong(value, lambda rest: len(rest) <= LINE)


def named_paths(value: Any) -> Fault | None:
    """Further parameters, each with the place its value stands at."""
    return _pairs_wrong(value, lambda rest: _fits(_PATH, rest))


def _pairs_wrong(value: Any, good: Callable[[str], bool]) -> Fault | None:
    found = pairs(value)
    if len(found) > PAIRS:
        return "registry.fault.many_pairs", {"n": PAIRS}
    for number, (name, rest) in enumerate(found, start=1):
        if not _fits(_NAME, name) or not good(rest) or name in [before for before, _ in found[: number - 1]]:
            return "registry.fault.pair", {"n": number}
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
