"""Other ways in than a password, as features above offer them to the sign-in page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from server.database import Reader


@dataclass(frozen=True, slots=True)
class Way:
    """Where another way in begins; ``name`` and ``name_en`` are what it is called."""

    name: str
    name_en: str
    address: str

    def shown(self, language: str) -> str:
        return self.name if language == "zh-CN" else self.name_en or self.name


# Each answers what it offers to somebody who wants to go on to an address of ours.
offers: Final[list[Callable[[Reader, str], list[Way]]]] = []


def ways(reader: Reader, wanted: str) -> list[Way]:
    return [way for offer in offers for way in offer(reader, wanted)]
