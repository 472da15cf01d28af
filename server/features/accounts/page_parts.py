"""What all account pages have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import qrcode  # type: ignore[import-untyped]
from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from server.database import Reader
from server.features.access.service import policy
from server.features.accounts.cookies import HOME, Visitor, keep_visit
from server.features.catalogue.service import catalogue
from server.mobile.rendering import HEADERS, lang_query, language, page
from server.web import look
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import SecurityPolicy


@dataclass(frozen=True, slots=True)
class Hall:
    name: str
    rules: SecurityPolicy


async def hall_of(request: Request) -> Hall:
    """The hall's name in the page's language, and its policy."""
    key = "name" if language(request) == "zh-CN" else "name_en"

    def read(reader: Reader) -> Hall:
        facts = catalogue(reader).facts
        return Hall(str(facts.get(key) or facts["name"]), policy(reader))

    return await look(request, read)


async def show(
    request: Request, who: Visitor, name: str, *, here: str, keep: str = "", status: int = 200,
    error: HallError | None = None, **values: Any,
) -> Response:  # fmt: skip
    """An account page; ``error`` is told on it. ``here``: the address that shows it again in another language."""
    chosen = language(request)
    hall = await hall_of(request)
    notice = text(f"errors.{error.code}", language=chosen, **error.params) if error is not None else ""
    answer = page(
        name, chosen, status=error.status or 409 if error is not None else status, hall=hall.name, here=here,
        keep=keep, query=lang_query(request), csrf=who.csrf, rules=hall.rules.password, notice=notice,
        account=who.account, **values,
    )  # fmt: skip
    return keep_visit(request, answer, who)


def go(request: Request, address: str) -> Response:
    """The answer to a form is an address: loading it again sends nothing again."""
    return RedirectResponse(address + ("" if "?" in address else lang_query(request)), 303, headers=HEADERS)


def next_query(address: str) -> str:
    return f"&next={quote(address, safe='')}"


def onward_query(request: Request, wanted: str) -> str:
    """The query of a link on the way in: the choice of language, and where to go on unless it is one's own page."""
    parts = [lang_query(request).lstrip("?")] if lang_query(request) else []
    parts += [next_query(wanted).lstrip("&")] if wanted != HOME else []
    return "?" + "&".join(parts) if parts else ""


def qr_path(content: str) -> tuple[str, int]:
    """A QR code as one SVG path of unit squares, and its size with the quiet zone."""
    code = qrcode.QRCode(border=4)
    code.add_data(content)
    matrix = code.get_matrix()
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            width = 0
            while x + width < len(row) and row[x + width]:
                width += 1
            if width:
                runs.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width or 1
    return "".join(runs), len(matrix)
