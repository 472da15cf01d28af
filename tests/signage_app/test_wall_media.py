"""A wall on a real hall: what it plays comes from the store, waits until it is here, and is told of when shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from PySide6.QtGui import QColor

from shared.schemas.media import MediaUploadAsk
from shared.schemas.notices import NoticeContent, NoticePublish
from shared.schemas.signage import ContentCreate, ContentEdit, ContentPlaces
from tests.fakes.hall import RunningHall
from tests.signage_app.stage import Display
from tests.signage_app.walls import COLOURS, picture

MakeDisplay = Callable[..., Display]
pytestmark = pytest.mark.qt_log_ignore("No RHI backend")
WHOLE = {"id": "all", "kind": "media", "x": 0, "y": 0, "width": 1920, "height": 1080}


def uploaded(hall: RunningHall, folder: Path, colour: str) -> str:
    """A picture of one colour in the hall's store."""
    admin = hall.client("admin")
    sha256 = picture(folder, colour)
    content = (folder / sha256[:2] / sha256).read_bytes()
    begun = admin.begin_upload(
        MediaUploadAsk(name=f"{colour}.png", size=len(content), sha256=sha256, media_type="image/png")
    )
    if begun.media is None:
        admin.send_piece(begun.id, 0, content)
        admin.finish_upload(begun.id)
    return sha256


def item(media: str) -> dict[str, Any]:
    return {"media": media, "kind": "picture", "seconds": 1, "transition": "cut", "fit": "cover"}


def near(display: Display, colour: str) -> bool:
    image = display.app.window.grabWindow()
    seen = image.pixelColor(image.width() // 2, image.height() // 3)
    wanted = QColor(colour)
    return max(abs(a - b) for a, b in zip(seen.getRgb()[:3], wanted.getRgb()[:3], strict=True)) < 24  # type: ignore[arg-type]


def test_what_is_uploaded_is_played_proven_and_known_to_be_used(
    display: MakeDisplay, hall: RunningHall, tmp_path: Path
) -> None:
    admin = hall.client("admin")
    one, two = (uploaded(hall, tmp_path, colour) for colour in COLOURS[:2])
    playlist = admin.add_signage_content(ContentCreate(kind="playlist", name="大厅", data={"items": [item(one)]}))
    layout = admin.add_signage_content(
        ContentCreate(kind="layout", name="整屏", data={"zones": [WHOLE], "calls_over": "full"})
    )
    data = {"layout": str(layout.id), "playlist": str(playlist.id)}
    schedule = admin.add_signage_content(ContentCreate(kind="schedule", name="平日", data=data))
    admin.place_signage_content(schedule.id, ContentPlaces(version=schedule.version, hall=True))
    assert {(use.kind, use.name) for use in admin.media_uses(one)} == {("playlist", "大厅")}

    wall = display(silent=True)
    wall.wait(lambda: near(wall, COLOURS[0]))
    (program,) = [wall.app.program.kept().program]
    assert program is not None and [(one_.media, one_.size > 0) for one_ in program.media] == [(one, True)]
    # It was shown for as long as it should be: written down, whatever becomes of the program.
    wall.elapsed.pass_by(1.5)
    wall.app.program.tick()
    proof = wall.app._media and wall.app._media.notes.proof
    assert proof is not None
    wall.wait(lambda: bool(proof.journal.pending()))
    wall.stop()
    again = display(silent=True)
    again.wait(lambda: bool(counted(hall, one)))
    (play,) = counted(hall, one)
    assert (play.terminal, play.whole > 0, play.shown_ms >= 1500) == ("display:wall", True, True)

    # Another picture: the old one stays until the new one is here, whole.
    admin.edit_signage_content(playlist.id, ContentEdit(version=playlist.version, data={"items": [item(two)]}))
    again.wait(lambda: near(again, COLOURS[1]))


def counted(hall: RunningHall, media: str) -> list[Any]:
    admin = hall.client("admin")
    day = admin.snapshot("calls").at.date()
    return admin.plays(day - timedelta(days=1), day + timedelta(days=1), media)


def test_a_published_notice_runs_on_the_wall_at_once_and_its_picture_is_everybodys(
    display: MakeDisplay, hall: RunningHall, tmp_path: Path
) -> None:
    admin = hall.client("admin")
    cover = uploaded(hall, tmp_path, COLOURS[2])
    address = f"{hall.url}/api/v1/media/{cover}"
    assert requests.get(address, timeout=5).status_code == 401, "nobody's business yet"
    wall = display(silent=True)
    wall.wait(lambda: wall.app.program.state.notices is not None)
    content = NoticeContent(title="十二月起不动产业务迁至二楼", summary="C 区", body="请到二楼 C 区办理。", cover=cover)
    made = admin.add_notice(content)
    made = admin.step_notice(made.id, "submit", made.edition)
    made = hall.client("admin", "another").step_notice(made.id, "approve", made.edition)
    admin.publish_notice(made.id, NoticePublish(edition=made.edition))
    wall.wait(lambda: wall.app.program.state.notices == ("十二月起不动产业务迁至二楼  C 区",))
    assert requests.get(address, timeout=5).status_code == 200
    assert ("notice", content.title) in {(use.kind, use.name) for use in admin.media_uses(cover)}
