"""Where the touch browser is wired: client, copies of the hall and of what it tells, devices, presenters, window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, QUrl

from kiosk_app.attract_loop import attract_loop
from kiosk_app.content_copy import TOPICS, ContentCopy
from kiosk_app.content_media import ContentMedia
from kiosk_app.devices import Devices
from kiosk_app.features.browsing.guide_printing import GuidePrinting
from kiosk_app.features.browsing.places import Spot
from kiosk_app.features.browsing.presenter import BrowsingPresenter
from kiosk_app.features.browsing.spoken import sentences, spoken_language
from kiosk_app.guide_voice import GuideVoice
from kiosk_app.hall_copy import HallCopy
from kiosk_app.kept_content import KeptContent
from kiosk_app.kept_hall import KeptHall
from kiosk_app.kept_layouts import KeptLayouts
from kiosk_app.settings import KioskSettings, kiosk_settings
from kiosk_app.window import TOUCH, KioskWindow
from shared import __version__
from shared.client.hall_client import HallClient
from shared.client.reporter import Reporter
from shared.client.settings import TerminalSettings
from shared.devices.document_printer.test_page import test_page
from shared.devices.trying import Tried
from shared.domain.announcements import SpokenLanguage
from shared.i18n import text
from shared.offline.hall_name import KeptHallName
from shared.schemas.device_health import DeviceKind
from shared.ui import film_view  # noqa: F401  (registers the item that draws videos)
from shared.ui.background import wait_for_background
from shared.ui.device_tests import DeviceTests
from shared.ui.emergencies import EmergencyWatch
from shared.ui.home_screen import HomeScreen
from shared.ui.lockdown import Lockdown
from shared.ui.machine import Machine
from shared.ui.memory import few_arenas
from shared.ui.orders import Orders
from shared.ui.surface import Surface
from shared.ui.updates import Updates

RESTS = (Spot.AWAY.value, Spot.ATTRACT.value, Spot.START.value)


class TouchApp:
    """The running touch browser."""

    def __init__(self, settings: TerminalSettings, kiosk: KioskSettings) -> None:
        few_arenas()
        self.settings = kiosk
        self.client = HallClient(settings.server, settings.token, language=kiosk.language)
        self._root = QObject()
        self.copy = HallCopy(
            self.client, KeptLayouts(settings.data / "layouts.json"), self._root,
            known=KeptHall(settings.data / "hall.json"), topics=TOPICS,
        )  # fmt: skip
        self.content = ContentCopy(self.client, self.copy, KeptContent(settings.data / "content"), self._root)
        folder = settings.data / "content"
        self.media = ContentMedia(self.client, self.copy, folder, self._root, content=self.content)
        self.devices = Devices(settings.devices, self._root)
        self._hall_name = KeptHallName(settings.data)
        self.copy.changed.connect(self._keep_hall_name)
        self.device_tests = DeviceTests(self.client, self._try_device, self._root)
        self.copy.device_test_asked.connect(self.device_tests.look)
        self.machine = Machine(settings.devices, settings.data, self._root)
        self.orders = Orders(
            self.client, lambda: self.window.grabWindow(), self._hindrance, self._root, machine=self.machine
        )  # fmt: skip
        self.updates = Updates(self.client, self._hindrance, self._root)
        self.copy.order_asked.connect(self.orders.look)
        self.printing = GuidePrinting(self.devices, self._root)
        self.browsing = BrowsingPresenter(self.copy, self.content, self.media, self.printing, kiosk, self._root)
        self.media.changed.connect(self.browsing.refresh)
        self.attract = attract_loop(self.browsing, self.media, self.copy, kiosk, self._root)
        self.emergencies = EmergencyWatch(
            settings.data / "emergencies.copy", lambda: self.copy.now, time.monotonic, kiosk.language, self._root
        )
        self.copy.tell(self.emergencies)
        self.voice = GuideVoice(self.devices.speaker)
        self.surface = Surface(profile="kiosk", language=kiosk.language, elder=kiosk.elder)
        place = kiosk.place or settings.name
        self.reporter = Reporter(self.client, __version__, place, self.devices.health, self.machine.health)
        self.browsing.state_changed.connect(self._follow)
        self.devices.printer_changed.connect(self.reporter.changed)
        self.devices.listen_to_documents(lambda event: self.reporter.changed())
        self._name = settings.name
        title = text("browsing.window", kiosk.language)
        self.window = KioskWindow(
            self.browsing, self.attract, self.emergencies, self.surface, title, kiosk.size, TOUCH
        )  # fmt: skip
        self._follow()
        self._lockdown: Lockdown | None = None
        self._home_screen: HomeScreen | None = None
        self._stopped = False

    @property
    def windows(self) -> Sequence[KioskWindow]:
        return (self.window,)

    def start(self) -> None:
        if self.settings.fullscreen:
            self._lockdown = Lockdown(self.window)
            self._home_screen = HomeScreen(self.window, self.settings.screen)
            self._home_screen.show()
        else:
            self.window.show()
        self.content.start()
        self.media.start()
        self.copy.start()
        self.devices.start()
        self.reporter.start()
        self.updates.start()
        self.emergencies.start()

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        self.updates.stop()
        self.emergencies.stop()
        for part in (self.browsing, self.attract, self.device_tests, self.orders, self.devices, self.reporter):
            part.stop()
        self.content.stop()
        self.copy.stop()
        # What is under way ends with the client.
        self.client.close()
        wait_for_background()
        self.media.stop()
        if self._lockdown is not None:
            self._lockdown.release()
        if self._home_screen is not None:
            self._home_screen.stop()
        self.window.close()
        # The screen goes before what it shows.
        self.window.setSource(QUrl())

    def _hindrance(self) -> str:
        """Somebody reads there: nobody takes the screen away."""
        return "" if self.browsing.state.place in RESTS else "somebody_there"

    def _try_device(self, kind: DeviceKind, stop: Callable[[], bool]) -> Tried:
        """On a worker; what it reads of the hall is replaced as a whole."""
        hall, language = self.copy.hall, self.settings.language
        languages = [SpokenLanguage(code) for code in hall.speech_languages] if hall is not None else []
        names = (hall.name if hall is not None else "", self.settings.place or self._name)
        return self.devices.try_out(
            kind, stop, languages=languages or [SpokenLanguage.MANDARIN],
            page=lambda: test_page(names, language, datetime.now()),
        )  # fmt: skip

    def _keep_hall_name(self) -> None:
        if self.copy.hall is not None:
            self._hall_name.keep(self.copy.hall)

    def _follow(self) -> None:
        """Language, size, contrast, voice and the attract loop follow whoever is there."""
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
