"""Printed paper as a picture: draws characters, pictures and codes the way a 203 dpi thermal printer does."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import qrcode  # type: ignore[import-untyped]
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

_CHARACTER_DOTS = 24
_LINE_DOTS = 30
_MARGIN = 32  # unprintable edge on each side
_KNIFE_DOTS = 56  # from print head to knife: blank at the head of each piece
_INK, _PAPER, _TABLE, _EDGE = (38, 36, 40), (253, 252, 248), (226, 224, 219), (198, 195, 188)
_FONTS = (
    (
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
        2,
        7,
    ),
    ("C:/Windows/Fonts/simhei.ttf", "C:/Windows/Fonts/simhei.ttf", 0, 0),
)
_QR_LEVELS = (
    qrcode.constants.ERROR_CORRECT_L,
    qrcode.constants.ERROR_CORRECT_M,
    qrcode.constants.ERROR_CORRECT_Q,
    qrcode.constants.ERROR_CORRECT_H,
)


@dataclass(frozen=True)
class Style:
    """How the next characters look."""

    wide: int = 1
    high: int = 1
    bold: bool = False
    underline: bool = False
    reverse: bool = False


@dataclass
class PrintedPaper:
    """One piece of paper: its picture, the words line by line, the texts of its QR codes."""

    picture: Image.Image
    lines: list[str] = field(default_factory=list)
    qr: list[str] = field(default_factory=list)
    complete: bool = True  # False: it ended without a cut

    @property
    def text(self) -> str:
        """All words."""
        return "\n".join(self.lines)


@dataclass
class _Cell:
    character: str
    style: Style
    full: bool

    @property
    def width(self) -> int:
        return self.style.wide * (_CHARACTER_DOTS if self.full else _CHARACTER_DOTS // 2)

    @property
    def height(self) -> int:
        return self.style.high * _CHARACTER_DOTS


class PaperPainter:
    """Grows a strip of paper; characters collect in a line until a feed prints them."""

    def __init__(self, dots: int) -> None:
        self.dots = dots
        self.reset()
        self._begin()

    def _begin(self) -> None:
        self._strip = Image.new("L", (self.dots, 256), 255)
        self.height = _KNIFE_DOTS
        self._lines: list[str] = []
        self._qr: list[str] = []

    def reset(self) -> None:
        """ESC @: forget the waiting line and all settings."""
        self._cells: list[_Cell] = []
        self.align = 0
        self.style = Style()
        self.line_dots = _LINE_DOTS

    @property
    def blank(self) -> bool:
        """Whether nothing has been printed on this piece."""
        return not self._lines and not self._qr and self.height == _KNIFE_DOTS

    def put(self, character: str, full: bool) -> None:
        """Add one character; a full line prints by itself."""
        cell = _Cell(character, self.style, full)
        if sum(c.width for c in self._cells) + cell.width > self.dots:
            self.feed_line()
        self._cells.append(cell)

    def feed_line(self) -> None:
        """LF."""
        height = max((cell.height for cell in self._cells), default=0)
        self._print_line(height)
        self.feed(max(self.line_dots - height, 0) if height else self.line_dots)

    def feed_dots(self, dots: int) -> None:
        """ESC J: print what waits, then feed."""
        if self._cells:
            self._print_line(max(cell.height for cell in self._cells))
        self.feed(dots)

    def feed(self, dots: int) -> None:
        self.height += dots
        self._room(0)

    def picture(self, image: Image.Image) -> None:
        """A picture (mode L, black is ink) at the alignment of the moment."""
        self._room(image.height)
        self._strip.paste(image, (self._left(image.width), self.height))
        self.height += image.height

    def qr(self, text: str, module: int, level: int) -> None:
        """A QR code of `module` dots per module; level 0 to 3 (L M Q H)."""
        code = qrcode.QRCode(error_correction=_QR_LEVELS[level], box_size=module, border=0)
        code.add_data(text.encode())
        code.make(fit=True)
        self._qr.append(text)
        self.picture(code.make_image().get_image().convert("L"))

    def cut(self, complete: bool = True) -> PrintedPaper:
        """End this piece of paper and begin the next."""
        if self._cells:
            self.feed_line()
        strip = self._strip.crop((0, 0, self.dots, self.height))
        paper = PrintedPaper(_on_table(strip), self._lines, self._qr, complete)
        self._begin()
        return paper

    def _left(self, width: int) -> int:
        return (0, max(0, self.dots - width) // 2, max(0, self.dots - width))[self.align]

    def _room(self, dots: int) -> None:
        need = self.height + dots
        if need > self._strip.height:
            longer = Image.new("L", (self.dots, max(need, self._strip.height * 2)), 255)
            longer.paste(self._strip, (0, 0))
            self._strip = longer

    def _print_line(self, height: int) -> None:
        if not self._cells:
            return
        self._room(height)
        x = self._left(sum(cell.width for cell in self._cells))
        for cell in self._cells:
            glyph = _glyph(cell.character, cell.width, cell.height, cell.style.bold, cell.full)
            if cell.style.underline:
                ImageDraw.Draw(glyph).rectangle((0, cell.height - 2, cell.width, cell.height), fill=0)
            glyph = ImageChops.invert(glyph) if cell.style.reverse else glyph
            self._strip.paste(glyph, (x, self.height + height - cell.height))
            x += cell.width
        self._lines.append("".join(cell.character for cell in self._cells))
        self._cells = []
        self.height += height


def _glyph(character: str, width: int, height: int, bold: bool, full: bool) -> Image.Image:
    """One character cell, black on white, stretched as the printer stretches it."""
    natural = height if full else height // 2
    cell = Image.new("L", (natural, height), 255)
    font = _font(round(height * 0.95), bold, full)
    ImageDraw.Draw(cell).text((natural / 2, height * 0.82), character, font=font, fill=0, anchor="ms")
    return cell if natural == width else cell.resize((width, height), Image.Resampling.BILINEAR)


@cache
def _font(size: int, bold: bool, full: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    for regular, strong, wide, mono in _FONTS:
        file = strong if bold else regular
        if Path(file).exists():
            return ImageFont.truetype(file, size, index=wide if full else mono)
    print("no Chinese font found: install fonts-noto-cjk", file=sys.stderr)
    return ImageFont.load_default(size)


def _on_table(strip: Image.Image) -> Image.Image:
    """The strip as paper lying on a table: ink and paper colours, a knife's edge below, a soft shadow."""
    width, height = strip.width + 2 * _MARGIN, strip.height
    ink = Image.composite(Image.new("RGB", strip.size, _PAPER), Image.new("RGB", strip.size, _INK), strip)
    paper = Image.new("RGB", (width, height), _PAPER)
    paper.paste(ink, (_MARGIN, 0))
    outline = Image.new("L", (width, height), 0)
    teeth = [(x, height - (7 if x // 8 % 2 else 1)) for x in range(0, width + 8, 8)]
    ImageDraw.Draw(outline).polygon([(0, 0), (width - 1, 0), *reversed(teeth)], fill=255)
    table = Image.new("RGB", (width + 64, height + 64), _TABLE)
    shadow = Image.new("L", table.size, 0)
    shadow.paste(outline, (34, 38))
    table.paste(Image.new("RGB", table.size, _EDGE), (0, 0), shadow.filter(ImageFilter.GaussianBlur(9)))
    table.paste(paper, (32, 32), outline)
    return table
