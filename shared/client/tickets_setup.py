"""The part of the hall client that speaks of how numbers and tickets look."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.numbering import NumberingChange, NumberingState
from shared.schemas.ticket_layouts import (
    LayoutCreate,
    LayoutEdit,
    LayoutPublish,
    LayoutsInUse,
    LayoutUses,
    LayoutView,
)
from shared.schemas.trial_prints import TrialAsk, TrialOutcome, TrialPrint

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

    def layouts_in_use(self: _Line) -> LayoutsInUse:
        """What this kiosk prints by."""
        return self._get("/ticket-layouts/in-use", LayoutsInUse)

    def ticket_layouts(self: _Line) -> list[LayoutView]:
        return self._get("/ticket-layouts", Page[LayoutView]).items

    def add_ticket_layout(self: _Line, wanted: LayoutCreate, *, key: str | None = None) -> LayoutView:
        return self._post("/ticket-layouts", LayoutView, wanted, key=key)

    def edit_ticket_layout(self: _Line, layout_id: UUID, wanted: LayoutEdit) -> LayoutView:
        return LayoutView.model_validate_json(self._send("PATCH", f"/ticket-layouts/{layout_id}", body=wanted))

    def publish_ticket_layout(self: _Line, layout_id: UUID, wanted: LayoutPublish) -> LayoutView:
        return self._post(f"/ticket-layouts/{layout_id}/publish", LayoutView, wanted)

    def use_ticket_layout(self: _Line, layout_id: UUID, wanted: LayoutUses) -> LayoutView:
        return LayoutView.model_validate_json(self._send("PUT", f"/ticket-layouts/{layout_id}/uses", body=wanted))

    def try_ticket_layout(self: _Line, wanted: TrialAsk, *, key: str | None = None) -> TrialPrint:
        """Ask a kiosk to print a draft."""
        return self._post("/ticket-layouts/trials", TrialPrint, wanted, key=key)

    def trial_print(self: _Line, trial_id: UUID) -> TrialPrint:
        return self._get(f"/ticket-layouts/trials/{trial_id}", TrialPrint)

    def own_trial_prints(self: _Line) -> list[TrialPrint]:
        """What this kiosk shall print to try a layout."""
        return self._get("/ticket-layouts/trials/mine", Page[TrialPrint]).items

    def settle_trial_print(self: _Line, trial_id: UUID, said: TrialOutcome) -> TrialPrint:
        path = f"/ticket-layouts/trials/{trial_id}/outcome"
        return TrialPrint.model_validate_json(self._send("PUT", path, body=said))
