"""Who came back from another provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class WrongAnswerError(Exception):
    """The provider's answer can't be trusted; ``why`` is for the trail and holds nothing of the answer."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Person:
    """``subject``: the provider's own, lasting mark of them; ``name``: what it calls them, may be empty."""

    subject: str
    name: str


def plain_name(found: Any) -> str:
    """A name that can stand on a page: short, nothing invisible."""
    text = found if isinstance(found, str) else ""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:64]
