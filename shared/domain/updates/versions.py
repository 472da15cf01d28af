"""A version is three numbers; the larger one is the newer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from shared.domain.errors import HallError

PATTERN: Final = r"^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$"


@dataclass(frozen=True, order=True, slots=True)
class Version:
    major: int = 0
    minor: int = 0
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """HallError ``version_wrong``."""
        found = re.match(PATTERN, text, re.ASCII)
        if found is None or text.endswith("\n"):
            raise HallError("version_wrong", version=text[:32])
        return cls(*map(int, found.groups()))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"
