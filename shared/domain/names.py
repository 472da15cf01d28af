"""People's names as screens may show them."""

from __future__ import annotations

import re
from typing import Final

# More stars than these take the room of what is not hidden.
STARS: Final = "*" * 6
_MORE: Final = re.compile(r"\*{7,}")


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


def mask_organisation(name: str) -> str:
    """What kind of one it is can be guessed from its two ends, at least half is hidden; masked twice is the same."""
    stripped = name.strip()
    front, back = max(1, min(2, len(stripped) // 4)), min(2, len(stripped) // 4)
    return stripped[:front] + "*" * (len(stripped) - front - back) + stripped[len(stripped) - back :]


def short_mask(masked: str) -> str:
    """How many signs are hidden helps nobody: at most ``STARS`` in a row."""
    return _MORE.sub(STARS, masked)
