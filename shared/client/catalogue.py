"""The part of the hall client that speaks of services, counters and staff."""

from __future__ import annotations

from uuid import UUID

from shared.client.accounts import _Line
from shared.schemas.base import Page
from shared.schemas.hall import (
    Counter,
    CounterCreate,
    CounterEdit,
    Hall,
    Service,
    ServiceCreate,
    ServiceEdit,
    StaffMember,
)


class CatalogueCalls:
    """Mixed into ``HallClient``."""

    def hall(self: _Line) -> Hall:
        return self._get("/hall", Hall)

    def services(self: _Line, *, retired: bool = False) -> list[Service]:
        return self._get("/services", Page[Service], {"retired": str(retired).lower()}).items

    def counters(self: _Line, *, retired: bool = False) -> list[Counter]:
        return self._get("/counters", Page[Counter], {"retired": str(retired).lower()}).items

    def staff(self: _Line) -> list[StaffMember]:
        return self._get("/staff", Page[StaffMember]).items

    def add_service(self: _Line, wanted: ServiceCreate, *, key: str | None = None) -> Service:
        return self._post("/services", Service, wanted, key=key)

    def edit_service(self: _Line, service_id: UUID, wanted: ServiceEdit) -> Service:
        return self._patch(f"/services/{service_id}", Service, wanted)

    def add_counter(self: _Line, wanted: CounterCreate, *, key: str | None = None) -> Counter:
        return self._post("/counters", Counter, wanted, key=key)

    def edit_counter(self: _Line, counter_id: UUID, wanted: CounterEdit) -> Counter:
        return self._patch(f"/counters/{counter_id}", Counter, wanted)
