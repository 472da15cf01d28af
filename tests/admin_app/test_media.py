"""Media in the console: refused before anything is sent, uploaded with progress, paused, gone on with next morning."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from admin_app.features.media.grid_view import MediaGrid
from admin_app.features.media.presenter import MediaPresenter
from admin_app.features.media.uploads import Upload
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console
from tests.fakes import media as made
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import Proxy

LONG = "二〇二六年政务服务中心春节期间对外服务时间调整及延时服务预约办理须知宣传海报最终定稿第三版"


def opened(console: Console) -> MediaPresenter:
    console.app.frame.open("media", "")
    page = console.app.media
    console.wait(lambda: page.state.loaded and page.state.may_change)
    return page


def dropped(console: Console, *paths: Path) -> None:
    """Files from the desktop, let go over the page."""
    page = console.find(QWidget, "page_media")
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = (Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(9, 9), *how))
    QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), *how))


def of(page: MediaPresenter, path: Path) -> Upload:
    return next(one for one in page.uploads.items if one.path == str(path))


def poster(path: Path, seed: int, width: int = 1920, height: int = 1080) -> Path:
    """A picture that packs badly, and that no other test has."""
    noise = random.Random(seed).randbytes(width * height // 64 * 3)
    small = Image.frombytes("RGB", (width // 8, height // 8), noise[: width // 8 * (height // 8) * 3])
    small.resize((width, height), Image.Resampling.BICUBIC).save(path, "PNG", compress_level=0)
    return path


def test_files_are_dropped_checked_uploaded_looked_at_and_retired(console: Console, tmp_path: Path) -> None:
    page = opened(console)
    good, film = poster(tmp_path / f"{LONG}.png", 1, 640, 360), tmp_path / "宣传片.mp4"
    film.write_bytes(made.mp4(columns=40, rows=22, frames=25))
    wrong, torn = tmp_path / "动画.gif", tmp_path / "手机视频.mp4"
    wrong.write_bytes(b"GIF89a" + bytes(200))
    torn.write_bytes(made.mp4(codec=b"hvc1"))
    dropped(console, good, film, wrong, torn)
    console.wait(lambda: all(one.state in ("done", "refused") for one in page.uploads.items))
    assert [of(page, path).state for path in (good, film, wrong, torn)] == ["done", "done", "refused", "refused"]
    assert (of(page, wrong).code, of(page, torn).code) == ("media_format_unknown", "media_video_codec")
    assert "GIF" in console.text("upload_words_2") and "HEVC" in console.text("upload_words_3")
    grid = console.find(MediaGrid, "media_grid")
    console.wait(lambda: len(page.thumbnails) >= 2)
    names = [one.name for one in page.state.sheets]
    assert {good.name, film.name} <= set(names)
    sheet = next(one for one in page.state.sheets if one.name == film.name)
    assert (sheet.video, sheet.facts.split(" · ")[0]) == ("0:02", "640 × 352")
    assert grid.sheets.picture_of(sheet.sha256) is not None
    place = grid.visualRect(grid.sheets.index(grid.sheets.row_of(sheet.sha256))).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    console.wait(lambda: page.state.uses == ())
    assert console.find(QLineEdit, "media_name").text() == film.name
    console.type("media_name", "春节宣传片")
    console.click("media_save_name")
    console.wait(lambda: page.state.name == "春节宣传片")
    console.click("media_retire")
    console.click("media_retire_yes")
    console.wait(lambda: not any(one.sha256 == sheet.sha256 for one in page.state.sheets))
    page.show_retired(True)
    console.wait(lambda: console.there("media_restore"))
    console.click("media_restore")
    console.wait(lambda: page.state.selected == sheet.sha256 and not page.state.retired)
    # The same file again is not sent again.
    dropped(console, film)
    console.wait(lambda: of(page, film).state == "done")
    console.click("media_uploads_clear")
    assert page.uploads.items == () and not console.there("media_uploads")
    console.type("media_search", "nothing of this name")
    assert not page.state.sheets and console.there("media_empty")
    # A colleague's upload appears by itself.
    console.type("media_search", "")
    other = console.hall.client("admin", "colleague")
    count = page.state.count
    from admin_app.features.media.files import ask_for, piece_of

    theirs = poster(tmp_path / "theirs.png", 5, 320, 200)
    begun = other.begin_upload(ask_for(theirs, "theirs"))
    other.send_piece(begun.id, 0, piece_of(theirs, 0, begun.size))
    other.finish_upload(begun.id)
    console.wait(lambda: page.state.count == count + 1)


def test_an_upload_survives_a_pause_a_cut_line_and_the_night(
    open_console: Open, shared_hall: RunningHall, cable: Proxy, tmp_path: Path
) -> None:  # fmt: skip
    console = open_console(shared_hall, cable.url)
    page = opened(console)
    first = poster(tmp_path / "大屏背景.png", 2)
    assert first.stat().st_size > 5 * 2**20
    sent: list[int] = []

    def pause_in_the_middle() -> None:
        one = of(page, first)
        sent.append(one.sent)
        if one.state == "sending" and one.sent >= 2**20:
            page.uploads.changed.disconnect(pause_in_the_middle)
            page.uploads.pause(str(first))

    page.uploads.changed.connect(pause_in_the_middle)
    dropped(console, first)
    console.wait(lambda: of(page, first).state == "paused" and page.uploads._running is None)
    reached = of(page, first).sent
    assert 0 < reached < first.stat().st_size
    assert console.there("upload_resume_0")
    # The next morning it is still there, and still paused.
    console.stop()
    later = open_console(shared_hall, cable.url)
    page = opened(later)
    assert of(page, first).state == "paused"
    cable.cut()
    later.click("upload_resume_0")
    later.wait(lambda: of(page, first).state == "offline")
    cable.resume()
    later.wait(lambda: of(page, first).state in ("sending", "finishing", "done"))
    assert of(page, first).sent >= reached, "nothing is sent twice"
    later.wait(lambda: of(page, first).state == "done")
    os.remove(first)
    dropped(later, first)
    later.wait(lambda: of(page, first).state == "stopped")
    assert of(page, first).code == "media_file_gone"
    later.click("upload_remove_0")
    assert not later.there("media_uploads")


@pytest.mark.parametrize("kept", ["", "[]x", '[{"path": 3}]', '{"a": 1}'])
def test_a_damaged_list_of_uploads_is_an_empty_one(tmp_path: Path, kept: str) -> None:
    from admin_app.features.media.uploads import _read

    path = tmp_path / "kept.json"
    path.write_text(kept)
    assert _read(path) == []
