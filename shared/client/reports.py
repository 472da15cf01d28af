"""The part of the hall client that speaks of reports and of messages to citizens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.messages import (
    MessageKinds,
    MessageList,
    MessageRefusal,
    MessageSettings,
    MessageSettingsEdit,
    MessageTest,
)
from shared.schemas.reports import Group, Report, ReportTickets

Answer = TypeVar("Answer", bound=BaseModel)
# A year of a large hall takes a while to count.
READ_S = 60.0


class _Line(Protocol):
    """What the client itself brings: one call, one answer."""

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None, key: str | None = None) -> str: ...
    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        key: str | None = None, read_s: float,
    ) -> bytes: ...  # fmt: skip


def _days(first: date, last: date, group: Group, **more: str) -> dict[str, str]:
    return {"first": first.isoformat(), "last": last.isoformat(), "group": group, **more}


class ReportCalls:
    """Mixed into ``HallClient``."""

    def days_report(self: _Line, first: date, last: date, group: Group) -> Report:
        """Both days included."""
        query = _days(first, last, group)
        return Report.model_validate_json(self._file("GET", "/reports", query=query, read_s=READ_S))

    def report_tickets(self: _Line, first: date, last: date, group: Group, key: str, figure: str) -> ReportTickets:
        """The visits behind a figure; ``key`` empty: of all groups."""
        query = _days(first, last, group, key=key, figure=figure)
        return ReportTickets.model_validate_json(self._file("GET", "/reports/tickets", query=query, read_s=READ_S))

    def report_workbook(self: _Line, first: date, last: date, group: Group, kind: str) -> bytes:
        """As Excel; ``kind`` is one of ``shared.schemas.reports.REPORTS``."""
        return self._file("GET", "/reports/workbook", query=_days(first, last, group, kind=kind), read_s=READ_S)

    def messages(self: _Line, state: str = "") -> MessageList:
        """The latest, newest first; ``state`` waiting, done, given_up, dropped, or all of them."""
        return self._get("/messages", MessageList, {"state": state} if state else None)

    def message_settings(self: _Line) -> MessageSettings:
        return self._get("/messages/settings", MessageSettings)

    def set_message_settings(self: _Line, wanted: MessageSettingsEdit) -> MessageSettings:
        return MessageSettings.model_validate_json(self._send("PUT", "/messages/settings", body=wanted))

    def message_kinds(self: _Line) -> MessageKinds:
        return self._get("/messages/kinds", MessageKinds)

    def test_message(self: _Line, phone: str, language: str) -> None:
        wanted = MessageTest.model_validate({"phone": phone, "language": language})
        self._send("POST", "/messages/test", body=wanted)

    def send_message_again(self: _Line, message_id: UUID) -> None:
        self._send("POST", f"/messages/{message_id}/again")

    def refuse_messages(self: _Line, phone: str, refused: bool) -> None:
        """The number wants no messages, or wants them again."""
        self._send("POST", "/messages/refusals", body=MessageRefusal(phone=phone, refused=refused))
