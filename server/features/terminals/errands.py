"""Errands: what the console asks of one terminal, which fetches it, does it once and answers once.

Device tests and trial prints are such; each has rows, words and entries in the trail of its own. An ``asked_at`` that
is still to come is a turn that is waited for.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Select, delete, select

from server.auth import Principal
from server.database import Reader, Writer
from server.features.terminals.models import TerminalRow
from server.features.terminals.service import own_row
from shared.domain.errors import HallError

# Longer than any device takes; a terminal that fetches it later does nothing: nobody stands there any more.
PATIENCE: Final = timedelta(seconds=60)
KEPT: Final = timedelta(days=1)


class ErrandRow(Protocol):
    hall_id: Any
    id: Any
    terminal_id: Any
    asked_at: Any


Row = TypeVar("Row", bound=ErrandRow)


class Errands(Generic[Row]):
    """``answer``: the column that is empty until the terminal has answered; ``unknown``: the code of a refusal."""

    def __init__(self, row: type[Row], answer: str, unknown: str) -> None:
        self._row, self._answer, self._unknown = row, answer, unknown

    def forget_old(self, writer: Writer) -> None:
        row = self._row
        writer.session.execute(delete(row).where(row.hall_id == writer.hall_id, row.asked_at < writer.now - KEPT))

    def waiting(self, reader: Reader, terminal_id: UUID) -> list[Row]:
        """What this terminal shall do, now or when its turn comes, in the order of asking."""
        return list(reader.session.scalars(self._open(reader).where(self._row.terminal_id == terminal_id)))

    def busy(self, reader: Reader) -> set[UUID]:
        """The terminals of the hall that have something to do."""
        return {row.terminal_id for row in self.open(reader)}

    def due(self, reader: Reader) -> list[Row]:
        """What any terminal of the hall shall do now."""
        return list(reader.session.scalars(self._open(reader).where(self._row.asked_at <= reader.now)))

    def open(self, reader: Reader) -> list[Row]:
        """What any terminal of the hall shall do, now or when its turn comes."""
        return list(reader.session.scalars(self._open(reader)))

    def _open(self, reader: Reader) -> Select[Any]:
        row = self._row
        return (
            select(row)
            .where(
                row.hall_id == reader.hall_id, getattr(row, self._answer) == "", row.asked_at > reader.now - PATIENCE
            )
            .order_by(row.asked_at, row.id)
        )  # fmt: skip

    def of_caller(self, reader: Reader, principal: Principal) -> list[Row]:
        """What the calling terminal shall do now."""
        own = own_row(reader, principal)
        waiting = self.waiting(reader, own.id) if own is not None else []
        return [row for row in waiting if row.asked_at <= reader.now]

    def find(self, reader: Reader, id_: UUID) -> Row:
        row = reader.session.get(self._row, id_)
        if row is None or row.hall_id != reader.hall_id:
            raise HallError(self._unknown, status=404)
        return row

    def find_own(self, writer: Writer, principal: Principal, id_: UUID) -> tuple[Row, TerminalRow]:
        """An errand of the calling terminal, and that terminal."""
        row, own = self.find(writer, id_), own_row(writer, principal)
        if own is None or own.id != row.terminal_id:
            raise HallError(self._unknown, status=404)
        return row, own

    def state(self, reader: Reader, row: Row) -> str:
        """The answer, else ``waiting`` or ``unanswered``."""
        waits = "waiting" if reader.now - row.asked_at < PATIENCE else "unanswered"
        return getattr(row, self._answer) or waits
