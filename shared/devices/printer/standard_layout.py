"""The layout that ships: every hall begins with it, and it is printed where another can't be."""

from __future__ import annotations

from functools import cache

from shared.i18n import languages, text
from shared.schemas.ticket_layout import (
    CutBlock,
    FieldBlock,
    LineBlock,
    QrBlock,
    SpaceBlock,
    TextBlock,
    TicketLayout,
)


@cache
def standard_layout() -> TicketLayout:
    """Hall, number, matter, what to know while waiting, the code, the time."""

    def words(key: str, more: str = "") -> dict[str, str]:
        return {one: text(f"devices.ticket_paper.{key}", one) + more for one in languages()}

    rows = [
        FieldBlock(id=field, field=field, label=True, align="left", wide=2, high=2, bold=True)
        for field in ("counters", "place", "people_ahead", "wait")
    ]
    return TicketLayout(
        blocks=[
            FieldBlock(id="hall", field="hall_name", wide=2, high=2, most_lines=1, bold=True),
            SpaceBlock(id="space-1", dots=8, when=["reprint"]),
            TextBlock(id="reprint", texts=words("reprint"), when=["reprint"]),
            SpaceBlock(id="space-2", dots=14),
            LineBlock(id="line-1"),
            SpaceBlock(id="space-3", dots=20),
            TextBlock(id="your-number", texts=words("your_number")),
            SpaceBlock(id="space-4", dots=10),
            FieldBlock(id="number", field="number", wide=6, high=6, most_lines=1, bold=True),
            SpaceBlock(id="space-5", dots=22),
            FieldBlock(id="item", field="item", wide=2, high=2, most_lines=2, bold=True),
            SpaceBlock(id="space-6", dots=12),
            FieldBlock(id="department", field="department"),
            SpaceBlock(id="space-7", dots=18),
            LineBlock(id="line-2"),
            SpaceBlock(id="space-8", dots=20),
            *rows,
            SpaceBlock(id="space-9", dots=4),
            LineBlock(id="line-3"),
            SpaceBlock(id="space-10", dots=24),
            QrBlock(id="code", size_mm=28),
            SpaceBlock(id="space-11", dots=12),
            TextBlock(id="scan", texts=words("scan")),
            SpaceBlock(id="space-12", dots=10),
            FieldBlock(id="hint", field="hint", bold=True),
            SpaceBlock(id="space-13", dots=10),
            TextBlock(id="issued", texts=words("issued", " {issued_at}")),
            CutBlock(id="cut"),
        ]
    )
