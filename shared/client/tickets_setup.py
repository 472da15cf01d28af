"""The part of the hall client that speaks of how numbers and tickets look."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from shared.schemas.numbering import NumberingChange, NumberingState

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer]) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...


class TicketSetupCalls:
    """Mixed into ``HallClient``."""

    def numbering(self: _Line) -> NumberingState:
        return self._get("/numbering", NumberingState)

    def set_numbering(self: _Line, wanted: NumberingChange) -> NumberingState:
        return NumberingState.model_validate_json(self._send("PUT", "/numbering", body=wanted))
