"""The paper as it will really be printed: from the printer's own bytes, with where each block stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from PIL import Image
from PySide6.QtGui import QImage

from shared.devices.printer.escpos_parser import EscposParser
from shared.devices.printer.escpos_ticket import PAPERS, parts
from shared.devices.printer.paper import PaperPainter, PrintedPaper
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.ticket_layout import TicketLayout

# The picture shows the paper on a table: this far down it begins.
PAPER_TOP = 32


@dataclass(frozen=True)
class Preview:
    """``spans``: block → (top, bottom) in the picture; ``troubles``: block → what its designer should know."""

    picture: QImage
    spans: tuple[tuple[str, int, int], ...]
    troubles: tuple[tuple[str, str], ...]


def preview(layout: TicketLayout, document: TicketDocument, paper: str) -> Preview:
    """Off the main thread: drawing takes a tenth of a second."""
    printed: list[PrintedPaper] = []
    painter = PaperPainter(PAPERS[paper].dots)
    parser = EscposParser(painter, printed.append)
    spans, troubles = [], []
    for part in parts(document, PAPERS[paper], layout):
        # Pieces that were cut lie above each other, as they come out.
        above, top, cut = sum(one.picture.height for one in printed) + PAPER_TOP, painter.height, len(printed)
        parser.feed(part.data)
        if len(printed) == cut and part.block_id and part.data:
            spans.append((part.block_id, above + top, above + painter.height))
        if part.trouble:
            troubles.append((part.block_id, part.trouble))
    pictures = [one.picture.convert("RGB") for one in printed]
    whole = Image.new("RGB", (pictures[0].width, sum(one.height for one in pictures)))
    for one, place in zip(pictures, accumulate([0, *(one.height for one in pictures)]), strict=False):
        whole.paste(one, (0, place))
    image = QImage(whole.tobytes(), whole.width, whole.height, whole.width * 3, QImage.Format.Format_RGB888)
    return Preview(image.copy(), tuple(spans), tuple(troubles))
