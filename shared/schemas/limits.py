"""Rules against hoarding, and the people they are about: shut out, let have more, missing too often."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import Message
from shared.schemas.personal_data import Reason
from shared.schemas.tickets import Identity

Version = Annotated[int, Field(ge=0)]


class LimitRule(Message):
    """A rule with its numbers; ``params`` are those of ``shared.domain.limits.rules``."""

    kind: str
    active: bool
    params: dict[str, Any]
    version: Version


class LimitRuleEdit(Message):
    active: bool
    params: dict[str, Any]
    version: Version


class LimitTrial(Message):
    """A rule that somebody thinks of; what it leaves out is as at first."""

    kind: str
    params: dict[str, Any] = {}


class RefusedThen(Message):
    """How many numbers of a service would not have been given."""

    service_id: UUID
    service_name: str
    count: int


class LimitPreview(Message):
    """What this rule alone would have done to the numbers people took from ``first`` to ``until``."""

    first: date
    until: date
    taken: int
    people: int
    refused: int
    people_refused: int
    by_service: list[RefusedThen]


class LimitBlock(Message):
    """Somebody who gets nothing until and with ``until``."""

    id: UUID
    identity_masked: str
    name_masked: str
    reason: str
    until: date
    made_by: str
    made_at: datetime
    ended: bool
    version: Version


class LimitBlockCreate(Message):
    identity: Identity
    reason: Reason
    until: date


class LimitException(Message):
    """Somebody who may have more: as ``agent`` for others, with ``companions`` for who comes along."""

    id: UUID
    kind: Literal["agent", "companions"]
    identity_masked: str
    name_masked: str
    per_day: int
    first: date
    until: date
    reason: str
    made_by: str
    made_at: datetime
    ended: bool
    used_today: int
    version: Version


class LimitExceptionCreate(Message):
    """``first`` left out: from today."""

    kind: Literal["agent", "companions"]
    identity: Identity
    per_day: Annotated[int, Field(ge=1, le=50)]
    first: date | None = None
    until: date
    reason: Reason


class AgentAsked(Message):
    """Who wants to take a number for somebody else."""

    identity: Identity


class AgentLeft(Message):
    """How many more they may take for others today, at least one."""

    left: int


class LimitPenalty(Message):
    """A call or a booking that was missed, or a booking cancelled."""

    id: UUID
    kind: Literal["missed", "cancelled"]
    act: Literal["ticket", "booking"]
    service_name: str
    identity_masked: str
    at: datetime
    lifted: bool
    version: Version


class LimitEnd(Message):
    """A block or an exception is over before its time, a penalty is lifted; why is written down."""

    version: Version
    reason: Reason
