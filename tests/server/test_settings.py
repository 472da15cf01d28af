"""Where phones and people reach the server."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from server.settings import Settings


def test_a_tickets_code_never_says_every_address() -> None:
    for anywhere in ("0.0.0.0", "::"):
        link = urlsplit(Settings(data=Path(), host=anywhere, port=8300).link_base)
        assert link.port == 8300
        assert not ipaddress.ip_address(link.hostname or "").is_unspecified


@pytest.mark.parametrize(
    ("host", "link"),
    [("127.0.0.1", "http://127.0.0.1:8300"), ("::1", "http://[::1]:8300"), ("hall", "http://hall:8300")],
)
def test_a_named_address_is_kept(host: str, link: str) -> None:
    assert Settings(data=Path(), host=host).link_base == link


def test_the_public_address_comes_first() -> None:
    assert Settings(data=Path(), host="0.0.0.0", public_url="https://hall.example/").link_base == "https://hall.example"
