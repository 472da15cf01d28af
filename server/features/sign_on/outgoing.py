"""Asking other people's servers over HTTP. All of it blocks: never on the event loop, never in the writer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import requests

POST_S: Final = 5


def post_status(target: str, form: Mapping[str, str]) -> int:
    """Send a form and answer the status; a redirect is an answer too, nobody follows it."""
    if urlsplit(target).scheme not in ("http", "https"):
        raise ValueError("not an address of the web")
    with requests.Session() as session:
        session.trust_env = False
        # Only the status is read: a body that never ends would hold up everybody else's messages.
        with session.post(target, data=dict(form), timeout=POST_S, allow_redirects=False, stream=True) as answer:
            return answer.status_code
