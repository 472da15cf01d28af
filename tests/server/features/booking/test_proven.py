"""The cookie of a proved phone: ours, of this hall's key, and for so many days."""

from __future__ import annotations

import time
from types import SimpleNamespace

from fastapi import Request
from fastapi.responses import Response

from server.auth import Keys
from server.features.booking import proven

INDEX = bytes(range(32))


def asking(keys: Keys, cookie: str = "") -> Request:
    state = SimpleNamespace(keys=keys, context=SimpleNamespace(link_base="https://hall.example"))
    headers = [(b"host", b"hall.example"), (b"cookie", cookie.encode())]
    return Request({
        "type": "http", "method": "GET", "scheme": "http", "server": ("hall.example", 80), "path": "/b",
        "query_string": b"", "headers": headers, "app": SimpleNamespace(state=state),
    })  # fmt: skip


def test_only_what_this_hall_signed_counts_and_not_for_ever() -> None:
    keys, others = Keys(b"k" * 32), Keys(b"o" * 32)
    answer = proven.keep(asking(keys), Response(), INDEX, 30)
    said = answer.headers["set-cookie"]
    assert all(part in said for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/b", f"Max-Age={30 * 86400}"))
    cookie = said.partition(";")[0]
    assert proven.proved(asking(keys, cookie), 30) == INDEX
    assert proven.proved(asking(keys, cookie), 0) is None, "the hall has set that nobody is remembered"
    assert proven.proved(asking(others, cookie), 30) is None
    name, _, value = cookie.partition("=")
    at, index, signature = value.strip('"').split(".")
    later = f"{int(at) + 5}.{index}.{signature}"
    other = f"{at}.{index[:-2]}A=.{signature}"
    for forged in (later, other, "", "..", "x", f"{at}.{index}.", f"x.{index}.{signature}"):
        assert proven.proved(asking(keys, f"{name}={forged}"), 30) is None
    old = f"{int(time.time()) - 86400 * 31}.{index}"
    assert proven.proved(asking(keys, f"{name}={old}.{proven._signature(keys, old)}"), 30) is None
    assert "set-cookie" not in proven.keep(asking(keys), Response(), INDEX, 0).headers
