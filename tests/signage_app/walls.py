"""A wall with a program of its own: coloured pictures and films, and a display in this process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import cv2
import numpy as np
from PySide6.QtGui import QColor, QImage

from shared.schemas.emergencies import Emergency
from shared.schemas.signage import (
    PlaylistItem,
    ProgramSpan,
    SignageLayout,
    SignagePlaylist,
    SignageProgram,
)

LAYOUT, PLAYLIST, OTHER = UUID(int=71), UUID(int=72), UUID(int=73)
# The time of the hall.
UTC_8 = timezone(timedelta(hours=8))
COLOURS = ("#c83232", "#32a032", "#3246c8", "#c8a032")


def picture(folder: Path, colour: str, size: tuple[int, int] = (320, 180)) -> str:
    """A picture of one colour in the store; answers its name there."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    path = folder / "new.png"
    image.save(str(path))
    return _kept(folder, path)


def film(folder: Path, colour: str, seconds: float = 0.6, size: tuple[int, int] = (320, 180)) -> str:
    """A video of one colour, 25 frames a second."""
    path = folder / "new.mp4"
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 25, size)
    c = QColor(colour)
    frame = np.full((size[1], size[0], 3), (c.blue(), c.green(), c.red()), np.uint8)
    for _ in range(max(2, round(25 * seconds))):
        out.write(frame)
    out.release()
    return _kept(folder, path)


def _kept(folder: Path, path: Path) -> str:
    name = hashlib.sha256(path.read_bytes()).hexdigest()
    # As a display's own store has it.
    (folder / name[:2]).mkdir(exist_ok=True)
    path.replace(folder / name[:2] / name)
    return name


def item(media: str, **fields: Any) -> PlaylistItem:
    return PlaylistItem.model_validate({"media": media, "seconds": 1, "fit": "cover", **fields})


def program(
    items: Mapping[UUID, list[PlaylistItem]], layout: dict[str, Any] | None = None, *,
    timeline: list[ProgramSpan] | None = None, interrupts: list[ProgramSpan] | None = None,
    playlist: UUID | None = PLAYLIST,
) -> SignageProgram:  # fmt: skip
    made = SignageProgram(
        time_zone="Asia/Shanghai", first=date(2026, 11, 23), days=14, layout=LAYOUT if layout else None,
        playlist=playlist, layouts={LAYOUT: SignageLayout.model_validate(layout)} if layout else {},
        playlists={id_: SignagePlaylist(items=list_) for id_, list_ in items.items()}, timeline=timeline or [],
        interrupts=interrupts or [],
    )  # fmt: skip
    return made.model_copy(update={"hash": hashlib.sha256(made.model_dump_json().encode()).hexdigest()})


def emergency(now: datetime, **fields: Any) -> Emergency:
    return Emergency.model_validate(
        {
            "identifier": "e-1", "sender": "admin", "sent": now, "status": "Actual", "msg_type": "Alert",
            "urgency": "Immediate", "severity": "Extreme", "certainty": "Observed", "headline": "请立即有序疏散",
            "expires": now + timedelta(minutes=10), **fields,
        }
    )  # fmt: skip
