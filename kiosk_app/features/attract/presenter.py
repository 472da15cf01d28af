"""What the kiosk shows while nobody is here: what its schedule plays, else the hall's facts and notes in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from kiosk_app.hall_copy import HallCopy
from kiosk_app.settings import KioskSettings
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.hall import Hall
from shared.ui.presenter import Presenter

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
# Another part of the schedule begins at its time and not after a long picture.
LOOK_MS = 1000
# A film tells when it ends; one that never does is passed over.
LONGEST_FILM_S = 600.0


@dataclass(frozen=True)
class Slide:
    """One picture or film, or a headline with lines under it. ``seconds``: 0 as long as any, a film to its end;
    ``cover``: it fills the screen and is cut; ``media``: its content in the hall's store, where it has one."""

    icon: str = ""
    title: str = ""
    lines: tuple[str, ...] = ()
    picture: str = ""
    film: str = ""
    seconds: float = 0.0
    cover: bool = True
    media: str = ""


Note = Callable[[Slide, datetime, float, bool], None]


@dataclass(frozen=True)
class AttractState:
    """The slide shown now."""

    slide: Slide = Slide()
    index: int = 0
    count: int = 1


class AttractPresenter(Presenter[AttractState]):
    """Runs only while it is looked at."""

    def __init__(
        self, copy: HallCopy, settings: KioskSettings, parent: QObject | None = None, *,
        reel: Callable[[], Sequence[Slide]] = tuple, note: Note = lambda slide, began, seconds, whole: None,
    ) -> None:  # fmt: skip
        """``reel``: what the terminal's schedule plays now; empty: the hall's facts. ``note``: what was shown, since
        when, how long, and whether to its end."""
        super().__init__(AttractState(), parent)
        self._copy, self._reel, self._note = copy, reel, note
        # The slide that is on, since when by the hall's clock and by one that only grows.
        self._on: tuple[Slide, datetime, float] | None = None
        self._languages = settings.languages
        self._pictures = pictures_in(settings.pictures)
        self._slides: list[Slide] = [Slide()]
        self._slide_seconds = settings.slide_seconds
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.next)
        self._watch = QTimer(self)
        self._watch.setInterval(LOOK_MS)
        self._watch.timeout.connect(self.gather)
        self._running = False
        copy.changed.connect(self.gather)

    def run(self, on: bool) -> None:
        """Begin at the first slide, or rest."""
        if on and not self._running:
            self._running = True
            self._watch.start()
            self._gathered()
            self._show(0)
        elif not on:
            self.stop()

    @Slot()
    def next(self) -> None:
        """The slide after this one; what plays may be something else by now."""
        self._noted(whole=True)
        if self._running:
            self._gathered()
        self._show(self.state.index + 1)

    @Slot()
    def skip(self) -> None:
        """What is on can't be shown: it was not."""
        self._on = None
        self.next()

    def stop(self) -> None:
        self._noted(whole=False)
        self._running = False
        self._watch.stop()
        self._timer.stop()

    def gather(self) -> None:
        """There may be something else to be shown."""
        if self._gathered():
            self._show(self.state.index)

    def _gathered(self) -> bool:
        """What there is to be shown; whether it is anything else than before."""
        hall = self._copy.hall
        slides = list(self._reel()) or (slides_of(hall, self._languages) + self._pictures if hall is not None else [])
        if not slides or slides == self._slides:
            return False
        self._slides = slides
        return True

    def _noted(self, *, whole: bool) -> None:
        if self._on is not None:
            slide, began, since = self._on
            self._on = None
            self._note(slide, began, time.monotonic() - since, whole)

    def _show(self, index: int) -> None:
        self._noted(whole=False)
        index %= len(self._slides)
        slide = self._slides[index]
        self.set_state(AttractState(slide, index, len(self._slides)))
        if self._running:
            self._on = (slide, self._copy.now, time.monotonic())
            usual = LONGEST_FILM_S if slide.film else self._slide_seconds
            self._timer.start(int((slide.seconds or usual) * 1000))


def slides_of(hall: Hall, languages: tuple[str, ...]) -> list[Slide]:
    """Welcome, floors, then one slide for each note; the second language stands under the first."""
    english = any(code != DEFAULT_LANGUAGE for code in languages)

    def both(chinese: str, foreign: str) -> tuple[str, ...]:
        return (chinese, foreign) if english and foreign and foreign != chinese else (chinese,)

    slides = [Slide("building", hall.name, (*both(hall.name_en, ""), hall.address, hall.phone))]
    floors = [line for floor in hall.floors for line in (f"{floor.name}  {floor.about}",)]
    if floors:
        slides.append(
            Slide("map-pin", text("kiosk.attract.floors", languages[0] if languages else "zh-CN"), tuple(floors))
        )
    return slides + [Slide("info", note.text, both(note.text_en, "")) for note in hall.notes]


def pictures_in(folder: str) -> list[Slide]:
    """The hall's own pictures, by name."""
    if not folder:
        return []
    found = sorted(path for path in Path(folder).expanduser().glob("*") if path.suffix.lower() in PICTURES)
    return [Slide(picture=path.absolute().as_uri()) for path in found]
