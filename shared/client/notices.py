"""The part of the hall client that speaks of notices."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.notices import (
    NoticeAct,
    NoticeContent,
    NoticeCreate,
    NoticeEdit,
    NoticeEntries,
    NoticePin,
    NoticePublish,
    NoticeRestore,
    NoticeSettings,
    NoticeSettingsEdit,
    NoticeVersion,
    NoticeView,
    NoticeWords,
    NoticeWordsEdit,
)

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer], query: Any = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...


class NoticeCalls:
    """Mixed into ``HallClient``."""

    def notices(self: _Line, state: str = "") -> NoticeEntries:
        """The latest, of one state or of all."""
        return self._get("/notices", NoticeEntries, {"state": state} if state else None)

    def notice(self: _Line, notice_id: UUID) -> NoticeView:
        return self._get(f"/notices/{notice_id}", NoticeView)

    def earlier_versions(self: _Line, notice_id: UUID, before: int) -> list[NoticeVersion]:
        return self._get(f"/notices/{notice_id}/versions", Page[NoticeVersion], {"before": str(before)}).items

    def add_notice(self: _Line, content: NoticeContent, *, key: str | None = None) -> NoticeView:
        return self._post("/notices", NoticeView, NoticeCreate(content=content), key=key)

    def edit_notice(self: _Line, notice_id: UUID, edition: int, content: NoticeContent) -> NoticeView:
        body = NoticeEdit(edition=edition, content=content)
        return NoticeView.model_validate_json(self._send("PUT", f"/notices/{notice_id}/content", body=body))

    def restore_notice(self: _Line, notice_id: UUID, edition: int, number: int) -> NoticeView:
        return self._post(f"/notices/{notice_id}/restore", NoticeView, NoticeRestore(edition=edition, number=number))

    def step_notice(
        self: _Line, notice_id: UUID, act: str, edition: int, note: str = "", *, heeded: bool = False
    ) -> NoticeView:  # fmt: skip
        """``act``: submit, withdraw, approve, reject, retract."""
        body = NoticeAct(edition=edition, note=note, heeded=heeded)
        return self._post(f"/notices/{notice_id}/{act}", NoticeView, body)

    def publish_notice(self: _Line, notice_id: UUID, wanted: NoticePublish) -> NoticeView:
        return self._post(f"/notices/{notice_id}/publish", NoticeView, wanted)

    def pin_notice(self: _Line, notice_id: UUID, edition: int, pin: int) -> NoticeView:
        return self._post(f"/notices/{notice_id}/pin", NoticeView, NoticePin(edition=edition, pin=pin))

    def outlet_notice(self: _Line, notice_id: UUID, outlet_id: UUID, act: str) -> NoticeView:
        """``act``: retry, retract."""
        return self._post(f"/notices/{notice_id}/outlets/{outlet_id}/{act}", NoticeView)

    def notice_settings(self: _Line) -> NoticeSettings:
        return self._get("/notices/settings", NoticeSettings)

    def set_notice_settings(self: _Line, wanted: NoticeSettingsEdit) -> NoticeSettings:
        return NoticeSettings.model_validate_json(self._send("PUT", "/notices/settings", body=wanted))

    def notice_words(self: _Line) -> NoticeWords:
        return self._get("/notices/words", NoticeWords)

    def set_notice_words(self: _Line, wanted: NoticeWordsEdit) -> NoticeWords:
        return NoticeWords.model_validate_json(self._send("PUT", "/notices/words", body=wanted))
