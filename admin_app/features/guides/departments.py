"""The editor of departments: what they are called, where they stand in the chart, what visitors are told of them."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import QObject

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.media_choice import MediaChoice
from admin_app.wanted import checked
from shared.client.hall_client import HallClient
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.guides import DepartmentCreate, DepartmentEdit, DepartmentFacts, DepartmentSettings
from shared.ui.background import run_in_background

NAMES = ("name", "short_name", "name_en", "category", "floor", "phone")
TOLD = ("parent_id", "scope", "windows", "flows", "leaders")
ON_DUTY = ("name", "surname", "number", "nobody")


class DepartmentsPresenter(EditorPresenter[DepartmentFacts]):
    """A new one is selected as ``new:``. ``on_duty``: how visitors are told who is at work, None before it is known."""

    prefix = "department:"
    words = "guides.department"
    field_of: ClassVar = {
        "department_name_taken": "name", "unit_name_taken": "name", "department_circle": "parent_id",
        "department_floor_unknown": "floor",
    }  # fmt: skip

    def __init__(self, client: HallClient, drafts: Drafts, language: str, parent: QObject | None = None) -> None:
        super().__init__(client, drafts, language, parent)
        self.media = MediaChoice(client, language, self)
        self.settings: DepartmentSettings | None = None
        self.floors: tuple[tuple[str, str], ...] = ()
        self.may_change = self.may_add = self.may_set = False

    def set_me(self, me: Me) -> None:
        self.may_change = me.may("catalogue.services:change")
        self.may_set = me.may("catalogue.guides:import")
        self.may_add = self.may_change and self.may_set and me.may("organisation.units:change")
        self.change(revision=self.state.revision + 1)

    def add(self) -> None:
        self.select(f"{NEW}:")

    def others(self) -> tuple[tuple[str, str], ...]:
        """Who may stand above the selected one: (id, name)."""
        below, grown = {self.state.selected}, True
        while grown:
            more = {str(one.id) for one in self.state.items if str(one.parent_id) in below} - below
            below |= more
            grown = bool(more)
        return tuple(
            (str(one.id), one.name) for one in self.state.items if str(one.id) not in below and not one.retired
        )  # fmt: skip

    def set_on_duty(self, how: str) -> None:
        """How those on duty are named to visitors."""
        if self.settings is None:
            return
        wanted = DepartmentSettings.model_validate({"on_duty": how, "version": self.settings.version})

        def done(found: DepartmentSettings) -> None:
            self.settings = found
            self.change(refusal="")
            self.saved.emit(self._t("on_duty_saved"))

        run_in_background(lambda: self._client.set_department_settings(wanted), done, self._refused, owner=self)

    def locked(self) -> str:
        return "" if self.may_change else self._t("locked")

    def retiring(self) -> Retiring | None:
        current = self.current
        if current is None:
            return None
        facts = (
            self._t("retire_hides", guides=current.guides, businesses=len(current.businesses)),
            self._t("retire_keeps"),
        )
        return Retiring(self._t("retire_title", name=current.name), facts)

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.department.{key}", self._language, **params)

    def _fetch(self, with_retired: bool) -> list[DepartmentFacts]:
        self.settings = self._client.department_settings()
        hall = self._client.hall()
        self.floors = tuple((one.key, one.name) for one in hall.floors)
        found = self._client.departments(every=True)
        return [one for one in found if with_retired or not one.retired]

    def _key(self, item: DepartmentFacts) -> str:
        return str(item.id)

    def _title(self, item: DepartmentFacts) -> str:
        return item.name

    def _fields(self, item: DepartmentFacts) -> Fields:
        said = item.model_dump(mode="json")
        return {name: said[name] for name in (*NAMES, *TOLD)} | {"parent_id": said["parent_id"] or ""}

    def _new_fields(self, selected: str) -> Fields:
        return dict.fromkeys((*NAMES, *TOLD), "") | {"leaders": []}

    def _send(self, selected: str, fields: Fields, key: str) -> DepartmentFacts:
        if selected.startswith(NEW):
            filled = {name: fields[name] for name in (*NAMES, "parent_id") if fields.get(name) not in ("", None)}
            made = self._client.add_department(checked(DepartmentCreate, filled), key=key)
            told = {name: fields[name] for name in TOLD if name != "parent_id" and fields.get(name)}
            if not told:
                return made
            return self._client.edit_department(made.id, checked(DepartmentEdit, told | {"version": made.version}))
        wanted = dict(fields)
        if "parent_id" in wanted:
            wanted |= {"parent_id": wanted["parent_id"] or None, "top": not wanted["parent_id"]}
        wanted["version"] = self._version(selected)
        return self._client.edit_department(UUID(selected), checked(DepartmentEdit, wanted))

    def _set_retired(self, selected: str, retired: bool) -> DepartmentFacts:
        wanted = DepartmentEdit(version=self._version(selected), retired=retired)
        return self._client.edit_department(UUID(selected), wanted)

    def _version(self, selected: str) -> int:
        item = self.item(selected)
        return item.version if item is not None else 0
