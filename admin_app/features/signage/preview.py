"""The wall's own player, drawing the layout that is edited: a process beside the console, begun when it is looked at.

Pictures and films come from the hall's store into a folder of this console; a page of the web shows its last picture.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.signage.layout import ZoneKind
from shared.schemas.events import Snapshot
from shared.schemas.hall import Hall
from shared.schemas.signage import (
    SignageContent,
    SignageFigures,
    SignageLayout,
    SignagePlaylist,
    SignageProgram,
    SignageZone,
    WebPage,
)
from shared.schemas.signage_preview import PreviewAsk
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
ROOT: Final = Path(__file__).resolve().parents[3]
# What a wall listens to, as far as a picture shows it.
TOPICS: Final = ("calls", "counters", "waits", "notices", "information")
LAYOUT: Final = UUID(int=1)
# While a zone is dragged, and how often the hall is looked at anew.
SOON_MS, FACTS_MS = 120, 10_000
# A preview needs no film of an hour.
LARGEST: Final = 200 * 1024**2
Facts = tuple[Hall, Snapshot, SignageFigures, list[WebPage]]


class WallPreview(QObject):
    """``drawn(png)``: the picture has changed. ``failed()``: there will be none, the player does not run."""

    drawn = Signal(object)
    failed = Signal()
    # How pages of the web stand on the server was asked anew.
    pages_changed = Signal()

    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client, self._language = client, language
        self._process: QProcess | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._came = b""
        self._size = (640, 360)
        self._calling = False
        self._layout: Mapping[str, Any] | None = None
        self._contents: Sequence[SignageContent] = ()
        self._facts: Facts | None = None
        self._asking = self._told_facts = False
        self._told: object = None
        self._fetching: set[str] = set()
        self._soon, self._often = QTimer(self), QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._tell)
        self._often.setInterval(FACTS_MS)
        self._often.timeout.connect(self._ask_facts)

    def show(
        self, layout: Mapping[str, Any], contents: Sequence[SignageContent], size: tuple[int, int],
        calling: bool = False,
    ) -> None:  # fmt: skip
        """Draw this layout, soon; ``size``: pixels of the picture; ``calling``: while
        somebody is called. One that can't be saved yet leaves the last one."""
        self._layout, self._contents, self._calling = layout, contents, calling
        self._size = (max(64, min(4096, size[0])), max(64, min(4096, size[1])))
        if self._process is None:
            self._start()
        if not self._soon.isActive():
            self._soon.start()

    @property
    def pages(self) -> list[WebPage]:
        return self._facts[3] if self._facts is not None else []

    def stop(self) -> None:
        """Nobody looks; the next `show` begins anew."""
        self._soon.stop()
        self._often.stop()
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect()
            process.closeWriteChannel()
            if not process.waitForFinished(2000):
                process.kill()
                process.waitForFinished(2000)
            process.deleteLater()
        self._came, self._told, self._told_facts = b"", None, False
        if self._folder is not None and not self._fetching:
            self._folder.cleanup()
            self._folder = None

    def _start(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="zhiting-preview-", ignore_cleanup_errors=True)
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        known = os.environ.get("PYTHONPATH", "")
        for name, value in (
            ("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), known)))), ("QT_QPA_PLATFORM", "offscreen"),
            ("QT_QUICK_BACKEND", "software"), ("QSG_RENDER_LOOP", "basic"),
        ):  # fmt: skip
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.setWorkingDirectory(str(ROOT))
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._broke)
        process.setStandardErrorFile(QProcess.nullDevice())
        second = "" if self._language == "en" else "en"
        process.start(
            sys.executable,
            [
                "-m", "signage_app.preview", "--media", self._folder.name, "--language", self._language,
                "--second", second,
            ],
        )  # fmt: skip
        self._process = process
        self._ask_facts()
        self._often.start()

    def _broke(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._ended()

    def _ended(self, *_: object) -> None:
        """By itself: told once, and begun again by the next change."""
        if self._process is not None:
            log.warning("the player of the preview has ended")
            self._process.deleteLater()
            self._process = None
            self._came, self._told, self._told_facts = b"", None, False
            self._often.stop()
            self.failed.emit()

    def _read(self) -> None:
        if self._process is None:
            return
        self._came += self._process.readAllStandardOutput().data()
        last = b""
        while len(self._came) >= 4 and len(self._came) >= 4 + (long := int.from_bytes(self._came[:4], "big")):
            last, self._came = self._came[4 : 4 + long], self._came[4 + long :]
        if last:
            self.drawn.emit(last)

    # What it is told

    def _ask_facts(self) -> None:
        if self._asking:
            return
        self._asking = True
        client = self._client

        def read() -> Facts:
            return client.hall(), client.snapshot(*TOPICS), client.signage_figures(), client.signage_web_pages()

        run_in_background(read, self._facts_came, self._facts_failed, owner=self)

    def _facts_came(self, facts: Facts) -> None:
        self._asking = False
        before, self._facts, self._told_facts = self.pages, facts, False
        if self.pages != before:
            self.pages_changed.emit()
        if self._process is not None and not self._soon.isActive():
            self._soon.start()

    def _facts_failed(self, error: HallError) -> None:
        self._asking = False
        log.info("the hall is not known to the preview: %s", error.code)

    def _tell(self) -> None:
        if self._process is None or self._layout is None or self._facts is None:
            return
        hall, snapshot, figures, pages = self._facts
        program = program_of(self._layout, self._contents, pages, hall)
        told = (self._size, self._calling, program.hash if program is not None else None)
        if told == self._told and self._told_facts:
            return
        asked = PreviewAsk(width=self._size[0], height=self._size[1], calling=self._calling, program=program)
        if not self._told_facts:
            asked = asked.model_copy(update={"hall": hall, "snapshot": snapshot, "figures": figures})
        self._told, self._told_facts = told, True
        self._process.write(asked.model_dump_json().encode() + b"\n")
        if program is not None:
            self._fetch(program)

    def _fetch(self, program: SignageProgram) -> None:
        """One file after the other, whole before it bears its name."""
        if self._folder is None:
            return
        folder = Path(self._folder.name)
        sizes = {item.media: item.size for one in program.playlists.values() for item in one.items}
        shown = {zone.media: 0 for one in program.layouts.values() for zone in one.zones if zone.media is not None}
        for media, size in (sizes | shown).items():
            path = folder / media[:2] / media
            if size <= LARGEST and media not in self._fetching and not path.exists():
                self._fetching.add(media)
                fetch = _Fetch(self._client, media, path)
                run_in_background(fetch.run, self._fetched, partial(self._not_fetched, media), owner=self)

    def _fetched(self, media: str) -> None:
        self._fetching.discard(media)

    def _not_fetched(self, media: str, error: HallError) -> None:
        """Asked for again with the next change."""
        self._fetching.discard(media)


class _Fetch:
    def __init__(self, client: HallClient, media: str, path: Path) -> None:
        self._client, self._media, self._path = client, media, path

    def run(self) -> str:
        """On a worker."""
        try:
            self._path.parent.mkdir(exist_ok=True)
            part = self._path.with_suffix(".part")
            came = 0
            with self._client.open_media(self._media, 0) as (_, pieces), part.open("wb") as file:
                for piece in pieces:
                    came += len(piece)
                    if came > LARGEST:
                        raise HallError("media_too_large")
                    file.write(piece)
            part.replace(self._path)
        except OSError as error:
            log.info("a preview's file was not kept: %s", error)
        return self._media


def program_of(
    data: Mapping[str, Any], contents: Sequence[SignageContent], pages: Sequence[WebPage], hall: Hall
) -> SignageProgram | None:
    """What a display would be told of this layout alone; None while it can't be saved."""
    try:
        layout = SignageLayout.model_validate(data)
    except ValidationError:
        return None
    known = {(page.address, page.width, page.height): page for page in pages if page.media is not None}
    zones = []
    for zone in layout.zones:
        page = _page_of(zone, known) if zone.kind is ZoneKind.WEB else None
        zones.append(zone if page is None else zone.model_copy(update={"media": page.media, "as_of": page.taken_at}))
    layout = layout.model_copy(update={"zones": zones})
    playlists: dict[UUID, SignagePlaylist] = {}
    for one in contents:
        if one.kind == "playlist" and not one.retired:
            try:
                playlists[one.id] = SignagePlaylist.model_validate(one.data)
            except ValidationError:
                continue
    wanted = {zone.playlist for zone in layout.zones}
    usual = next((id_ for id_, found in playlists.items() if found.items), None)
    shown = {id_: found for id_, found in playlists.items() if id_ in wanted or id_ == usual}
    made = SignageProgram(
        time_zone=hall.time_zone, first=date(2000, 1, 1), days=1, layout=LAYOUT, playlist=usual,
        layouts={LAYOUT: layout}, playlists=shown,
    )  # fmt: skip
    return made.model_copy(update={"hash": hashlib.sha256(made.model_dump_json().encode()).hexdigest()})


def _page_of(zone: SignageZone, known: Mapping[tuple[str, int, int], WebPage]) -> WebPage | None:
    """While it is resized, the last picture of the page in another size serves."""
    exact = known.get((zone.words, zone.width, zone.height))
    return exact or next((page for page in known.values() if page.address == zone.words), None)
