"""The outbox: what must reach the outside is a row of the same transaction, and is worked off until it arrives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Select, and_, delete, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, Database, Reader, UtcTime, Writer
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7

log = logging.getLogger(__name__)
# How long a process has for one delivery before another may try.
LEASE: Final = timedelta(seconds=60)
AT_ONCE: Final = 8
ATTEMPTS: Final = 10
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
LOOK_S: Final = 3.0
KEPT: Final = timedelta(days=30)


class DeliveryRow(Base):
    """``kind`` names the courier; ``state``: waiting, done, given_up, dropped (not wanted any more)."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "hall_id", "state", "next_at"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    target: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str]
    attempts: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    next_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    fault: Mapped[str]


class NotWantedError(Exception):
    """A carrier says that a delivery is no longer wanted: it is dropped, and not tried again."""


def send(writer: Writer, kind: str, target: str, body: dict[str, Any], delivery_id: UUID | None = None) -> None:
    """Queue something for the outside; it leaves after the commit."""
    writer.session.add(
        DeliveryRow(
            hall_id=writer.hall_id, id=delivery_id or uuid7(), kind=kind, target=target, body=body, state="waiting",
            attempts=0, made_at=writer.now, next_at=writer.now, done_at=None, fault="",
        )
    )  # fmt: skip
    writer.flush()
    writer.nudge(kind)


# Takes a delivery to its target, for as long as it takes; raises when it did not arrive.
Carrier = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One that this process has taken on."""

    id: UUID
    kind: str
    target: str
    body: dict[str, Any]


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts that failed: three times as long each time."""
    steps: int = 3 ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * steps, LONGEST_PAUSE)


def claim(writer: Writer, kinds: tuple[str, ...]) -> list[Delivery]:
    """Take on what is due. The lease keeps every other process from it, and ends by itself if this one dies."""
    rows = writer.session.scalars(_due(writer, kinds).limit(AT_ONCE)).all()
    for row in rows:
        row.attempts, row.next_at = row.attempts + 1, writer.now + LEASE
    writer.flush()
    return [Delivery(row.id, row.kind, row.target, row.body) for row in rows]


def settle(writer: Writer, delivery_id: UUID, fault: str, *, dropped: bool = False) -> None:
    """Note what came of a delivery; an empty fault: it arrived."""
    row = writer.session.get_one(DeliveryRow, delivery_id)
    if row.state != "waiting" and (fault or dropped):
        # This process was so slow that another has taken it on, and knows more by now.
        return
    if dropped:
        row.state, row.done_at, row.fault = "dropped", writer.now, ""
    elif not fault:
        row.state, row.done_at, row.fault = "done", writer.now, ""
    elif row.attempts >= ATTEMPTS:
        row.state, row.done_at, row.fault = "given_up", writer.now, fault
    else:
        row.next_at, row.fault = writer.now + pause(row.attempts), fault
    writer.flush()


def forget_old(writer: Writer) -> None:
    writer.connection.execute(
        delete(DeliveryRow).where(
            DeliveryRow.hall_id == writer.hall_id,
            or_(
                and_(DeliveryRow.state != "waiting", DeliveryRow.done_at < writer.now - KEPT),
                DeliveryRow.made_at < writer.now - 2 * KEPT,
            ),
        )
    )


def _due(reader: Reader, kinds: tuple[str, ...]) -> Select[DeliveryRow]:
    return (
        select(DeliveryRow)
        .where(
            DeliveryRow.hall_id == reader.hall_id, DeliveryRow.state == "waiting", DeliveryRow.kind.in_(kinds),
            # Nothing waits for so long: a clock that ran ahead has said so, and it means now.
            or_(DeliveryRow.next_at <= reader.now, DeliveryRow.next_at > reader.now + LONGEST_PAUSE),
        )
        .order_by(DeliveryRow.next_at, DeliveryRow.id)
    )  # fmt: skip


class Courier:
    """Works the outbox off, in every process; each row is in one process's hands at a time."""

    def __init__(self, database: Database, carriers: Mapping[str, Carrier], *, look_s: float = LOOK_S) -> None:
        """``look_s``: how often to look without having been nudged."""
        self._database = database
        self._look_s = look_s
        self._carriers = dict(carriers)
        self._wake = asyncio.Event()
        # Threads of its own: receivers that are slow must not keep a counter waiting.
        self._hands = ThreadPoolExecutor(AT_ONCE, "courier")

    def close(self) -> None:
        """What is under way ends by itself; what is not is tried again after the next start."""
        self._hands.shutdown(wait=False, cancel_futures=True)

    async def work_often(self) -> None:
        """Carry for ever: at once what this process has queued, and every few seconds what is due again, or was left
        by another."""
        loop = asyncio.get_running_loop()

        def queued(kind: str) -> None:
            if kind in self._carriers and not loop.is_closed():
                loop.call_soon_threadsafe(self._wake.set)

        self._database.on_nudge.append(queued)
        while True:
            try:
                while await self.work():
                    pass
            except Exception:
                # A database that is away for a while must not end the courier for good.
                log.exception("outbox not worked off")
            try:
                await asyncio.wait_for(self._wake.wait(), self._look_s)
            except TimeoutError:
                continue
            finally:
                self._wake.clear()

    async def work(self) -> int:
        """Carry what is due now; answers how many that was."""
        kinds = tuple(self._carriers)
        due = await asyncio.to_thread(self._database.read, lambda reader: self._any_due(reader, kinds))
        if not due:
            return 0
        taken = await asyncio.wrap_future(self._database.submit(lambda writer: claim(writer, kinds)))
        await asyncio.gather(*(self._carry(delivery) for delivery in taken))
        return len(taken)

    @staticmethod
    def _any_due(reader: Reader, kinds: tuple[str, ...]) -> bool:
        return reader.session.scalars(_due(reader, kinds).limit(1)).first() is not None

    async def _carry(self, delivery: Delivery) -> None:
        fault, dropped = "", False
        try:
            carry = self._carriers[delivery.kind]
            await asyncio.get_running_loop().run_in_executor(self._hands, carry, delivery.target, delivery.body)
        except NotWantedError:
            dropped = True
        except HallError as error:
            fault = f"{error.code} {error.params}"[:200]
        except Exception as error:
            # Its kind only: the text may hold the address with its query.
            fault = type(error).__name__
        if fault:
            log.info("not delivered", extra={"kind": delivery.kind, "fault": fault})
        await asyncio.wrap_future(
            self._database.submit(lambda writer: settle(writer, delivery.id, fault, dropped=dropped))
        )
