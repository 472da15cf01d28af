"""A QR code as its modules, for ``QrCode.qml``."""

from __future__ import annotations

from functools import lru_cache

import qrcode  # type: ignore[import-untyped]


@lru_cache(maxsize=4)
def qr_matrix(content: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of a code, without its quiet zone."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(content)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())
