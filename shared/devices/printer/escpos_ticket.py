"""Lays a ticket out for 80 mm or 58 mm paper and writes it as ESC/POS."""

from __future__ import annotations

from dataclasses import dataclass

from shared.devices.printer.escpos_text import EscposBytes, columns, fill, plain_marks, wrap
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.ticket_document import TicketDocument

_COLUMN_DOTS = 12  # font A is 12 dots wide, a hanzi 24
_NUMBER_TIMES = 6
# Bytes a QR code holds at error correction M, by version (ISO/IEC 18004).
_QR_BYTES = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)


@dataclass(frozen=True)
class Paper:
    """Printable width and the sizes that suit it, in dots (8 per mm)."""

    dots: int
    qr: int

    @property
    def columns(self) -> int:
        return self.dots // _COLUMN_DOTS


PAPERS = {"80mm": Paper(dots=576, qr=230), "58mm": Paper(dots=384, qr=200)}


def paper_named(name: str) -> Paper:
    """The paper of a setting; HallError device_setting_wrong when there is none of this name."""
    if name not in PAPERS:
        raise HallError("device_setting_wrong", setting=f"paper = {name}")
    return PAPERS[name]


def render(document: TicketDocument, paper: Paper) -> bytes:
    """The whole ticket from reset to cut."""
    return _Ticket(document, paper).bytes()


class _Ticket:
    def __init__(self, document: TicketDocument, paper: Paper) -> None:
        self._document, self._paper = document, paper
        self._out = EscposBytes()

    def bytes(self) -> bytes:
        document, out, dots = self._document, self._out, self._paper.dots
        out.align("centre")
        self._block(document.hall_name, largest=2, lines=1, bold=True)
        if document.reprint:
            out.feed_dots(8)
            self._block(self._word("reprint"))
        out.feed_dots(14).rule(dots).feed_dots(20)
        self._block(self._word("your_number"))
        out.feed_dots(10)
        self._block(document.number, largest=_NUMBER_TIMES, lines=1, bold=True)
        out.feed_dots(22)
        self._block(document.item, largest=2, lines=2, bold=True)
        if document.department:
            out.feed_dots(12)
            self._block(document.department)
        out.feed_dots(18).rule(dots).feed_dots(20).align("left")
        self._rows()
        out.align("centre").feed_dots(4).rule(dots).feed_dots(24)
        self._foot()
        return out.feed_dots(40).cut().bytes()

    def _rows(self) -> None:
        """Labels with their values beside them; large if all fit so, the counters judged by themselves."""
        facts = [(label + self._word("label_colon"), parts) for label, parts in self._facts() if parts]
        indent = max((columns(label) for label, _ in facts), default=0) + 1
        room = self._paper.columns - indent
        large = all(columns(parts[0]) * 2 <= room for _, parts in facts if len(parts) == 1)
        for label, parts in facts:
            times = 2 if large and columns("".join(parts)) * 2 <= room else 1
            head = label + " " * (indent - columns(label))
            for line in fill(parts, room // times):
                self._out.size(1, 1).text(head).size(times, times).bold(True).line(line).bold(False)
                head = " " * indent
            self._out.feed_dots(16 if times > 1 else 12)
        self._out.size(1, 1)

    def _facts(self) -> list[tuple[str, list[str]]]:
        """Labels and values; a value is a list of parts that are better not broken."""
        document = self._document
        ahead = ""
        if document.people_ahead is not None:
            key = "ahead_count" if document.people_ahead else "ahead_none"
            ahead = self._word(key, count=document.people_ahead)
        separator = self._word("counter_separator")
        last = len(document.counters) - 1
        counters = [label + (separator if index < last else "") for index, label in enumerate(document.counters)]
        facts = (("counter", counters), ("place", [document.place]), ("ahead", [ahead]), ("wait", [self._wait()]))
        return [
            (self._word(key), [plain_marks(part, document.language) for part in parts])
            for key, parts in facts
            if any(parts)
        ]

    def _wait(self) -> str:
        low, high = self._document.wait_minutes, self._document.wait_minutes_high
        if low is None:
            return ""
        if high is not None and high > low:
            return self._word("wait_range", minutes=low, high=high)
        return self._word("wait_about", minutes=low) if low else self._word("wait_soon")

    def _foot(self) -> None:
        document, out = self._document, self._out
        if document.qr:
            out.qr(document.qr, self._module(document.qr)).feed_dots(12)
            self._block(self._word("scan"))
            out.feed_dots(10)
        if document.hint:
            self._block(document.hint, bold=True)
            out.feed_dots(10)
        when = document.issued_at.strftime(self._word("issued_format"))
        self._block(self._word("issued") + " " + when)

    def _block(self, words: str, *, largest: int = 1, lines: int = 99, bold: bool = False) -> None:
        """Centred words in the largest size that needs no more than `lines` lines, else wrapped in the smallest."""
        words = plain_marks(words, self._document.language)
        room = self._paper.columns * 15 // 16
        times = next((t for t in range(largest, 1, -1) if len(wrap(words, room // t)) <= lines), 1)
        self._out.size(times, times).bold(bold)
        for line in _balanced(words, self._paper.columns // times):
            self._out.line(line)
            if times > 1:  # large characters touch the line below
                self._out.feed_dots(8)
        self._out.size(1, 1).bold(False)

    def _module(self, qr: str) -> int:
        """Dots per module so that the code is about as wide as the paper wants it."""
        size = len(qr.encode())
        version = next((v for v, holds in enumerate(_QR_BYTES, 1) if size <= holds), len(_QR_BYTES) + 1)
        return max(3, min(8, self._paper.qr // (17 + 4 * version)))

    def _word(self, key: str, **params: object) -> str:
        words = text(f"devices.ticket_paper.{key}", self._document.language, **params)
        return plain_marks(words, self._document.language)


def _balanced(words: str, width: int) -> list[str]:
    """Wrapped into lines of about the same length, so that no single character is left alone."""
    lines = wrap(words, width)
    if len(lines) < 2:
        return lines
    for narrower in range(max(2, columns(words) // len(lines)), width):
        if len(tried := wrap(words, narrower)) <= len(lines):
            return tried
    return lines
