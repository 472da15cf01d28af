"""What is kept and what goes: retired media that are still shown stay; a full disk refuses and loses nothing."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request

from server.audit import SYSTEM
from server.database import Reader, Writer
from server.features.media import plays, service, tending, uploads
from server.features.media.files import MediaFiles
from server.features.media.models import MediaUploadRow
from server.features.media.routes import Shown
from shared.domain.errors import HallError
from shared.schemas.media import MediaEdit, MediaUploadAsk, MediaUse, PlayBatch
from tests.fakes import media as made
from tests.fakes.engines import on_sqlite
from tests.fakes.small_disk import SmallDisk
from tests.server.conftest import ADMIN, STAFF, Desk
from tests.server.features.media.uploading import sha256


@pytest.fixture
def files(tmp_path: Path) -> MediaFiles:
    return MediaFiles(tmp_path / "data")


@pytest.fixture
def shown() -> Iterator[dict[str, list[MediaUse]]]:
    """What another feature says it shows."""
    told: dict[str, list[MediaUse]] = {}

    def asked(_: object, sha256: str) -> list[MediaUse]:
        return told.get(sha256, [])

    service.users.append(asked)
    yield told
    service.users.remove(asked)


def ask(content: bytes) -> MediaUploadAsk:
    return MediaUploadAsk(name="图.png", size=len(content), sha256=sha256(content), media_type="image/png")


def kept(desk: Desk, files: MediaFiles, content: bytes) -> str:
    begun = desk.database.write(lambda w: uploads.begin(w, files, SYSTEM, ask(content)))
    if begun.media is None:
        files.append(begun.id, begun.offset, content[begun.offset :], len(content))
        row = desk.read(lambda r: uploads.find(r, begun.id))
        facts = uploads.judged(files, row)
        desk.database.write(lambda w: uploads.keep(w, files, SYSTEM, row, facts))
    return sha256(content)


def test_others_can_ask_what_there_is(desk: Desk, files: MediaFiles) -> None:
    one = kept(desk, files, made.png())
    assert desk.read(lambda r: service.media_exists(r, one)) and not desk.read(
        lambda r: service.media_exists(r, "0" * 64)
    )
    assert list(desk.read(lambda r: service.describe(r, [one, "0" * 64, one]))) == [one]
    assert desk.events[-1].kind == "media.changed" and one in desk.events[-1].data


def test_without_a_token_only_what_stands_on_a_public_page_is_given(desk: Desk, files: MediaFiles) -> None:
    one, two = kept(desk, files, made.png()), kept(desk, files, made.png(colour="pink"))
    app = FastAPI()
    app.state.database = desk.database

    def asked(sha256: str) -> str:
        request = Request({"type": "http", "app": app, "headers": [], "path_params": {"sha256": sha256}})
        try:
            return asyncio.run(Shown("hall:view")(request)).label
        except HallError as error:
            return error.code

    on_a_page: Callable[[object, str], bool] = lambda _, sha256: sha256 == one  # noqa: E731
    assert (asked(one), asked(two)) == ("token_missing", "token_missing")
    service.published.append(on_a_page)
    try:
        assert (asked(one), asked(two)) == ("nobody:", "token_missing")
    finally:
        service.published.remove(on_a_page)


def test_retired_media_stay_as_long_as_something_shows_them(
    desk: Desk, files: MediaFiles, shown: dict[str, list[MediaUse]]
) -> None:  # fmt: skip
    one, two = kept(desk, files, made.png(colour="red")), kept(desk, files, made.png(colour="blue"))
    shown[one] = [MediaUse(kind="notice", id="1", name="公告")]
    for sha in (one, two):
        desk.database.write(lambda w, sha=sha: service.edit(w, SYSTEM, sha, MediaEdit(retired=True)))
    assert not desk.read(lambda r: service.media_exists(r, two))
    tending.tend(desk.database, files)
    assert files.path(two).exists(), "a display may just now be fetching it"
    desk.clock.forward(days=2)
    tending.tend(desk.database, files)
    assert (files.path(one).exists(), files.path(two).exists(), files.thumbnail(two).exists()) == (True, False, False)
    with pytest.raises(HallError) as gone:
        desk.read(lambda r: service.find(r, two))
    assert gone.value.code == "media_unknown"
    # Uploaded again they are the hall's again; retired ones are taken back by choosing the file.
    assert kept(desk, files, made.png(colour="blue")) == two and files.path(two).exists()
    kept(desk, files, made.png(colour="red"))
    assert desk.read(lambda r: service.media_exists(r, one)) and desk.read(lambda r: service.media_exists(r, two))


def test_uploads_nobody_goes_on_with_are_cleared_with_their_parts(desk: Desk, files: MediaFiles) -> None:
    old, young = made.png(colour="gray"), made.png(colour="green")
    first = desk.database.write(lambda w: uploads.begin(w, files, SYSTEM, ask(old)))
    files.append(first.id, 0, old[:20], len(old))
    desk.clock.forward(seconds=(uploads.KEPT + timedelta(hours=1)).total_seconds())
    second = desk.database.write(lambda w: uploads.begin(w, files, SYSTEM, ask(young)))
    files.append(second.id, 0, young[:20], len(young))
    orphan, lost = files.part(uuid4()), files.path("ab" * 32)
    lost.parent.mkdir(parents=True)
    for path in (orphan, lost):
        path.write_bytes(b"left by a crash")
        os.utime(path, (1, 1))
    tending.tend(desk.database, files)
    left = {path.name for path in files.parts.iterdir() if path.suffix != ".lock"}
    assert left == {str(second.id)} and not lost.exists()
    assert [row.id for row in desk.read(lambda r: r.session.query(MediaUploadRow).all())] == [second.id]


def test_an_upload_that_came_to_its_end_late_is_not_cleared_away_before_its_row_is_there(
    desk: Desk, files: MediaFiles
) -> None:  # fmt: skip
    content = made.png(colour="brown")
    begun = desk.database.write(lambda w: uploads.begin(w, files, SYSTEM, ask(content)))
    files.append(begun.id, 0, content, len(content))
    # The last piece came long ago; another process clears away between the file's name and its row.
    os.utime(files.part(begun.id), (1, 1))
    row = desk.read(lambda r: uploads.find(r, begun.id))
    facts = uploads.judged(files, row)
    tending.tend(desk.database, files)
    desk.database.write(lambda w: uploads.keep(w, files, SYSTEM, row, facts))
    assert files.path(sha256(content)).read_bytes() == content


def test_a_full_disk_refuses_and_keeps_what_was_sent(desk: Desk, small_disk: SmallDisk) -> None:
    files = MediaFiles(small_disk.place)
    content = os.urandom(4 * 2**20)
    begun = desk.database.write(lambda w: uploads.begin(w, files, SYSTEM, ask(content)))
    files.append(begun.id, 0, content[: 2**20], len(content))
    room = shutil.disk_usage(small_disk.place).free
    with pytest.raises(HallError) as refused:
        MediaFiles(small_disk.place, reserve=room).append(begun.id, 2**20, content[2**20 : 2**21], len(content))
    assert (refused.value.code, refused.value.status) == ("media_no_room", 507)
    small_disk.fill()
    with pytest.raises(HallError) as refused:
        files.append(begun.id, 2**20, content[2**20 : 2**21], len(content))
    assert refused.value.code == "media_no_room" and files.offset(begun.id) == 2**20
    small_disk.free()
    assert files.append(begun.id, 2**20, content[2**20 : 2**21], len(content)) == 2**21


# Proof of play


@on_sqlite
def test_clearing_away_holds_nobody_up(desk: Desk, files: MediaFiles) -> None:
    """What shows a file is asked beside the writer; once more in it, for one file at a time."""
    asked: dict[Reader, set[str]] = {}

    def shows(reader: Reader, sha256: str) -> list[MediaUse]:
        asked.setdefault(reader, set()).add(sha256)
        return []

    contents = [kept(desk, files, made.png(colour=colour)) for colour in ("red", "green", "blue")]
    for one in contents:
        desk.database.write(lambda w, one=one: service.edit(w, SYSTEM, one, MediaEdit(retired=True)))
    desk.clock.forward(days=2)
    service.users.append(shows)
    try:
        tending.tend(desk.database, files)
    finally:
        service.users.remove(shows)
    assert not any(files.path(one).exists() for one in contents)
    in_the_writer = [media for reader, media in asked.items() if isinstance(reader, Writer)]
    assert sorted(map(len, in_the_writer)) == [1, 1, 1]


def batch(*ids: object, began: str, content: str = "a" * 64, shown_ms: int = 10_000, whole: bool = True) -> PlayBatch:
    body = {"sha256": content, "place": "main", "began_at": began, "shown_ms": shown_ms, "whole": whole}
    return PlayBatch.model_validate({"entries": [{"id": str(id_), "at": began, "body": body} for id_ in ids]})


def test_a_play_counts_once_however_often_it_is_told(desk: Desk, files: MediaFiles) -> None:
    content, one, two, three = kept(desk, files, made.png()), uuid4(), uuid4(), uuid4()
    began = desk.clock.now.isoformat()

    def told(said: PlayBatch, who: object = STAFF) -> list[str]:
        answer = desk.database.write(lambda w: plays.take_plays(w, who, said))  # type: ignore[arg-type]
        return [entry.verdict for entry in answer.entries]

    assert told(batch(one, two, one, began=began, content=content)) == ["taken", "taken", "known"]
    assert told(batch(two, three, began=began, content=content, whole=False, shown_ms=4000)) == ["known", "taken"]
    assert told(batch(one, began=began), ADMIN) == ["refused"], "of another machine"
    assert told(batch(uuid4(), began="2001-01-01T00:00:00Z")) == ["refused"]
    day = desk.read(lambda r: r.day)
    (count,) = desk.read(lambda r: plays.counts(r, day, day))
    assert (count.plays, count.whole, count.shown_ms, count.name) == (3, 2, 24_000, "图.png")
    assert desk.read(lambda r: plays.counts(r, day, day, terminal="display:other")) == []
    with pytest.raises(HallError) as refused:
        desk.read(lambda r: plays.counts(r, day, day - timedelta(days=1)))
    assert refused.value.code == "report_range_wrong"
