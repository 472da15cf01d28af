"""What the kiosk shows while nobody is here: the hall's facts and notes, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from kiosk_app.hall_copy import HallCopy
from kiosk_app.settings import KioskSettings
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.hall import Hall
from shared.ui.presenter import Presenter

PICTURES = (".png", ".jpg", ".jpeg", ".webp")


@dataclass(frozen=True)
class Slide:
    """One picture, or a headline with lines under it."""

    icon: str = ""
    title: str = ""
    lines: tuple[str, ...] = ()
    picture: str = ""


@dataclass(frozen=True)
class AttractState:
    """The slide shown now."""

    slide: Slide = Slide()
    index: int = 0
    count: int = 1


class AttractPresenter(Presenter[AttractState]):
    """Runs only while it is looked at."""

    def __init__(self, copy: HallCopy, settings: KioskSettings, parent: QObject | None = None) -> None:
        super().__init__(AttractState(), parent)
        self._copy = copy
        self._languages = settings.languages
        self._pictures = pictures_in(settings.pictures)
        self._slides: list[Slide] = [Slide()]
        self._timer = QTimer(self)
        self._timer.setInterval(int(settings.slide_seconds * 1000))
        self._timer.timeout.connect(self.next)
        copy.changed.connect(self._gather)

    def run(self, on: bool) -> None:
        """Begin at the first slide, or rest."""
        if on and not self._timer.isActive():
            self._gather()
            self._show(0)
            self._timer.start()
        elif not on:
            self._timer.stop()

    def next(self) -> None:
        self._show(self.state.index + 1)

    def stop(self) -> None:
        self._timer.stop()

    def _gather(self) -> None:
        hall = self._copy.hall
        if hall is not None:
            slides = slides_of(hall, self._languages) + self._pictures
            if slides != self._slides:
                self._slides = slides
                self._show(self.state.index)

    def _show(self, index: int) -> None:
        index %= len(self._slides)
        self.set_state(AttractState(self._slides[index], index, len(self._slides)))


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
