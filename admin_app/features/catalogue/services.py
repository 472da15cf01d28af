"""The tree of services: search, edit, add under a group, retire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.editing.drafts import Drafts, Fields
from admin_app.editing.editor import NEW, EditorPresenter, Retiring
from shared.client.hall_client import HallClient
from shared.domain.search import Entry, Index
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.hall import Service, ServiceCreate, ServiceEdit

FIELDS = (
    "name",
    "name_en",
    "short_name",
    "ticketable",
    "series",
    "identity",
    "typical_minutes",
    "hint",
    "suspended",
    "suspended_note",
)
OF_GROUPS = ("name", "name_en", "short_name", "ticketable")
NAMED = 8
CHANGE = "catalogue.services:change"


class ServicesPresenter(EditorPresenter[Service]):
    """A new service is selected as ``new:<id of its group>``, a new group as ``new-group:<id of its parent>``."""

    prefix = "service:"
    field_of: ClassVar = {"series_needed": "series"}
    found = Signal(object)

    def __init__(self, client: HallClient, drafts: Drafts, language: str, parent: QObject | None = None) -> None:
        super().__init__(client, drafts, language, parent)
        self._query = ""
        self._searched: tuple[tuple[Service, ...], Index[UUID]] = (), Index(())
        self._me: Me | None = None

    @Slot(str)
    def search(self, query: str) -> None:
        """``found`` answers with the ids to show: matches with all above them; None for the whole tree."""
        self._query = query
        self.found.emit(self.matching(query))

    def matching(self, query: str) -> frozenset[str] | None:
        if not query.strip():
            return None
        parents = {item.id: item.parent_id for item in self.state.items}
        shown: set[UUID] = set()
        for hit in self._index_now().find(query):
            above: UUID | None = hit.key
            while above is not None and above not in shown:
                shown.add(above)
                above = parents.get(above)
        return frozenset(str(id_) for id_ in shown)

    def _index_now(self) -> Index[UUID]:
        if self._searched[0] is not self.state.items:
            self._searched = self.state.items, Index(Entry(item.id, item.spelled) for item in self.state.items)
        return self._searched[1]

    @Slot()
    def add_here(self) -> None:
        """A new service in the selected group, or beside the selected service."""
        self._begin(NEW)

    @Slot()
    def add_group(self) -> None:
        self._begin(f"{NEW}-group")

    def _begin(self, kind: str) -> None:
        current = self.current
        if current is None:
            parent = "" if kind != NEW else None
        else:
            parent = str(current.id) if self.holds(current) else str(current.parent_id or "")
        if parent is not None:
            self.select(f"{kind}:{parent}")

    @Slot(object)
    def edit(self, fields: Fields) -> None:
        # A group has no series or minutes; its form hides them, whatever stands in them.
        group = not fields.get("ticketable", self.state.fields.get("ticketable", True))
        super().edit({name: value for name, value in fields.items() if not group or name in OF_GROUPS})

    @property
    def is_group(self) -> bool:
        """Whether the selected node only holds others, by what stands in the form."""
        return not self.state.fields.get("ticketable", True)

    @property
    def is_node(self) -> bool:
        """Whether the selected node is or may be a group: then whether it gives numbers itself is a choice."""
        current = self.current
        return self.state.selected.startswith(f"{NEW}-group") or (current is not None and self.holds(current))

    def holds(self, service: Service) -> bool:
        """Whether a new service comes below it rather than beside it."""
        return not service.ticketable or any(item.parent_id == service.id for item in self.state.items)

    @property
    def parent_name(self) -> str:
        """The group a new node comes under."""
        parent = self.item(self.state.selected.partition(":")[2])
        return self._title(parent) if parent is not None else ""

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self._me = me
        self.state_changed.emit()

    @property
    def may_change(self) -> bool:
        """Whether there is any service that they may change."""
        return self._me is not None and self._me.may(CHANGE)

    def may_add(self, *, group: bool) -> bool:
        """Whether ``add_here`` or ``add_group`` would make something of theirs."""
        current = self.current
        if current is None:
            return group and self._may_below("")
        return self._may_below(str(current.id) if self.holds(current) else str(current.parent_id or ""))

    def locked(self) -> str:
        current = self.current
        if current is None:
            return "" if self._may_below(self.state.selected.partition(":")[2]) else self._t("locked_service")
        may = self._me is not None and self._me.may_in(CHANGE, current.department_id)
        return "" if may else self._t("locked_service")

    def _may_below(self, parent: str) -> bool:
        """What is new belongs to the department of the group it comes under; at the top, to the whole hall."""
        above = self.item(parent)
        return self._me is not None and self._me.may_in(CHANGE, above.department_id if above is not None else None)

    def below(self, service: Service) -> list[Service]:
        """Everything under a node, itself left out."""
        children: dict[UUID | None, list[Service]] = {}
        for item in self.state.items:
            children.setdefault(item.parent_id, []).append(item)
        found, open_ = [], [service.id]
        while open_:
            for child in children.get(open_.pop(), ()):
                found.append(child)
                open_.append(child.id)
        return found

    def retiring(self) -> Retiring | None:
        current = self.current
        if current is None:
            return None
        below = [item for item in self.below(current) if item.ticketable and not item.retired]
        touched = [current, *below]
        facts = []
        if self.holds(current):
            facts.append(self._t("retire_below", n=len(below), names=self._list(self._title(item) for item in below)))
        labels = sorted({label for item in touched for label in item.counter_labels})
        facts.append(
            self._t("retire_counters", n=len(labels), labels=self._list(labels))
            if labels
            else self._t("retire_no_counters")
        )
        waiting = current.waiting or 0
        facts.append(self._t("retire_waiting", n=waiting) if waiting else self._t("retire_nobody"))
        facts.append(self._t("retire_keeps"))
        return Retiring(self._t("retire_title", name=self._title(current)), tuple(facts))

    def _list(self, names: Iterable[str]) -> str:
        every = list(names)
        shown = self._t("separator").join(every[:NAMED])
        return shown if len(every) <= NAMED else self._t("and_more", names=shown)

    def _t(self, key: str, **params: object) -> str:
        return text(f"admin.catalogue.{key}", self._language, **params)

    def _fetch(self, with_retired: bool) -> list[Service]:
        return self._client.services(retired=with_retired)

    def _key(self, item: Service) -> str:
        return str(item.id)

    def title(self, item: Service) -> str:
        return self._title(item)

    def _title(self, item: Service) -> str:
        return item.name if self._language.startswith("zh") else item.name_en or item.name

    def _fields(self, item: Service) -> Fields:
        return {
            "name": item.name, "name_en": item.name_en, "short_name": item.short_name, "series": item.series or "",
            "ticketable": item.ticketable,
            "identity": item.identity, "typical_minutes": round(item.typical_minutes), "hint": item.hint,
            "suspended": item.closed_reason == "suspended", "suspended_note": item.closed_note,
        }  # fmt: skip

    def _new_fields(self, selected: str) -> Fields:
        # What the neighbours have is the likeliest.
        parent = selected.partition(":")[2]
        near = next((item for item in self.state.items if item.ticketable and str(item.parent_id) == parent), None)
        return {
            "name": "", "name_en": "", "short_name": "", "series": (near.series if near else None) or "",
            "ticketable": selected.partition(":")[0] == NEW, "identity": near.identity if near else "optional",
            "typical_minutes": round(near.typical_minutes) if near else 10, "hint": "", "suspended": False,
            "suspended_note": "",
        }  # fmt: skip

    def _send(self, selected: str, fields: Fields, key: str) -> Service:
        if not selected.startswith(NEW):
            seen = {"version": self._version(selected)}
            return self._client.edit_service(UUID(selected), ServiceEdit.model_validate(fields | seen))
        parent = selected.partition(":")[2]
        group = not fields.get("ticketable", True)
        # Only the name is needed: what is left empty, the server fills in.
        wanted = {name: value for name, value in fields.items() if value != "" and (not group or name in OF_GROUPS)}
        wanted |= {"parent_id": parent or None, "ticketable": not group}
        return self._client.add_service(ServiceCreate.model_validate(wanted), key=key)

    def _set_retired(self, selected: str, retired: bool) -> Service:
        wanted = ServiceEdit(retired=retired, version=self._version(selected))
        return self._client.edit_service(UUID(selected), wanted)

    def _version(self, selected: str) -> str | None:
        """Of what is looked at: what a colleague has changed meanwhile is not written over unseen."""
        found = self.item(selected)
        return found.version if found is not None else None
