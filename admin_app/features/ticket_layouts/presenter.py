"""Designing tickets: the layouts of the hall, the one being edited with its steps back, its paper, where it is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Slot

from admin_app.features.ticket_layouts.paper import Preview, faults, preview, sample, valid
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.devices.printer.standard_layout import standard_layout
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.hall import Hall
from shared.schemas.ticket_layout import TicketLayout
from shared.schemas.ticket_layouts import LayoutCreate, LayoutEdit, LayoutPublish, LayoutUse, LayoutUses, LayoutView
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

DRAW_MS, STEPS = 120, 100
Blocks = tuple[dict[str, Any], ...]
NEW_BLOCKS: dict[str, dict[str, Any]] = {
    "text": {"texts": {"zh-CN": "…", "en": "…"}}, "field": {"field": "item"}, "qr": {}, "line": {},
    "space": {"dots": 16}, "cut": {},
}  # fmt: skip


@dataclass(frozen=True)
class LayoutsState:
    """``blocks`` is the working copy; ``chosen`` a block's id; ``places`` are (kind, id, words) a layout may be used
    at."""

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
    places: tuple[tuple[str, str, str], ...] = ()
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
    def block(self) -> dict[str, Any] | None:
        return next((one for one in self.blocks if one["id"] == self.chosen), None)


class LayoutsPresenter(Presenter[LayoutsState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(LayoutsState(), parent)
        self._client = client
        self._language = language
        self.zone = ZoneInfo("UTC")
        self._drawing = self._again = False
        self._draw_soon = QTimer(self)
        self._draw_soon.setSingleShot(True)
        self._draw_soon.setInterval(DRAW_MS)
        self._draw_soon.timeout.connect(self._draw)

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
        """Another layout; what was not saved of the one before is dropped."""
        self.change(selected=layout_id, told="", problem="")
        layout = self.state.layout
        self._set(tuple(layout.draft["blocks"]) if layout else (), undo=(), redo=())

    def new(self) -> None:
        """A layout that begins as the built-in one."""
        name = self._t("new_name", n=len(self.state.layouts) + 1)
        wanted = LayoutCreate(name=name, draft=standard_layout())
        self._ask(lambda: self._client.add_ticket_layout(wanted, key=uuid4().hex), self._saved("added"))

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
        made = {"kind": kind, "id": uuid4().hex[:8], **NEW_BLOCKS.get(kind, {}), **more}
        blocks = list(self.state.blocks)
        place = next((n + 1 for n, one in enumerate(blocks) if one["id"] == self.state.chosen), len(blocks))
        blocks.insert(place, made)
        self.change(chosen=made["id"])
        self._do(tuple(blocks))

    def delete(self) -> None:
        self._do(tuple(one for one in self.state.blocks if one["id"] != self.state.chosen))

    def order(self, ids: list[str]) -> None:
        """The blocks were dragged into this order."""
        by_id = {one["id"]: one for one in self.state.blocks}
        if sorted(ids) == sorted(by_id):
            self._do(tuple(by_id[one] for one in ids))

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

    def look(self, paper: str, sample_key: str) -> None:
        self.change(paper=paper, sample=sample_key)
        self._draw_soon.start()

    @Slot()
    def save(self) -> None:
        layout, draft = self.state.layout, valid(list(self.state.blocks))
        if layout is not None and draft is not None:
            wanted = LayoutEdit(version=layout.version, draft=draft)
            self._ask(lambda: self._client.edit_ticket_layout(layout.id, wanted), self._saved("saved"))

    def publish(self, restore: int | None = None) -> None:
        """The draft as it is saved, or an older version again."""
        layout = self.state.layout
        if layout is not None:
            wanted = LayoutPublish(version=layout.version, restore=restore)
            self._ask(lambda: self._client.publish_ticket_layout(layout.id, wanted), self._saved("published"))

    def use(self, kind: str, target: str) -> None:
        """Print by this layout at one more place."""
        layout = self.state.layout
        if layout is not None:
            place = LayoutUse.model_validate({"kind": kind, "target": target or None})
            wanted = LayoutUses(uses=[*(one for one in layout.uses if one != place), place])
            self._ask(lambda: self._client.use_ticket_layout(layout.id, wanted), self._saved("used"))

    def use_nowhere(self) -> None:
        layout = self.state.layout
        if layout is not None:
            self._ask(lambda: self._client.use_ticket_layout(layout.id, LayoutUses(uses=[])), self._saved("unused"))

    def _fetch(self) -> tuple[list[LayoutView], tuple[tuple[str, str, str], ...]]:
        chinese = self._language.startswith("zh")
        kiosks = [one for one in self._client.terminals() if one.kind == "kiosk"]
        services = [one for one in self._client.services() if one.ticketable]
        return self._client.ticket_layouts(), (
            ("hall", "", self._t("place_hall")),
            *(("terminal", str(one.id), self._t("place_terminal", name=one.name)) for one in kiosks),
            *(("service", str(one.id), one.name if chinese else one.name_en) for one in services),
        )

    def _known(self, found: tuple[list[LayoutView], tuple[tuple[str, str, str], ...]]) -> None:
        layouts, places = found
        self.change(loaded=True, busy=False, layouts=tuple(layouts), places=places)
        if layouts and self.state.layout is None:
            self.select(layouts[0].id)

    def _saved(self, told: str) -> Callable[[LayoutView], None]:
        def saved(view: LayoutView) -> None:
            others = [one for one in self.state.layouts if one.id != view.id]
            if told == "used":
                # A place has one layout: the others may have lost it.
                self.change(layouts=tuple(
                    one.model_copy(update={"uses": [use for use in one.uses if use not in view.uses]}) for one in others
                ))  # fmt: skip
                others = [one for one in self.state.layouts if one.id != view.id]
            layouts = tuple(sorted([*others, view], key=lambda one: str(one.id)))
            same = self.state.selected == view.id
            self.change(busy=False, layouts=layouts, selected=view.id)
            if not same or told == "published":
                self._set(tuple(view.draft["blocks"]), undo=(), redo=())
            else:
                # The server writes out what was left to be understood; whatever was edited meanwhile stays.
                now = valid(list(self.state.blocks))
                if now is not None and now.model_dump(mode="json") == view.draft:
                    self.change(blocks=tuple(view.draft["blocks"]))
            self.change(told=self._t(told, name=view.name))

        return saved

    def _ask(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(work, done, self._refused, owner=self)

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))

    def _do(self, blocks: Blocks) -> None:
        if blocks != self.state.blocks:
            self._set(blocks, undo=(*self.state.undo, self.state.blocks)[-STEPS:], redo=())

    def _set(self, blocks: Blocks, *, undo: tuple[Blocks, ...], redo: tuple[Blocks, ...]) -> None:
        self.change(blocks=blocks, undo=undo, redo=redo, faults=tuple(faults(list(blocks)).items()), told="")
        self._draw_soon.start()

    def _draw(self) -> None:
        layout = valid(list(self.state.blocks))
        if layout is None:
            return  # the last paper that was possible stays, with what is wrong beside it
        if self._drawing:
            self._again = True
            return
        self._drawing = True
        paper, document = self.state.paper, sample(self.state.sample)
        run_in_background(lambda: self._painted(layout, document, paper), self._drawn, self._not_drawn, owner=self)

    @staticmethod
    def _painted(layout: TicketLayout, document: Any, paper: str) -> Preview:
        return preview(layout, document, paper)

    def _drawn(self, made: Preview) -> None:
        self._drawing = False
        self.change(preview=made)
        if self._again:
            self._again = False
            self._draw_soon.start()

    def _not_drawn(self, error: HallError) -> None:
        self._drawing = False
        self._refused(error)

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)
