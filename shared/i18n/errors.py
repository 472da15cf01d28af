"""The text of a refusal, wherever its code has its words."""

from __future__ import annotations

from shared.i18n.catalogue import DEFAULT_LANGUAGE, catalogue

_TABLES = ("errors.{}", "devices.message.{}", "devices.id_number.{}", "speech.errors.{}", "{}")


def error_text(code: str, language: str = DEFAULT_LANGUAGE, **params: object) -> str:
    """What happened, what is safe, what to do: the words of a ``HallError``'s code."""
    words = catalogue()
    for table in _TABLES:
        key = table.format(code)
        if words.has(key):
            return words.fill(key, language, params)
    return words.fill("errors.internal_error", language, {"incident": code})
