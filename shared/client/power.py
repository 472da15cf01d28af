"""The part of the hall client that speaks of terminals' power and places."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar
from urllib.parse import quote
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.power import FloorPlan, FloorPlanEdit, OutOfService, PowerPlan, PowerPlanEdit, Spot, SpotEdit
from shared.schemas.terminals import Terminal

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer]) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(
        self, method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None
    ) -> str: ...  # fmt: skip


class PowerCalls:
    """Mixed into ``HallClient``."""

    def power_plans(self: _Line) -> list[PowerPlan]:
        return self._get("/terminals/power-plans", Page[PowerPlan]).items

    def add_power_plan(self: _Line, wanted: PowerPlanEdit, *, key: str | None = None) -> PowerPlan:
        return self._post("/terminals/power-plans", PowerPlan, wanted, key=key)

    def edit_power_plan(self: _Line, plan_id: UUID, wanted: PowerPlanEdit) -> PowerPlan:
        """All of it anew; ``wanted.version`` is the one that was looked at."""
        return PowerPlan.model_validate_json(self._send("PUT", f"/terminals/power-plans/{plan_id}", body=wanted))

    def remove_power_plan(self: _Line, plan_id: UUID, version: int) -> None:
        self._send("DELETE", f"/terminals/power-plans/{plan_id}", query={"version": str(version)})

    def floor_plans(self: _Line) -> list[FloorPlan]:
        return self._get("/terminals/floor-plans", Page[FloorPlan]).items

    def edit_floor_plan(self: _Line, floor: str, wanted: FloorPlanEdit) -> FloorPlan:
        path = f"/terminals/floor-plans/{quote(floor, safe='')}"
        return FloorPlan.model_validate_json(self._send("PUT", path, body=wanted))

    def place_terminal(self: _Line, terminal_id: UUID, spot: Spot | None) -> Terminal:
        """None: it stands on no plan."""
        said = self._send("PUT", f"/terminals/{terminal_id}/spot", body=SpotEdit(spot=spot))
        return Terminal.model_validate_json(said)

    def set_out_of_service(self: _Line, terminal_id: UUID, wanted: OutOfService) -> Terminal:
        return Terminal.model_validate_json(self._send("PUT", f"/terminals/{terminal_id}/out-of-service", body=wanted))

    def wake_terminal(self: _Line, terminal_id: UUID) -> None:
        """Have the server send its network card a magic packet."""
        self._send("POST", f"/terminals/{terminal_id}/wake", body={})
