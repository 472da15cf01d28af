"""People's names as screens may show them."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """The first character or word stays."""
    stripped = name.strip()
    first, blank, rest = stripped.partition(" ")
    if blank:
        return f"{first} {'*' * len(rest)}"
    return stripped[:1] + "*" * (len(stripped) - 1)


def mask_phone(phone: str) -> str:
    """``138****0000``: what is long enough keeps three digits in front and four behind, anything else two behind."""
    digits = "".join(letter for letter in phone if letter.isdigit())
    if len(digits) >= 11:
        return digits[:3] + "*" * (len(digits) - 7) + digits[-4:]
    return "*" * max(len(digits) - 2, 0) + digits[-2:]
