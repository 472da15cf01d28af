"""One role with its draft: made, copied, renamed, changed, retired. Those that ship are only looked at."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import QObject, Slot

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.features.access.rights import copied
from shared.client.hall_client import HallClient
from shared.i18n import text
from shared.schemas.access import Me, Role, RoleCreate, RoleEdit


class RoleEditor(EditorPresenter[Role]):
    """``patterns`` of a draft are single permissions: what is ticked is what is saved."""

    prefix = "role:"
    words = "roles"
    field_of: ClassVar = {"role_name_taken": "name"}

    def __init__(self, client: HallClient, drafts: Drafts, language: str, parent: QObject | None = None) -> None:
        super().__init__(client, drafts, language, parent)
        self.me = Me(kind="", name="", permissions=[])

    @Slot()
    def add(self) -> None:
        self.select(f"{NEW}:")

    @Slot()
    def copy(self) -> None:
        """A new role that permits what the selected one does, as far as one may put it in."""
        current = self.current
        if current is not None:
            self.select(f"{NEW}:{current.id}")

    @property
    def copied_from(self) -> Role | None:
        """The role a new one begins as."""
        _, _, role_id = self.state.selected.partition(":")
        return self.item(role_id) if self.state.is_new and role_id else None

    def name(self, role: Role) -> str:
        return role.name if self._language.startswith("zh") else role.name_en or role.name

    def locked(self) -> str:
        current = self.current
        if current is not None and current.base:
            return self._t("locked_base" if current.assigned else "locked_unassigned")
        return "" if self.me.may("roles:change") else self._t("locked_view")

    def retiring(self) -> Retiring | None:
        current = self.current
        if current is None:
            return None
        facts = [self._t("retire_holders", n=current.holders) if current.holders else self._t("retire_nobody")]
        return Retiring(self._t("retire_title", name=self.name(current)), (*facts, self._t("retire_keeps")))

    def _t(self, key: str, **params: object) -> str:
        return text(f"roles.{key}", self._language, **params)

    def _fetch(self, with_retired: bool) -> list[Role]:
        return self._client.roles(retired=with_retired)

    def _key(self, item: Role) -> str:
        return str(item.id)

    def _title(self, item: Role) -> str:
        return self.name(item)

    def _fields(self, item: Role) -> Fields:
        return {
            "name": item.name, "name_en": item.name_en, "note": item.note, "patterns": sorted(item.permissions),
        }  # fmt: skip

    def _new_fields(self, selected: str) -> Fields:
        origin = self.item(selected.partition(":")[2])
        if origin is None:
            return {"name": "", "name_en": "", "note": "", "patterns": []}
        # One language's screen makes up both names.
        names = {code: text("roles.copy_of", code, name=name) for code, name in
                 (("zh-CN", origin.name), ("en", origin.name_en))}  # fmt: skip
        return {
            "name": names["zh-CN"][:64], "name_en": names["en"][:64], "note": origin.note,
            "patterns": copied(self.me, origin.permissions),
        }  # fmt: skip

    def _send(self, selected: str, fields: Fields, key: str) -> Role:
        if selected.startswith(NEW):
            wanted = {name: value for name, value in fields.items() if value != ""}
            return self._client.add_role(RoleCreate.model_validate(wanted), key=key)
        return self._edit(selected, fields)

    def _set_retired(self, selected: str, retired: bool) -> Role:
        return self._edit(selected, {"retired": retired})

    def _edit(self, selected: str, fields: Fields) -> Role:
        looked_at = self.item(selected)
        version = looked_at.version if looked_at is not None else 0
        return self._client.edit_role(UUID(selected), RoleEdit.model_validate(fields | {"version": version}))
