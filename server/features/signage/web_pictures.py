"""Pictures of web pages for the walls: which are wanted, which are due, and the last one of each, which stays on."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select

from server import audit
from server.again import is_due
from server.audit import Actor
from server.database import Database, LoggedEvent, Reader, Writer
from server.features.media.files import MediaFiles
from server.features.media.taking_in import take_in
from server.features.signage.models import SignageContentRow, WebPictureRow
from server.features.signage.service import CHANGED, load
from server.features.signage.web_setting import FILE, WebSetting, usable_setting
from server.features.signage.web_taking import taken
from shared.domain.errors import HallError
from shared.domain.signage.layout import ZoneKind
from shared.schemas.media import MediaUse
from shared.schemas.signage import SignageLayout, SignageZone, WebPage

log = logging.getLogger(__name__)
# A hall's walls need few; each is a browser for some seconds.
MOST: Final = 12
LOOK_S: Final = 30.0
# One that could not be taken is tried again after so long, or when its time has come.
AGAIN: Final = timedelta(minutes=5)
# Who takes one for longer has died: a setting's longest time, and some more.
LEASE: Final = timedelta(minutes=6)
# A picture larger than a screen is made smaller by nobody but the wall.
LARGEST_SIDE: Final = 4096
USUAL: Final = WebSetting()
# No page is fetched less often.
LONGEST: Final = timedelta(days=1)
Take = Callable[[WebSetting, str, int, int], AbstractContextManager[Path]]


@dataclass(frozen=True)
class Wanted:
    address: str
    width: int
    height: int

    @property
    def key(self) -> str:
        return hashlib.sha256(f"{self.width}x{self.height} {self.address}".encode()).hexdigest()


def wanted_of(zone: SignageZone) -> Wanted | None:
    """The page a zone shows, None when it shows none."""
    if zone.kind is not ZoneKind.WEB or not zone.words:
        return None
    return Wanted(zone.words, min(zone.width, LARGEST_SIDE), min(zone.height, LARGEST_SIDE))


def wanted(reader: Reader) -> list[Wanted]:
    """Of all layouts that are not retired."""
    rows = reader.session.scalars(
        select(SignageContentRow)
        .where(
            SignageContentRow.hall_id == reader.hall_id, SignageContentRow.kind == "layout",
            SignageContentRow.retired.is_(False),
        )
        .order_by(SignageContentRow.id)
    )  # fmt: skip
    layouts = [data for row in rows if isinstance(data := load(row), SignageLayout)]
    found = [page for layout in layouts for zone in layout.zones if (page := wanted_of(zone)) is not None]
    return list(dict.fromkeys(found))[:MOST]


def pages(reader: Reader, every: timedelta = USUAL.every) -> list[WebPage]:
    """How each page that is wanted stands."""
    known = _rows(reader)
    return [_view(page, known.get(page.key), every) for page in wanted(reader)]


def ask_now(writer: Writer, who: Actor, address: str, every: timedelta) -> list[WebPage]:
    """Make a page due; a second press changes nothing.

    HallError ``web_page_unknown``."""
    shown = [page for page in wanted(writer) if page.address == address]
    if not shown:
        raise HallError("web_page_unknown", status=404)
    known = _rows(writer)
    asked = [row for page in shown if (row := known.get(page.key)) and not _is_due(row, writer, every)]
    rows = [row for row in asked if not _is_under_way(row)]
    for row in rows:
        # Kept as the time of an attempt that is long over.
        row.tried_at = writer.now - LONGEST
    if rows:
        writer.flush()
        writer.emit(CHANGED, "{}")
        audit.record(writer, who, "signage.web_page_asked", "signage", host=urlsplit(address).hostname or "")
    return pages(writer, every)


def with_pictures(reader: Reader, layout: SignageLayout) -> SignageLayout:
    """The layout with the last picture of each page in its zone."""
    found = [(place, page) for place, zone in enumerate(layout.zones) if (page := wanted_of(zone)) is not None]
    if not found:
        return layout
    known, zones = _rows(reader), list(layout.zones)
    for place, page in found:
        row = known.get(page.key)
        if row is not None and row.media is not None:
            zones[place] = zones[place].model_copy(update={"media": row.media, "as_of": row.taken_at})
    return layout.model_copy(update={"zones": zones})


def uses_of_media(reader: Reader, sha256: str) -> list[MediaUse]:
    """A picture stays while its page is wanted and has no newer one."""
    keys = {page.key: page for page in wanted(reader)}
    return [
        MediaUse(kind="web_page", id=row.key, name=row.address)
        for row in _rows(reader).values()
        if row.media == sha256 and row.key in keys
    ]


def claim(writer: Writer, every: timedelta) -> Wanted | None:
    """One that is due, from now on this process's to take; None when none is. What nobody wants is forgotten."""
    now, known, listed = writer.now, _rows(writer), wanted(writer)
    for key in known.keys() - {page.key for page in listed}:
        writer.session.delete(known[key])
    writer.flush()
    due = [page for page in listed if (row := known.get(page.key)) is None or _is_due(row, writer, every)]
    if not due:
        return None
    # Who has waited longest, so that one slow page keeps none of the others back.
    page = min(due, key=lambda one: known[one.key].tried_at.timestamp() if one.key in known else 0.0)
    row = known.get(page.key)
    if row is None:
        row = WebPictureRow(
            hall_id=writer.hall_id, key=page.key, address=page.address, width=page.width, height=page.height,
            media=None, taken_at=None, tried_at=now, problem="",
        )  # fmt: skip
        writer.session.add(row)
    # Until its answer: nobody else takes it meanwhile, and who dies at it is followed soon.
    row.tried_at, row.problem = now, ""
    writer.flush()
    return page


