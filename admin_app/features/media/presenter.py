"""What the hall has of pictures and videos, and what is on its way there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.features.media.rows import Sheet, UploadRow, facts, plays_words, sheet, upload_row, use_words
from admin_app.features.media.uploads import Uploads
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.search import Lists
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.media import Media, MediaEdit, MediaUse, PlayCount
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

SOON_MS: Final = 300
# Small pictures that are fetched in one job.
AT_ONCE: Final = 6
# For how many days back it is told how often one was shown.
DAYS: Final = 30


@dataclass(frozen=True)
class MediaState:
    """``sheets`` are those the search and the filter leave; ``uses`` is None until it is known."""

    loaded: bool = False
    busy: bool = False
    sheets: tuple[Sheet, ...] = ()
    count: int = 0
    search: str = ""
    with_retired: bool = False
    selected: str = ""
    name: str = ""
    retired: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    uses: tuple[str, ...] | None = None
    plays: str = ""
    uploads: tuple[UploadRow, ...] = ()
    may_change: bool = False
    problem: str = ""
    told: str = ""


class MediaPresenter(Presenter[MediaState]):
    """``thumbnail(sha256)``: its small picture is in ``thumbnails`` now, as the bytes of a JPEG."""

    thumbnail = Signal(str)

    def __init__(
        self, client: HallClient, link: HallLink, kept: Path, language: str, parent: QObject | None = None
    ) -> None:  # fmt: skip
        super().__init__(MediaState(), parent)
        self._client, self._language, self._zone = client, language, ZoneInfo("UTC")
        self._media: dict[str, Media] = {}
        # By what they are found; what has just come is in it after the next look.
        self._names = Lists[str]({})
        self.thumbnails: dict[str, bytes] = {}
        self._fetching = False
        self._reads = Reads()
        self.uploads = Uploads(client, kept, self)
        self.uploads.changed.connect(self._show_uploads)
        self.uploads.finished.connect(self._uploaded)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.load)
        link.happened.connect(self._event)
        link.connection.connect(self._connection)
        self._show_uploads()

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)
        self._show()

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("content.media:change"))
        self.uploads.allow(self.state.may_change)

    @Slot()
    def load(self) -> None:
        def look() -> tuple[list[Media], Lists[str]]:
            known = self._client.media()
            return known, Lists({one.sha256: [one.name] for one in known})

        run_in_background(look, self._came, self._not_loaded, owner=self, reads=self._reads)

    def choose(self, sha256: str) -> None:
        """Look at one; its uses are asked for."""
        self.change(selected=sha256, uses=None, plays="", told="")
        self._show()
        if not sha256:
            return

        today = datetime.now(self._zone).date()

        def ask() -> tuple[list[MediaUse], list[PlayCount]]:
            played = self._client.plays(today - timedelta(days=DAYS - 1), today, sha256)
            return self._client.media_uses(sha256), played

        def found(told: tuple[list[MediaUse], list[PlayCount]]) -> None:
            if self.state.selected == sha256:
                uses = tuple(use_words(one, self._language) for one in told[0])
                self.change(uses=uses, plays=plays_words(told[1], DAYS, self._language))

        run_in_background(ask, found, self._not_loaded, owner=self)

    def look_for(self, words: str) -> None:
        self.change(search=words)
        self._show()

    def show_retired(self, shown: bool) -> None:
        self.change(with_retired=shown)
        self._show()

    def rename(self, name: str) -> None:
        """HallError-free: what can't be a name is told."""
        if not name.strip() or len(name.strip()) > 200:
            self.change(problem=text("media.page.name_wrong", self._language))
            return
        self._edit(MediaEdit(name=name.strip()), "renamed")

    def retire(self, retired: bool) -> None:
        self._edit(MediaEdit(retired=retired), "retired" if retired else "restored")

    def _edit(self, wanted: MediaEdit, told: str) -> None:
        sha256 = self.state.selected
        if not sha256 or self.state.busy:
            return
        self.change(busy=True, problem="", told="")

        def done(media: Media) -> None:
            self._media[media.sha256] = media
            self.change(busy=False, told=text(f"media.page.{told}", self._language, name=media.name))
            self._show()
            self._reads.outdate()
            self.load()

        run_in_background(lambda: self._client.edit_media(sha256, wanted), done, self._not_done, owner=self)

    def _came(self, looked: tuple[list[Media], Lists[str]]) -> None:
        known, self._names = looked
        self._media = {one.sha256: one for one in known}
        self.change(loaded=True, problem="")
        self._show()
        self._fetch_thumbnails()

    def _show(self) -> None:
        state, language = self.state, self._language
        found = self._names.find(state.search).keys if state.search.strip() else self._media.keys()
        shown = [one for one in self._media.values() if (state.with_retired or not one.retired) and one.sha256 in found]
        chosen = self._media.get(state.selected)
        self.change(
            sheets=tuple(sheet(one, language) for one in shown), count=len(self._media),
            selected=state.selected if chosen else "", name=chosen.name if chosen else "",
            retired=bool(chosen and chosen.retired), facts=facts(chosen, self._zone, language) if chosen else (),
        )  # fmt: skip

    def _fetch_thumbnails(self) -> None:
        missing = [one.sha256 for one in self._media.values() if one.thumbnail and one.sha256 not in self.thumbnails]
        if self._fetching or not missing:
            return
        self._fetching = True
        asked = missing[:AT_ONCE]

        def fetch() -> dict[str, bytes]:
            return {sha256: self._one_thumbnail(sha256) for sha256 in asked}

        def came(found: dict[str, bytes]) -> None:
            self._fetching = False
            self.thumbnails |= found
            for sha256 in found:
                self.thumbnail.emit(sha256)
            self._fetch_thumbnails()

        def failed(_: HallError) -> None:
            self._fetching = False

        run_in_background(fetch, came, failed, owner=self)

    def _one_thumbnail(self, sha256: str) -> bytes:
        try:
            return self._client.thumbnail(sha256)
        except HallError as error:
            if error.code == "server_unreachable":
                raise
            # Gone meanwhile: a sheet without a picture.
            return b""

    def _show_uploads(self) -> None:
        self.change(uploads=tuple(upload_row(one, self._language) for one in self.uploads.items))

    def _uploaded(self, media: Media) -> None:
        self._media = {media.sha256: media} | {key: one for key, one in self._media.items() if key != media.sha256}
        self._show()
        self._reads.outdate()
        self.load()
        self._fetch_thumbnails()

    def _event(self, event: Event) -> None:
        if event.kind == "media.changed" and self.state.loaded and not self._soon.isActive():
            self._soon.start()

    def _connection(self, connected: bool, _: object) -> None:
        if connected:
            self.uploads.retry()

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _not_done(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
