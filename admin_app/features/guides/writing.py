"""Writing a guide field by field: what was typed stays on the disk until it is sent, what is wrong is told while typed.

Of a guide that the item system gives, only what is of this hall can be written (``LOCAL``): that is kept over each
import. Of all others everything; an import of the same code takes them over whole, and what they said stays readable.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any, ClassVar
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QObject

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.wanted import checked
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.guides import LOCAL, WHY
from shared.i18n import text
from shared.schemas.guides import Guide, GuideCreate, GuideEdit, GuideFields, GuideVersion
from shared.ui.background import run_in_background

EMPTY: Fields = GuideFields.model_construct(
    code="", name="", department="", audience=("person",)
).model_dump(mode="json")  # fmt: skip


class GuideWriter(EditorPresenter[Guide]):
    """The guides that were opened or have drafts. ``past``: what the selected one said before, the latest first."""

    prefix = "guide:"
    words = "guides.editor"
    field_of: ClassVar = {
        "guide_code_taken": "code", "guide_code_fixed": "code", "department_unknown": "department",
    }  # fmt: skip

    def __init__(self, client: HallClient, drafts: Drafts, language: str, parent: QObject | None = None) -> None:
        super().__init__(client, drafts, language, parent)
        self.past: tuple[GuideVersion, ...] = ()
        self.departments: tuple[str, ...] = ()
        self.zone: tzinfo = UTC
        self._checked: tuple[Fields, dict[str, str]] = ({}, {})

    def open(self, guide_id: str) -> None:
        """Read it and begin to write where it was left; empty: none is written any more."""
        self.past = ()
        if not guide_id or guide_id.startswith(NEW) or self.item(guide_id) is not None:
            self.select(guide_id)
        if not guide_id or guide_id.startswith(NEW):
            return

        def came(found: tuple[Guide, list[GuideVersion]]) -> None:
            self._replace(found[0])
            self.past = tuple(found[1])
            self.change(loaded=True, problem="")
            self.select(guide_id)
            self._refill()

        id_ = UUID(guide_id)
        run_in_background(
            lambda: (self._client.guide(id_, retired=True), self._client.guide_versions(id_)), came, self._not_loaded,
            owner=self,
        )  # fmt: skip

    def add(self) -> None:
        self.open(f"{NEW}:")

    @property
    def fed(self) -> bool:
        """Whether the item system says what it says."""
        return self.current is not None and self.current.source == "import"

    def may_write(self, field: str) -> bool:
        if field == "code":
            return self.state.is_new
        return not self.fed or field in LOCAL

    def kept(self) -> tuple[tuple[str, str], ...]:
        """What the hall says itself of this guide: field and what the item system says in its place, in words."""
        current = self.current
        if current is None:
            return ()
        return tuple((name, in_words(current.given.get(name), self._language)) for name in current.kept)

    def give_back(self, field: str) -> None:
        """Say what the item system says again."""
        if self.current is not None and field in self.current.given:
            self.edit({field: self.current.given[field]})
            self._refill()

    def bring_back(self, number: int) -> None:
        """What it said before becomes what is written now; nothing is sent yet."""
        found = next((one for one in self.past if one.number == number), None)
        if found is not None:
            said = found.fields.model_dump(mode="json")
            self.edit({name: value for name, value in said.items() if self.may_write(name) and name != "code"})
            self._refill()

    def faults(self, fields: Fields) -> dict[str, str]:
        """What is wrong, by field and in words; a fault of two fields stands with the one that promises."""
        if fields == self._checked[0] and self._checked[0]:
            return self._checked[1]
        found: dict[str, str] = {}
        try:
            GuideFields.model_validate(fields)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_input=False, include_context=False):
                name, where = (str(fault["loc"][0]), fault["loc"][1:]) if fault["loc"] else ("promised_days", ())
                found.setdefault(name, self._fault(WHY.get(fault["type"], "wrong"), where))
        self._checked = dict(fields), found
        return found

    def retiring(self) -> Retiring | None:
        current = self.current
        return Retiring(self._t("retire_title", name=current.name), (self._t("retire_fact"),)) if current else None

    def fixed(self) -> str:
        return self._t("fed_fixed") if self.fed else ""

    def _fault(self, why: str, where: tuple[Any, ...]) -> str:
        said = text(f"guides.why.{why}", self._language)
        if not where:
            return said
        cell = str(where[1]) if len(where) > 1 else ""
        column = text(f"guides.column.{'yuan' if cell == 'fen' else cell}", self._language) if cell else ""
        return self._t("fault_row", n=int(where[0]) + 1, column=column, why=said)

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.editor.{key}", self._language, **params)

    def _fetch(self, with_retired: bool) -> list[Guide]:
        wanted = {self.state.selected, *(str(one.id) for one in self.state.items)}
        found = []
        for key in sorted(one for one in wanted if one and not one.startswith(NEW)):
            try:
                found.append(self._client.guide(UUID(key), retired=True))
            except HallError as error:
                if error.code != "guide_unknown":
                    raise
        return found

    def _key(self, item: Guide) -> str:
        return str(item.id)

    def _title(self, item: Guide) -> str:
        return item.name

    def _fields(self, item: Guide) -> Fields:
        return item.fields.model_dump(mode="json")

    def _new_fields(self, selected: str) -> Fields:
        return dict(EMPTY)

    def _send(self, selected: str, fields: Fields, key: str) -> Guide:
        said = checked(GuideFields, {**self._base(selected), **fields})
        if selected.startswith(NEW):
            return self._client.add_guide(GuideCreate(fields=said), key=key)
        current = self.item(selected)
        wanted = GuideEdit(version=current.version if current is not None else 0, fields=said)
        return self._client.edit_guide(UUID(selected), wanted)

    def _set_retired(self, selected: str, retired: bool) -> Guide:
        current = self.item(selected)
        wanted = GuideEdit(version=current.version if current is not None else 0, retired=retired)
        return self._client.edit_guide(UUID(selected), wanted)


def in_words(value: Any, language: str) -> str:
    """A value of a field in a line."""
    if isinstance(value, list):
        parts = [" ".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in value]
        value = text("guides.page.between", language).join(parts)
    return str(value) if value else text("guides.editor.nothing", language)
