"""Prints a ticket by its layout on 80 mm or 58 mm paper, as ESC/POS."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from pydantic import ValidationError

from shared.devices.printer.escpos_text import EscposBytes, columns, fill, plain_marks, wrap
from shared.devices.printer.standard_layout import standard_layout
from shared.devices.printer.ticket_words import Words, meant, never
from shared.domain.errors import HallError
from shared.schemas.ticket_document import TicketDocument
from shared.schemas.ticket_layout import (
    Block,
    CutBlock,
    FieldBlock,
    LineBlock,
    PictureBlock,
    QrBlock,
    SpaceBlock,
    TextBlock,
    TicketLayout,
)

log = logging.getLogger(__name__)
_COLUMN_DOTS = 12  # font A is 12 dots wide, a hanzi 24
DOTS_PER_MM = 8
# 80 cm: whatever the layout says, a ticket takes no more of the roll. What would is left out, and never the number.
LONGEST_DOTS = 6400
_LINE_DOTS = 30
# White around a code without which no phone finds it (ISO/IEC 18004); beside it the paper's edge is enough.
QUIET_MODULES = 4
LEAST_MODULE = 3  # smaller modules no phone reads from thermal paper
# Bytes a QR code holds at error correction M, by version (ISO/IEC 18004).
_QR_BYTES = (
    14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711, 779, 857, 911,
    997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989, 2099, 2213, 2331,
)  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """Printable width in dots (8 per mm)."""

    dots: int

    @property
    def columns(self) -> int:
        return self.dots // _COLUMN_DOTS


PAPERS = {"80mm": Paper(dots=576), "58mm": Paper(dots=384)}


@dataclass(frozen=True)
class Part:
    """The bytes of one block; ``trouble`` is what its designer should know (``smaller``, ``wraps``, ``qr_small``,
    ``qr_wide``, ``picture_wide``, ``picture_broken``, ``too_long``, ``empty``, ``never``)."""

    block_id: str
    data: bytes
    trouble: str = ""


def paper_named(name: str) -> Paper:
    """The paper of a setting; HallError device_setting_wrong when there is none of this name."""
    if name not in PAPERS:
        raise HallError("device_setting_wrong", setting=f"paper = {name}")
    return PAPERS[name]


def render(document: TicketDocument, paper: Paper) -> bytes:
    """The whole ticket from reset to cut, by its layout; where that can't be read, by the built-in one."""
    layout = None
    try:
        layout = TicketLayout.model_validate(document.layout) if document.layout is not None else None
    except ValidationError as error:
        log.warning("the ticket's layout can't be read, the built-in one is printed: %s", error)
    return b"".join(part.data for part in parts(document, paper, layout or standard_layout()))


def parts(document: TicketDocument, paper: Paper, layout: TicketLayout) -> list[Part]:
    """The ticket block by block; together they are what is printed."""
    return list(_Ticket(document, paper, layout).parts())


