"""What the kiosk shows while nobody is here: what its schedule plays, else the hall's facts and notes in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from kiosk_app.hall_copy import HallCopy
from kiosk_app.settings import KioskSettings
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.hall import Hall
from shared.ui.presenter import Presenter

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
# A film tells when it ends; one that never does is passed over.
LONGEST_FILM_S = 600.0


@dataclass(frozen=True)
class Slide:
    """One picture or film, or a headline with lines under it. ``seconds``: 0 as long as any, a film to its end;
    ``cover``: it fills the screen and is cut."""

    icon: str = ""
    title: str = ""
    lines: tuple[str, ...] = ()
    picture: str = ""
    film: str = ""
    seconds: float = 0.0
    cover: bool = True


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
        reel: Callable[[], Sequence[Slide]] = tuple,
    ) -> None:  # fmt: skip
        """``reel``: what the terminal's schedule plays now; empty: the hall's facts."""
        super().__init__(AttractState(), parent)
        self._copy, self._reel = copy, reel
        self._languages = settings.languages
        self._pictures = pictures_in(settings.pictures)
        self._slides: list[Slide] = [Slide()]
        self._slide_seconds = settings.slide_seconds
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.next)
        self._running = False
        copy.changed.connect(self.gather)

    def run(self, on: bool) -> None:
        """Begin at the first slide, or rest."""
        if on and not self._running:
            self._running = True
            self.gather()
            self._show(0)
        elif not on:
            self.stop()

    @Slot()
    def next(self) -> None:
        """The slide after this one; what plays may be something else by now."""
        if self._running:
            self.gather()
        self._show(self.state.index + 1)

    def stop(self) -> None:
        self._running = False
        self._timer.stop()

    def gather(self) -> None:
        """What there is to be shown."""
        hall = self._copy.hall
        slides = list(self._reel()) or (slides_of(hall, self._languages) + self._pictures if hall is not None else [])
        if slides and slides != self._slides:
            self._slides = slides
            self._show(self.state.index)

    def _show(self, index: int) -> None:
        index %= len(self._slides)
        slide = self._slides[index]
        self.set_state(AttractState(slide, index, len(self._slides)))
        if self._running:
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
