"""The touch browser: where somebody is, what they ask for, and how all of it is wiped."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from kiosk_app.content_copy import ContentCopy
from kiosk_app.features.browsing.drawing import Machine, chapters_at, draw, guide_at, with_papers
from kiosk_app.features.browsing.guide_printing import GuidePrinting
from kiosk_app.features.browsing.lists import Files
from kiosk_app.features.browsing.paper import Print
from kiosk_app.features.browsing.places import SHAPES, Spot, Way
from kiosk_app.features.browsing.state import BrowsingState, PaperView
from kiosk_app.hall_copy import HallCopy
from kiosk_app.patient_clock import PatientClock
from kiosk_app.settings import KioskSettings
from shared.devices.printer.document import in_language
from shared.domain.characters import take
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.ui.presenter import Presenter

LONGEST = 40
WIPED = (Spot.AWAY, Spot.ATTRACT, Spot.START)


class BrowsingPresenter(Presenter[BrowsingState]):
    """Main thread only. The slots are what a finger can do."""

    def __init__(
        self, hall: HallCopy, content: ContentCopy, files: Files, printing: GuidePrinting, settings: KioskSettings,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(BrowsingState(language=settings.language, languages=settings.languages), parent)
        self._hall, self._content, self._files = hall, content, files
        self._printing, self._settings = printing, settings
        # How long the start screen stands, in seconds, before the attract loop begins.
        self.rests_after: Callable[[], float] = lambda: settings.attract_seconds
        self._machine = Machine(settings.language, settings.elder, settings.contrast)
        self._way = Way(Spot.AWAY)
        self._appeared = 0.0
        self._idle = PatientClock(self)
        self._idle.ended.connect(self._on_idle)
        for signal in (self._idle.changed, printing.changed):
            signal.connect(self._show)
        for signal in (hall.changed, hall.line_changed, content.changed):
            signal.connect(self._on_news)
        self._show()

    def stop(self) -> None:
        """No timer runs after this; nothing of whoever was here remains."""
        self._idle.stop()
        self._way = Way(Spot.AWAY)

    def refresh(self) -> None:
        """Pictures have come."""
        self._show()

    # ---- what a finger can do

    @Slot()
    def touch(self) -> None:
        """Any touch anywhere: somebody is here."""
        if self._way.here.spot is Spot.ATTRACT:
            self._begin(Spot.START)
        else:
            self._start_clock()

    @Slot()
    def rest_anew(self) -> None:
        """When to rest may be said in another way by now."""
        if self._way.here.spot is Spot.START:
            self._start_clock()

    @Slot()
    def home(self) -> None:
        if self._settled() and self._way.here.spot not in WIPED:
            self._printing.forget()
            self._way.begin(Spot.START)
            self._arrived()

    @Slot()
    def back(self) -> None:
        if self._settled() and self._way.back():
            self._printing.forget()
            self._arrived()

    @Slot(str)
    def open(self, target: str) -> None:
        """A tile: ``spot/key``."""
        name, _, key = target.partition("/")
        if name not in tuple(Spot) or not self._settled():
            return
        # What an audience was chosen for stays chosen one step deeper.
        tab = self._way.here.tab if name == Spot.GUIDES and self._way.here.spot is Spot.THEMES else ""
        if self._way.go(Spot(name), key, tab):
            self._printing.forget()
            self._arrived()

    @Slot(str)
    def choose_tab(self, key: str) -> None:
        here = self._way.here
        here.tab, here.page = key, 0
        self._appeared = time.monotonic()
        self._show()

    @Slot(int)
    def turn_page(self, by: int) -> None:
        # What stands there now counts, not what it was when the page was turned last.
        self._way.here.page = min(max(0, self.state.page + by), self.state.pages - 1)
        self._show()

    @Slot(bool)
    def set_elder(self, elder: bool) -> None:
        self._machine.elder = elder
        self._way.here.page = self._way.here.strip_page = 0
        self._show()

    @Slot(bool)
    def set_contrast(self, contrast: bool) -> None:
        self._machine.contrast = contrast
        self._show()

    @Slot(bool)
    def set_lying(self, lying: bool) -> None:
        """How the screen stands."""
        if lying != self._machine.lying:
            self._machine.lying, self._way.here.page = lying, 0
            self._show()

    @Slot(str)
    def set_language(self, language: str) -> None:
        if language in self._settings.languages:
            self._machine.language = language
            self._show()

    # ---- searching

    @Slot(str)
    def search_key(self, key: str) -> None:
        """A key of the letter keypad."""
        query = self._way.here.query
        self.search_text({"backspace": query[:-1], "clear": ""}.get(key, query + key))

    @Slot(str)
    def search_text(self, query: str) -> None:
        """The whole query: letters, or characters from an attached keyboard."""
        here = self._way.here
        if SHAPES[here.spot] == "search" and query[:LONGEST] != here.query:
            here.query, here.page, here.strip_page = query[:LONGEST], 0, 0
            if here.spot is Spot.CASE_SEARCH:
                self._content.look_up_cases(here.query)
            self._show()

    @Slot(str)
    def take_candidate(self, words: str) -> None:
        """Characters of the strip were touched: they replace the letters they stand for."""
        query = self._way.here.query
        for candidate in self._content.library.candidates(query):
            if candidate.text == words and self._settled():
                self._appeared = time.monotonic()
                self.search_text(take(query, candidate))
                return

    @Slot(int)
    def turn_strip(self, by: int) -> None:
        self._way.here.strip_page = max(0, self.state.strip.page + by)
        self._show()

    # ---- paper

    @Slot()
    def print_page(self) -> None:
        if (wanted := self._wanted()) is not None and self._settled():
            self._printing.page(wanted)

    @Slot()
    def print_slip(self) -> None:
        if (wanted := self._wanted()) is not None and self._settled():
            self._printing.slip(wanted)

    def _wanted(self) -> Print | None:
        guide, facts = guide_at(self._way.here, self._content), self._hall.hall
        if guide is None:
            return None
        language = self._machine.language
        hall = in_language(language, facts.name, facts.name_en) if facts is not None else ""
        return Print(guide, chapters_at(guide, self._content, language), hall, language, self._hall.now)

    # ---- moving

    def _begin(self, spot: Spot) -> None:
        """Whoever was here before is gone."""
        self._machine.language, self._machine.elder = self._settings.language, self._settings.elder
        self._machine.contrast = self._settings.contrast
        self._printing.forget()
        self._way.begin(spot)
        self._arrived()

    def _arrived(self) -> None:
        self._appeared = time.monotonic()
        self._start_clock()
        self._show()

    def _start_clock(self) -> None:
        match self._way.here.spot:
            case Spot.AWAY | Spot.ATTRACT:
                self._idle.stop()
            case Spot.START:
                self._idle.start(self.rests_after(), 0)
            case _:
                self._idle.start(self._settings.idle_seconds, self._settings.warn_seconds)

    def _on_idle(self) -> None:
        self._begin(Spot.ATTRACT)

    def _settled(self) -> bool:
        """Whether the screen has stood long enough for a touch to be meant for it."""
        return (time.monotonic() - self._appeared) * 1000 >= self._settings.touch_guard_ms

    def _on_news(self) -> None:
        known = self._hall.hall is not None
        if known and self._way.here.spot is Spot.AWAY:
            self._begin(Spot.START)
        else:
            self._show()

    def _show(self) -> None:
        here = self._way.here
        left = 0 if here.spot is Spot.START else self._idle.left
        state = draw(self._machine, here, self._hall, self._content, self._settings, self._files, idle_left=left)
        printing = self._printing
        self.set_state(with_papers(state, page=printing.can_page, slip=printing.can_slip, paper=self._paper()))

    def _paper(self) -> PaperView:
        printing, language = self._printing, self._machine.language
        if not printing.state:
            return PaperView()
        size = "narrow" if printing.narrow else "page"
        if printing.state in ("printing", "printed"):
            return PaperView(printing.state, text(f"browsing.paper.{printing.state}_{size}", language))
        why = error_text(f"devices.status.{printing.code}" if printing.narrow else printing.code, language)
        if printing.state == "held":
            return PaperView("held", why)
        return PaperView("failed", text("browsing.paper.failed", language, why=why) if printing.narrow else why)
