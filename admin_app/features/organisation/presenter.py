"""The organisation as one page: which unit is chosen, who is in it, and which of them is being edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.editing.drafts import Drafts
from admin_app.editing.editor import NEW
from admin_app.features.organisation.exchange import ExchangePresenter
from admin_app.features.organisation.people import PeoplePresenter, Row, person_rows
from admin_app.features.organisation.rights import CHANGE_PEOPLE, CHANGE_UNITS, SEE_PEOPLE, Rights
from admin_app.features.organisation.tree import Node, below, in_order, matching, parents_of, paths_of, people_below
from admin_app.features.organisation.units import UnitsPresenter
from admin_app.link import HallLink
from shared.client.hall_client import HallClient
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event, Snapshot
from shared.schemas.organisation import Person, Unit
from shared.ui.presenter import Presenter

# Never to the disk: it is kept sealed everywhere else.
UNWRITTEN = frozenset({"phone"})


@dataclass(frozen=True)
class OrganisationState:
    """``unit`` is the chosen one; ``editing``: unit or person; ``rows``: the people shown, by staff number."""

    loaded: bool = False
    problem: str = ""
    query: str = ""
    nodes: tuple[Node, ...] = ()
    unit: str = ""
    unit_name: str = ""
    unit_path: str = ""
    with_below: bool = True
    with_retired: bool = False
    rows: tuple[Row, ...] = ()
    editing: str = "unit"
    unsaved: int = 0
    sees_people: bool = True
    may_add_unit: bool = False
    may_add_person: bool = False
    may_import: bool = False


class OrganisationPresenter(Presenter[OrganisationState]):
    """``units`` and ``people`` edit; this one holds them together and hears what happens in the hall."""

    told = Signal(str)

    def __init__(
        self, client: HallClient, link: HallLink, drafts: Path, language: str, parent: QObject | None = None
    ) -> None:
        super().__init__(OrganisationState(), parent)
        self._language = language
        self._rights = Rights()
        self._known = False
        # The units as they were answered, and in the order of the tree; what was above what before that.
        self._items: tuple[Unit, ...] = ()
        self._units: tuple[Unit, ...] = ()
        self._parents: Mapping[UUID, UUID | None] = {}
        self._before: Mapping[UUID, UUID | None] = {}
        self._keys: set[str] = set()
        self._drawn: dict[str, tuple[object, ...]] = {}
        kept = Drafts(drafts, UNWRITTEN)
        self.units = UnitsPresenter(client, kept, language, self)
        self.people = PeoplePresenter(client, kept, language, self.may_in, self)
        self.exchange = ExchangePresenter(client, language, self)
        for editor in (self.units, self.people):
            editor.state_changed.connect(self._show)
            editor.saved.connect(self.told)
        link.snapshot.connect(self._snapshot)
        link.happened.connect(self._event)
        self._show()

    # What a person can do

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self._rights = self.units.rights = self.people.rights = Rights.of(me)
        self._known = True
        self.load()
        self._show()

    @Slot()
    def load(self) -> None:
        """Ask the server for all that the caller may see."""
        if self._known and self._rights.may("organisation.units:view"):
            self.units.load()
            self.people.load()

    @Slot(str)
    def search(self, query: str) -> None:
        self.change(query=query)
        self._show()

    @Slot(str)
    def choose_unit(self, key: str) -> None:
        """A unit of the tree, or a new one that is not sent yet."""
        self.people.select("")
        self.change(editing="unit", **({} if key.startswith(NEW) else {"unit": key}))
        self.units.select(key)
        self._show()

    @Slot(str)
    def choose_person(self, key: str) -> None:
        self.people.select(key)
        self.change(editing="person")
        self._show()

    @Slot()
    def show_unit(self) -> None:
        """Back from a person to the unit they are in."""
        if self.state.unit:
            self.choose_unit(self.state.unit)

    @Slot(bool)
    def show_below(self, shown: bool) -> None:
        self.change(with_below=shown)
        self._show()

    @Slot(bool)
    def show_retired(self, shown: bool) -> None:
        self.change(with_retired=shown)
        for editor in (self.units, self.people):
            editor.show_retired(shown)

    @Slot()
    def add_unit(self) -> None:
        if self.state.may_add_unit:
            self.people.select("")
            self.change(editing="unit")
            self.units.select(f"{NEW}:{self.state.unit}")

    @Slot()
    def add_person(self) -> None:
        if self.state.may_add_person:
            self.choose_person(f"{NEW}:{self.state.unit}")

    @Slot(str)
    def go(self, target: str) -> None:
        """``unit:<id>``."""
        kind, _, key = target.partition(":")
        if kind == "unit" and key:
            self.search("")
            self.choose_unit(key)

    def may_in(self, permission: str, unit_id: UUID | None) -> bool:
        return self._rights.may_in(permission, unit_id, self._parents)

    def places(self, permission: str, query: str, moved: str = "") -> tuple[Node, ...]:
        """The tree to choose a unit from: offered is where the caller may, and not inside the ``moved`` unit."""
        inside = below(self._units, UUID(moved)) if moved else frozenset()
        shown = matching(query, self._units, self.units.index)
        return tuple(
            Node(
                str(unit.id), str(unit.parent_id or ""), unit.name,
                offered=unit.id not in inside and self.may_in(permission, unit.id),
            )
            for unit in self._units
            if not unit.retired and (shown is None or unit.id in shown)
        )  # fmt: skip

    @Slot()
    def discard_all(self) -> None:
        self.units.discard_all()
        self.people.discard_all()

    def flush(self) -> None:
        """Drafts to the disk, before the window goes."""
        self.units.flush()

    # How it goes on

    def _snapshot(self, snapshot: Snapshot) -> None:
        self.load()

    def _event(self, event: Event) -> None:
        if event.kind == "organisation.changed" and self._known:
            # A person who comes or goes changes the number beside the unit.
            self.units.reload_soon()
            self.people.reload_soon()

    def _show(self) -> None:
        self._take()
        self._settle()
        units, people, state = self.units.state, self.people.state, self.state
        # While somebody types, what is in the lists stays as it is; thousands are not compared one by one.
        if self._differs("tree", units.items, units.drafted, state.query):
            self._draw_tree()
        if self._differs("people", units.items, people.items, people.drafted, state.unit, state.with_below):
            self._draw_people()
        unit = self.units.item(state.unit)
        usable = unit is not None and not unit.retired
        self.change(
            loaded=units.loaded, problem=units.problem or people.problem,
            unsaved=len(units.drafted) + len(people.drafted), unit_name=unit.name if unit else "",
            unit_path=self.units.path(state.unit),
            sees_people=self._rights.may(SEE_PEOPLE), may_import=self._rights.may(CHANGE_PEOPLE),
            may_add_unit=usable and self.may_in(CHANGE_UNITS, UUID(state.unit)),
            may_add_person=usable and self.may_in(CHANGE_PEOPLE, UUID(state.unit)),
        )  # fmt: skip

    def _differs(self, what: str, *seen: object) -> bool:
        """Whether something else is to be drawn than the last time; lists of items by identity."""
        drawn, self._drawn[what] = self._drawn.get(what, ()), seen
        if len(drawn) != len(seen):
            return True
        pairs = zip(seen, drawn, strict=True)
        return not all(new is old or (not isinstance(new, tuple) and new == old) for new, old in pairs)

    def _take(self) -> None:
        if self.units.state.items is not self._items:
            self._items = self.units.state.items
            self._before = self._parents
            self._units = in_order(self._items)
            self._parents = self.units.parents = parents_of(self._units)
            self.units.paths = paths_of(self._units)
            self._keys = {str(unit.id) for unit in self._units}

    def _settle(self) -> None:
        """A unit is always chosen, and only what is there."""
        units, people = self.units.state, self.people.state
        if not units.loaded:
            return
        wanted = self.state.unit
        if self.state.editing == "unit" and units.selected in self._keys:
            # Also one that has just been made.
            wanted = units.selected
        if wanted not in self._keys:
            # Retired, or moved out of sight: what was above it is nearest.
            above = str(self._before.get(UUID(wanted))) if wanted else ""
            wanted = above if above in self._keys else str(self._units[0].id) if self._units else ""
        self.change(unit=wanted)
        if not units.is_new and units.selected != wanted:
            self.units.select(wanted)
        if self.state.editing == "person" and people.loaded and not people.is_new and self.people.current is None:
            self.change(editing="unit")
            self.people.select("")

    def _draw_tree(self) -> None:
        drafted, counts = self.units.state.drafted, people_below(self._units)
        shown = matching(self.state.query, self._units, self.units.index)
        nodes = []
        for unit in self._units:
            if shown is not None and unit.id not in shown:
                continue
            key, words, tone = str(unit.id), unit.name, ""
            if unit.retired:
                words, tone = text("admin.editing.is_retired", self._language, name=words), "retired"
            if key in drafted:
                words, tone = text("admin.editing.is_drafted", self._language, name=words), "draft"
            count = str(counts[unit.id]) if counts[unit.id] else ""
            nodes.append(Node(key, str(unit.parent_id or ""), words, count, tone))
        for key in sorted(key for key in drafted if key.startswith(NEW)):
            name = self.units.draft_name(key) or text("organisation.unit.new", self._language)
            words = text("admin.editing.not_sent", self._language, name=name)
            nodes.append(Node(key, key.partition(":")[2], words, "", "draft"))
        self.change(nodes=tuple(nodes))

    def _draw_people(self) -> None:
        state, people = self.state, self.people.state
        if not state.unit:
            self.change(rows=())
            return
        unit_id = UUID(state.unit)
        inside = below(self._units, unit_id) if state.with_below else frozenset({unit_id})
        shown: list[Person] = [person for person in people.items if person.unit_id in inside]
        rows = list(person_rows(shown, people.drafted, self._language))
        names = {str(unit.id): unit.name for unit in self._units if unit.id in inside}
        for key in sorted(key for key in people.drafted if key.startswith(NEW)):
            unit_name = names.get(key.partition(":")[2])
            if unit_name is not None:
                name = self.people.draft_name(key) or text("organisation.person.new", self._language)
                words = text("admin.editing.not_sent", self._language, name=name)
                rows.append({"id": key, "number": "", "name": words, "title": "", "unit": unit_name, "tone": "warn"})
        self.change(rows=tuple(rows))
