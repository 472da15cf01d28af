"""The part of the hall client that speaks of the release of numbers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from shared.client.organisation import FILE_S, _Line
from shared.schemas.base import Page
from shared.schemas.release import (
    CalendarDay,
    CalendarDayEdit,
    CalendarReport,
    DayChange,
    DayEdit,
    DayShown,
    DayTry,
    DraftEdit,
    PlansReport,
    PlanSummary,
    Publish,
    ServicePlan,
)


class ReleaseCalls:
    """Mixed into ``HallClient``."""

    def calendar(self: _Line, year: int) -> list[CalendarDay]:
        return self._get("/release/calendar", Page[CalendarDay], {"year": str(year)}).items

    def set_calendar_day(self: _Line, day: date, wanted: CalendarDayEdit) -> CalendarDay:
        return CalendarDay.model_validate_json(self._send("PUT", f"/release/calendar/{day}", body=wanted))

    def unset_calendar_day(self: _Line, day: date, version: int) -> None:
        self._send("DELETE", f"/release/calendar/{day}", query={"version": str(version)})

    def export_calendar(self: _Line, year: int) -> bytes:
        """The year's table as an Excel workbook."""
        return self._file("GET", "/release/calendar/export", query={"year": str(year)}, read_s=FILE_S)

    def load_calendar(self: _Line, content: bytes, *, dry_run: bool, key: str | None = None) -> CalendarReport:
        """Load the year's table: all of it, or nothing and a report per row. A dry run changes nothing."""
        query = {"dry_run": str(dry_run).lower()}
        found = self._file("POST", "/release/calendar/import", query=query, content=content, key=key, read_s=FILE_S)
        return CalendarReport.model_validate_json(found)

    def release_plans(self: _Line) -> list[PlanSummary]:
        return self._get("/release/plans", Page[PlanSummary]).items

    def export_plans(self: _Line) -> bytes:
        """All plans as an Excel workbook."""
        return self._file("GET", "/release/plans/export", read_s=FILE_S)

    def load_plans(self: _Line, content: bytes, *, dry_run: bool, key: str | None = None) -> PlansReport:
        """Take a workbook's plans as drafts: all, or nothing and a report per row. A dry run changes nothing."""
        query = {"dry_run": str(dry_run).lower()}
        found = self._file("POST", "/release/plans/import", query=query, content=content, key=key, read_s=FILE_S)
        return PlansReport.model_validate_json(found)

    def release_plan(self: _Line, service_id: UUID) -> ServicePlan:
        return self._get(f"/release/plans/{service_id}", ServicePlan)

    def save_release_draft(self: _Line, service_id: UUID, wanted: DraftEdit) -> ServicePlan:
        return ServicePlan.model_validate_json(self._send("PUT", f"/release/plans/{service_id}/draft", body=wanted))

    def drop_release_draft(self: _Line, service_id: UUID, version: int) -> ServicePlan:
        answer = self._send("DELETE", f"/release/plans/{service_id}/draft", query={"version": str(version)})
        return ServicePlan.model_validate_json(answer)

    def publish_release(self: _Line, service_id: UUID, wanted: Publish) -> ServicePlan:
        return self._post(f"/release/plans/{service_id}/publish", ServicePlan, wanted)

    def release_days(self: _Line, service_id: UUID, first: date, days: int, *, draft: bool) -> list[DayShown]:
        query = {"first": first.isoformat(), "days": str(days), "draft": str(draft).lower()}
        return self._get(f"/release/plans/{service_id}/days", Page[DayShown], query).items

    def try_release_day(self: _Line, service_id: UUID, day: date, wanted: DayTry) -> DayShown:
        return self._post(f"/release/plans/{service_id}/days/{day}/preview", DayShown, wanted)

    def change_release_day(self: _Line, service_id: UUID, day: date, wanted: DayEdit) -> DayChange:
        answer = self._send("PUT", f"/release/plans/{service_id}/days/{day}", body=wanted)
        return DayChange.model_validate_json(answer)

    def restore_release_day(self: _Line, service_id: UUID, day: date, version: int) -> None:
        self._send("DELETE", f"/release/plans/{service_id}/days/{day}", query={"version": str(version)})
