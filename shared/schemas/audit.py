"""The audit trail on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from shared.schemas.base import Message


class AuditEntry(Message):
    """One entry; the words of ``action`` are ``audit.action.<action>`` with dots as ``_``."""

    n: int
    at: datetime
    actor: str
    account_id: UUID | None = None
    address: str = ""
    action: str
    subject_kind: str = ""
    subject: str = ""
    outcome: str
    detail: dict[str, Any] = {}


class AuditVerdict(Message):
    """What a walk over the whole chain found.

    ``fault``: missing, changed, cut, head_missing, head_differs; empty when good. ``n`` is the first bad entry.
    """

    good: bool
    entries: int
    n: int | None = None
    fault: str = ""


class AuditReceiver(Message):
    """Where copies of the trail go as it grows; empty: nowhere."""

    target: str = Field("", max_length=200, description="udp://host:514, tcp://host:601 or tls://host:6514")


class AuditState(Message):
    """How long the trail is and how far it has been sent on. ``target`` is empty when it is sent nowhere."""

    entries: int
    target: str = ""
    sent: int = 0
    sent_at: datetime | None = None
    fault: str = ""
