"""The ground of the journey: where the person stands, how long they may stand there, and how all of it is wiped."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from kiosk_app.devices import Devices
from kiosk_app.features.queueing.directory import Directory
from kiosk_app.features.queueing.drawing import Machine, draw
from kiosk_app.features.queueing.printing import Printing
from kiosk_app.features.queueing.session import Session
from kiosk_app.features.queueing.state import NoticeView, QueueingState
from kiosk_app.flow import WIPED, Action, Step, follow
from kiosk_app.hall_copy import HallCopy
from kiosk_app.island import Island
from kiosk_app.patient_clock import PatientClock
from kiosk_app.settings import KioskSettings
from shared.client.hall_client import HallClient
from shared.schemas.hall import Service
from shared.ui.presenter import Presenter


class Journey(Presenter[QueueingState]):
    """Main thread only. The parts of the presenter build on this one."""

    def __init__(
        self,
        client: HallClient,
        copy: HallCopy,
        devices: Devices,
        printing: Printing,
        settings: KioskSettings,
        parent: QObject | None = None,
        island: Island | None = None,
    ) -> None:
        super().__init__(QueueingState(language=settings.language, languages=settings.languages), parent)
        self._client, self._copy, self._devices, self._printing = client, copy, devices, printing
        self._settings, self._island = settings, island
        # How long the start screen stands, in seconds, before the attract loop begins.
        self.rests_after: Callable[[], float] = lambda: settings.attract_seconds
        self._machine = Machine(language=settings.language, elder=settings.elder)
        self._session = Session()
        self._directory = Directory()
        self._services: list[Service] | None = None
        self._appeared = 0.0
        # Stopped whenever a person leaves.
        self._timers: list[QTimer] = []
        self._idle = PatientClock(self)
        self._ticket_clock = PatientClock(self)
        self._idle.ended.connect(self._on_idle)
        self._ticket_clock.ended.connect(self._leave_ticket)
        for signal in (self._idle.changed, self._ticket_clock.changed, devices.printer_changed):
            signal.connect(self._show)
        copy.changed.connect(self._on_copy)
        copy.line_changed.connect(self._on_line)
        self._show()

    def stop(self) -> None:
        """No timer runs after this; the session is wiped."""
        for timer in self._timers:
            timer.stop()
        self._idle.stop()
        self._ticket_clock.stop()
        self._session = Session()

    @Slot()
    def touch(self) -> None:
        """Any touch anywhere: the person is still here."""
        if self._machine.step is Step.ATTRACT:
            self._go(Action.TOUCH)
        else:
            self._start_clocks()

    @Slot()
    def rest_anew(self) -> None:
        """When to rest may be said in another way by now."""
        if self._machine.step is Step.START:
            self._start_clocks()

    @Slot()
    def home(self) -> None:
        if self._settled():
            self._go(Action.HOME)

    @Slot()
    def close_notice(self) -> None:
        self._machine.notice = NoticeView()
        self._show()

    @Slot(bool)
    def set_elder(self, elder: bool) -> None:
        if elder != self._machine.elder:
            self._machine.elder, self._session.page, self._session.strip_page = elder, 0, 0
            self._show()

    @Slot(bool)
    def set_lying(self, lying: bool) -> None:
        """How the screen stands: more fits beside the keys than above them."""
        if lying != self._machine.lying:
            self._machine.lying, self._session.page = lying, 0
            self._show()

    @Slot(str)
    def set_language(self, language: str) -> None:
        if language in self._settings.languages:
            self._machine.language = language
            self._show()

    # ---- moving

    def _go(self, action: Action, *, keep_notice: bool = False) -> bool:
        """Follow the flow; False where the action means nothing."""
        step = follow(self._machine.step, action)
        if step is None:
            return False
        if step in (Step.START, Step.ATTRACT) and not (self._copy.connected or self._copy.alone):
            step = Step.AWAY
        changed, self._machine.step = step is not self._machine.step, step
        if step in WIPED:
            self._wipe()
        if not keep_notice:
            self._machine.notice = NoticeView()
        for timer in self._timers:
            timer.stop()
        if changed:
            self._appeared_now()
        self._start_clocks()
        self._show()
        return True

    def _wipe(self) -> None:
        """Nothing of the person before remains; language and size are again what the hall set."""
        self._session = Session()
        self._machine.trouble_code = "server_unreachable"
        self._machine.language, self._machine.elder = self._settings.language, self._settings.elder

    def _start_clocks(self) -> None:
        times, step, session = self._settings, self._machine.step, self._session
        self._ticket_clock.stop()
        if step in (Step.AWAY, Step.ATTRACT, Step.ISSUING, Step.TICKET):
            self._idle.stop()
        elif step is Step.START:
            self._idle.start(self.rests_after(), 0)
        else:
            self._idle.start(times.idle_seconds, times.warn_seconds)
        if step is Step.TICKET and session.print_result != "printing":
            seconds = times.ticket_seconds if session.print_result == "printed" else times.photo_seconds
            self._ticket_clock.start(seconds, seconds)

    def _on_idle(self) -> None:
        self._go(Action.IDLE)

    def _notify(self, tone: str, title: str, words: str, action: str = "") -> None:
        self._machine.notice = NoticeView(True, tone, title, words, action)
        self._show()

    def _settled(self) -> bool:
        """Whether the screen has stood long enough for a touch to be meant for it."""
        return (time.monotonic() - self._appeared) * 1000 >= self._settings.touch_guard_ms

    def _appeared_now(self) -> None:
        self._appeared = time.monotonic()

    def _timer(self, interval_ms: int, work: object) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(True)
        timer.timeout.connect(work)
        self._timers.append(timer)
        return timer

    def _show(self) -> None:
        self.set_state(
            draw(
                self._machine,
                self._session,
                self._directory,
                self._copy,
                self._settings,
                printer_code=self._devices.printer_code,
                idle_left=self._idle.left if self._machine.step is not Step.START else 0,
                ticket_left=self._ticket_clock.left,
            )
        )

    def _on_copy(self) -> None:
        if self._services is not self._copy.services:
            self._services = self._copy.services
            self._directory = Directory(self._services)
            self._session.path = [id_ for id_ in self._session.path if self._directory.get(id_)]
        self._on_line()

    def _on_line(self) -> None:
        """The server came or went. A person in the middle of it is not thrown out: the ticket is what needs it."""
        if self._copy.usable:
            self._go(Action.FOUND)
            self._printing.tell_server()
        elif not self._copy.connected:
            self._go(Action.LOST)
        self._show()

    def _leave_ticket(self) -> None:
        self._go(Action.HOME)