class _Ticket:
    def __init__(self, document: TicketDocument, paper: Paper, layout: TicketLayout) -> None:
        self._document, self._paper = document, paper
        self._out = EscposBytes()
        self._words = Words(document)
        self._never = [block.id for block in layout.blocks if never(block)]
        self._blocks = [block for block in layout.blocks if meant(block, document) and self._printed(block)]
        # How much paper the block at hand takes, and all before it took.
        self._dots = self._length = 0
        self._before: Block | None = None
        self._after: Block | None = None

    def parts(self) -> Iterator[Part]:
        if self._document.trial:
            self._out.align("centre").reverse(True).line(f" {self._words.trial} ").reverse(False).feed_dots(8)
        yield Part("", self._out.take())
        yield from (Part(block_id, b"", "never") for block_id in self._never)
        rest = list(self._blocks)
        while rest:
            if rows := list(_rows(rest)):
                yield from (self._fitting(part, block) for part, block in self._table(rows))
                del rest[: len(rows)]
                self._before = rows[-1]
                continue
            block = rest.pop(0)
            self._after = rest[0] if rest else None
            trouble = self._one(block)
            self._before = block
            yield self._fitting(Part(block.id, self._out.take(), trouble), block)
        if not self._blocks or not isinstance(self._blocks[-1], CutBlock):
            yield Part("", self._out.feed_dots(40).cut().take())

    def _fitting(self, part: Part, block: Block) -> Part:
        """The block, or nothing in its place where the paper would become too long."""
        dots, self._dots = self._dots, 0
        must = isinstance(block, CutBlock) or (isinstance(block, FieldBlock) and block.field == "number")
        if not must and self._length + dots > LONGEST_DOTS:
            return Part(part.block_id, b"", "too_long")
        self._length += dots
        return part

    def _printed(self, block: Block) -> bool:
        if isinstance(block, FieldBlock):
            return any(self._words.field(block))
        return not isinstance(block, QrBlock) or bool(self._document.qr)

    def _one(self, block: Block) -> str:
        out = self._out.align(block.align)
        match block:
            case FieldBlock():
                return self._block("".join(self._words.field(block)), block)
            case TextBlock():
                lines = self._words.of_texts(block.texts).split("\n")
                if not any(words.strip() for words in block.texts.values()):
                    return "empty"
                return max((self._block(line, block) for line in lines), default="")
            case PictureBlock():
                return self._picture(block)
            case QrBlock():
                return self._qr(block)
            case LineBlock():
                out.rule(self._paper.dots, block.thick)
                self._dots += block.thick
            case SpaceBlock():
                out.feed_dots(block.dots)
                self._dots += block.dots
            case CutBlock():
                out.feed_dots(40).cut()
        return ""

    def _block(self, words: str, style: FieldBlock | TextBlock) -> str:
        """Words in the largest size that needs no more lines than wanted, else wrapped in the smallest."""
        words = plain_marks(words, self._document.language)
        if not words.strip():
            return ""
        largest = max(style.wide, style.high)
        room = self._paper.columns * 15 // 16
        times = largest
        # A number in two lines would be heard as two.
        most_lines = 1 if isinstance(style, FieldBlock) and style.field == "number" else style.most_lines
        if most_lines:
            fits = (t for t in range(largest, 1, -1) if len(wrap(words, room // min(t, style.wide))) <= most_lines)
            times = next(fits, 1)
        wide, high = min(style.wide, times), min(style.high, times)
        self._out.size(wide, high).bold(style.bold).underline(style.underline).reverse(style.reverse)
        lines = _balanced(words, self._paper.columns // wide)
        for line in lines:
            self._out.line(line)
            if high > 1:  # large characters touch the line below
                self._out.feed_dots(8)
        self._out.size(1, 1).bold(False).underline(False).reverse(False)
        if times < largest:
            return "smaller"
        self._dots += len(lines) * (max(_LINE_DOTS, high * 24) + (8 if high > 1 else 0))
        return "wraps" if len(lines) > max(1, most_lines) else ""

    def _table(self, blocks: list[FieldBlock]) -> Iterator[tuple[Part, FieldBlock]]:
        """Labels with their values beside them; large where all fit so, values of several parts judged alone."""
        facts = [(self._words.label(block), self._words.field(block), block) for block in blocks]
        indent = max(columns(label) for label, _, _ in facts) + 1
        indent = min(indent, self._paper.columns // 2)
        room = self._paper.columns - indent
        fits = all(columns(one[0]) * block.wide <= room for _, one, block in facts if len(one) == 1)
        self._out.align("left")
        for label, one, block in facts:
            large = fits and columns("".join(one)) * block.wide <= room
            wide, high = (block.wide, block.high) if large else (1, 1)
            heads = wrap(label, indent - 1)
            values = fill(one, room // wide)
            for index in range(max(len(heads), len(values))):
                head = heads[index] if index < len(heads) else ""
                self._out.size(1, 1).text(head + " " * (indent - columns(head))).size(wide, high)
                self._out.bold(block.bold).underline(block.underline).reverse(block.reverse)
                self._out.line(values[index] if index < len(values) else "")
                self._out.bold(False).underline(False).reverse(False)
            self._out.size(1, 1).feed_dots(16 if high > 1 else 12)
            self._dots += max(len(heads), len(values)) * max(_LINE_DOTS, high * 24) + 16
            smaller = (block.wide, block.high) != (wide, high)
            yield Part(block.id, self._out.take(), "smaller" if smaller else ""), block

    def _picture(self, block: PictureBlock) -> str:
        try:
            picture = Image.open(BytesIO(base64.b64decode(block.data)), formats=("PNG",)).convert("1")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            log.warning("picture %s of the layout can't be read", block.id)
            return "picture_broken"
        wide = picture.width > self._paper.dots
        if wide:
            high = max(1, picture.height * self._paper.dots // picture.width)
            picture = picture.convert("L").resize((self._paper.dots, high)).convert("1")
        self._out.raster(picture)
        self._dots += picture.height
        return "picture_wide" if wide else ""

    def _qr(self, block: QrBlock) -> str:
        """Dots per module so that the code is about as wide as asked for, and never wider than the paper."""
        size = len(self._document.qr.encode())
        version = next((v for v, holds in enumerate(_QR_BYTES, 1) if size <= holds), len(_QR_BYTES) + 1)
        modules = 17 + 4 * version
        wanted = block.size_mm * DOTS_PER_MM // modules
        module = max(1, min(8, max(LEAST_MODULE, wanted), self._paper.dots // modules))
        above, below = (_missing(QUIET_MODULES * module, near) for near in (self._before, self._after))
        if above:
            self._out.feed_dots(above)
        self._out.qr(self._document.qr, module)
        if below:
            self._out.feed_dots(below)
        self._dots += module * modules + above + below
        if block.size_mm * DOTS_PER_MM > self._paper.dots:
            return "qr_wide"
        return "qr_small" if wanted < LEAST_MODULE else ""


def _missing(dots: int, near: Block | None) -> int:
    """How much of a white margin the neighbour does not leave itself; the paper's end leaves enough."""
    if near is None or isinstance(near, CutBlock):
        return 0
    return max(0, dots - near.dots) if isinstance(near, SpaceBlock) else dots


def _rows(blocks: list[Block]) -> Iterator[FieldBlock]:
    """The labelled fields that the blocks begin with."""
    for block in blocks:
        if not isinstance(block, FieldBlock) or not block.label:
            return
        yield block


def _balanced(words: str, width: int) -> list[str]:
    """Wrapped into lines of about the same length, so that no single character is left alone."""
    lines = wrap(words, width)
    if len(lines) < 2:
        return lines
    for narrower in range(max(2, columns(words) // len(lines)), width):
        if len(tried := wrap(words, narrower)) <= len(lines):
            return tried
    return lines
