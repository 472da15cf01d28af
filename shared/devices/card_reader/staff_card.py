"""The staff card: any contactless card, known by its serial number (PC/SC part 3, GET DATA).

A serial number can be copied by somebody who has the card and the tools. A hall that minds asks for a second factor.
"""

from __future__ import annotations

from shared.devices.card_reader.social_security_card import Transmit

_GET_NUMBER = bytes.fromhex("FFCA000000")
# ISO 14443: 4, 7 or 10 bytes; ISO 15693: 8.
_LENGTHS = (4, 7, 8, 10)


def serial_number(transmit: Transmit) -> str:
    """In hexadecimal, large letters; empty when the card or its reader has none to give."""
    data, status = transmit(_GET_NUMBER)
    return data.hex().upper() if status == 0x9000 and len(data) in _LENGTHS else ""
