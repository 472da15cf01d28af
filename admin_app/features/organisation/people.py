"""The editor of one person: name, staff number, post, unit, phone; and the people as rows of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from uuid import UUID

from PySide6.QtCore import QObject

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.features.organisation.rights import CHANGE_PEOPLE, SEE_PEOPLE, Rights
from admin_app.wanted import checked
from shared.client.hall_client import HallClient
from shared.domain.spelling import spell
from shared.i18n import text
from shared.schemas.organisation import PHONE, Person, PersonCreate, PersonEdit

FIELDS = ("name", "number", "title", "unit_id", "phone")
PAGE = 500
Row = dict[str, Any]


def person_rows(people: Iterable[Person], drafted: frozenset[str], language: str) -> tuple[Row, ...]:
    """Rows by staff number."""
    rows = []
    for person in people:
        key, name, tone = str(person.id), person.name, ""
        if person.retired:
            name, tone = text("admin.editing.is_retired", language, name=name), "off"
        if key in drafted:
            name, tone = text("admin.editing.is_drafted", language, name=name), "warn"
        rows.append(
            {
                "id": key, "number": person.number, "name": name, "title": person.title, "unit": person.unit_name,
                "tone": tone,
            }
        )  # fmt: skip
    return tuple(rows)


class PeoplePresenter(EditorPresenter[Person]):
    """A new person is selected as ``new:<id of the unit>``."""

    prefix = "person:"
    words = "organisation.person"
    field_of: ClassVar = {"person_number_taken": "number", "unit_retired": "unit_id"}

    def __init__(
        self, client: HallClient, drafts: Drafts, language: str, may_in: Callable[[str, UUID | None], bool],
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        """``may_in(permission, unit)``: whether the caller may do this there."""
        super().__init__(client, drafts, language, parent)
        self.rights = Rights()
        self._may_in = may_in

    def locked(self) -> str:
        current = self.current
        unit_id = current.unit_id if current is not None else UUID(self.unit) if self.unit else None
        return "" if self._may_in(CHANGE_PEOPLE, unit_id) else self._t("locked")

    @property
    def unit(self) -> str:
        """The unit that a new person comes into; empty when none is being added."""
        return self.state.selected.partition(":")[2] if self.state.is_new else ""

    def phone_fault(self, value: object) -> tuple[str, dict[str, object]] | None:
        """A phone stays masked until a whole new one is typed."""
        current = self.current
        if current is not None and value == (current.phone_masked or ""):
            return None
        return None if re.fullmatch(PHONE, str(value).strip()) else ("organisation.person.phone_wrong", {})

    def retiring(self) -> Retiring | None:
        current = self.current
        if current is None:
            return None
        facts = (self._t("retire_unit", unit=current.unit_name), self._t("retire_account"), self._t("retire_keeps"))
        return Retiring(self._t("retire_title", name=current.name, number=current.number), facts)

    def _t(self, key: str, **params: object) -> str:
        return text(f"organisation.person.{key}", self._language, **params)

    def _fetch(self, with_retired: bool) -> list[Person]:
        if not self.rights.may(SEE_PEOPLE):
            return []
        found: list[Person] = []
        query = {"limit": str(PAGE), "retired": str(with_retired).lower()}
        while True:
            page = self._client.people(**query)
            found += page.items
            if page.next_cursor is None:
                break
            query["cursor"] = page.next_cursor
        # Here and not where somebody types: the table finds them spelled.
        for person in found:
            spell(person.name)
        return found

    def _key(self, item: Person) -> str:
        return str(item.id)

    def _title(self, item: Person) -> str:
        return item.name

    def _fields(self, item: Person) -> Fields:
        return {
            "name": item.name, "number": item.number, "title": item.title, "unit_id": str(item.unit_id),
            "phone": item.phone_masked or "",
        }  # fmt: skip

    def _new_fields(self, selected: str) -> Fields:
        return {"name": "", "number": "", "title": "", "unit_id": selected.partition(":")[2], "phone": ""}

    def _send(self, selected: str, fields: Fields, key: str) -> Person:
        if selected.startswith(NEW):
            return self._client.add_person(checked(PersonCreate, fields), key=key)
        wanted = checked(PersonEdit, fields | {"version": self._version(selected)})
        return self._client.edit_person(UUID(selected), wanted)

    def _set_retired(self, selected: str, retired: bool) -> Person:
        return self._client.edit_person(UUID(selected), PersonEdit(version=self._version(selected), retired=retired))

    def _version(self, selected: str) -> int:
        """The version that stands on the screen: what is sent was typed over it."""
        item = self.item(selected)
        return item.version if item is not None else 0
