"""People's names as screens may show them."""

from __future__ import annotations


def mask_name(name: str) -> str:
    """The first character or word stays."""
    stripped = name.strip()
    first, blank, rest = stripped.partition(" ")
    if blank:
        return f"{first} {'*' * len(rest)}"
    return stripped[:1] + "*" * (len(stripped) - 1)
