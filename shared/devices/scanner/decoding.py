"""Codes in a picture, by two independent decoders. A picture is a grey one: height x width, 8 bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import zxingcpp
from cv2.typing import MatLike

try:
    from pyzbar import pyzbar  # type: ignore[import-untyped]
except ImportError:
    # Its library, libzbar, is a package of the system; without it there is one opinion.
    pyzbar = None

Decoder = Callable[[MatLike], list[str]]

# What is on tickets, licences, phones and forms. Every other kind costs: with Data Matrix a picture takes six times as
# long, and plainer kinds of bars are found in window blinds, too.
_FORMATS: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])


def read_by_zxing(picture: MatLike) -> list[str]:
    """Fast, and the one that reads light codes on dark ground."""
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=_FORMATS) if code.text]


def read_by_zbar(picture: MatLike) -> list[str]:
    """Ten times slower."""
    symbols = [pyzbar.ZBarSymbol.QRCODE, pyzbar.ZBarSymbol.CODE128]
    return [text for code in pyzbar.decode(picture, symbols) if (text := code.data.decode("utf-8", "ignore"))]


FIRST: Final[Decoder] = read_by_zxing
SECOND: Final[Decoder | None] = read_by_zbar if pyzbar is not None else None


def read_codes(picture: MatLike, decoders: Sequence[Decoder]) -> list[str]:
    """What the first decoder that finds anything finds, each code once."""
    for decoder in decoders:
        if found := decoder(picture):
            return list(dict.fromkeys(found))
    return []


class CodeReader:
    """Reads picture after picture at little cost: the second decoder looks at few of those the first can't read."""

    def __init__(self, first: Decoder = FIRST, second: Decoder | None = SECOND, *, second_every: int = 4) -> None:
        """The second is asked at every `second_every`-th picture in a row in which nothing was found."""
        self._first, self._second, self._second_every = first, second, second_every
        self._empty = 0

    def read(self, picture: MatLike) -> list[str]:
        """The codes in this picture, each once."""
        decoders = [self._first]
        if self._second is not None and self._empty % self._second_every == self._second_every - 1:
            decoders.append(self._second)
        codes = read_codes(picture, decoders)
        self._empty = 0 if codes else self._empty + 1
        return codes
