"""What the console tells the player that draws a layout for it, one JSON object a line."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shared.schemas.base import Message
from shared.schemas.events import Snapshot
from shared.schemas.hall import Hall
from shared.schemas.signage import SignageFigures, SignageProgram


class PreviewAsk(Message):
    """``width`` × ``height``: of the picture, in pixels. ``calling``: as while somebody is called. The rest is what a
    display would know; None: as told before.

    Each picture that comes back is a PNG behind its length (four bytes, the highest first).
    """

    width: Annotated[int, Field(ge=64, le=4096)]
    height: Annotated[int, Field(ge=64, le=4096)]
    calling: bool = False
    program: SignageProgram | None = None
    hall: Hall | None = None
    snapshot: Snapshot | None = None
    figures: SignageFigures | None = None
