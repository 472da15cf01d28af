"""Phone pages: templates, the one style sheet and script with a hash in their names, language, headers."""

from __future__ import annotations

import gzip
import hashlib
import re
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Context as JinjaContext

from server.context import Context
from server.errors import language_of
from shared.i18n import languages, text
from shared.ui.theme.tokens import colours

FOLDER = Path(__file__).parent
STATIC = "/mobile"
# Seconds between reloads of a page whose browser runs no script.
RELOAD_S = 20
_KINDS = {"phone.css": "text/css", "phone.js": "text/javascript", "icon.svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The address is the secret: it goes to nobody else, not even as a referrer, and stays in no cache or index.
HEADERS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
    "vary": "accept-language",
}


class _Context(JinjaContext):
    """A page's variables. They and the macros among them hold each other: a page leaves nothing to the garbage
    collection, which would stop a full hall for as long as it takes to find a thousand pages. Templates import
    with context only: what is imported without would be shared by all pages, and emptied after the first."""

    made: ContextVar[list[_Context]] = ContextVar("made")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.made.get().append(self)


class _Templates(Environment):
    context_class = _Context


_templates = _Templates(
    loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file under a name that changes with its content, so that a phone may keep it for ever."""

    name: str
    media_type: str
    body: bytes
    packed: bytes


@cache
def static_files() -> dict[str, StaticFile]:
    """By plain name: ``phone.css`` …"""
    found = {}
    for plain, media_type in _KINDS.items():
        body = (FOLDER / "static" / plain).read_bytes()
        if plain == "phone.css":
            body = _palette().encode() + body
        stem, _, suffix = plain.partition(".")
        name = f"{stem}-{hashlib.sha256(body).hexdigest()[:12]}.{suffix}"
        found[plain] = StaticFile(name, media_type, body, gzip.compress(body, mtime=0))
    return found


def _palette() -> str:
    """The colours of all screens, from the one file that holds them."""

    def variables(mode: str) -> str:
        plain = {name.replace("_", "-"): value for name, value in colours(mode).items() if len(value) == 7}
        return "".join(f"--{name}:{value};" for name, value in plain.items())

    return f":root{{{variables('day')}}}\n@media (prefers-contrast:more){{:root{{{variables('high_contrast')}}}}}\n"


def language(request: Request) -> str:
    """``?lang=`` when it names a language of the catalogue, else what the phone asks for, else Chinese."""
    wanted = request.query_params.get("lang", "")
    if wanted in languages():
        return wanted
    return language_of(request.headers.get("accept-language", ""))


def lang_query(request: Request) -> str:
    """The choice of language as it is handed on to the page's other addresses; empty where none was made."""
    return f"?lang={request.query_params['lang']}" if request.query_params.get("lang") in languages() else ""


def numbers(said: str) -> list[tuple[str, str]]:
    """The telephone numbers somebody wrote down: each as it reads and as it is dialled. An extension is dialled after
    a pause, once the line is answered."""
    return [
        (words, re.sub(r"[^0-9+,]", "", re.sub(r"\s*\u8f6c\s*", ",", words)))
        for part in re.split(r"[,;/\u3001]", said)
        if (words := part.strip())
    ]


_templates.filters["numbers"] = numbers


def fragment(name: str, chosen: str, **values: Any) -> str:
    """A part of a page."""
    return _render(name, chosen, **values)


def _render(name: str, chosen: str, **values: Any) -> str:
    made: list[_Context] = []
    before = _Context.made.set(made)
    try:
        return _templates.get_template(name).render(t=partial(text, language=chosen), lang=chosen, **values)
    finally:
        _Context.made.reset(before)
        for context in made:
            context.vars.clear()


def page(name: str, chosen: str, *, status: int = 200, reload: bool = False, **values: Any) -> Response:
    """A whole page. ``reload``: again and again where no script runs."""
    static = {plain: f"{STATIC}/{file.name}" for plain, file in static_files().items()}
    body = _render(
        name, chosen, static=static,
        in_language=lambda key, code: text(key, language=code),
        languages=[(code, text("ui.language.name", language=code)) for code in languages() if code != chosen],
        reload_s=RELOAD_S if reload else 0, **values,
    )  # fmt: skip
    return Response(body, status, HEADERS, media_type="text/html")


def same_origin(request: Request, context: Context) -> bool:
    """Whether a form came from one of our own pages, as far as the browser says.

    The secret address already keeps strangers out. ``no-referrer`` makes browsers send ``Origin: null``, so only
    ``Sec-Fetch-Site`` and a spoken-out foreign origin can refuse.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return True
    return urlsplit(origin).netloc in (request.headers.get("host"), urlsplit(context.link_base).netloc)
