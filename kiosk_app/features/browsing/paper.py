"""A guide on paper: A4 as a PDF, and narrow as the ticket printer prints it."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from kiosk_app.features.browsing.guide_text import Chapter, department_name, guide_name
from kiosk_app.features.browsing.state import LineView
from shared.i18n import text
from shared.schemas.guides import Guide
from shared.schemas.ticket_document import TicketDocument
from shared.ui.qr_matrix import qr_matrix

_DPI: Final = 300
_POINT: Final = _DPI / 72
# Millimetres of A4; the foot is inside the lower margin.
_MARGIN: Final = 16.0
_FONTS: Final = ["Noto Sans CJK SC", "Microsoft YaHei"]
_CODE: Final = "code.png"
_CODE_EDGE: Final = 100
_ONE_AT_A_TIME: Final = threading.Lock()
# A layout holds 60 blocks of 300 letters; the head and the foot take some.
_BLOCKS, _LETTERS = 48, 280
# Narrow paper is short: what people bring and where they go. The rest stands behind the code.
_ON_SLIP: Final = ("materials", "conditions", "steps", "limits", "where")


@dataclass(frozen=True)
class Print:
    """All that stands on either paper. ``at``: the hall's time."""

    guide: Guide
    chapters: Sequence[Chapter]
    hall: str
    language: str
    at: datetime

    @property
    def made(self) -> str:
        return text("browsing.paper.made", self.language, hall=self.hall, at=f"{self.at:%Y-%m-%d %H:%M}")


# ---- A4


def guide_page(wanted: Print) -> bytes:
    """A PDF of as many A4 pages as it takes. Needs a QGuiApplication; any thread."""
    target = QBuffer()
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    with _ONE_AT_A_TIME:
        writer = QPdfWriter(target)
        writer.setResolution(_DPI)
        writer.setTitle(wanted.guide.name)
        margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        size = QPageSize(QPageSize.PageSizeId.A4)
        writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter))
        _draw(writer, wanted)
    return bytes(target.data().data())


def _draw(writer: QPdfWriter, wanted: Print) -> None:
    painter = QPainter(writer)
    painter.scale(_POINT, _POINT)
    room = QSizeF(writer.width() / _POINT, writer.height() / _POINT)
    foot = 18.0
    document = _document(wanted)
    document.setPageSize(QSizeF(room.width(), room.height() - foot))
    pages = document.pageCount()
    for page in range(pages):
        if page:
            writer.newPage()
        top = page * document.pageSize().height()
        painter.save()
        painter.translate(0, -top)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.clip = QRectF(0, top, room.width(), document.pageSize().height())
        painter.setClipRect(context.clip)
        document.documentLayout().draw(painter, context)
        painter.restore()
        painter.setFont(_font(8))
        line = QRectF(0, room.height() - foot, room.width(), foot)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, wanted.made)
        count = f"{page + 1} / {pages}"
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, count)
    painter.end()


def _document(wanted: Print) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(_font(10.5))
    if wanted.guide.link:
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(_CODE), _code(wanted.guide.link))
    document.setHtml("".join(_html(wanted)))
    return document


def _html(wanted: Print) -> Iterator[str]:
    guide, language = wanted.guide, wanted.language
    facts = "<br>".join(
        html.escape(text("browsing.paper.fact", language, label=text(f"guides.phone.{key}", language), value=value))
        for key, value in (("department", department_name(guide, language)), ("code", guide.code))
    )
    code = (
        f'<td width="{_CODE_EDGE + 20}" align="center"><img src="{_CODE}" width="{_CODE_EDGE}" height="{_CODE_EDGE}">'
        f'<p style="font-size:8pt">{html.escape(text("browsing.paper.scan", language))}</p></td>'
        if guide.link else ""
    )  # fmt: skip
    yield (
        f'<table width="100%" cellspacing="0" cellpadding="0"><tr><td valign="middle">'
        f'<h1 style="font-size:20pt;margin:0">{html.escape(guide_name(guide, language))}</h1><p>{facts}</p>'
        f"</td>{code}</tr></table><hr>"
    )
    for chapter in wanted.chapters:
        yield f'<h2 style="font-size:13pt;margin-top:12px;margin-bottom:4px">{html.escape(chapter.title)}</h2>'
        for number, line in enumerate(chapter.lines, 1):
            yield _line(line, number, language)


