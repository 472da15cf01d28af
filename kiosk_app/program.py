"""What the ticket kiosk and the touch browser are both wired with: client, copy of the hall, devices, window."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject

from kiosk_app.content_media import ContentMedia
from kiosk_app.devices import Devices
from kiosk_app.features.attract.presenter import AttractPresenter
from kiosk_app.guide_voice import GuideVoice
from kiosk_app.hall_copy import HallCopy
from kiosk_app.kept_hall import KeptHall
from kiosk_app.kept_layouts import KeptLayouts
from kiosk_app.settings import KioskSettings
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
from shared.schemas.device_health import DeviceHealth, DeviceKind
from shared.ui import film_view  # noqa: F401  (registers the item that draws videos)
from shared.ui.device_tests import DeviceTests
from shared.ui.emergencies import EmergencyWatch
from shared.ui.machine import Machine
from shared.ui.memory import few_arenas
from shared.ui.orders import Orders
from shared.ui.presenter import Presenter
from shared.ui.standing import Standing
from shared.ui.surface import Surface
from shared.ui.updates import Updates


class Part(Protocol):
    """Something with timers or work of its own."""

    def stop(self) -> None: ...


class KioskProgram(ABC):
    """A subclass makes what is its own and opens the window; ``start`` shows it."""

    media: ContentMedia
    attract: AttractPresenter
    window: KioskWindow

    def __init__(
        self, settings: TerminalSettings, kiosk: KioskSettings, *, topics: tuple[str, ...], alone_after_s: float = 0.0
    ) -> None:
        few_arenas()
        self.settings, self._name = kiosk, settings.name
        self.client = HallClient(settings.server, settings.token, language=kiosk.language)
        self._root = QObject()
        self.copy = HallCopy(
            self.client, KeptLayouts(settings.data / "layouts.json"), self._root,
            known=KeptHall(settings.data / "hall.json"), alone_after_s=alone_after_s, topics=topics,
        )  # fmt: skip
        self.devices = Devices(settings.devices, self._root)
        self._hall_name = KeptHallName(settings.data)
        self.copy.changed.connect(self._keep_hall_name)
        self.device_tests = DeviceTests(self.client, self._try_device, self._root)
        self.copy.device_test_asked.connect(self.device_tests.look)
        self.machine = Machine(settings.devices, settings.data, self._root)
        self.orders = Orders(
            self.client, lambda: self.window.grabWindow(), self._hindrance, self._root, machine=self.machine
        )  # fmt: skip
        self.copy.order_asked.connect(self.orders.look)
        self.updates = Updates(self.client, self._hindrance, self._root)
        self.emergencies = EmergencyWatch(
            settings.data / "emergencies.copy", lambda: self.copy.now, time.monotonic, kiosk.language, self._root
        )
        self.copy.tell(self.emergencies)
        self.voice = GuideVoice(self.devices.speaker)
        self.surface = Surface(profile="kiosk", language=kiosk.language, elder=kiosk.elder)
        place = kiosk.place or settings.name
        self.reporter = Reporter(self.client, __version__, place, self._health, self.machine.health)
        self.devices.printer_changed.connect(self.reporter.changed)
        self.devices.listen_to_documents(lambda event: self.reporter.changed())
        self._stopped = False

    def _open(self, desk: Presenter[Any], title: str, qml: Path) -> None:
        """``title``: the key of the window's name."""
        self.window = KioskWindow(
            desk, self.attract, self.emergencies, self.surface, text(title, self.settings.language),
            self.settings.size, qml,
        )  # fmt: skip
        self._standing = Standing(self.window, self.settings.screen, fullscreen=self.settings.fullscreen)
        desk.state_changed.connect(self._follow)
        self._follow()

    @property
    def windows(self) -> Sequence[KioskWindow]:
        return (self.window,)

    def start(self) -> None:
        self._standing.show()
        self._start_copies()
        self.emergencies.start()
        self.devices.start()
        self.reporter.start()
        self.updates.start()

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        for part in (*self._parts(), self.attract, self.emergencies, self.device_tests, self.orders):
            part.stop()
        self.devices.stop()
        self.reporter.stop()
        self._stop_copies()
        self._standing.close()
        self.client.close()
        # Their requests under way end with the client.
        self.updates.stop()
        self.media.stop()

    def _start_copies(self) -> None:
        """What is read from the server, and kept."""
        self.media.start()
        self.copy.start()

    @abstractmethod
    def _stop_copies(self) -> None:
        """And what is under way."""

    @abstractmethod
    def _parts(self) -> Sequence[Part]:
        """What ends first: whoever is here is not served any more."""

    @abstractmethod
    def _hindrance(self) -> str:
        """Somebody's own matters are on the screen: nobody looks at it from afar, nor takes it away."""

    @abstractmethod
    def _follow(self) -> None:
        """Language, size, voice and the attract loop follow whoever is there."""

    def _health(self) -> list[DeviceHealth]:
        """From memory; on the reporter's thread."""
        return self.devices.health()

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
