"""Requests from other addresses than this machine's first: all of 127.0.0.0/8 is here."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter


class _Adapter(HTTPAdapter):
    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, source_address=(self._address, 0))


def at(address: str) -> requests.Session:
    """A session whose requests come from this address, such as ``127.0.0.9``."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", _Adapter(address))
    return session
