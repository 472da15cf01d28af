"""The part of the hall client that speaks of the audit trail and of personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.access import Me
from shared.schemas.audit import AuditEntry, AuditReceiver, AuditState, AuditVerdict
from shared.schemas.base import Page
from shared.schemas.personal_data import (
    Erased,
    Kept,
    Part,
    Person,
    PersonAsked,
    PersonExport,
    PersonNamed,
    Revealed,
    RevealRequest,
)

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    """What the client itself brings: one call, one answer."""

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...


class ProtectionCalls:
    """Mixed into ``HallClient``."""

    def me(self: _Line) -> Me:
        """Who calls, and what they may do."""
        return self._get("/me", Me)

    def audit(self: _Line, **query: str) -> Page[AuditEntry]:
        """Newest first; query: since, until, actor, action, subject, outcome, text, limit, cursor."""
        return self._get("/audit", Page[AuditEntry], query)

    def audit_state(self: _Line) -> AuditState:
        return self._get("/audit/state", AuditState)

    def set_audit_receiver(self: _Line, target: str) -> AuditState:
        """``udp|tcp|tls://host[:port]``; empty: copies go nowhere."""
        return AuditState.model_validate_json(self._send("PUT", "/audit/receiver", body=AuditReceiver(target=target)))

    def verify_audit(self: _Line) -> AuditVerdict:
        return self._get("/audit/verify", AuditVerdict)

    def find_person(self: _Line, named: PersonNamed) -> Person:
        return self._post("/personal-data/find", Person, named)

    def reveal(self: _Line, kind: Kept, row: UUID, part: Part, reason: str) -> str:
        """One value in full; the reason is kept."""
        asked = RevealRequest(kind=kind, id=row, part=part, reason=reason)
        return self._post("/personal-data/reveal", Revealed, asked).value

    def export_person(self: _Line, asked: PersonAsked) -> PersonExport:
        return self._post("/personal-data/export", PersonExport, asked)

    def erase_person(self: _Line, asked: PersonAsked, *, key: str | None = None) -> Erased:
        return self._post("/personal-data/erase", Erased, asked, key=key)
