"""Refusals in the words of the console."""

from __future__ import annotations

from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text


def sorry(error: HallError, language: str, *, acted: bool = False) -> str:
    """What went wrong. ``acted``: something was to be done, and nobody knows whether it was."""
    if error.code == "server_unreachable":
        # The general words are for citizens with a ticket in their hand.
        return text(f"admin.unreachable.{'acted' if acted else 'looked'}", language)
    return error_text(error.code, language, **error.params)
