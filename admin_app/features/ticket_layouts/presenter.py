"""Designing tickets: the layouts of the hall, the one being edited with its steps back, its paper, where it is used.

What is not saved is a draft, as in the other editors: kept per layout and on the disk (``admin_app/editing``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Slot

from admin_app.editing.drafts import Drafts
from admin_app.features.ticket_layouts.blocks import Block, Blocks, added, faults, new_block, ordered, valid
from admin_app.features.ticket_layouts.paper import Preview, preview
from admin_app.features.ticket_layouts.pictures import as_dots
from admin_app.features.ticket_layouts.trial import TrialPresenter
from admin_app.features.ticket_layouts.versions import VersionsPresenter
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.devices.printer.samples import sample
from shared.devices.printer.standard_layout import standard_layout
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.hall import Hall, Service
from shared.schemas.ticket_layouts import LayoutCreate, LayoutEdit, LayoutPublish, LayoutUse, LayoutUses, LayoutView
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

DRAW_MS, KEEP_MS, STEPS = 120, 400, 100
Places = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class LayoutsState:
    """``blocks`` is the working copy; ``chosen`` a block's id; ``places`` are (kind, id, words) a layout may be used
    at; ``services`` (id, name); ``drafted`` the layouts with something that is not saved; ``conflict`` is said as long
    as somebody else has saved meanwhile what is being edited here."""

    loaded: bool = False
    busy: bool = False
    layouts: tuple[LayoutView, ...] = ()
    selected: UUID | None = None
    blocks: Blocks = ()
    chosen: str = ""
    undo: tuple[Blocks, ...] = ()
    redo: tuple[Blocks, ...] = ()
    paper: str = "80mm"
    sample: str = "short"
    preview: Preview | None = None
    faults: tuple[tuple[str, str], ...] = ()
    places: Places = ()
    services: tuple[tuple[str, str], ...] = ()
    drafted: frozenset[str] = frozenset()
    conflict: str = ""
    problem: str = ""
    told: str = ""
    may_change: bool = False

    @property
    def layout(self) -> LayoutView | None:
        return next((one for one in self.layouts if one.id == self.selected), None)

    @property
    def dirty(self) -> bool:
        return self.layout is not None and list(self.blocks) != self.layout.draft["blocks"]

    @property
    def block(self) -> Block | None:
        return next((one for one in self.blocks if one["id"] == self.chosen), None)

    @property
    def unsaved(self) -> int:
        return len(self.drafted)


class LayoutsPresenter(Presenter[LayoutsState]):
    def __init__(self, client: HallClient, drafts: Drafts, language: str, parent: QObject | None = None) -> None:
        super().__init__(LayoutsState(drafted=drafts.keys()), parent)
        self._client, self._drafts, self._language = client, drafts, language
        self.trial = TrialPresenter(client, language, self)
        self.versions = VersionsPresenter(language, self)
        self.zone = ZoneInfo("UTC")
        self._drawing = self._again = False
        self._draw_soon = self._timer(DRAW_MS, self._draw)
        self._keep_soon = self._timer(KEEP_MS, drafts.save)

    def _timer(self, interval: int, work: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval)
        timer.timeout.connect(work)
        return timer

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        """Times are shown in the hall's own zone, wherever the console stands."""
        self.zone = ZoneInfo(hall.time_zone)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("catalogue.ticket_layouts:change"))

    @Slot()
    def load(self) -> None:
        self._ask(self._fetch, self._known)

    def select(self, layout_id: UUID) -> None:
        """Another layout; what was not saved of the one before stays its draft."""
        self.change(selected=layout_id, told="", problem="", chosen="")
        self._set(self._edited(), undo=(), redo=())

    def new(self) -> None:
        """A layout that begins as the built-in one."""
        wanted = LayoutCreate(name=self._free_name(), draft=standard_layout())
        self._ask(lambda: self._client.add_ticket_layout(wanted, key=uuid4().hex), self._saved("added"))

    def describe(self, name: str, retired: bool) -> None:
        """Another name; out of use, or back."""
        layout = self.state.layout
        if layout is not None and (name, retired) != (layout.name, layout.retired):
            wanted = LayoutEdit(version=layout.version, name=name, retired=retired)
            self._ask(lambda: self._client.edit_ticket_layout(layout.id, wanted), self._saved("described"))

    # The blocks

    def choose(self, block_id: str) -> None:
        if block_id != self.state.chosen:
            self.change(chosen=block_id)

    def choose_at(self, y: int) -> None:
        """A click on the paper at a height of its picture."""
        spans = self.state.preview.spans if self.state.preview else ()
        found = next((block for block, top, bottom in spans if top <= y < bottom), "")
        if found:
            self.choose(found)

    def edit(self, values: dict[str, Any]) -> None:
        """New properties of the chosen block."""
        self._do(tuple({**one, **values} if one["id"] == self.state.chosen else one for one in self.state.blocks))

    def add(self, kind: str, **more: Any) -> None:
        """A new block behind the chosen one."""
        made, behind = new_block(kind, **more), self.state.chosen
        self.change(chosen=made["id"])
        self._do(added(self.state.blocks, behind, made))

    def add_picture(self, path: str) -> None:
        """A picture from a file; reading it is nothing for the main thread."""
        selected = self.state.selected

        def read(data: str) -> None:
            self.change(busy=False)
            if self.state.selected == selected:
                self.add("picture", data=data)

        self._ask(lambda: as_dots(path), read)

    def delete(self) -> None:
        self._do(tuple(one for one in self.state.blocks if one["id"] != self.state.chosen))

    def order(self, ids: list[str]) -> None:
        """The blocks were dragged into this order."""
        self._do(ordered(self.state.blocks, ids))

    @Slot()
    def undo(self) -> None:
        if self.state.undo:
            *rest, last = self.state.undo
            self._set(last, undo=tuple(rest), redo=(*self.state.redo, self.state.blocks))

    @Slot()
    def redo(self) -> None:
        if self.state.redo:
            *rest, last = self.state.redo
            self._set(last, undo=(*self.state.undo, self.state.blocks), redo=tuple(rest))

    @Slot()
    def revert(self) -> None:
        """Back to what the server has; a step back takes that back."""
        layout = self.state.layout
        if layout is not None:
            self._drafts.drop(str(layout.id))
            self._do(tuple(layout.draft["blocks"]))

    def look(self, paper: str, sample_key: str) -> None:
        self.change(paper=paper, sample=sample_key)
        self._draw_soon.start()

    # Drafts

    def flush(self) -> None:
        """Put the drafts on the disk now."""
        self._keep_soon.stop()
        self._drafts.save()

    @Slot()
    def discard_all(self) -> None:
        self._drafts.clear()
        self.revert()
        self.change(drafted=self._drafts.keys())
        self.flush()

    # Saving

    @Slot()
    def save(self) -> None:
        layout, draft = self.state.layout, valid(self.state.blocks)
        if layout is not None and draft is not None:
            wanted = LayoutEdit(version=layout.version, draft=draft)
            self._ask(lambda: self._client.edit_ticket_layout(layout.id, wanted), self._saved("saved"))

    def publish(self, restore: int | None = None, note: str = "") -> None:
        """The draft as it is saved, or an older version again."""
        layout = self.state.layout
        if layout is not None:
            wanted = LayoutPublish(version=layout.version, restore=restore, note=note)
            self._ask(lambda: self._client.publish_ticket_layout(layout.id, wanted), self._saved("published"))

    def use_at(self, places: list[tuple[str, str]]) -> None:
        """Print by this layout at these places (kind, id) and at no others; theirs before lose them."""
        layout = self.state.layout
        if layout is not None:
            uses = [LayoutUse.model_validate({"kind": kind, "target": target or None}) for kind, target in places]
            wanted = LayoutUses(uses=uses, version=layout.version)
            told = "used" if uses else "unused"
            self._ask(lambda: self._client.use_ticket_layout(layout.id, wanted), self._saved(told))

    # How it goes on

    def _fetch(self) -> tuple[list[LayoutView], list[Service], Places]:
        kiosks = [one for one in self._client.terminals() if one.kind == "kiosk"]
        services = [one for one in self._client.services() if one.ticketable]
        return (
            self._client.ticket_layouts(),
            services,
            (
                ("hall", "", self._t("place_hall")),
                *(("terminal", str(one.id), self._t("place_terminal", name=one.name)) for one in kiosks),
                *(("service", str(one.id), self._name(one)) for one in services),
            ),
        )

    def _name(self, one: Service) -> str:
        return one.name if self._language.startswith("zh") or not one.name_en else one.name_en

    def _known(self, found: tuple[list[LayoutView], list[Service], Places]) -> None:
        layouts, services, places = found
        before = self.state.layout
        self.change(
            loaded=True, busy=False, layouts=tuple(layouts), places=places,
            services=tuple((str(one.id), self._name(one)) for one in services),
        )  # fmt: skip
        for one in layouts:
            # A draft that says what the server has by now is none: its answer was lost, or a colleague did the same.
            if self._drafts.fields(str(one.id)).get("blocks") == one.draft["blocks"]:
                self._drafts.drop(str(one.id))
        layout = self.state.layout
        if layout is None and layouts:
            self.select(next((one for one in layouts if not one.retired), layouts[0]).id)
        elif layout != before:
            self._set(self._edited(), undo=self.state.undo, redo=self.state.redo)

    def _saved(self, told: str) -> Callable[[LayoutView], None]:
        def saved(view: LayoutView) -> None:
            others = [one for one in self.state.layouts if one.id != view.id]
            same = self.state.selected == view.id
            self.change(busy=False, layouts=tuple(sorted([*others, view], key=lambda one: str(one.id))))
            if told == "added":
                self.select(view.id)
            elif told in ("saved", "published"):
                if same:
                    self._took(view, anew=told == "published")
                else:
                    # Another is looked at by now: it stays on the screen.
                    self._drafts.drop(str(view.id))
                    self.change(drafted=self._drafts.keys())
            if told in ("used", "unused"):
                # A place has one layout: others may have lost theirs.
                self.load()
            self.change(told=self._t(told, name=view.name))

        return saved

    def _took(self, view: LayoutView, *, anew: bool) -> None:
        """The server has it, with what was left to be understood written out. ``anew``: whatever is here is replaced,
        and a step back brings it again; else what was edited while it was being saved stays, as a draft."""
        here, there = self.state.blocks, tuple(view.draft["blocks"])
        self._drafts.drop(str(view.id))
        now = valid(here)
        if now is not None and now.model_dump(mode="json") == view.draft:
            self._set(there, undo=self.state.undo, redo=())
        elif anew:
            self._set(there, undo=(*self.state.undo, here)[-STEPS:], redo=())
        else:
            self._set(here, undo=self.state.undo, redo=self.state.redo)

    def _ask(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(work, done, self._refused, owner=self)

    def _refused(self, error: HallError) -> None:
        self.change(busy=False)
        if error.code == "changed_meanwhile":
            # What is edited here stays; what it is compared with is the newest.
            self.load()
        self.change(problem=sorry(error, self._language, acted=True))

    def _edited(self) -> Blocks:
        """The selected layout's blocks with its draft over them."""
        layout = self.state.layout
        if layout is None:
            return ()
        return tuple(self._drafts.fields(str(layout.id)).get("blocks", layout.draft["blocks"]))

    def _do(self, blocks: Blocks) -> None:
        if blocks != self.state.blocks:
            self._set(blocks, undo=(*self.state.undo, self.state.blocks)[-STEPS:], redo=())

    def _set(self, blocks: Blocks, *, undo: tuple[Blocks, ...], redo: tuple[Blocks, ...]) -> None:
        layout, conflict = self.state.layout, ""
        if layout is not None:
            key, there = str(layout.id), layout.draft["blocks"]
            self._drafts.put(key, {"blocks": list(blocks)}, {"blocks": there})
            self._keep_soon.start()
            if self._drafts.base(key).get("blocks", there) != there:
                when = layout.changed_at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")
                conflict = self._t("conflict", who=layout.changed_by, when=when)
        self.change(
            blocks=blocks, undo=undo, redo=redo, faults=tuple(faults(blocks).items()), told="", conflict=conflict,
            drafted=self._drafts.keys(),
        )  # fmt: skip
        self._draw_soon.start()

    def _draw(self) -> None:
        layout = valid(self.state.blocks)
        if layout is None:
            return  # the last paper that was possible stays, with what is wrong beside it
        if self._drawing:
            self._again = True
            return
        self._drawing = True
        paper, document = self.state.paper, sample(self.state.sample)
        run_in_background(lambda: preview(layout, document, paper), self._drawn, self._not_drawn, owner=self)

    def _drawn(self, made: Preview) -> None:
        self._drawing = False
        self.change(preview=made)
        if self._again:
            self._again = False
            self._draw_soon.start()

    def _not_drawn(self, error: HallError) -> None:
        self._drawing = False
        self._refused(error)

    def _free_name(self) -> str:
        taken = {one.name for one in self.state.layouts}
        names = (self._t("new_name", n=n) for n in range(1, len(taken) + 2))
        return next(name for name in names if name not in taken)

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)
