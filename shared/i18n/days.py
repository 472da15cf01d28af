"""Days in words."""

from __future__ import annotations

from datetime import date

from shared.i18n import text


def days_words(first: date, last: date, language: str) -> str:
    """From one day to another, both included; a single day stands alone."""
    return str(first) if first == last else text("reports.days", language, first=first, last=last)
