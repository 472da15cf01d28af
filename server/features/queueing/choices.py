"""What a call was chosen from, kept with the call in little room: numbers of tickets, no person's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from server.database import Reader
from server.features.calling.service import Rules
from server.features.queueing.models import CallRow
from shared.domain.calling import Candidate, Decision, Turn
from shared.domain.calling.places import is_booked, lane_of, priority_of
from shared.domain.calling.policy import LOOK_BACK

# A counter rarely has more lines; of those beyond, the reasons are the same ones.
MOST_KEPT: Final = 24
_RECENT = (
    select(CallRow.kind, CallRow.passed)
    .where(
        CallRow.hall_id == bindparam("hall"), CallRow.service_day == bindparam("day_"),
        CallRow.counter_id == bindparam("counter"), CallRow.kind.is_not(None), CallRow.undone.is_(False),
    )
    .order_by(CallRow.seq.desc())
    .limit(LOOK_BACK)
)  # fmt: skip


def recent_turns(reader: Reader, counter_id: UUID) -> list[Turn]:
    """What the policy has chosen for this counter last, the newest first."""
    values = {"hall": reader.hall_id, "day_": reader.day, "counter": counter_id}
    return [Turn(row.kind, row.passed) for row in reader.connection.execute(_RECENT, values)]


def kept(decision: Decision, numbers: Mapping[UUID, str], rules: Rules) -> dict[str, Any]:
    """``v``: the policy's version, ``m`` how it merges, ``c``: who was called first, then the others, each as number,
    service, lane, seconds waited, and why not."""
    found = [_line(decision.chosen, numbers, None)]
    found += [_line(one, numbers, why) for one, why in decision.others[:MOST_KEPT]]
    return {"v": rules.version, "m": rules.policy.merge, "c": found}


def _line(one: Candidate, numbers: Mapping[UUID, str], why: str | None) -> list[Any]:
    lane = lane_of(one.priority, booked=one.booked)
    return [numbers[one.ticket_id], one.service_id.hex, lane, int(one.waited_s), why]


def read_back(line: list[Any]) -> tuple[str, Candidate, str | None]:
    """A kept line again: its number, what is known of it, and why it was left waiting."""
    number, service, lane, waited_s, why = line
    one = Candidate(
        UUID(int=0), UUID(hex=service), priority_of(lane), 0, waited_s=float(waited_s), booked=is_booked(lane)
    )
    return number, one, why
