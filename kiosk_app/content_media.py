"""Pictures and films of what a kiosk shows, verified on its own disk; what plays while nobody is here, and when."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from kiosk_app.content_copy import ContentCopy
from kiosk_app.features.attract.presenter import Slide
from kiosk_app.hall_copy import HallCopy
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.notices.body import media_of, parse
from shared.domain.signage.schedule import Span, on_at
from shared.offline.checked_copy import CheckedCopy
from shared.offline.media.fetching import Fetching
from shared.offline.media.keeper import MediaKeeper
from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.store import MediaStore
from shared.schemas.events import Event, Snapshot
from shared.schemas.introduction import IntroductionContent
from shared.schemas.notices import ShownNotice
from shared.schemas.signage import PlaylistItem, ProgramSpan, SignageProgram
from shared.ui.background import run_in_background
from shared.ui.play_notes import PlayNotes

log = logging.getLogger(__name__)


class ContentMedia(QObject):
    """``changed`` when files have come, or another playlist; ``rule_changed`` when the hall says in another way when to
    rest. Main thread only; one thread of its own fetches."""

    changed = Signal()
    rule_changed = Signal()
    _here = Signal(object)

    def __init__(
        self, client: HallClient, hall: HallCopy, folder: Path, parent: QObject | None = None, *,
        content: ContentCopy | None = None,
    ) -> None:  # fmt: skip
        """``content``: what the touch browser tells."""
        super().__init__(parent)
        self._client, self._hall, self._content = client, hall, content
        self._store = MediaStore(folder / "media")
        self._notes = PlayNotes(client, folder / "plays.db", lambda: hall.now.date(), self)
        self._keeper = MediaKeeper(
            Fetching(self._store, client.open_media), self._here.emit, proof=self._notes.proof,
            today=lambda: hall.now.date(),
        )  # fmt: skip
        self._copy = CheckedCopy(folder / "program.json", SignageProgram)
        self._program = self._copy.load()
        self._sizes: dict[str, int] = {item.sha256: item.size for item in self._store.current.items}
        self._asking = self._again = self._stopped = False
        if content is not None:
            content.changed.connect(self._look)
        hall.began.connect(self._began)
        hall.told.connect(self._told)
        self._here.connect(lambda manifest: self.changed.emit())

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        """After the client was closed: what is under way ends with it."""
        self._stopped = True
        self._keeper.stop()
        self._notes.close()

    @property
    def attract_after_s(self) -> int | None:
        """The hall's rule for when this kiosk rests; None: it has none."""
        return self._program.attract_after_s if self._program is not None else None

    def note(self, slide: Slide, began: datetime, seconds: float, whole: bool) -> None:
        """It was on the screen while nobody was here."""
        if slide.media:
            self._notes.note(slide.media, "attract", began, seconds, whole)

    def address(self, sha256: str) -> str:
        """Of the verified file; empty while it is not here."""
        path = self._store.path(sha256) if sha256 else None
        return path.absolute().as_uri() if path is not None else ""

    def reel(self) -> tuple[Slide, ...]:
        """What the schedule of this terminal plays now, of what is here; none: the kiosk has its own."""
        program = self._program
        if program is None:
            return ()
        local = self._hall.now.replace(tzinfo=None)
        between, planned = (on_at(_spans(spans), local) for spans in (program.interrupts, program.timeline))
        on = between or planned
        chosen = UUID(on.plays) if on is not None and on.plays else program.playlist
        found = program.playlists.get(chosen) if chosen is not None else None
        return tuple(slide for item in (found.items if found else ()) if (slide := self._slide(item)) is not None)

    def _slide(self, item: PlaylistItem) -> Slide | None:
        source = self.address(item.media)
        if not source:
            return None
        film = item.kind == "video"
        return Slide(
            picture="" if film else source, film=source if film else "", seconds=item.seconds or 0.0,
            cover=item.fit == "cover", media=item.media,
        )  # fmt: skip

    def _began(self, snapshot: Snapshot) -> None:
        self._ask_program()

    def _told(self, event: Event) -> None:
        if event.kind == "signage.changed":
            self._ask_program()

    def _ask_program(self) -> None:
        if not self._stopped:
            run_in_background(self._client.signage_program, self._take_program, self._not_asked, owner=self)

    def _take_program(self, program: SignageProgram) -> None:
        if self._stopped or (self._program is not None and program.hash == self._program.hash):
            return
        rule, self._program = self.attract_after_s, program
        copy = self._copy
        run_in_background(lambda: _keep(copy, program), None, None, owner=self)
        self._look()
        self.changed.emit()
        if self.attract_after_s != rule:
            self.rule_changed.emit()

    def _look(self) -> None:
        """Whether anything is wanted that is not here."""
        if self._stopped or not self._hall.connected:
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        wanted = media_of_content(self._content) if self._content is not None else []
        sizes = self._sizes | {one.media: one.size for one in (self._program.media if self._program else ())}
        films = [one.media for one in (self._program.media if self._program else ())]
        run_in_background(lambda: self._measured([*wanted, *films], sizes), self._want, self._not_asked, owner=self)

    def _measured(self, wanted: Iterable[str], known: dict[str, int]) -> dict[str, int]:
        """On a worker. What the server does not have holds nothing else up."""
        found: dict[str, int] = {}
        for sha256 in dict.fromkeys(wanted):
            try:
                found[sha256] = known.get(sha256) or self._client.media_size(sha256)
            except HallError as error:
                if error.status is None:
                    raise
                log.warning("a picture or film is not there: %s", sha256[:12])
        return found

    def _want(self, sizes: dict[str, int]) -> None:
        self._asking = False
        if self._stopped:
            return
        self._sizes = sizes
        manifest = MediaManifest.of([ManifestItem(sha256=sha256, size=size) for sha256, size in sizes.items()])
        if manifest != self._store.current:
            self._keeper.want(manifest)
        if self._again:
            self._again = False
            self._look()

    def _not_asked(self, error: HallError) -> None:
        # Asked again with the next line or change.
        self._asking = self._again = False
        log.info("pictures and films are not known: %s", error.code)


def media_of_content(content: ContentCopy) -> list[str]:
    told = content.content.introduction
    wanted = [media for one in content.notices for media in media_of_notice(one)]
    return [*wanted, *(media_of_introduction(told.content) if told is not None else ())]


def media_of_notice(notice: ShownNotice) -> tuple[str, ...]:
    """Everything it shows."""
    return tuple(dict.fromkeys(one for one in (notice.cover, *media_of(parse(notice.body)), notice.video) if one))


def media_of_introduction(content: IntroductionContent) -> tuple[str, ...]:
    way = content.getting_here
    shown = (content.cover, *media_of(parse(content.body)), *media_of(parse(content.body_en)), content.video, way.map)
    parks = (park.picture for park in way.car_parks)
    return tuple(dict.fromkeys(one for one in (*shown, *media_of(parse(way.note)), *parks) if one))


def _spans(spans: Iterable[ProgramSpan]) -> list[Span]:
    return [Span(one.begin, one.end, str(one.playlist or ""), 0) for one in spans]


def _keep(copy: CheckedCopy[SignageProgram], program: SignageProgram) -> None:
    try:
        copy.save(program)
    except OSError as error:
        log.warning("what plays is not kept: %s", error)
