"""The part of the hall client that speaks of the organisation, roles and who holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.access import Grant, GrantCreate, PermissionRow, Role, RoleCreate, RoleEdit
from shared.schemas.base import Page
from shared.schemas.organisation import (
    ImportReport,
    People,
    Person,
    PersonCreate,
    PersonEdit,
    Unit,
    UnitCreate,
    UnitEdit,
)

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    """What the client itself brings: one call, one answer."""

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _send(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None,
        key: str | None = None,
    ) -> str: ...  # fmt: skip
    def _file(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: bytes | None = None,
        key: str | None = None, read_s: float,
    ) -> bytes: ...  # fmt: skip


# A workbook of thousands of rows is compared, and written, in one go.
FILE_S = 120.0


class OrganisationCalls:
    """Mixed into ``HallClient``."""

    def units(self: _Line, *, retired: bool = False) -> list[Unit]:
        return self._get("/units", Page[Unit], {"retired": str(retired).lower()}).items

    def add_unit(self: _Line, wanted: UnitCreate, *, key: str | None = None) -> Unit:
        return self._post("/units", Unit, wanted, key=key)

    def edit_unit(self: _Line, unit_id: UUID, wanted: UnitEdit) -> Unit:
        return Unit.model_validate_json(self._send("PATCH", f"/units/{unit_id}", body=wanted))

    def people(self: _Line, **query: str) -> People:
        """One page; query: unit_id, below, query, retired, limit, cursor."""
        return self._get("/people", People, query)

    def add_person(self: _Line, wanted: PersonCreate, *, key: str | None = None) -> Person:
        return self._post("/people", Person, wanted, key=key)

    def edit_person(self: _Line, person_id: UUID, wanted: PersonEdit) -> Person:
        return Person.model_validate_json(self._send("PATCH", f"/people/{person_id}", body=wanted))

    def export_organisation(self: _Line) -> bytes:
        """What the caller may see as an Excel workbook."""
        return self._file("GET", "/organisation/export", read_s=FILE_S)

    def import_organisation(self: _Line, content: bytes, *, dry_run: bool, key: str | None = None) -> ImportReport:
        """Bring back a workbook: all of it, or nothing and a report per row. A dry run changes nothing."""
        query = {"dry_run": str(dry_run).lower()}
        answer = self._file("POST", "/organisation/import", query=query, content=content, key=key, read_s=FILE_S)
        return ImportReport.model_validate_json(answer)

    def permissions(self: _Line) -> list[PermissionRow]:
        return self._get("/permissions", Page[PermissionRow]).items

    def roles(self: _Line, *, retired: bool = False) -> list[Role]:
        return self._get("/roles", Page[Role], {"retired": str(retired).lower()}).items

    def add_role(self: _Line, wanted: RoleCreate, *, key: str | None = None) -> Role:
        return self._post("/roles", Role, wanted, key=key)

    def edit_role(self: _Line, role_id: UUID, wanted: RoleEdit) -> Role:
        return Role.model_validate_json(self._send("PATCH", f"/roles/{role_id}", body=wanted))

    def role_holders(self: _Line, role_id: UUID) -> list[Grant]:
        return self._get(f"/roles/{role_id}/holders", Page[Grant]).items

    def grants(self: _Line, account_id: UUID) -> list[Grant]:
        return self._get(f"/accounts/{account_id}/grants", Page[Grant]).items

    def give(self: _Line, wanted: GrantCreate, *, key: str | None = None) -> Grant:
        return self._post("/grants", Grant, wanted, key=key)

    def take(self: _Line, grant_id: UUID) -> None:
        self._send("DELETE", f"/grants/{grant_id}")