def keep(writer: Writer, page: Wanted, media: str) -> None:
    row = writer.session.get(WebPictureRow, (writer.hall_id, page.key))
    if row is not None:
        row.media, row.taken_at, row.problem = media, writer.now, ""
        writer.flush()
        writer.emit(CHANGED, "{}")


def fail(writer: Writer, page: Wanted, code: str) -> None:
    """What was taken before stays on the walls."""
    row = writer.session.get(WebPictureRow, (writer.hall_id, page.key))
    if row is not None:
        row.problem = code
        writer.flush()


class WebPictures:
    """Takes what is due, one at a time; a changed layout wakes it."""

    def __init__(self, database: Database, files: MediaFiles, data: Path, take: Take = taken) -> None:
        self._database, self._files, self._data, self._take = database, files, data, take
        self._wake = asyncio.Event()
        self._told = ""

    def happened(self, event: LoggedEvent) -> None:
        if event.kind == CHANGED:
            self._wake.set()

    async def work_often(self) -> None:
        while True:
            self._wake.clear()
            try:
                while await asyncio.to_thread(self.work):
                    pass
            except Exception:
                # A database that is away for a while must not end it for good.
                log.exception("web pages not taken")
            try:
                await asyncio.wait_for(self._wake.wait(), LOOK_S)
            except TimeoutError:
                continue

    def work(self) -> bool:
        """Take one that is due; whether there was one. Blocking."""
        if not self._database.read(wanted):
            return False
        setting = self._setting()
        page = self._database.write(lambda writer: claim(writer, setting.every))
        if page is None:
            return False
        host = urlsplit(page.address).hostname or ""
        try:
            if self._told:
                raise HallError("web_setting_wrong", file=FILE, fault=self._told)
            with self._take(setting, page.address, page.width, page.height) as file:
                media = take_in(self._database, self._files, file, host)
            self._database.write(lambda writer: keep(writer, page, media))
        except (HallError, OSError, ValueError) as error:
            # A full disk and an address nobody can read are told as well, and keep no other page back.
            code = error.code if isinstance(error, HallError) else "web_page_failed"
            log.warning("a web page was not taken", extra={"host": host, "code": code, "fault": type(error).__name__})
            self._database.write(lambda writer: fail(writer, page, code))
        return True

    def _setting(self) -> WebSetting:
        setting, said = usable_setting(self._data)
        if said != self._told:
            self._told = said
            if said:
                log.warning("the setting of web pages is wrong; none is taken", extra={"fault": said})
        return setting


def _is_due(row: WebPictureRow, reader: Reader, every: timedelta) -> bool:
    pause = _pause(row, every)
    return is_due(row.tried_at + pause, reader.now, pause)


def _pause(row: WebPictureRow, every: timedelta) -> timedelta:
    # Longer than any page may take.
    if _is_under_way(row):
        return LEASE
    return min(every, AGAIN) if row.problem else every


def _is_under_way(row: WebPictureRow) -> bool:
    """Some process takes it now, or has died at it."""
    return not row.problem and (row.taken_at is None or row.taken_at < row.tried_at)


def _rows(reader: Reader) -> dict[str, WebPictureRow]:
    chosen = select(WebPictureRow).where(WebPictureRow.hall_id == reader.hall_id)
    return {row.key: row for row in reader.session.scalars(chosen)}


def _view(page: Wanted, row: WebPictureRow | None, every: timedelta) -> WebPage:
    return WebPage(
        address=page.address, width=page.width, height=page.height, media=row.media if row is not None else None,
        taken_at=row.taken_at if row is not None else None, problem=row.problem if row is not None else "",
        next_at=row.tried_at + _pause(row, every) if row is not None else None,
    )  # fmt: skip
