"""Where the touch browser is wired: besides what every kiosk has, the copy of what the hall tells."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.attract_loop import attract_loop
from kiosk_app.content_copy import TOPICS, ContentCopy
from kiosk_app.content_media import ContentMedia
from kiosk_app.features.browsing.guide_printing import GuidePrinting
from kiosk_app.features.browsing.places import Spot
from kiosk_app.features.browsing.presenter import BrowsingPresenter
from kiosk_app.features.browsing.spoken import sentences, spoken_language
from kiosk_app.kept_content import KeptContent
from kiosk_app.program import KioskProgram, Part
from kiosk_app.settings import KioskSettings, kiosk_settings
from kiosk_app.window import TOUCH
from shared.client.settings import TerminalSettings
from shared.ui.background import wait_for_background

RESTS = (Spot.AWAY.value, Spot.ATTRACT.value, Spot.START.value)


class TouchApp(KioskProgram):
    """The running touch browser."""

    def __init__(self, settings: TerminalSettings, kiosk: KioskSettings) -> None:
        super().__init__(settings, kiosk, topics=TOPICS)
        folder = settings.data / "content"
        self.content = ContentCopy(self.client, self.copy, KeptContent(folder), self._root)
        self.media = ContentMedia(self.client, self.copy, folder, self._root, content=self.content)
        self.printing = GuidePrinting(self.devices, self._root)
        self.browsing = BrowsingPresenter(self.copy, self.content, self.media, self.printing, kiosk, self._root)
        self.media.changed.connect(self.browsing.refresh)
        self.attract = attract_loop(self.browsing, self.media, self.copy, kiosk, self._root)
        self._open(self.browsing, "browsing.window", TOUCH)

    def _parts(self) -> Sequence[Part]:
        return (self.browsing,)

    def _start_copies(self) -> None:
        self.content.start()
        super()._start_copies()

    def _stop_copies(self) -> None:
        self.content.stop()
        self.copy.stop()
        # Thousands of guides may be under way: nobody waits for them.
        self.client.close()
        wait_for_background()

    def _hindrance(self) -> str:
        return "" if self.browsing.state.place in RESTS else "somebody_there"

    def _follow(self) -> None:
        state = self.browsing.state
        self.surface.set_language(state.language)
        self.emergencies.set_language(state.language)
        self.surface.set_elder(state.elder)
        self.surface.set_mode("high_contrast" if state.contrast else "day")
        self.voice.follow(sentences(state), spoken_language(state.language))
        self.attract.run(state.place == Spot.ATTRACT.value)


def build(settings: TerminalSettings) -> TouchApp:
    """``HallError`` when a setting is wrong."""
    return TouchApp(settings, kiosk_settings(settings))
