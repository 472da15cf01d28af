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


def subject_of(found: Any) -> str:
    """A lasting mark as any provider has them: a text of up to 255 signs that can be written; else refused."""
    if not isinstance(found, str) or not 0 < len(found) <= 255 or not found.isprintable():
        raise WrongAnswerError("subject")
    return found


def plain_name(found: Any) -> str:
    """A name that can stand on a page: short, nothing invisible."""
    text = found if isinstance(found, str) else ""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:64]
