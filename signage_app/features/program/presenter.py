"""What plays beside the calls: the program's layout and media, and emergencies over all of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot

from shared.devices.speech.volume import VolumePlan
from shared.domain.signage.layout import CallsOver, ZoneKind
from shared.domain.signage.playing import Playing, what_plays
from shared.domain.signage.schedule import Span
from shared.i18n import text
from shared.offline.kept_signage import KeptSignage
from shared.schemas.emergencies import Emergency
from shared.schemas.events import Event, Snapshot
from shared.schemas.signage import ProgramSpan, SignageFigures, SignageLayout, SignageProgram, SignageZone
from shared.ui.emergencies import CHANGED, known_after, words_now
from shared.ui.emergency_words import EmergencyWords, clock, time_zone
from shared.ui.presenter import Presenter
from signage_app.clock import ServerClock
from signage_app.features.program.board import Board
from signage_app.features.program.figures import FIGURES, NO_FIGURES, FiguresView, figures_view
from signage_app.features.program.reel import LocalPath, OnReel, Reel

log = logging.getLogger(__name__)
TICK_MS = 200
# What is left of a film's sound while somebody is called.
DUCKED = 0.2
SILENT = VolumePlan(((time(0), 0.0),))
ALL = "all"
# Where a program plays something and says no layout: over the whole wall, with calls over it.
WHOLE = SignageLayout(zones=[SignageZone(id=ALL, kind=ZoneKind.MEDIA, x=0, y=0, width=1920, height=1080)])


@dataclass(frozen=True)
class ItemView:
    key: int
    kind: str
    source: str
    fade: bool
    cover: bool
    again: bool


@dataclass(frozen=True)
class ZoneView:
    """Shares of the wall, from 0 to 1; ``picture``: of a web page, ``as_of``: when it was taken; ``code``: the
    modules of a QR code; ``figures``: which."""

    id: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    layer: int
    words: str = ""
    picture: str = ""
    code: tuple[tuple[bool, ...], ...] = ()
    as_of: str = ""
    sound: bool = False
    figures: tuple[str, ...] = ()
    item: ItemView | None = None
    next: ItemView | None = None


@dataclass(frozen=True)
class ProgramState:
    """``built_in``: the screen of calls alone. ``calls_over``: band, full or none. ``volume``: of films, 0 to 1."""

    built_in: bool = True
    calls_over: str = CallsOver.NONE
    zones: tuple[ZoneView, ...] = ()
    notices: tuple[str, ...] = ()
    emergency: EmergencyWords | None = None
    call: bool = False
    strip: bool = False
    figures: FiguresView = NO_FIGURES
    lunar: str = ""
    weather: str = ""
    weather_note: str = ""
    volume: float = 0.0


class ProgramPresenter(Presenter[ProgramState]):
    """Fed with the program, snapshots, events and whose turn it is; `tick` moves what time moves."""

    # The program has changed on the server.
    wanted = Signal()
    # A content, the zone it was in, for how many seconds, and whether that was all of it.
    played = Signal(str, str, float, bool)
    # Whether a zone shows the day's figures.
    figures_wanted = Signal(bool)
    # What must be on the disk before the next power cut has changed.
    keep = Signal()

    def __init__(
        self, *, clock: ServerClock, local_path: LocalPath, language: str, second: str = "",
        film_volume: VolumePlan = SILENT, parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(ProgramState(), parent)
        self._clock = clock
        self._local_path = local_path
        self._languages = (language, second)
        self._program: SignageProgram | None = None
        self._timeline: tuple[Span, ...] = ()
        self._interrupts: tuple[Span, ...] = ()
        self._emergencies: dict[str, Emergency] = {}
        self._reels: dict[tuple[UUID | None, str], Reel] = {}
        self._call = ""
        self._film_volume, self._speaking = film_volume, False
        self._figures, self._wants_figures = NO_FIGURES, False
        self._board = Board(language)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        self.tick()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._close(list(self._reels))

    # What comes in

    def use_kept(self, kept: KeptSignage) -> None:
        """What was on the disk; an emergency that has run out meanwhile does not show."""
        self._emergencies = {one.identifier: one for one in kept.emergencies}
        self._board.use(tuple(kept.notices), kept.weather)
        if kept.program is not None:
            self._use(kept.program)
        self.tick()

    @Slot(object)
    def set_program(self, program: SignageProgram) -> None:
        if self._program is None or program.hash != self._program.hash:
            self._use(program)
            self.tick()
            self.keep.emit()

    @Slot(object)
    def take_snapshot(self, snapshot: Snapshot) -> None:
        if snapshot.emergencies is not None:
            self._set_emergencies({one.identifier: one for one in snapshot.emergencies})
        if self._board.take_snapshot(snapshot):
            self._show_and_keep()

    @Slot(object)
    def take_event(self, event: Event) -> None:
        if event.kind == "signage.changed":
            self.wanted.emit()
        elif event.kind == CHANGED:
            self._set_emergencies(known_after(self._emergencies, event))
        elif self._board.take_event(event):
            self._show_and_keep()

    def set_call(self, call_id: str) -> None:
        """Whose turn it is; empty for nobody's."""
        if call_id != self._call:
            self._call = call_id
            self.tick()

    def set_speaking(self, speaking: bool) -> None:
        """Whether a loudspeaker here says something: films give way."""
        if speaking != self._speaking:
            self._speaking = speaking
            self.tick()

    @Slot(object)
    def set_figures(self, told: SignageFigures) -> None:
        self._figures = figures_view(told, self._languages[0])
        self.tick()

    def kept(self) -> KeptSignage:
        """What to keep on disk."""
        now = self._clock.now()
        left = tuple(one for one in self._emergencies.values() if one.expires > now)
        return KeptSignage(
            program=self._program,
            emergencies=left,
            notices=self._board.notices(now),
            weather=self._board.weather,
        )

    def today(self) -> date:
        """The hall's day."""
        return self._local(self._clock.now()).date()

    def on_glass(self, calls: frozenset[UUID], hero: str) -> frozenset[UUID]:
        """Those of the calls that can be seen now. ``hero``: the call in the largest field."""
        state = self.state
        kinds = {zone.kind for zone in state.zones}
        if state.emergency is None and (state.built_in or ZoneKind.CALLS in kinds):
            return calls
        shows = state.strip if state.emergency is not None else state.call or ZoneKind.CALL in kinds
        return frozenset(call for call in calls if shows and str(call) == hero)

    # What the zones say

    @Slot(str, int)
    def item_shown(self, zone: str, key: int) -> None:
        for reel in self._reels_of(zone):
            reel.shown(key, self._clock.elapsed())

    @Slot(str, int)
    def item_ended(self, zone: str, key: int) -> None:
        for reel in self._reels_of(zone):
            reel.ended(key, self._clock.elapsed())
        self.tick()

    @Slot(str, int)
    def item_failed(self, zone: str, key: int) -> None:
        log.warning("an item of zone %s can't be shown and is passed over", zone)
        for reel in self._reels_of(zone):
            reel.failed(key, self._clock.elapsed())
        self.tick()

    # Time

    @Slot()
    def tick(self) -> None:
        """Looks at the clock; called often."""
        now = self._clock.now()
        playing, layout_id, playlist_id = self._playing(now)
        local, emergency = self._local(now), self._emergency(now)
        common = {
            "notices": self._board.lines(now), "emergency": emergency, "call": bool(playing.call),
            "strip": playing.strip, "figures": self._figures, "volume": self._volume(playing, local.time()),
            **self._board.day(local),
        }  # fmt: skip
        layout = self._program.layouts.get(layout_id) if self._program is not None and layout_id else None
        implied = layout is None and playlist_id is not None
        if implied:
            layout = WHOLE
        self._want_figures(layout)
        if layout is None:
            self._close(list(self._reels))
            self.set_state(ProgramState(**common))  # type: ignore[arg-type]
            return
        key = None if implied else layout_id
        self._close([one for one in self._reels if one[0] != key])
        zones = tuple(self._zone(key, layout, zone, playlist_id) for zone in layout.zones)
        if implied and zones[0].item is None:
            # Nothing of it is here yet.
            self.set_state(ProgramState(**common))  # type: ignore[arg-type]
            return
        self.set_state(ProgramState(built_in=False, calls_over=layout.calls_over, zones=zones, **common))  # type: ignore[arg-type]

    def _local(self, now: datetime) -> datetime:
        return now.astimezone(time_zone(self._program.time_zone) if self._program is not None else None)

    def _volume(self, playing: Playing, now: time) -> float:
        """Silent under an emergency, soft under a call."""
        if playing.emergency:
            return 0.0
        return self._film_volume.at(now) * (DUCKED if self._speaking or playing.call else 1.0)

    def _want_figures(self, layout: SignageLayout | None) -> None:
        wanted = layout is not None and any(zone.kind is ZoneKind.FIGURES for zone in layout.zones)
        if wanted != self._wants_figures:
            self._wants_figures = wanted
            self.figures_wanted.emit(wanted)

    def _use(self, program: SignageProgram) -> None:
        self._program = program
        self._timeline = _spans("s", program.timeline)
        self._interrupts = _spans("i", program.interrupts)

    def _set_emergencies(self, known: Mapping[str, Emergency]) -> None:
        if known != self._emergencies:
            self._emergencies = dict(known)
            self._show_and_keep()

    def _show_and_keep(self) -> None:
        # First on the wall, then on the disk.
        self.tick()
        self.keep.emit()

    def _playing(self, now: datetime) -> tuple[Playing, UUID | None, UUID | None]:
        """What goes over what, and the layout and playlist under it."""
        program = self._program
        local = self._local(now).replace(tzinfo=None)
        warnings = [one.warning for one in self._emergencies.values()]
        calls = [self._call] if self._call else []
        playing = what_plays(now, local, self._timeline, calls, self._interrupts, warnings)
        if program is None:
            return playing, None, None
        if not playing.plays:
            return playing, program.layout, program.playlist
        spans = program.interrupts if playing.source == "interrupt" else program.timeline
        span = spans[int(playing.plays[1:])]
        return playing, span.layout or program.layout, span.playlist or program.playlist

    def _emergency(self, now: datetime) -> EmergencyWords | None:
        return words_now(self._emergencies, self._local(now), self._clock.elapsed(), *self._languages)

    def _zone(self, key: UUID | None, layout: SignageLayout, zone: SignageZone, usual: UUID | None) -> ZoneView:
        item = coming = None
        if zone.kind is ZoneKind.MEDIA:
            reel = self._reels.get((key, zone.id)) or Reel(self._local_path, partial(self._tell_played, zone.id))
            self._reels[key, zone.id] = reel
            wanted = zone.playlist or usual
            playlist = self._program.playlists.get(wanted) if self._program is not None and wanted else None
            now = self._clock.elapsed()
            reel.follow(playlist.items if playlist is not None else (), now)
            reel.tick(now)
            item, coming = _item(reel.current), _item(reel.next)
        path = self._local_path(zone.media) if zone.media else None
        return ZoneView(
            id=zone.id, kind=zone.kind, x=zone.x / layout.width, y=zone.y / layout.height,
            width=zone.width / layout.width, height=zone.height / layout.height, layer=zone.layer,
            words="" if zone.kind is ZoneKind.WEB else zone.words,
            picture=QUrl.fromLocalFile(str(path)).toString() if path is not None else "", item=item, next=coming,
            code=_code(zone.words) if zone.kind is ZoneKind.QR else (),
            as_of=self._as_of(zone.as_of), sound=zone.sound,
            figures=tuple(FIGURES if zone.figures is None else zone.figures),
        )  # fmt: skip

    def _as_of(self, at: datetime | None) -> str:
        if at is None:
            return ""
        zone = time_zone(self._program.time_zone) if self._program is not None else None
        return text("signage.zone.web_as_of", self._languages[0], time=clock(at, zone, self._clock.now()))

    def _close(self, gone: Sequence[tuple[UUID | None, str]]) -> None:
        for key in gone:
            self._reels.pop(key).close(self._clock.elapsed())

    def _tell_played(self, zone: str, media: str, seconds: float, whole: bool) -> None:
        self.played.emit(media, zone, seconds, whole)

    def _reels_of(self, zone: str) -> list[Reel]:
        return [reel for (_, name), reel in self._reels.items() if name == zone]


def _spans(letter: str, spans: Sequence[ProgramSpan]) -> tuple[Span, ...]:
    return tuple(Span(one.begin, one.end, f"{letter}{place}", place) for place, one in enumerate(spans))


def _code(words: str) -> tuple[tuple[bool, ...], ...]:
    # Here, because most walls show none.
    from shared.ui.qr_matrix import qr_matrix

    return qr_matrix(words) if words else ()


def _item(one: OnReel | None) -> ItemView | None:
    if one is None:
        return None
    return ItemView(
        key=one.key, kind=one.item.kind, source=QUrl.fromLocalFile(str(one.path)).toString(),
        fade=one.item.transition == "fade", cover=one.item.fit == "cover", again=one.item.seconds is not None,
    )  # fmt: skip
