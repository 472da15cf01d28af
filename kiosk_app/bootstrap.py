"""Where the kiosk is wired: client, copy of the hall, devices, presenters, window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, QUrl

from kiosk_app.attract_loop import attract_loop
from kiosk_app.content_media import ContentMedia
from kiosk_app.devices import Devices
from kiosk_app.features.queueing.paper_journal import PaperJournal
from kiosk_app.features.queueing.presenter import QueueingPresenter
from kiosk_app.features.queueing.printing import Printing
from kiosk_app.features.queueing.spoken import sentences, spoken_language
from kiosk_app.features.ticket_layouts.trials import Trials
from kiosk_app.flow import Step
from kiosk_app.guide_voice import GuideVoice
from kiosk_app.hall_copy import HallCopy
from kiosk_app.island import Island
from kiosk_app.kept_hall import KeptHall
from kiosk_app.kept_layouts import KeptLayouts
from kiosk_app.settings import KioskSettings, kiosk_settings
from kiosk_app.window import KioskWindow
from shared import __version__
from shared.client.hall_client import HallClient
from shared.client.reporter import Reporter
from shared.client.settings import TerminalSettings
from shared.devices.document_printer.test_page import test_page
from shared.devices.trying import Tried
from shared.domain.announcements import SpokenLanguage
from shared.i18n import text
from shared.offline.hall_name import KeptHallName
from shared.offline.journal_health import journal_health
from shared.schemas.device_health import DeviceHealth, DeviceKind
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

# What is told besides the hall's own matters: what plays while nobody is here.
TOPICS = ("signage",)


class KioskApp:
    """The running kiosk."""

    def __init__(self, settings: TerminalSettings, kiosk: KioskSettings) -> None:
        few_arenas()
        self.settings = kiosk
        self.client = HallClient(settings.server, settings.token, language=kiosk.language)
        self._root = QObject()
        self.copy = HallCopy(
            self.client, KeptLayouts(settings.data / "layouts.json"), self._root,
            known=KeptHall(settings.data / "hall.json"), alone_after_s=kiosk.alone_after_seconds, topics=TOPICS,
        )  # fmt: skip
        self.island = Island(self.client, self.copy, settings.data, self._root)
        self.devices = Devices(settings.devices, self._root)
        self._hall_name = KeptHallName(settings.data)
        self.copy.changed.connect(self._keep_hall_name)
        journal = PaperJournal(settings.data / "papers.jsonl")
        self.printing = Printing(self.client, self.devices, journal, self._root)
        self.trials = Trials(self.client, self.devices, self._root)
        self.copy.trial_asked.connect(self.trials.look)
        self.device_tests = DeviceTests(self.client, self._try_device, self._root)
        self.copy.device_test_asked.connect(self.device_tests.look)
        self.machine = Machine(settings.devices, settings.data, self._root)
        self.orders = Orders(
            self.client, lambda: self.window.grabWindow(), self._hindrance, self._root, machine=self.machine
        )  # fmt: skip
        self.copy.order_asked.connect(self.orders.look)
        self.updates = Updates(self.client, self._hindrance, self._root)
        self.queueing = QueueingPresenter(
            self.client, self.copy, self.devices, self.printing, kiosk, self._root, self.island
        )
        self.printing.hold_back = lambda: self.island.behind > 0
        self.island.caught_up.connect(self.printing.tell_server)
        self.media = ContentMedia(self.client, self.copy, settings.data / "content", self._root)
        self.attract = attract_loop(self.queueing, self.media, self.copy, kiosk, self._root)
        self.emergencies = EmergencyWatch(
            settings.data / "emergencies.copy", lambda: self.copy.now, time.monotonic, kiosk.language, self._root
        )
        self.copy.tell(self.emergencies)
        self.voice = GuideVoice(self.devices.speaker)
        self.surface = Surface(profile="kiosk", language=kiosk.language, elder=kiosk.elder)
        place = kiosk.place or settings.name
        self.reporter = Reporter(self.client, __version__, place, self._health, self.machine.health)
        self.queueing.state_changed.connect(self._follow)
        self.devices.listen(lambda event: self.reporter.changed())
        self.devices.printer_changed.connect(self.reporter.changed)
        self.devices.listen_to_documents(lambda event: self.reporter.changed())
        self._name = settings.name
        title = text("kiosk.window.title", kiosk.language)
        self.window = KioskWindow(
            self.queueing, self.attract, self.emergencies, self.surface, title, kiosk.size
        )  # fmt: skip
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
        self.media.start()
        self.copy.start()
        self.emergencies.start()
        self.devices.start()
        self.reporter.start()
        self.updates.start()

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        self.queueing.stop()
        self.attract.stop()
        self.emergencies.stop()
        self.printing.stop()
        self.trials.stop()
        self.device_tests.stop()
        self.orders.stop()
        self.devices.stop()
        self.reporter.stop()
        self.copy.stop()
        self.island.stop()
        wait_for_background()
        self.island.close()
        if self._lockdown is not None:
            self._lockdown.release()
        if self._home_screen is not None:
            self._home_screen.stop()
        self.window.close()
        # The screen goes before what it shows.
        self.window.setSource(QUrl())
        self.client.close()
        # Their requests under way end with the client.
        self.updates.stop()
        self.media.stop()

    def _hindrance(self) -> str:
        """Somebody's own matters are on the screen: nobody looks at it from afar, nor takes it away."""
        rests = (Step.AWAY.value, Step.ATTRACT.value, Step.START.value)
        return "" if self.queueing.state.step in rests else "somebody_there"

    def _health(self) -> list[DeviceHealth]:
        """From memory; on the reporter's thread."""
        return self.devices.health() + journal_health(self.island.journal if self.island is not None else None)

    def _try_device(self, kind: DeviceKind, stop: Callable[[], bool]) -> Tried:
        """On a worker; what it reads of the hall is replaced as a whole."""
        hall, language = self.copy.hall, self.settings.language
        languages = [SpokenLanguage(code) for code in hall.speech_languages] if hall is not None else []
        names = (hall.name if hall is not None else "", self.settings.place or self._name)
        return self.devices.try_out(
            kind,
            stop,
            languages=languages or [SpokenLanguage.MANDARIN],
            page=lambda: test_page(names, language, datetime.now()),
        )

    def _keep_hall_name(self) -> None:
        if self.copy.hall is not None:
            self._hall_name.keep(self.copy.hall)

    def _follow(self) -> None:
        """Language, size, voice and the attract loop follow the journey."""
        state = self.queueing.state
        self.surface.set_language(state.language)
        self.emergencies.set_language(state.language)
        self.surface.set_elder(state.elder)
        self.voice.follow(sentences(state), spoken_language(state.language))
        self.attract.run(state.step == Step.ATTRACT.value)


def build(settings: TerminalSettings) -> KioskApp:
    """``HallError`` when a setting is wrong."""
    return KioskApp(settings, kiosk_settings(settings))
