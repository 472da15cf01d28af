"""Waking a machine through its network card: the address it listens to, and the packet."""

from __future__ import annotations

from typing import NewType

MacAddress = NewType("MacAddress", str)


def read_mac(words: str) -> MacAddress:
    """``aa:bb:cc:dd:ee:ff`` of what people and systems write. ValueError for anything that is no machine's address."""
    digits = words.strip().lower().translate(str.maketrans("", "", ":-. "))
    if len(digits) != 12 or any(digit not in "0123456789abcdef" for digit in digits):
        raise ValueError(words)
    # An odd first byte is a group's, and nothing but zeros is nobody's.
    if int(digits[:2], 16) % 2 or not int(digits, 16):
        raise ValueError(words)
    return MacAddress(":".join(digits[place : place + 2] for place in range(0, 12, 2)))


def magic_packet(mac: MacAddress) -> bytes:
    """102 bytes: six of 0xFF, then the address sixteen times."""
    return b"\xff" * 6 + bytes.fromhex(mac.replace(":", "")) * 16
