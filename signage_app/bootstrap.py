"""Wires the display: client, stream, voice, presenter, window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from shared import __version__
from shared.client.hall_client import HallClient
from shared.client.reporter import Reporter
from shared.client.settings import TerminalSettings
from shared.devices.registry import make_speaker
from shared.devices.speech.protocol import Speaker
from shared.devices.trying import Tried
from shared.domain.announcements import SpokenLanguage
from shared.domain.errors import HallError
from shared.offline.hall_name import KeptHallName
from shared.offline.kept_signage import SignageCopy
from shared.offline.snapshot_copy import HallCopy, SnapshotCopy
from shared.schemas.device_health import DeviceHealth, DeviceKind
from shared.schemas.hall import Hall
from shared.ui import film_view  # noqa: F401  (registers the item that draws videos)
from shared.ui.background import run_in_background, wait_for_background
from shared.ui.device_tests import DeviceTests
from shared.ui.machine import Machine
from shared.ui.memory import few_arenas
from shared.ui.orders import Orders
from shared.ui.quick_window import QuickWindow, parse_size
from shared.ui.standing import Standing
from shared.ui.surface import Surface
from shared.ui.updates import Updates
from signage_app.announcing import Voice
from signage_app.clock import ServerClock, seconds_since_boot
from signage_app.features.program.presenter import ProgramPresenter
from signage_app.features.program.reel import LocalPath
from signage_app.features.queueing.presenter import QueueingPresenter
from signage_app.features.queueing.wording import Wording
from signage_app.feed import Feed
from signage_app.media import WallMedia
from signage_app.painting import PaintWatch
from signage_app.receipts import Receipts
from signage_app.settings import SignageSettings, signage_settings

log = logging.getLogger(__name__)
VIEW = Path(__file__).parent / "Stage.qml"
# Often enough that a power cut loses little, seldom enough for a cheap disk.
SAVE_AFTER_MS = 1500
TOUCH_EVERY_MS = 60_000


class SignageApp(QObject):
    """One display. ``elapsed`` and ``speaker`` stand in for the machine's clock and loudspeaker in tests;
    ``local_path`` finds a picture or video by its SHA-256."""

    def __init__(
        self,
        terminal: TerminalSettings,
        *,
        elapsed: Callable[[], float] = seconds_since_boot,
        speaker: Speaker | None = None,
        local_path: LocalPath | None = None,
    ) -> None:
        super().__init__()
        few_arenas()
        self.settings: SignageSettings = signage_settings(terminal)
        self._device: DeviceHealth | None = None
        self.clock = ServerClock(elapsed)
        self.client = HallClient(terminal.server, terminal.token, language=terminal.language)
        self.voice = self._make_voice(speaker)
        self.receipts = Receipts(self.client.receipt, self.clock.age, parent=self)
        self.feed = Feed(self.client, parent=self)
        self.presenter = QueueingPresenter(
            clock=self.clock,
            receipts=self.receipts,
            voice=self.voice,
            wording=Wording(self.settings.language, self.settings.second_language),
            zone=self.settings.zone,
            highlight_seconds=self.settings.highlight_seconds,
            parent=self,
        )
        self.program = ProgramPresenter(
            clock=self.clock,
            local_path=local_path or self._local_path,
            language=self.settings.language,
            second=self.settings.second_language,
            film_volume=self.settings.film_volume,
            parent=self,
        )
        self._media = self._make_media(terminal.data)
        self._copy = SnapshotCopy(terminal.data / "snapshot.copy")
        self._program_copy = SignageCopy(terminal.data / "signage.copy")
        self._keeping = self._keep_again = False
        self._hall_name = KeptHallName(terminal.data)
        self.feed.hall.connect(self._hall_name.keep)
        self._saving = False
        self._save = QTimer(self)
        self._save.setSingleShot(True)
        self._save.setInterval(SAVE_AFTER_MS)
        self._save.timeout.connect(self._save_now)
        self._touch = QTimer(self)
        self._touch.setInterval(TOUCH_EVERY_MS)
        self._touch.timeout.connect(self._save_now)
        machine = Machine(terminal.devices, terminal.data, self)
        self._reporter = Reporter(self.client, __version__, self.settings.zone, self.devices, machine.health)
        self._tests = DeviceTests(self.client, self._try_device, self)
        self._orders = Orders(self.client, lambda: self.window.grabWindow(), lambda: "", self, machine=machine)
        self._updates = Updates(self.client, lambda: "", self)
        self.window = self._make_window()
        # Nobody works at a wall.
        self._standing = Standing(self.window, self.settings.screen, fullscreen=self.settings.fullscreen, deaf=True)
        self._connect()
        self._stopped = False

    @property
    def windows(self) -> tuple[QuickWindow, ...]:
        return (self.window,)

    def start(self) -> None:
        copy, kept = self._copy.load(), self._program_copy.load()
        said = [one.sent for one in kept.emergencies] if kept is not None else []
        for at in (*said, *([copy.as_of] if copy is not None else [])):
            self.clock.at_least(at)
        if copy is not None:
            self._use_languages(copy.hall)
            self.presenter.use_copy(copy)
        if kept is not None:
            self.program.use_kept(kept)
        self.presenter.start()
        self.program.start()
        if self.voice is not None:
            self.voice.open()
        self._standing.show()
        if self._media is not None:
            self._media.start()
        self.feed.start(hall_is_known=copy is not None)
        self._reporter.start()
        self._touch.start()
        self._updates.start()

    def stop(self) -> None:
        if self._stopped:
            return
        self._stopped = True
        for timer in (self._save, self._touch):
            timer.stop()
        self.presenter.stop()
        self.program.stop()
        self.feed.stop()
        self.receipts.stop()
        self._tests.stop()
        self._orders.stop()
        self._reporter.stop()
        if self.voice is not None:
            self.voice.close()
        # One at a time writes the copy, and a save may still be under way; requests end with the client.
        self.client.close()
        self._updates.stop()
        wait_for_background()
        if self._media is not None:
            self._media.stop()
        copy = self.presenter.copy()
        if copy is not None:
            self._write(copy)
        self._write_program()
        self._standing.close()
        # Freed by Qt, here: left to Python, the collector may free them on whichever thread it happens to run.
        self.window.deleteLater()
        self.deleteLater()

    def devices(self) -> list[DeviceHealth]:
        """For the hall's device page."""
        if self.voice is not None:
            return [self.voice.health()]
        return [self._device] if self._device is not None else []

    def _try_device(self, kind: DeviceKind, stop: Callable[[], bool]) -> Tried:
        """On a worker."""
        if self.voice is not None:
            return self.voice.try_out(kind, stop)
        return Tried("failed", self._device.code if self._device is not None else "device_not_here")

    def _make_voice(self, speaker: Speaker | None) -> Voice | None:
        if speaker is None and self.settings.speech is not None:
            try:
                speaker = make_speaker(self.settings.speech, self.settings.zone)
            except HallError as error:
                # A wrong loudspeaker setting must not take the calls off the wall.
                log.warning("no speech: %s", error)
                driver = str(self.settings.speech.get("driver", ""))
                self._device = DeviceHealth(kind="speech", driver=driver, state="error", code=error.code)
        if speaker is None:
            return None
        languages = self.settings.speech_languages or (SpokenLanguage.MANDARIN,)
        return Voice(speaker, self.clock.now, languages, parent=self)

    def _make_window(self) -> QuickWindow:
        surface = Surface(profile="signage", mode=self.settings.mode, language=self.settings.language)
        size = (1080, 1920) if self.settings.portrait else (1920, 1080)
        if self.settings.size:
            size = parse_size(self.settings.size)
        window = QuickWindow(
            VIEW,
            presenter=self.presenter,
            surface=surface,
            context={"program": self.program},
            title="ZhiTing",
            size=size,
            turns=True,
        )
        PaintWatch(window, self._calls_on_glass, self.presenter.painted)
        return window

    def _connect(self) -> None:
        self.feed.hall.connect(self.presenter.set_hall)
        self.feed.hall.connect(self._use_languages)
        self.feed.snapshot.connect(self.presenter.take_snapshot)
        self.feed.happened.connect(self.presenter.take_event)
        self.feed.happened.connect(self._tests.hear)
        self.feed.happened.connect(self._orders.hear)
        self.feed.told.connect(self.presenter.take_waits)
        self.presenter.zones_changed.connect(self.feed.look_again)
        self.feed.connection.connect(self.presenter.set_connection)
        if self._media is None:
            self.feed.program.connect(self.program.set_program)
        else:
            self.feed.program.connect(self._media.take)
            self._media.ready.connect(self.program.set_program)
            self.program.played.connect(self._note)
        self.feed.snapshot.connect(self.program.take_snapshot)
        self.feed.happened.connect(self.program.take_event)
        self.program.wanted.connect(self.feed.ask_program)
        self.program.figures_wanted.connect(self.feed.want_figures)
        self.feed.figures.connect(self.program.set_figures)
        if self.voice is not None:
            self.voice.changed.connect(self._tell_speaking)
        self.program.keep.connect(self._keep_program)
        self.presenter.state_changed.connect(self._tell_call)
        for arrival in (self.feed.hall, self.feed.snapshot, self.feed.happened):
            arrival.connect(self._save_soon)

    def _make_media(self, folder: Path) -> WallMedia | None:
        try:
            return WallMedia(self.client, folder, self.program.today, self)
        except HallError as error:
            # Calls need no disk.
            log.warning("no pictures and films: %s", error)
            return None

    def _local_path(self, media: str) -> Path | None:
        return self._media.store.path(media) if self._media is not None else None

    def _note(self, media: str, zone: str, seconds: float, whole: bool) -> None:
        if self._media is not None:
            self._media.note(media, zone, self.clock.now() - timedelta(seconds=seconds), seconds, whole)

    def _use_languages(self, hall: Hall) -> None:
        if self.voice is not None and self.settings.speech_languages is None and hall.speech_languages:
            self.voice.set_languages([SpokenLanguage(code) for code in hall.speech_languages])

    def _tell_call(self) -> None:
        state = self.presenter.state
        self.program.set_call(state.hero.call_id if state.hero is not None and state.highlighted else "")

    def _tell_speaking(self) -> None:
        if self.voice is not None and not self._stopped:
            self.program.set_speaking(self.voice.is_speaking)

    def _calls_on_glass(self) -> frozenset[UUID]:
        hero = self.presenter.state.hero
        return self.program.on_glass(self.presenter.visible_calls(), hero.call_id if hero is not None else "")

    # The copies on disk

    def _keep_program(self) -> None:
        """At once: an emergency must survive the power cut that comes with it."""
        self._keep_again = self._keeping
        if not self._keeping and not self._stopped:
            self._keeping = True
            run_in_background(self._write_program, self._program_kept, self._program_kept, owner=self)

    def _program_kept(self, _: object) -> None:
        self._keeping = False
        if self._keep_again:
            self._keep_program()

    def _write_program(self) -> None:
        try:
            self._program_copy.save(self.program.kept())
        except OSError as error:
            log.warning("the program was not kept: %s", error)

    def _save_soon(self, _: object) -> None:
        if not self._save.isActive():
            self._save.start()

    def _save_now(self) -> None:
        copy = self.presenter.copy()
        if copy is None or self._saving:
            return
        self._saving = True
        run_in_background(lambda: self._write(copy), self._saved, self._saved, owner=self)

    def _saved(self, _: object) -> None:
        self._saving = False

    def _write(self, copy: HallCopy) -> None:
        try:
            self._copy.save(copy)
        except OSError as error:
            log.warning("the copy was not kept: %s", error)


def build(settings: TerminalSettings) -> SignageApp:
    """The display with its real clock and its settings' loudspeaker."""
    return SignageApp(settings)
