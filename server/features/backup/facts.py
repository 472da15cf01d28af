"""What a copy of a hall holds, counted in the copy itself."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.errors import HallError


@dataclass(frozen=True, slots=True)
class Facts:
    """``rows`` by table, ``columns`` by table where the copy is not a database of its own."""

    engine: str
    revision: str
    hall: str
    hall_id: str
    epoch: int
    seq: int
    rows: dict[str, int]
    columns: dict[str, list[str]]


def check_sequence(seq: int, counted: int, first: int | None, last: int | None) -> None:
    """The event log has no gap and ends where the hall's row says; HallError when not. Old events may be swept."""
    whole = counted == 0 if first is None or last is None else (counted == last - first + 1 and last == seq)
    if not whole:
        raise HallError("backup_not_whole", fault=f"events {first}-{last}: {counted}, hall {seq}")
