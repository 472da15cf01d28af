"""The part of the hall client that speaks of who is called next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.calling import (
    CalledBefore,
    CallingPolicy,
    CallingPreview,
    Choice,
    KioskCalling,
    PreviewRequest,
    ReplayDays,
    Replayed,
    ReplayRequest,
)

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    """What the client itself brings: one call, one answer."""

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...


class CallingCalls:
    """Mixed into ``HallClient``."""

    def calling_policy(self: _Line) -> CallingPolicy:
        return self._get("/calling/policy", CallingPolicy)

    def set_calling_policy(self: _Line, wanted: CallingPolicy) -> CallingPolicy:
        return CallingPolicy.model_validate_json(self._send("PUT", "/calling/policy", body=wanted))

    def kiosk_calling(self: _Line) -> KioskCalling:
        """What people may do by themselves at a kiosk."""
        return self._get("/calling/kiosk-groups", KioskCalling)

    def preview_calling(self: _Line, policy: CallingPolicy, counter_id: UUID) -> CallingPreview:
        return self._post("/calling/preview", CallingPreview, PreviewRequest(policy=policy, counter_id=counter_id))

    def replay_days(self: _Line) -> list[date]:
        return self._get("/calling/days", ReplayDays).items

    def replay_calling(self: _Line, policy: CallingPolicy, day: date) -> Replayed:
        return self._post("/calling/replay", Replayed, ReplayRequest(policy=policy, day=day))

    def calls_of(self: _Line, ticket_id: UUID) -> list[Choice]:
        """Each call of a ticket: by which rule, and whom it was chosen from."""
        return self._get(f"/tickets/{ticket_id}/calls", Page[Choice]).items

    def called_before(self: _Line, ticket_id: UUID, number: str = "") -> list[CalledBefore]:
        """Who came later and was called before, and why; or about one number of today."""
        query = {"number": number} if number else {}
        return self._get(f"/tickets/{ticket_id}/called-before", Page[CalledBefore], query).items
