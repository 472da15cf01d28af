"""What the console reads from its profile, and where it keeps its own things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.client.settings import TerminalSettings


@dataclass(frozen=True)
class AdminSettings:
    """``place``: where this PC stands, as other administrators read it; ``mode``: day or high_contrast."""

    place: str
    mode: str
    drafts: Path
    layout: Path

    @classmethod
    def of(cls, settings: TerminalSettings) -> AdminSettings:
        mode = str(settings.option("mode", "day"))
        return cls(
            place=str(settings.option("place", "")),
            mode=mode if mode in ("day", "high_contrast") else "day",
            drafts=settings.data / "drafts.json",
            layout=settings.data / "layout",
        )
