"""What the touch browser tells people: read from the server, kept on the disk, fresh again when an event says so."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal

from kiosk_app.hall_copy import HallCopy
from kiosk_app.kept_content import Content, KeptContent, KeptGuide
from kiosk_app.library import Library
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.notices.showing import shown
from shared.schemas.events import Event, Snapshot
from shared.schemas.hall import Service
from shared.schemas.notices import ShownNotice
from shared.schemas.publicity import PublicityPage
from shared.schemas.weather import Weather
from shared.ui.background import Reads, run_in_background

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")
TOPICS = ("notices", "signage", "information")
AT_ONCE = 50
# What was made public lately; older cases are looked up by their number.
CASES = 100
# Fewer signs stand in too many numbers to be worth a question.
LEAST_OF_NUMBER = 3
RETRY_MS = 5_000
# Who is on duty changes with every counter that opens; nobody needs it sooner.
SOON_MS = 3_000


class ContentCopy(QObject):
    """``changed`` when there is something else to be shown. Main thread only."""

    changed = Signal()

    def __init__(self, client: HallClient, hall: HallCopy, kept: KeptContent, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._hall, self._kept = client, hall, kept
        self.library = Library()
        self._board: dict[UUID, ShownNotice] = {}
        self._weather: Weather | None = None
        self._loading = self._again = self._stopped = False
        # A part of a number that the server is asked for, and the last one with its answer.
        self._asked_for = ""
        self._looked_up = "", PublicityPage(items=[], next_cursor=None, total=0)
        self._look_ups = Reads()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.reload)
        hall.began.connect(self._began)
        hall.told.connect(self._told)
        hall.line_changed.connect(self.reload)

    @property
    def content(self) -> Content:
        return self.library.content

    @property
    def notices(self) -> list[ShownNotice]:
        """What is to be seen now, pinned first; what ends by the clock is gone without anybody saying so."""
        return shown(self._board.values(), self._hall.now)

    def start(self) -> None:
        """What was kept first, so that there is something to read before the server answers."""
        run_in_background(self._read, self._remember, self._not_read, owner=self)

    def stop(self) -> None:
        self._stopped = True
        self._soon.stop()

    def reload(self) -> None:
        """Read anew what is different; what comes meanwhile is one more reading."""
        if self._stopped or not self._hall.connected:
            return
        if self._loading:
            self._again = True
            return
        self._loading = True
        known, services = self.content, list(self._hall.services)
        run_in_background(lambda: self._fetch(known, services), self._loaded, self._not_loaded, owner=self)

    def look_up_cases(self, number: str) -> None:
        """Ask the server for those with this part of a number: ``changed`` when it has answered."""
        self._look_ups.outdate()
        self._asked_for = ""
        if len(number.strip()) < LEAST_OF_NUMBER or not self._hall.connected:
            return
        self._asked_for, client = number, self._client
        run_in_background(
            lambda: (number, client.publicity(number.strip(), CASES)), self._cases_came, self._cases_not_come,
            owner=self, reads=self._look_ups,
        )  # fmt: skip

    def looks_up(self, number: str) -> bool:
        """Whether the server has not answered yet."""
        return number == self._asked_for

    def cases_with(self, number: str) -> PublicityPage:
        """What the server answered, before it those that are kept here."""
        asked, found = self._looked_up
        if asked == number:
            return found
        part = number.strip().casefold()
        kept = [one for one in self.content.cases if part in one.number.casefold()]
        return PublicityPage(items=kept, next_cursor=None, total=len(kept))

    # ---- on a worker

    def _read(self) -> Library | None:
        content = self._kept.read()
        return Library(content).prepare() if content is not None else None

    def _fetch(self, known: Content, services: Sequence[Service]) -> Library:
        departments = tuple(self._client.departments())
        listed = self._client.guides().items
        have = {guide.id: guide for guide in known.guides}
        wanted = [one.id for one in listed if one.id not in have or have[one.id].version != one.version]
        for begin in range(0, len(wanted), AT_ONCE):
            told = self._client.whole_guides(wanted[begin : begin + AT_ONCE])
            have |= {one.id: KeptGuide.of(one) for one in told}
        guides = tuple(have[one.id] for one in listed if one.id in have)
        client = self._client
        content = dataclasses.replace(
            known, departments=departments, guides=guides, read=True,
            introduction=_or(client.introduction, known.introduction),
            days=_or(lambda: tuple(client.almanac().days), known.days),
            cases=_or(lambda: tuple(client.publicity(limit=CASES).items), known.cases),
        )  # fmt: skip
        return Library(content, services).prepare(self.library)

    # ---- on the main thread

    def _cases_came(self, answer: tuple[str, PublicityPage]) -> None:
        self._asked_for, self._looked_up = "", answer
        self.changed.emit()

    def _cases_not_come(self, error: HallError) -> None:
        log.info("cases not looked up: %s", error.code)
        self._asked_for = ""
        self.changed.emit()

    def _remember(self, library: Library | None) -> None:
        if library is None or self.content.read or self._stopped:
            return
        self.library = library
        self._board = self._board or {one.id: one for one in library.content.notices}
        self.changed.emit()

    def _not_read(self, error: HallError) -> None:
        log.warning("what was kept can't be read: %s", error.code)

    def _loaded(self, library: Library) -> None:
        self._loading = False
        if self._stopped:
            return
        self.library = library
        self._tell()
        if self._again:
            self._again = False
            self.reload()

    def _not_loaded(self, error: HallError) -> None:
        self._loading = self._again = False
        log.info("guides not loaded: %s", error.code)
        if not self._stopped:
            self._soon.start(RETRY_MS)

    def _began(self, snapshot: Snapshot) -> None:
        if snapshot.notices is not None:
            self._board = {one.id: one for one in snapshot.notices}
        self._weather = snapshot.weather or self._weather
        # After a gap; at the first one the line is told of a moment later.
        self._soon.start(0)
        self.changed.emit()

    def _told(self, event: Event) -> None:
        if event.kind in ("guides.changed", "introduction.changed", "publicity.changed"):
            self._soon.start(0)
        elif event.kind in ("counter.changed", "service.changed") and not self._soon.isActive():
            self._soon.start(SOON_MS)
        elif event.kind.startswith("notice."):
            self._take_notice(event)
        elif event.kind == "weather.changed":
            self._weather = Weather.model_validate(event.data)
            self._tell()

    def _take_notice(self, event: Event) -> None:
        try:
            told_of, now = UUID(event.data["id"]), event.data.get("shown")
            news = {told_of: ShownNotice.model_validate(now)} if now is not None else {}
        except (ValidationError, KeyError, ValueError):
            log.exception("event %s %s was not understood", event.seq, event.kind)
            return
        self._board = {id_: one for id_, one in self._board.items() if id_ != told_of} | news
        self._tell()

    def _tell(self) -> None:
        """Shown, and kept for the day on which there is no server."""
        content = dataclasses.replace(
            self.content, notices=tuple(self._board.values()), weather=self._weather or self.content.weather
        )
        self.library.content = content
        kept = self._kept
        if content.read:
            run_in_background(lambda: kept.write(content), None, None, owner=self)
        self.changed.emit()


def _or(ask: Callable[[], Answer], known: Answer) -> Answer:
    """What a part of the server refuses stays as it was: the rest is told all the same."""
    try:
        return ask()
    except HallError as error:
        if error.status is None:
            raise
        log.warning("a part of what is told was not loaded: %s", error.code)
        return known
