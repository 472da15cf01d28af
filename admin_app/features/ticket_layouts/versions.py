"""Two versions of a layout beside each other, as pictures of their paper."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from PySide6.QtCore import QObject

from admin_app.features.ticket_layouts.blocks import Blocks
from admin_app.features.ticket_layouts.paper import Preview, preview
from admin_app.words import sorry
from shared.devices.printer.samples import sample
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.ticket_layout import TicketLayout
from shared.schemas.ticket_layouts import LayoutView
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

DRAFT = "draft"


@dataclass(frozen=True)
class Side:
    """``key`` is a version's number or ``draft``; ``preview`` None: not drawn yet, or impossible (``told``)."""

    key: str = DRAFT
    preview: Preview | None = None
    told: str = ""


@dataclass(frozen=True)
class VersionsState:
    """``choices`` are (key, words), the newest first."""

    name: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    printed: str = ""
    sides: tuple[Side, Side] = (Side(), Side())
    paper: str = "80mm"
    sample: str = "short"


class VersionsPresenter(Presenter[VersionsState]):
    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(VersionsState(), parent)
        self._language = language
        self._datas: dict[str, object] = {}

    def open(self, layout: LayoutView, blocks: Blocks, paper: str, sample_key: str, zone: ZoneInfo) -> None:
        """What is printed now to the left, what stands in the editor to the right."""
        self._datas = {DRAFT: {"blocks": list(blocks)}} | {str(one.number): one.data for one in layout.versions}
        choices = [(DRAFT, self._t("version_draft"))]
        for one in layout.versions:
            when = one.published_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
            key = "version_now" if one.number == layout.published else "version"
            choices.append((str(one.number), self._t(key, n=one.number, when=when, who=one.published_by)))
        printed = str(layout.published) if layout.published is not None else DRAFT
        self.change(
            name=layout.name, choices=tuple(choices), printed=printed, sides=(Side(), Side()), paper=paper,
            sample=sample_key,
        )  # fmt: skip
        self.show(0, printed)
        self.show(1, DRAFT)

    def look(self, paper: str, sample_key: str) -> None:
        self.change(paper=paper, sample=sample_key)
        for n, side in enumerate(self.state.sides):
            self.show(n, side.key)

    def show(self, n: int, key: str) -> None:
        """Version ``key`` on the left (0) or the right (1)."""
        self._put(n, Side(key=key, preview=self.state.sides[n].preview))
        wanted = (key, self.state.paper, self.state.sample)
        try:
            layout = TicketLayout.model_validate(self._datas.get(key))
        except ValidationError:
            # Of another program, or a draft with a mistake.
            self._put(n, Side(key=key, told=self._t("version_impossible")))
            return

        def drawn(made: Preview) -> None:
            # Another may have been chosen while it was drawn.
            if (self.state.sides[n].key, self.state.paper, self.state.sample) == wanted:
                self._put(n, Side(key=key, preview=made))

        def failed(error: HallError) -> None:
            self._put(n, Side(key=key, told=sorry(error, self._language)))

        run_in_background(lambda: preview(layout, sample(wanted[2]), wanted[1]), drawn, failed, owner=self)

    def _put(self, n: int, side: Side) -> None:
        left, right = self.state.sides
        self.change(sides=(side, right) if n == 0 else (left, side))

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)
