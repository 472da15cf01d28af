"""The editor of one unit: name, short name, code, order, the unit above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import QObject

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.features.organisation.rights import CHANGE_UNITS, Parents, Rights
from admin_app.features.organisation.tree import index_of
from admin_app.wanted import checked
from shared.client.hall_client import HallClient
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.organisation import Unit, UnitCreate, UnitEdit

FIELDS = ("name", "short_name", "code", "sort", "parent_id")


class UnitsPresenter(EditorPresenter[Unit]):
    """A new unit is selected as ``new:<id of the unit above>``."""

    prefix = "unit:"
    words = "organisation.unit"
    field_of: ClassVar = {
        "unit_name_taken": "name", "unit_cycle": "parent_id", "unit_retired": "parent_id",
    }  # fmt: skip

    def __init__(self, client: HallClient, drafts: Drafts, language: str, parent: QObject | None = None) -> None:
        super().__init__(client, drafts, language, parent)
        self.rights = Rights()
        # What units are found by; made where they are fetched.
        self.index = index_of(())
        # Set by the page with the order of the tree: each unit's names from the top, and what is above it.
        self.paths: Mapping[UUID, str] = {}
        self.parents: Parents = {}

    def may_change(self, unit_id: UUID | None) -> bool:
        return self.rights.may_in(CHANGE_UNITS, unit_id, self.parents)

    def locked(self) -> str:
        where = self.current
        unit_id = where.id if where is not None else UUID(self.above) if self.above else None
        return "" if self.may_change(unit_id) else self._t("locked")

    def fixed(self) -> str:
        """Moving and retiring take the right in the unit above."""
        current = self.current
        if current is None:
            return ""
        if current.parent_id is None:
            return self._t("fixed_root")
        return "" if self.may_change(current.parent_id) else self._t("fixed_top")

    @property
    def above(self) -> str:
        """The unit that a new one comes under; empty when none is being made."""
        return self.state.selected.partition(":")[2] if self.state.is_new else ""

    def path(self, key: str) -> str:
        """A unit's names from the top, in words also for what cannot be seen."""
        return self.paths.get(UUID(key)) or self._t("unseen") if key else ""

    def retiring(self) -> Retiring | None:
        current = self.current
        if current is None:
            return None
        inside = [unit.name for unit in self.state.items if unit.parent_id == current.id and not unit.retired]
        if inside or current.people:
            separator = text("admin.editing.separator", self._language)
            refused = error_text(
                "unit_in_use", self._language, unit=current.name, units=len(inside), people=current.people,
                names=separator.join(inside[:5]) or self._t("people_n", n=current.people),
            )  # fmt: skip
            self.change(refusal=refused, refused_field="")
            return None
        facts = (self._t("retire_path", path=self.path(str(current.id))), self._t("retire_keeps"))
        return Retiring(self._t("retire_title", name=current.name), facts)

    def _t(self, key: str, **params: object) -> str:
        return text(f"organisation.unit.{key}", self._language, **params)

    def _fetch(self, with_retired: bool) -> list[Unit]:
        units = self._client.units(retired=with_retired)
        self.index = index_of(units)
        return units

    def _key(self, item: Unit) -> str:
        return str(item.id)

    def _title(self, item: Unit) -> str:
        return item.name

    def _fields(self, item: Unit) -> Fields:
        return {
            "name": item.name, "short_name": item.short_name, "code": item.code, "sort": item.sort,
            "parent_id": str(item.parent_id or ""),
        }  # fmt: skip

    def _new_fields(self, selected: str) -> Fields:
        return {"name": "", "short_name": "", "code": "", "sort": 0, "parent_id": selected.partition(":")[2]}

    def _send(self, selected: str, fields: Fields, key: str) -> Unit:
        if selected.startswith(NEW):
            # What is left empty the server fills in; a new unit comes last.
            filled = {name: value for name, value in fields.items() if value != "" and name != "sort"}
            return self._client.add_unit(checked(UnitCreate, filled), key=key)
        return self._client.edit_unit(UUID(selected), checked(UnitEdit, fields | {"version": self._version(selected)}))

    def _set_retired(self, selected: str, retired: bool) -> Unit:
        return self._client.edit_unit(UUID(selected), UnitEdit(version=self._version(selected), retired=retired))

    def _version(self, selected: str) -> int:
        """The version that stands on the screen: what is sent was typed over it."""
        item = self.item(selected)
        return item.version if item is not None else 0
