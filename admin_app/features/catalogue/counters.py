"""The counters: edit, add, retire."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import QObject, Slot

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from admin_app.features.catalogue.breaks import breaks_of, words_of
from shared.client.hall_client import HallClient
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.hall import Counter, CounterCreate, CounterEdit, Service

NAMED = 8
CHANGE = "catalogue.counters:change"


class CountersPresenter(EditorPresenter[Counter]):
    """``services`` gives the tree as it stands, to say what a counter alone serves."""

    prefix = "counter:"
    field_of: ClassVar = {"counter_label_taken": "label", "service_unknown": "service_ids"}

    def __init__(
        self,
        client: HallClient,
        drafts: Drafts,
        language: str,
        services: Callable[[], tuple[Service, ...]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(client, drafts, language, parent)
        self._services = services
        self._me: Me | None = None

    @Slot()
    def add(self) -> None:
        """A new counter, on the floor and in the area of the selected one."""
        current = self.current
        self.select(f"{NEW}:{current.floor}:{current.zone}" if current is not None else f"{NEW}::")

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self._me = me
        self.state_changed.emit()

    @property
    def may_change(self) -> bool:
        return self._me is not None and self._me.may(CHANGE)

    def locked(self) -> str:
        return "" if self.may_change else self._t("locked_counter")

    def retiring(self) -> Retiring | None:
        current = self.current
        if current is None:
            return None
        names = {item.id: self._name(item) for item in self._services()}
        elsewhere = {
            id_
            for other in self.state.items
            if other.id != current.id and not other.retired
            for id_ in other.service_ids
        }
        alone = [names.get(id_, "") for id_ in current.service_ids if id_ in names and id_ not in elsewhere]
        facts = [self._t("retire_serves", n=len(current.service_ids))]
        if alone:
            shown = self._t("separator").join(alone[:NAMED])
            listed = shown if len(alone) <= NAMED else self._t("and_more", names=shown)
            facts.append(self._t("retire_alone", n=len(alone), names=listed))
        if current.state != "closed":
            who = current.staff.name if current.staff else self._t("somebody")
            facts.append(self._t("retire_in_use", who=who))
        facts.append(self._t("retire_keeps"))
        return Retiring(self._t("retire_counter_title", name=current.label), tuple(facts))

    def replace(self, counter: Counter) -> bool:
        """A counter as the stream tells it; True when somebody edited it, not only worked at it."""
        known = self.item(str(counter.id))
        if known is not None and known.retired == counter.retired and self._fields(known) == self._fields(counter):
            self._replace(counter)
            return False
        self.reload_soon()
        return True

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.catalogue.{key}", self._language, **params)

    def _name(self, item: Service) -> str:
        return item.name if self._language.startswith("zh") else item.name_en or item.name

    def _fetch(self, with_retired: bool) -> list[Counter]:
        return self._client.counters(retired=with_retired)

    def _key(self, item: Counter) -> str:
        return str(item.id)

    def _title(self, item: Counter) -> str:
        return item.label

    def _fields(self, item: Counter) -> Fields:
        return {
            "label": item.label, "name": item.name, "name_en": item.name_en, "floor": item.floor, "zone": item.zone,
            "service_ids": sorted(str(id_) for id_ in item.service_ids),
            "breaks": words_of(item.breaks, self._language),
        }  # fmt: skip

    def _new_fields(self, selected: str) -> Fields:
        _, floor, zone = selected.split(":", 2)
        return {"label": "", "name": "", "name_en": "", "floor": floor, "zone": zone, "service_ids": [], "breaks": ""}

    def _send(self, selected: str, fields: Fields, key: str) -> Counter:
        if "breaks" in fields:
            fields = {**fields, "breaks": breaks_of(fields["breaks"])}
        if not selected.startswith(NEW):
            seen = {"version": self._version(selected)}
            return self._client.edit_counter(UUID(selected), CounterEdit.model_validate(fields | seen))
        wanted = {name: value for name, value in fields.items() if value != ""}
        return self._client.add_counter(CounterCreate.model_validate(wanted), key=key)

    def _set_retired(self, selected: str, retired: bool) -> Counter:
        wanted = CounterEdit(retired=retired, version=self._version(selected))
        return self._client.edit_counter(UUID(selected), wanted)

    def _version(self, selected: str) -> str | None:
        """Of what is looked at: what a colleague has changed meanwhile is not written over unseen."""
        found = self.item(selected)
        return found.version if found is not None else None
