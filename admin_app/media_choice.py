"""Choosing a picture or film from what the hall has, for whoever writes or arranges something that shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.search import Lists
from shared.schemas.media import Media
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

# Small pictures that are fetched in one job.
AT_ONCE: Final = 6
KINDS: Final = ("picture", "video")


def kind_of(media: Media) -> str:
    return "video" if media.media_type.startswith("video/") else "picture"


@dataclass(frozen=True)
class ChoiceState:
    """``shown``: what the search leaves of one kind, the newest first."""

    loaded: bool = False
    kind: str = ""
    search: str = ""
    shown: tuple[Media, ...] = ()
    problem: str = ""


class MediaChoice(Presenter[ChoiceState]):
    """``thumbnail(sha256)``: its small picture is in ``thumbnails`` now, as the bytes of a JPEG."""

    thumbnail = Signal(str)

    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(ChoiceState(), parent)
        self._client, self._language = client, language
        self._all: tuple[Media, ...] = ()
        self._names = Lists[str]({})
        self._fetching = False
        self._reads = Reads()
        self.thumbnails: dict[str, bytes] = {}
        self._asked: set[str] = set()

    def begin(self, kind: str = "") -> None:
        """Look at what is there now; ``kind``: picture, video, or empty for both."""
        self.change(loaded=False, kind=kind, search="", shown=(), problem="")

        def load() -> tuple[tuple[Media, ...], Lists[str]]:
            known = tuple(one for one in self._client.media() if not one.retired)
            return known, Lists({one.sha256: [one.name] for one in known})

        run_in_background(load, self._came, self._failed, owner=self, reads=self._reads)

    def look_for(self, words: str) -> None:
        self.change(search=words)
        self._show()

    def name_of(self, sha256: str, tell: Callable[[str], object]) -> None:
        """Tells the name of one that is known by its sum only; an empty one when nobody knows it."""

        def ask() -> str:
            return next((one.name for one in self._client.media() if one.sha256 == sha256), "")

        run_in_background(ask, tell, lambda error: tell(""), owner=self)

    def want(self, sha256s: Iterable[str]) -> None:
        """Fetch the small pictures of these, where they are not here yet; ``thumbnail`` tells of each."""
        missing = [sha256 for sha256 in sha256s if sha256 not in self.thumbnails and sha256 not in self._asked]
        if not missing:
            return
        self._asked |= set(missing)

        def fetch() -> dict[str, bytes]:
            found = {}
            for sha256 in missing:
                # One that is not there, such as a film's, leaves the others alone.
                with suppress(HallError):
                    found[sha256] = self._client.thumbnail(sha256)
            return found

        def came(found: dict[str, bytes]) -> None:
            self._asked -= set(missing)
            self.thumbnails |= found
            for sha256 in found:
                self.thumbnail.emit(sha256)

        run_in_background(fetch, came, lambda error: self._asked.difference_update(missing), owner=self)

    def _came(self, found: tuple[tuple[Media, ...], Lists[str]]) -> None:
        self._all, self._names = found
        self.change(loaded=True)
        self._show()
        self._fetch()

    def _failed(self, error: HallError) -> None:
        self.change(loaded=True, problem=sorry(error, self._language))

    def _show(self) -> None:
        state, found = self.state, self._names.find(self.state.search).keys
        shown = (one for one in self._all if one.sha256 in found and state.kind in ("", kind_of(one)))
        self.change(shown=tuple(shown))

    def _fetch(self) -> None:
        missing = [one.sha256 for one in self._all if one.thumbnail and one.sha256 not in self.thumbnails]
        if self._fetching or not missing:
            return
        self._fetching = True

        def fetch() -> dict[str, bytes]:
            return {sha256: self._client.thumbnail(sha256) for sha256 in missing[:AT_ONCE]}

        def came(found: dict[str, bytes]) -> None:
            self._fetching = False
            self.thumbnails |= found
            for sha256 in found:
                self.thumbnail.emit(sha256)
            self._fetch()

        def failed(_: HallError) -> None:
            # Its name stands there all the same.
            self._fetching = False

        run_in_background(fetch, came, failed, owner=self)
