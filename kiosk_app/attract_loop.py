"""The loop that runs while nobody is here: by the hall's rules, from the hall's schedules, proven like a wall's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject

from kiosk_app.content_media import ContentMedia
from kiosk_app.features.attract.presenter import AttractPresenter
from kiosk_app.hall_copy import HallCopy
from kiosk_app.settings import KioskSettings


class Resting(Protocol):
    """What the loop comes after: the screen that people use."""

    rests_after: Callable[[], float]

    def rest_anew(self) -> None: ...


def attract_loop(
    desk: Resting, media: ContentMedia, copy: HallCopy, settings: KioskSettings, parent: QObject
) -> AttractPresenter:
    """The rule of the hall counts before the profile's own time."""
    desk.rests_after = lambda: media.attract_after_s or settings.attract_seconds
    loop = AttractPresenter(copy, settings, parent, reel=media.reel, note=media.note)
    media.changed.connect(loop.gather)
    media.rule_changed.connect(desk.rest_anew)
    return loop
