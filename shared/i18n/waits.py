"""An expected wait in words, for screens that stand in a row: short, and never more exact than it is."""

from __future__ import annotations

from math import ceil

from shared.i18n.catalogue import DEFAULT_LANGUAGE, text


def wait_text(p50_s: float, p90_s: float, language: str = DEFAULT_LANGUAGE) -> str:
    """ "about 12–20 min": half of all wait no longer than the first, nine of ten no longer than the second figure."""
    low, high = ceil(p50_s / 60), ceil(p90_s / 60)
    if high <= 1:
        return text("ui.wait.soon", language)
    if low in (0, high):
        return text("ui.wait.minutes", language, n=high)
    return text("ui.wait.range", language, low=low, high=high)
