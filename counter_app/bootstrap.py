"""Wires the counter: one client, one desk, its presenters, two windows, the scanner."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl

from counter_app.desk import DeskModel
from counter_app.features.booking.presenter import PapersPresenter
from counter_app.features.booking.view import PapersCard, PapersWindow
from counter_app.features.emergencies.view import EmergencyLine, EmergencyNote
from counter_app.features.feedback.journal import RatingJournal
from counter_app.features.feedback.outbox import RatingOutbox
from counter_app.features.feedback.presenter import CitizenPresenter
from counter_app.features.island.copy import Copies
from counter_app.features.island.diary import Diary
from counter_app.features.island.mode import IslandMode
from counter_app.features.island.voice import OwnVoice
from counter_app.features.queueing.paper import TicketPaper
from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.scanning import scanner_listener
from counter_app.features.queueing.windows_view import OperatorWindows
from counter_app.features.sign_on.card import StaffCards
from counter_app.features.sign_on.password import PasswordPresenter
from counter_app.features.sign_on.password_view import PasswordDialog
from counter_app.features.sign_on.presenter import SignOnPresenter
from counter_app.features.sign_on.view import SignInPage
from counter_app.parts_view import IconButton
from counter_app.person import Person
from counter_app.screens import CitizenPlace
from counter_app.settings import CounterSettings, Memory, counter_settings
from counter_app.strip import CounterStrip
from shared import __version__
from shared.client.hall_client import HallClient
from shared.client.reporter import Reporter
from shared.client.settings import TerminalSettings
from shared.devices.hearing import Branch
from shared.devices.registry import make_scanner
from shared.devices.scanner.protocol import Scanner, ScannerEvent
from shared.devices.trying import Tried, try_out
from shared.domain.errors import HallError
from shared.i18n import text
from shared.offline.hall_name import KeptHallName
from shared.schemas.device_health import DeviceHealth, DeviceKind
from shared.ui.background import wait_for_background
from shared.ui.device_tests import DeviceTests
from shared.ui.emergencies import EmergencyWatch
from shared.ui.machine import Machine
from shared.ui.orders import Orders
from shared.ui.quick_window import QuickWindow
from shared.ui.surface import Surface
from shared.ui.updates import Updates

_log = logging.getLogger(__name__)
CITIZEN_QML = Path(__file__).parent / "features" / "feedback" / "View.qml"
# Whatever the last citizen chose, the next one starts with the hall's own language and letters.
_NEW_PERSON = ("idle", "called", "closed", "paused")


class CounterApp(QObject):
    """The program of one counter. ``model``, ``operator`` and ``citizen`` are there for tests and the tour."""

    def __init__(self, settings: TerminalSettings) -> None:
        super().__init__()
        own = counter_settings(settings)
        memory = Memory(settings.data / "memory.json")
        self._language = settings.language
        self._client = HallClient(settings.server, settings.token, language=settings.language)
        self.model = DeskModel(self._client, own.counter or memory.get("counter"))
        self._hall_name = KeptHallName(settings.data)
        self.model.changed.connect(self._keep_hall_name)
        self.diary = Diary(settings.data / "island" / "journal.db", self._client)
        self.island = IslandMode(
            self.model, Copies(settings.data / "island"), self.diary, grace_s=own.alone_after_s, parent=self.model
        )
        # A token of the server's own machine vouches for a number; an enrolled counter has people prove it.
        token = settings.token
        self._person = None if isinstance(token, str) else Person(settings.server, settings.name, token)
        self.cards = StaffCards(own.card_reader if self._person is not None else {})
        self.operator = OperatorPresenter(self.model, own, memory, language=settings.language)
        self.sign_on = SignOnPresenter(self.model, memory, self.cards, language=settings.language, person=self._person)
        self.outbox = RatingOutbox(self._client, RatingJournal(settings.data / "ratings"))
        self.outbox.may_send = lambda: not self.island.is_alone
        self.citizen = CitizenPresenter(self.model, self.outbox, own)
        self.operator_windows = OperatorWindows(
            self.operator, lambda: SignInPage(self.sign_on, settings.language), settings.language, own.edge
        )
        self.paper = TicketPaper(self.model, own.printer, settings.language)
        self.strip = CounterStrip(self.model, own.led_display, settings.language)
        self.voice = OwnVoice(self.model, own.speech)
        self.papers = PapersPresenter(self.model, language=settings.language)
        self.operator_windows.bar.add_card(PapersCard(self.papers, settings.language))
        self.papers_window = PapersWindow(self.papers, settings.language)
        self.emergencies = EmergencyWatch(
            settings.data / "emergencies.copy", lambda: self.model.now().astimezone(self.model.zone), time.monotonic,
            settings.language,
        )  # fmt: skip
        self.model.tell(self.emergencies)
        self.emergency_note = EmergencyNote(self.emergencies, settings.language)
        for window in (self.operator_windows.bar, self.operator_windows.mini):
            window.add_strip(EmergencyLine(self.emergencies, self.emergency_note))
        self.emergencies.state_changed.connect(self.operator_windows.bar.make_room)
        self.citizen_window = self._citizen_window(own)
        self.place = CitizenPlace(
            self.citizen_window, wanted=own.citizen_screen, windowed=own.windowed,
            move_operator=self.operator_windows.move_to,
        )  # fmt: skip
        self._scanner, self._scanner_fault = _scanner(own)
        self._scanner_driver = str(own.scanner.get("driver", ""))
        self._offer_password()
        self._scanner_branch: Branch | None = None
        self._tests = DeviceTests(self._client, self._try_device, self)
        self.model.device_test_asked.connect(self._tests.look)
        # Its screens show who is served: nobody looks at them from afar.
        machine = Machine(settings.devices, settings.data, self)
        self._orders = Orders(self._client, None, self._hindrance, self, machine=machine)
        self.model.order_asked.connect(self._orders.look)
        self._updates = Updates(self._client, self._hindrance, self)
        self._reporter = Reporter(
            self._client, __version__, self.model.counter_label, self._health, machine.health
        )  # fmt: skip
        self._scene = ""
        self._running = False
        # Everything belongs to the app, so that it goes together and on this thread.
        for part in (
            self.model, self.operator, self.cards, self.sign_on, self.outbox, self.citizen, self.operator_windows,
            self.place, self.papers, self.paper, self.strip, self.voice, self.emergencies,
        ):  # fmt: skip
            part.setParent(self)
        self.sign_on.said.connect(self.operator.say)
        self.sign_on.failed.connect(self.operator.tell)
        self.sign_on.counter_change_wanted.connect(self.operator.change_counter)
        self.operator.given.connect(self.citizen.show_given)
        self.operator.given.connect(self.paper.print_ticket)
        self.paper.said.connect(self.operator.say)
        self.cards.presented.connect(self.operator.card_presented)
        self.operator.state_changed.connect(self._follow_operator)
        self.citizen.state_changed.connect(self._follow_citizen)

    def _hindrance(self) -> str:
        return "ticket_in_hand" if self.operator.state.person is not None else ""

    def _citizen_window(self, own: CounterSettings) -> QuickWindow:
        surface = Surface(profile="counter", mode=own.mode, language=self._language)
        window = QuickWindow(
            CITIZEN_QML, presenter=self.citizen, surface=surface, title=text("counter.window.citizen", self._language),
            context={"emergencies": self.emergencies},
        )  # fmt: skip
        # A citizen's touch must not take the F-keys away from the operator.
        window.setFlag(Qt.WindowType.WindowDoesNotAcceptFocus, True)
        return window

    def _offer_password(self) -> None:
        """A small button in the bar's foot while somebody is here who proved it."""
        person = self._person
        if person is None:
            return
        self.password = PasswordPresenter(person, self._language)
        self.password.setParent(self)
        made = IconButton("own_password", "lock", self._ask_password)
        made.show_icon(text("profile.password.change", self._language))
        self.operator_windows.bar.add_to_foot(made)

        def follow() -> None:
            made.setVisible(person.is_here and self.operator.state.phase in ("open", "paused"))

        self.operator.state_changed.connect(follow)
        follow()

    def _ask_password(self) -> None:
        bar = self.operator_windows.bar
        PasswordDialog(bar, self.password, self._language, lambda words: self.operator.say("ok", words)).open()

    @property
    def windows(self) -> Sequence[object]:
        return (self.operator_windows.bar, self.citizen_window, self.operator_windows.mini)

    def start(self) -> None:
        self._running = True
        self.place.show()
        self.operator_windows.show()
        self.operator.start()
        self.citizen.start()
        self.emergencies.start()
        self.emergency_note.show_on(self.operator_windows.window.screen())
        if self._scanner is not None:
            listener = scanner_listener(self.operator)

            def heard(event: ScannerEvent) -> None:
                listener(event)
                self._reporter.changed()

            self._scanner_branch = Branch(heard)
            self._scanner.open(self._scanner_branch.hear)
        elif self._scanner_fault is not None:
            self.operator.tell(self._scanner_fault)
        self.cards.start(self._reporter.changed)
        self.paper.start()
        self.strip.start(self._reporter.changed)
        self.voice.start(self._reporter.changed)
        self.island.start()
        self._reporter.start()
        self._updates.start()

    def stop(self) -> None:
        if not self._running:
            return
        self._running = False
        self.place.stop()
        self._tests.stop()
        self._orders.stop()
        if self._scanner is not None:
            self._scanner.close()
        self.cards.stop()
        self.paper.stop()
        self.strip.stop()
        self.voice.stop()
        self.sign_on.stop()
        self.operator.stop()
        self.citizen.stop()
        self.emergencies.stop()
        self.emergency_note.close()
        self.operator_windows.close()
        self.papers_window.close()
        self.citizen_window.close()
        # The presenter goes first; a scene that still stands would look for it.
        self.citizen_window.setSource(QUrl())
        self.island.stop()
        self.model.stop()
        self._reporter.stop()
        if not wait_for_background(10.0):
            _log.warning("a request still runs at the end; the server keeps its result")
        self._client.close()
        self._updates.stop()
        self.diary.close()
        if self._person is not None:
            self._person.close()
        for window in (
            self.citizen_window, self.operator_windows.bar, self.operator_windows.mini, self.papers_window,
            self.emergency_note,
        ):  # fmt: skip
            window.deleteLater()

    def _try_device(self, kind: DeviceKind, stop: Callable[[], bool]) -> Tried:
        """On a worker."""
        match kind:
            case "card_reader":
                return self.cards.try_out(stop)
            case "printer":
                return self.paper.try_out()
            case "led_display":
                return self.strip.try_out(stop)
            case "speech":
                return self.voice.try_out(stop)
            case "scanner" if self._scanner is not None and self._scanner_branch is not None:
                with self._scanner_branch.overhear() as ear:
                    return try_out(kind, self._scanner, ear, stop=stop)
        return Tried("failed", "device_not_here")

    def _health(self) -> list[DeviceHealth]:
        others = [
            *self.cards.health(),
            *self.paper.health(),
            *self.strip.health(),
            *self.voice.health(),
            *self.diary.health(),
        ]
        if self._scanner is not None:
            return [self._scanner.health(), *others]
        fault = self._scanner_fault.code if self._scanner_fault is not None else ""
        return [DeviceHealth(kind="scanner", driver=self._scanner_driver, state="error", code=fault), *others]

    def _keep_hall_name(self) -> None:
        if self.model.facts is not None:
            self._hall_name.keep(self.model.facts.hall)

    def _follow_operator(self) -> None:
        if self.operator.state.mode != self.citizen.state.mode:
            self.citizen.set_mode(self.operator.state.mode)

    def _follow_citizen(self) -> None:
        scene = self.citizen.state.scene
        if scene != self._scene and scene in _NEW_PERSON:
            self.citizen_window.surface.set_language(self._language)
            self.citizen_window.surface.set_elder(False)
        self._scene = scene


def _scanner(own: CounterSettings) -> tuple[Scanner | None, HallError | None]:
    """The counter works without its scanner; a wrong setting is told on the screen."""
    try:
        return make_scanner(own.scanner), None
    except HallError as error:
        return None, error


def build(settings: TerminalSettings) -> CounterApp:
    """The counter's program, ready to start."""
    return CounterApp(settings)
