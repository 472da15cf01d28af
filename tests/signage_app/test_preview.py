"""What the console's designer shows of a layout is what a wall paints of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from admin_app.features.signage.canvas_view import Canvas
from admin_app.features.signage.preview import WallPreview
from shared.client.hall_client import HallClient
from shared.client.settings import TerminalSettings
from shared.domain.notices.life import Kind
from shared.schemas.events import ActiveCall, Snapshot
from shared.schemas.hall import Hall
from shared.schemas.notices import ShownNotice
from shared.schemas.signage import ServiceFigures, SignageContent, SignageFigures, WebPage
from shared.schemas.weather import Weather, WeatherDay, WeatherNow
from shared.ui.application import create_application, qt_warnings
from shared.ui.background import wait_for_background
from signage_app.bootstrap import SignageApp
from tests.signage_app.stage import WAIT_MS, free_now
from tests.signage_app.test_layout import HALL, LONG, NOON, called, expected, waiting_lines
from tests.signage_app.test_zones import counter
from tests.signage_app.walls import COLOURS, PLAYLIST, item, picture, program

Pixels = NDArray[np.int16]
SIZE = WIDE, HIGH = 960, 540
# Of a zone's pixels, and how far one of them may be from the other's; of letters that are a line off, more differ.
FEW, FAR = 0.002, 24
LOOK_S = 0.1
# A pixel of what plays.
FILM = WIDE * 5 // 6, HIGH // 4


def zone(kind: str, x: int, y: int, width: int, height: int, **fields: Any) -> dict[str, Any]:
    return {"id": kind, "kind": kind, "x": x, "y": y, "width": width, "height": height, **fields}


LAYOUT = {
    "width": 1920,
    "height": 1080,
    "calls_over": "band",
    "zones": [
        zone("calls", 0, 0, 640, 560),
        zone("waiting", 640, 0, 640, 560),
        zone("media", 1280, 0, 640, 560),
        zone("clock", 0, 560, 480, 420),
        zone("qr", 480, 560, 480, 420, words="https://hall.example/n"),
        zone("figures", 960, 560, 960, 420),
        # One notice that has room stands still.
        zone("ticker", 0, 980, 1920, 100),
    ],
}
NOTICE = ShownNotice(
    id=UUID(int=75), number=1, kind=Kind.NOTICE, title="明天停办不动产业务", summary="", body="", cover="", video="",
    pin=0, published_at=NOON, first_at=NOON, until=None, link="http://hall/n/1",
)  # fmt: skip
FIGURES = SignageFigures(
    at=NOON, waiting=381, served=58, wait_mean_s=620, longest_waiting_s=1900,
    services=[ServiceFigures(name=LONG, name_en="", waiting=128, served=8)],
)  # fmt: skip
WEATHER = Weather(
    place="云山区", as_of=NOON, source="气象台", now=WeatherNow(sky="rain", celsius=11.6),
    days=(WeatherDay(day=NOON.date(), sky="rain", low=9, high=14),),
)  # fmt: skip
WAITING = waiting_lines(3)
NOW = Snapshot(
    hall_id=HALL.id, epoch=1, seq=99, at=NOON, calls=called(3, status="serving"), waiting=WAITING,
    counters=[counter(1)], waits=expected((5, 9), (10, 20), (3, 4)), notices=[NOTICE], weather=WEATHER,
)  # fmt: skip
# Whom the preview calls while it is asked how a call looks.
SOMEBODY = ActiveCall(
    call_id=UUID(int=1), seq=100, called_at=NOON, ticket_id=UUID(int=1), number="A012", status="called",
    service_id=WAITING[0].service_id, service_name=WAITING[0].service_name, service_name_en=WAITING[0].service_name_en,
    counter_id=UUID(int=1), counter_label="A01", counter_name="", zone="a", floor="1", recalls=0,
)  # fmt: skip


class OneMoment(HallClient):
    """A hall whose time stands still; as the server does, it answers the parts that the topics ask for."""

    def __init__(self, store: Path) -> None:
        super().__init__("http://127.0.0.1:9", "t")
        self._store = store

    def hall(self) -> Hall:
        return HALL

    def snapshot(self, *topics: str) -> Snapshot:
        parts = {
            "calls": {"calls", "waiting"}, "counters": {"counters"}, "waits": {"waits"}, "notices": {"notices"},
            "information": {"weather"},
        }  # fmt: skip
        told = set().union(*(parts.get(topic, set()) for topic in topics))
        return NOW.model_copy(update=dict.fromkeys(set().union(*parts.values()) - told))

    def signage_figures(self) -> SignageFigures:
        return FIGURES

    def signage_web_pages(self) -> list[WebPage]:
        return []

    @contextmanager
    def open_media(self, sha256: str, offset: int, path: str = "/media") -> Iterator[tuple[int, Iterator[bytes]]]:
        yield offset, iter([(self._store / sha256[:2] / sha256).read_bytes()[offset:]])


@pytest.fixture
def wall(store: Path, qtbot: QtBot) -> Iterator[SignageApp]:
    """A display without a server that has been told the same, at a moment that stays."""
    create_application("signage")
    settings = TerminalSettings(
        "signage", "t", "http://127.0.0.1:9", "t", "zh-CN", {}, {"silent": True, "size": f"{WIDE}x{HIGH}"},
        store / "wall",
    )  # fmt: skip
    settings.data.mkdir()
    before = len(qt_warnings())
    app = SignageApp(settings, elapsed=lambda: 1000.0, local_path=lambda media: store / media[:2] / media)
    app.presenter.set_hall(HALL)
    app.presenter.take_snapshot(NOW)
    app.program.take_snapshot(NOW)
    app.program.set_figures(FIGURES)
    app.window.show()
    qtbot.waitExposed(app.window)
    yield app
    app.stop()
    free_now()
    assert qt_warnings()[before:] == ()


@pytest.fixture
def preview(store: Path, qtbot: QtBot) -> Iterator[WallPreview]:
    client = OneMoment(store)
    made = WallPreview(client, "zh-CN")
    yield made
    made.stop()
    assert wait_for_background(5)
    # Its folder goes when nothing more is fetched into it.
    made.stop()
    made.deleteLater()
    client.close()
    free_now()


def pixels(image: QImage) -> Pixels:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine() // 4, 4)
    return rows[:, : plain.width(), :3].astype(np.int16)


def different(one: QImage, other: QImage) -> list[str]:
    """The zones in which the two pictures of the wall are not the same."""
    if one.size() != other.size():
        return ["size"]
    far = np.abs(pixels(one) - pixels(other)).max(axis=2) > FAR
    # The canvas draws a line around the wall.
    far[[0, -1]] = far[:, [0, -1]] = False
    found = []
    for part in LAYOUT["zones"]:  # type: ignore[attr-defined]
        left, top, right, bottom = (
            part[side] // 2 + (part[length] // 2 if length else 0)
            for side, length in (("x", ""), ("y", ""), ("x", "width"), ("y", "height"))
        )
        if (share := far[top:bottom, left:right].mean()) > FEW:
            found.append(f"{part['id']} {share:.1%}")
    return found


def test_the_designers_picture_is_what_the_wall_paints(
    store: Path, wall: SignageApp, preview: WallPreview, qtbot: QtBot
) -> None:
    one = item(picture(store, COLOURS[1]), transition="cut", seconds=3600)
    wall.program.set_program(program({PLAYLIST: [one]}, LAYOUT))
    playlist = SignageContent(
        id=PLAYLIST, kind="playlist", name="一", version=1, data={"items": [one.model_dump(mode="json")]},
        retired=False, changed_by="admin", changed_at=NOON,
    )  # fmt: skip
    drawn: list[QImage] = []
    preview.drawn.connect(lambda png: drawn.append(QImage.fromData(png)))
    looked = 0.0
    told: list[str] = []

    def same() -> None:
        """Both have loaded and painted all of it. A look costs more than waiting does."""
        nonlocal looked
        if drawn and time.monotonic() - looked > LOOK_S:
            told[:] = different(drawn[-1], wall.window.grabWindow())
            looked = time.monotonic()
        assert drawn and told == []

    def both_show() -> QImage:
        told[:] = ["not looked"]
        qtbot.waitUntil(same, timeout=WAIT_MS)
        return wall.window.grabWindow()

    def loaded() -> bool:
        """What plays and the code come a moment after the rest."""
        image = wall.window.grabWindow()
        return image.pixelColor(*FILM).name() == COLOURS[1] and pixels(image)[280:490, 240:480].max(axis=2).min() < 60

    preview.show(LAYOUT, [playlist], SIZE)
    qtbot.waitUntil(loaded, timeout=WAIT_MS)
    plays = both_show()
    for turn in (1, 2):
        # A turn that was had does not come back.
        somebody = SOMEBODY.model_copy(update={"call_id": UUID(int=turn)})
        wall.presenter.take_snapshot(NOW.model_copy(update={"calls": [somebody, *(NOW.calls or ())]}))
        preview.show(LAYOUT, [playlist], SIZE, calling=True)
        assert len(different(both_show(), plays)) >= 5, "a call lies over the foot of the wall and stands in the list"
        wall.presenter.take_snapshot(NOW)
        preview.show(LAYOUT, [playlist], SIZE)
        assert different(both_show(), plays) == []
    # And so it lies on the canvas, inside a line, the chosen zone apart.
    canvas = Canvas("zh-CN")
    qtbot.addWidget(canvas)
    canvas.resize(WIDE + 2, HIGH + 2)
    canvas.show_layout((1920, 1080), LAYOUT["zones"], -1, frozenset())  # type: ignore[arg-type]
    canvas.show_outlines(False)
    canvas.show_picture(plays)
    assert canvas.room() == SIZE
    assert different(canvas.grab().toImage().copy(QRect(QPoint(1, 1), plays.size())), plays) == []
