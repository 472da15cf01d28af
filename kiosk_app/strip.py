"""The strip of characters above the letters: how many fit, and its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar


@dataclass(frozen=True)
class CandidateView:
    """Characters that may be touched; ``cells`` of the strip are theirs."""

    text: str
    cells: int = 1


@dataclass(frozen=True)
class StripView:
    """The characters above the letters, in a row of ``cells`` keys; not there in languages of letters."""

    there: bool = False
    candidates: tuple[CandidateView, ...] = ()
    cells: int = 7
    page: int = 0
    pages: int = 1


class Candidate(Protocol):
    """Characters that may be meant, of the search or of the keyboard."""

    @property
    def text(self) -> str: ...


One = TypeVar("One", bound=Candidate)

# As many keys stand in a row; elder mode has fewer and larger ones.
CELLS, CELLS_ELDER = 7, 6


def cells(text: str) -> int:
    """Two characters fit on one key."""
    return -(-len(text) // 2)


def pages(candidates: Sequence[One], room: int) -> list[list[One]]:
    """As many as fit; a key of the row is given up for each way that the pages can be turned."""
    made: list[list[One]] = [[]]
    free = room if sum(cells(candidate.text) for candidate in candidates) <= room else room - 1
    rest = sum(cells(candidate.text) for candidate in candidates)
    for candidate in candidates:
        wide = cells(candidate.text)
        if wide > free:
            made.append([])
            free = room - 1 if rest <= room - 1 else room - 2
        made[-1].append(candidate)
        free -= wide
        rest -= wide
    return made


def strip_view(candidates: Sequence[Candidate], page: int, elder: bool) -> StripView:
    """One page of them."""
    room = CELLS_ELDER if elder else CELLS
    made = pages(candidates, room)
    page = min(page, len(made) - 1)
    shown = tuple(CandidateView(candidate.text, cells(candidate.text)) for candidate in made[page])
    return StripView(True, shown, room, page, len(made))
