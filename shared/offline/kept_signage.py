"""What a display shows besides calls, on its disk: its program, emergencies and notices that have not run out."""

from __future__ import annotations

from pathlib import Path

from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message
from shared.schemas.emergencies import Emergency
from shared.schemas.notices import ShownNotice
from shared.schemas.signage import SignageProgram
from shared.schemas.weather import Weather


class KeptSignage(Message):
    program: SignageProgram | None = None
    emergencies: tuple[Emergency, ...] = ()
    notices: tuple[ShownNotice, ...] = ()
    weather: Weather | None = None


class SignageCopy(CheckedCopy[KeptSignage]):
    """Whole or none."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, KeptSignage)
