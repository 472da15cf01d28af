"""Layouts, playlists and schedules: chosen, edited with undo, saved, and said where they are shown."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QObject, Slot

from admin_app.features.signage.preview import WallPreview
from admin_app.link import HallLink
from admin_app.media_choice import MediaChoice
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.signage.layout import CANVAS, CallsOver, Place, ZoneKind, faults
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.base import Message
from shared.schemas.events import Event
from shared.schemas.signage import (
    AttractRule,
    AttractRuleEdit,
    ContentCreate,
    ContentEdit,
    ContentPlaces,
    ContentVersion,
    SignageContent,
    SignageLayout,
    SignagePlaylist,
    SignageSchedule,
    WebPage,
)
from shared.schemas.terminals import Terminal
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

KINDS: Final = ("layout", "playlist", "schedule")
MODELS: Final[dict[str, type[Message]]] = {
    "layout": SignageLayout,
    "playlist": SignagePlaylist,
    "schedule": SignageSchedule,
}
WALLS: Final = ((1920, 1080), (3840, 1080), (1080, 1920), (3840, 2160))
UNDOS: Final = 50
# Why a page of the web gave no picture, where there are words for it.
PROBLEMS: Final = frozenset(
    {
        "web_page_not_allowed", "web_page_unreachable", "web_browser_missing", "web_page_slow", "web_page_failed",
        "web_page_large", "web_setting_wrong",
    }
)  # fmt: skip
Data = dict[str, Any]


def wall_of(words: str) -> tuple[int, int] | None:
    """The resolution somebody typed, such as 3840 x 1080; None when it is none a wall can have."""
    found = [int(part) for part in re.findall(r"\d+", words[:40])]
    if len(found) != 2 or not all(CANVAS[0] <= side <= CANVAS[1] for side in found):
        return None
    return found[0], found[1]


def new_layout(wide: int = 1920, high: int = 1080) -> Data:
    """Who is called, and beside it what plays; upright one above the other."""
    zones: list[Data] = []
    if wide >= high:
        part = wide * 2 // 5
        zones = [_zone("call", 0, 0, part, high), _zone("media", part, 0, wide - part, high)]
    else:
        part = high // 3
        zones = [_zone("media", 0, 0, wide, high - part), _zone("call", 0, high - part, wide, part)]
    return {"width": wide, "height": high, "calls_over": "band", "zones": zones}


def _zone(kind: str, x: int, y: int, width: int, height: int, name: str = "") -> Data:
    return {"id": name or kind, "kind": kind, "x": x, "y": y, "width": width, "height": height, "layer": 0}


@dataclass(frozen=True)
class SignageState:
    """``data`` is what the editor holds of the content that is chosen; ``zone`` the zone that is, -1 for none."""

    loaded: bool = False
    busy: bool = False
    may_change: bool = False
    contents: tuple[SignageContent, ...] = ()
    displays: tuple[Terminal, ...] = ()
    kiosks: tuple[Terminal, ...] = ()
    # When kiosks rest; None while it is not known.
    attract: tuple[AttractRule, ...] | None = None
    selected: UUID | None = None
    data: Any = None
    zone: int = -1
    faults: tuple[tuple[str, int], ...] = ()
    undo: tuple[str, ...] = ()
    redo: tuple[str, ...] = ()
    problem: str = ""
    told: str = ""
    # Of the content that is chosen, the newest first; None while they are not known.
    versions: tuple[ContentVersion, ...] | None = None
    # How the web pages of all layouts stand; None while that is not known.
    pages: tuple[WebPage, ...] | None = None

    @property
    def content(self) -> SignageContent | None:
        return next((one for one in self.contents if one.id == self.selected), None)

    @property
    def dirty(self) -> bool:
        content = self.content
        return content is not None and self.data != content.data

    @property
    def has_pages(self) -> bool:
        """Whether some layout shows a page of the web."""
        layouts = (one for one in self.contents if one.kind == "layout" and not one.retired)
        return any(zone.get("kind") == ZoneKind.WEB for one in layouts for zone in one.data.get("zones", ()))

    def named(self, kind: str) -> list[tuple[str, UUID]]:
        """The contents of a kind that can be chosen."""
        return [(one.name, one.id) for one in self.contents if one.kind == kind and not one.retired]


class SignagePresenter(Presenter[SignageState]):
    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(SignageState(), parent)
        self.media = MediaChoice(client, language, self)
        self.preview = WallPreview(client, language, self)
        # Of an earlier version, beside that of the editor.
        self.version_preview = WallPreview(client, language, self)
        self._client = client
        self._language = language
        self._lists, self._histories = Reads(), Reads()
        link.happened.connect(self._event)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("signage.content:change"))

    @Slot()
    def enter(self) -> None:
        if not self.state.loaded:
            self.load()

    @Slot()
    def load(self) -> None:
        """Read the list anew; what is edited stays in the editor."""

        def read() -> tuple[list[SignageContent], list[Terminal]]:
            return self._client.signage_contents(), self._client.terminals()

        def known(found: tuple[list[SignageContent], list[Terminal]]) -> None:
            displays = tuple(one for one in found[1] if one.kind == "display")
            kiosks = tuple(one for one in found[1] if one.kind == "kiosk")
            was_dirty, data = self.state.dirty, self.state.data
            self.change(loaded=True, contents=tuple(found[0]), displays=displays, kiosks=kiosks)
            content = self.state.content
            if content is None and self.state.contents:
                self.choose(self.state.contents[0].id)
            elif content is not None and not was_dirty:
                self._hold(copy.deepcopy(content.data))
            else:
                self.change(data=data)

        run_in_background(read, known, self._not_loaded, owner=self, reads=self._lists)

    def choose(self, content_id: UUID) -> None:
        content = next((one for one in self.state.contents if one.id == content_id), None)
        if content is not None:
            data = copy.deepcopy(content.data)
            # All at once: an editor never draws what belongs to another.
            self.change(
                selected=content_id, data=data, faults=self._faults(content.kind, data), zone=-1, undo=(), redo=(),
                problem="", told="", versions=None,
            )  # fmt: skip

    def add(self, kind: str, name: str, wall: tuple[int, int] = WALLS[0]) -> None:
        data: Data = new_layout(*wall) if kind == "layout" else {"items": []} if kind == "playlist" else {"rules": []}

        def done(made: SignageContent) -> None:
            others = tuple(one for one in self.state.contents if one.id != made.id)
            self.change(contents=(*others, made), busy=False)
            self.choose(made.id)

        self._act(lambda: self._client.add_signage_content(ContentCreate(kind=kind, name=name, data=data)), done)

    # Editing

    def edit(self, data: Data) -> None:
        """The editor's content is this from now on; can be undone."""
        if data != self.state.data:
            undo = (*self.state.undo, json.dumps(self.state.data))[-UNDOS:]
            self.change(undo=undo, redo=())
            self._hold(data)

    def undo(self) -> None:
        if self.state.undo:
            self.change(redo=(*self.state.redo, json.dumps(self.state.data)))
            data = json.loads(self.state.undo[-1])
            self.change(undo=self.state.undo[:-1])
            self._hold(data)

    def redo(self) -> None:
        if self.state.redo:
            data = json.loads(self.state.redo[-1])
            self.change(undo=(*self.state.undo, json.dumps(self.state.data)), redo=self.state.redo[:-1])
            self._hold(data)

    def choose_zone(self, place: int) -> None:
        self.change(zone=place)

    def set_zones(self, zones: Sequence[Data]) -> None:
        self.edit({**self.state.data, "zones": [dict(zone) for zone in zones]})

    def set_zone(self, **fields: Any) -> None:
        zones = [dict(zone) for zone in self.state.data["zones"]]
        if 0 <= self.state.zone < len(zones):
            zones[self.state.zone] |= fields
            self.set_zones(zones)

    def add_zone(self, kind: str) -> None:
        zones, data = self.state.data["zones"], self.state.data
        names = {zone["id"] for zone in zones}
        name = next(f"{kind}-{n}" for n in range(1, 100) if f"{kind}-{n}" not in names)
        # Over what plays, where there is such a zone: over calls it would not be allowed.
        whole = {"x": 0, "y": 0, "width": data["width"], "height": data["height"]}
        under = next((zone for zone in zones if zone["kind"] == "media"), whole)
        wide, high = under["width"] // 3, under["height"] // 3
        top = max((zone.get("layer", 0) for zone in zones), default=0)
        made = _zone(kind, under["x"] + wide, under["y"] + high, wide, high, name) | {"layer": min(9, top + 1)}
        self.set_zones([*zones, made])
        self.change(zone=len(zones))

    def remove_zone(self) -> None:
        zones = [zone for place, zone in enumerate(self.state.data["zones"]) if place != self.state.zone]
        self.change(zone=-1)
        self.set_zones(zones)

    def set_wall(self, wide: int, high: int) -> None:
        """Another resolution: the zones keep their shares."""
        data = self.state.data
        across, down = wide / data["width"], high / data["height"]
        zones = []
        for zone in data["zones"]:
            x, y = round(zone["x"] * across), round(zone["y"] * down)
            right, bottom = (zone["x"] + zone["width"]) * across, (zone["y"] + zone["height"]) * down
            zones.append({**zone, "x": x, "y": y, "width": round(right) - x, "height": round(bottom) - y})
        self.edit({**data, "width": wide, "height": high, "zones": zones})

    # Keeping

    def save(self) -> None:
        content, data = self.state.content, self.state.data
        if content is None or self.state.busy or self.state.faults:
            return
        wanted = ContentEdit(version=content.version, data=data)
        self._act(lambda: self._client.edit_signage_content(content.id, wanted), self._saved)

    def retire(self, retired: bool) -> None:
        content = self.state.content
        if content is not None:
            wanted = ContentEdit(version=content.version, retired=retired)
            self._act(lambda: self._client.edit_signage_content(content.id, wanted), self._saved)

    def place(self, hall: bool, terminals: list[UUID], kiosks: bool = False) -> None:
        """Show the schedule there."""
        content = self.state.content
        if content is not None:
            wanted = ContentPlaces(version=content.version, hall=hall, kiosks=kiosks, terminals=terminals)
            self._act(lambda: self._client.place_signage_content(content.id, wanted), self._saved)

    def load_attract(self) -> None:
        """When kiosks rest."""
        self.change(attract=None)

        def known(found: list[AttractRule]) -> None:
            self.change(attract=tuple(found))

        run_in_background(self._client.attract_rules, known, self._not_loaded, owner=self)

    def keep_attract(self, wanted: Mapping[UUID | None, int | None]) -> None:
        """Seconds by kiosk, None for all; without seconds it has no rule."""
        kept = {rule.terminal: rule.after_s for rule in self.state.attract or ()}
        edits = [
            AttractRuleEdit(terminal=one, after_s=seconds, before_s=kept.get(one)) for one, seconds in wanted.items()
            if seconds != kept.get(one)
        ]  # fmt: skip
        if self.state.busy or not edits:
            return

        def work() -> list[AttractRule]:
            return [self._client.keep_attract_rule(edit) for edit in edits][-1]

        def done(found: list[AttractRule]) -> None:
            self.change(attract=tuple(found), busy=False, told=text("signage_console.attract.saved", self._language))

        self.change(busy=True, problem="", told="")
        run_in_background(work, done, self._refused, owner=self)

    def load_versions(self) -> None:
        """What the content that is chosen was."""
        content = self.state.content
        if content is None:
            return
        self.change(versions=None)

        def known(found: list[ContentVersion]) -> None:
            if self.state.selected == content.id:
                self.change(versions=tuple(found))

        run_in_background(
            lambda: self._client.signage_versions(content.id), known, self._not_loaded, owner=self,
            reads=self._histories,
        )  # fmt: skip

    def restore(self, number: int) -> None:
        """Make an earlier version the present one, under a new number."""
        content = self.state.content
        found = next((one for one in self.state.versions or () if one.number == number), None)
        if content is not None and found is not None:
            wanted = ContentEdit(version=content.version, name=found.name, data=found.data)
            self._act(lambda: self._client.edit_signage_content(content.id, wanted), self._saved)

    def load_pages(self) -> None:
        """How web pages stand."""
        run_in_background(self._client.signage_web_pages, self._pages_came, self._not_loaded, owner=self)

    def fetch_page(self, address: str) -> None:
        """Fetch it now."""
        self.change(problem="")
        asked = partial(self._client.fetch_signage_web_page, address)
        run_in_background(asked, self._pages_came, self._refused, owner=self)

    def _pages_came(self, found: list[WebPage]) -> None:
        self.change(pages=tuple(found))

    def stop(self) -> None:
        """Ends the players."""
        self.preview.stop()
        self.version_preview.stop()

    def page_problem(self, page: WebPage) -> str:
        code = page.problem if page.problem in PROBLEMS else "other"
        return text(f"signage_console.page_problem.{code}", self._language, code=page.problem)

    def _saved(self, made: SignageContent) -> None:
        contents = tuple(made if one.id == made.id else one for one in self.state.contents)
        told = text("signage_console.page.saved", self._language, name=made.name)
        self.change(contents=contents, busy=False, undo=(), redo=(), told=told)
        self._hold(copy.deepcopy(made.data))

    def _act(self, work: Callable[[], SignageContent], done: Callable[[SignageContent], None]) -> None:
        def ended(made: SignageContent) -> None:
            # A list that was asked for before does not know of it.
            self._lists.outdate()
            done(made)
            self.load()

        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(work, ended, self._refused, owner=self)

    def _hold(self, data: Data) -> None:
        content = self.state.content
        self.change(data=data, faults=self._faults(content.kind if content is not None else "layout", data))

    def _faults(self, kind: str, data: Data) -> tuple[tuple[str, int], ...]:
        try:
            if kind == "layout":
                zones = [
                    Place(ZoneKind(one["kind"]), one["x"], one["y"], one["width"], one["height"], one.get("layer", 0))
                    for one in data["zones"]
                ]
                if found := faults((data["width"], data["height"]), zones, CallsOver(data["calls_over"])):
                    return tuple(found)
            MODELS[kind].model_validate(data)
        except (ValidationError, KeyError, ValueError):
            return (("wrong", -1),)
        return ()

    def _event(self, event: Event) -> None:
        if event.kind == "signage.changed" and self.state.loaded:
            self.load()

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _refused(self, error: HallError) -> None:
        self.set_state(replace(self.state, busy=False, problem=sorry(error, self._language, acted=True)))
