"""What stands on the glass of a small wall without a server, and what happens to it."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QColor

from shared.schemas.emergencies import EmergencyChange
from shared.schemas.events import Event, Snapshot
from signage_app.bootstrap import SignageApp
from tests.fakes.qml import find_item
from tests.signage_app.test_layout import HALL, NOON, called

MEDIA: dict[str, Any] = {"id": "m", "kind": "media", "x": 0, "y": 0, "width": 1920, "height": 1080}
WALL = {"zones": [MEDIA]}
# Of a call.
RED = "#A50F19"
# Of a picture that is none, and of a film that is let go before it has begun.
EXPECTED = ("Error decoding", "Immediate exit requested")


def seen(app: SignageApp, x: float = 0.5, y: float = 0.3) -> QColor:
    image = app.window.grabWindow()
    return image.pixelColor(int(image.width() * x), int(image.height() * y))


def near(one: QColor, other: str) -> bool:
    # A video's colours are rounded on their way.
    wanted = QColor(other)
    parts = zip(one.getRgb()[:3], wanted.getRgb()[:3], strict=True)  # type: ignore[arg-type]
    return max(abs(a - b) for a, b in parts) < 24


def zone_text(app: SignageApp, name: str) -> str:
    found = find_item(app.window.rootObject(), name)
    return str(found.property("text")) if found is not None and found.isVisible() else ""


def call(app: SignageApp, count: int = 1) -> None:
    app.presenter.take_snapshot(
        Snapshot(hall_id=HALL.id, epoch=1, seq=99, at=NOON, calls=called(count), waiting=[], counters=[])
    )


def tell(app: SignageApp, change: EmergencyChange) -> None:
    data = change.model_dump(mode="json")
    app.program.take_event(Event(hall_id=HALL.id, epoch=1, seq=100, kind="emergency.changed", at=NOON, data=data))