def _line(line: LineView, number: int, language: str) -> str:
    words = html.escape(line.text)
    if line.kind == "fact":
        words = html.escape(text("browsing.paper.fact", language, label=line.label, value=line.text))
    elif line.kind == "point":
        words = f"{number}. <b>{words}</b>" if line.note or line.badge else f"{number}. {words}"
    badge = f" [{html.escape(line.badge)}]" if line.badge else ""
    note = (
        f'<br><span style="font-size:9pt">{html.escape(line.note).replace(chr(10), "<br>")}</span>' if line.note else ""
    )
    return f'<p style="margin-top:3px;margin-bottom:3px">{words}{badge}{note}</p>'


def _font(points: float) -> QFont:
    font = QFont(_FONTS)
    # The painter's unit is a point.
    font.setPixelSize(round(points))
    return font


def _code(link: str) -> QImage:
    """One pixel for a module, and the white around it; drawn larger without a blur."""
    matrix, quiet, each = qr_matrix(link), 4, 8
    edge = len(matrix) + 2 * quiet
    image = QImage(edge, edge, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                image.setPixel(column + quiet, row + quiet, 0xFF000000)
    return image.scaled(edge * each, edge * each)


# ---- narrow paper


def guide_slip(wanted: Print) -> TicketDocument:
    """As a ticket's layout: its number is the code of the item, by which a window finds it."""
    guide, language = wanted.guide, wanted.language
    blocks: list[dict[str, object]] = [
        {"kind": "text", "texts": {language: _plain(wanted.hall)}},
        {"kind": "text", "texts": {language: _plain(guide_name(guide, language))}, "bold": True, "high": 2, "wide": 2,
         "most_lines": 2},
        {"kind": "field", "field": "number"},
        {"kind": "text", "texts": {language: _plain(department_name(guide, language))}},
    ]  # fmt: skip
    if guide.link:
        blocks += [
            {"kind": "qr", "size_mm": 28},
            {"kind": "text", "texts": {language: text("browsing.paper.scan", language)}},
        ]
    blocks += islice(_slip_blocks(wanted), _BLOCKS)
    blocks += [{"kind": "line"}, {"kind": "text", "texts": {language: _plain(wanted.made)}}]
    named = [{**block, "id": f"g{number}"} for number, block in enumerate(blocks)]
    return TicketDocument(
        language=language, hall_name=wanted.hall, number=guide.code, item=guide_name(guide, language),
        issued_at=wanted.at, qr=guide.link, layout={"blocks": named},
    )  # fmt: skip


def _slip_blocks(wanted: Print) -> Iterator[dict[str, object]]:
    known = {chapter.key: chapter for chapter in wanted.chapters}
    for key in _ON_SLIP:
        if (chapter := known.get(key)) is None:
            continue
        yield {"kind": "line"}
        yield {"kind": "text", "texts": {wanted.language: _plain(chapter.title)}, "bold": True, "align": "left"}
        for words in _packed(_slip_line(line, number, wanted.language) for number, line in enumerate(chapter.lines, 1)):
            yield {"kind": "text", "texts": {wanted.language: words}, "align": "left"}


def _slip_line(line: LineView, number: int, language: str) -> str:
    words = line.text
    if line.kind == "fact":
        words = text("browsing.paper.fact", language, label=line.label, value=line.text)
    elif line.kind == "point":
        words = f"{number}. {line.text}" + (f" [{line.badge}]" if line.badge else "")
    return _plain(f"{words}\n{line.note}" if line.note else words)


def _packed(lines: Iterable[str]) -> Iterator[str]:
    """As many lines together as a block holds; a longer one is cut into several."""
    pack = ""
    for line in lines:
        while line:
            head, line = line[:_LETTERS], line[_LETTERS:]
            if pack and len(pack) + 1 + len(head) > _LETTERS:
                yield pack
                pack = ""
            pack = f"{pack}\n{head}" if pack else head
    if pack:
        yield pack


def _plain(words: str) -> str:
    """Braces would stand for a field of the ticket."""
    return words.replace("{", "(").replace("}", ")")
