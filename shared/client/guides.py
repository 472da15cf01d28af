"""The part of the hall client that speaks of guides, departments and bringing guides in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.base import Page
from shared.schemas.guides import (
    DepartmentCreate,
    DepartmentEdit,
    DepartmentFacts,
    DepartmentSettings,
    Guide,
    GuideCreate,
    GuideEdit,
    GuideRun,
    GuideRunWanted,
    GuideSourceEdit,
    GuideSourceShown,
    GuideSummary,
    GuideVersion,
    Theme,
)

FILE_S = 60.0
Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _patch(self, path: str, kind: type[Answer], body: Any) -> Answer: ...
    def _send(self, method: str, path: str, *, body: Any = None) -> str: ...

    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        key: str | None = None, read_s: float,
    ) -> bytes: ...  # fmt: skip


class GuideCalls:
    """Mixed into ``HallClient``."""

    def departments(self: _Line, *, every: bool = False) -> list[DepartmentFacts]:
        """``every``: as whoever may change them sees them."""
        return self._get("/departments", Page[DepartmentFacts], {"every": str(every).lower()}).items

    def add_department(self: _Line, wanted: DepartmentCreate, *, key: str | None = None) -> DepartmentFacts:
        return self._post("/departments", DepartmentFacts, wanted, key=key)

    def department_settings(self: _Line) -> DepartmentSettings:
        return self._get("/departments/settings", DepartmentSettings)

    def set_department_settings(self: _Line, wanted: DepartmentSettings) -> DepartmentSettings:
        return DepartmentSettings.model_validate_json(self._send("PUT", "/departments/settings", body=wanted))

    def edit_department(self: _Line, department_id: UUID, wanted: DepartmentEdit) -> DepartmentFacts:
        return self._patch(f"/departments/{department_id}", DepartmentFacts, wanted)

    def guides(self: _Line, **query: str) -> Page[GuideSummary]:
        """One page, or all; query: department_id, audience, theme, service_id, retired, limit, cursor."""
        return self._get("/guides", Page[GuideSummary], query)

    def guide_themes(self: _Line, audience: str = "") -> list[Theme]:
        return self._get("/guides/themes", Page[Theme], {"audience": audience}).items

    def guide(self: _Line, guide_id: UUID, *, retired: bool = False) -> Guide:
        return self._get(f"/guides/{guide_id}", Guide, {"retired": str(retired).lower()})

    def whole_guides(self: _Line, ids: Sequence[UUID]) -> list[Guide]:
        """At most 50; those that are not there any more are left out."""
        return self._get("/guides/whole?" + "&".join(f"id={one}" for one in ids), Page[Guide]).items

    def add_guide(self: _Line, wanted: GuideCreate, *, key: str | None = None) -> Guide:
        return self._post("/guides", Guide, wanted, key=key)

    def edit_guide(self: _Line, guide_id: UUID, wanted: GuideEdit) -> Guide:
        return self._patch(f"/guides/{guide_id}", Guide, wanted)

    def guide_versions(self: _Line, guide_id: UUID) -> list[GuideVersion]:
        """What it said before, the latest first."""
        return self._get(f"/guides/{guide_id}/versions", Page[GuideVersion]).items

    def export_guides(self: _Line) -> bytes:
        """All guides in use as an Excel workbook."""
        return self._file("GET", "/guides/export", read_s=FILE_S)

    def import_guides(
        self: _Line, content: bytes, *, dry_run: bool, whole: bool = False, agreed: bool = False, key: str | None = None
    ) -> GuideRun:
        """Bring in a JSON or Excel file: all of it, or nothing. A dry run changes nothing."""
        query = {"dry_run": dry_run, "whole": whole, "agreed": agreed}
        asked = {name: str(value).lower() for name, value in query.items()}
        return GuideRun.model_validate_json(
            self._file("POST", "/guides/import", query=asked, content=content, key=key, read_s=FILE_S)
        )

    def guide_source(self: _Line) -> GuideSourceShown:
        return self._get("/guides/source", GuideSourceShown)

    def set_guide_source(self: _Line, wanted: GuideSourceEdit) -> GuideSourceShown:
        return GuideSourceShown.model_validate_json(self._send("PUT", "/guides/source", body=wanted))

    def guide_runs(self: _Line) -> list[GuideRun]:
        """The latest first, without their rows."""
        return self._get("/guides/runs", Page[GuideRun]).items

    def guide_run(self: _Line, run_id: UUID) -> GuideRun:
        return self._get(f"/guides/runs/{run_id}", GuideRun)

    def begin_guide_run(self: _Line, mode: str) -> GuideRun:
        wanted = GuideRunWanted.model_validate({"mode": mode})
        return self._post("/guides/runs", GuideRun, wanted)

    def settle_guide_run(self: _Line, run_id: UUID, *, agree: bool) -> GuideRun:
        """Agree to what is held, or drop it."""
        return self._post(f"/guides/runs/{run_id}/{'agree' if agree else 'drop'}", GuideRun, {})
