"""The paper as it will really be printed: from the printer's own bytes, with where each block stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from PySide6.QtGui import QImage

from shared.devices.printer.escpos_parser import EscposParser
from shared.devices.printer.escpos_ticket import PAPERS, parts
from shared.devices.printer.paper import PaperPainter, PrintedPaper
from shared.i18n import text
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.ticket_layout import TicketLayout

SAMPLES = ("short", "long", "booked", "several", "reprint", "english")
# The picture shows the paper on a table: this far down it begins.
PAPER_TOP = 32
_WHEN = datetime(2026, 3, 2, 9, 41)


@dataclass(frozen=True)
class Preview:
    """``spans``: block → (top, bottom) in the picture; ``troubles``: block → what its designer should know."""

    picture: QImage
    spans: tuple[tuple[str, int, int], ...]
    troubles: tuple[tuple[str, str], ...]


def sample(key: str) -> TicketDocument:
    """A ticket to look at."""
    language = "en" if key == "english" else "zh-CN"

    def words(name: str) -> str:
        return text(f"ticket_layouts.sample.{name}", language)

    variants: dict[str, dict[str, Any]] = {
        "long": {"item": words("long_item"), "department": words("long_department")},
        "booked": {"booked": True, "due_at": _WHEN.replace(hour=10, minute=0)},
        "several": {"items": (words("item"), words("second_item"))},
        "reprint": {"reprint": True, "people_ahead": 0, "wait_minutes": 0, "wait_minutes_high": None, "elder": True},
    }
    facts: dict[str, Any] = {
        "language": language, "hall_name": words("hall"), "number": "A017", "item": words("item"),
        "department": words("department"), "counters": ("A01", "A02"), "place": words("place"), "issued_at": _WHEN,
        "people_ahead": 6, "wait_minutes": 12, "wait_minutes_high": 21, "hint": words("hint"),
        "qr": "http://hall.example/t/4qN0dZ8nSxw1kTtR2m7yVQ",
    }  # fmt: skip
    return TicketDocument.model_validate(facts | variants.get(key, {}))


def valid(blocks: list[dict[str, Any]]) -> TicketLayout | None:
    try:
        return TicketLayout.model_validate({"blocks": blocks})
    except ValidationError:
        return None


def faults(blocks: list[dict[str, Any]]) -> dict[str, str]:
    """Block (or empty) → what makes the layout impossible: ``placeholder``, ``picture``, ``number`` or ``wrong``."""
    try:
        TicketLayout.model_validate({"blocks": blocks})
    except ValidationError as error:
        found = {}
        for one in error.errors():
            place = next(
                (blocks[part]["id"] for part in one["loc"] if isinstance(part, int) and part < len(blocks)), ""
            )
            kinds = ("placeholder", "picture", "number")
            found[place] = next((kind for kind in kinds if kind in one["msg"]), "wrong")
        return found
    return {}


def preview(layout: TicketLayout, document: TicketDocument, paper: str) -> Preview:
    """Off the main thread: drawing takes a tenth of a second."""
    printed: list[PrintedPaper] = []
    painter = PaperPainter(PAPERS[paper].dots)
    parser = EscposParser(painter, printed.append)
    spans, troubles = [], []
    for part in parts(document, PAPERS[paper], layout):
        top, cut = painter.height, len(printed)
        parser.feed(part.data)
        if len(printed) == cut and part.block_id:
            spans.append((part.block_id, top + PAPER_TOP, painter.height + PAPER_TOP))
        if part.trouble:
            troubles.append((part.block_id, part.trouble))
    picture = printed[0].picture.convert("RGB")
    image = QImage(picture.tobytes(), picture.width, picture.height, picture.width * 3, QImage.Format.Format_RGB888)
    return Preview(image.copy(), tuple(spans), tuple(troubles))
