"""Where the ticket kiosk is wired: besides what every kiosk has, numbers on paper, and going on without the server."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk_app.attract_loop import attract_loop
from kiosk_app.content_media import ContentMedia
from kiosk_app.features.queueing.paper_journal import PaperJournal
from kiosk_app.features.queueing.presenter import QueueingPresenter
from kiosk_app.features.queueing.printing import Printing
from kiosk_app.features.queueing.spoken import sentences, spoken_language
from kiosk_app.features.ticket_layouts.trials import Trials
from kiosk_app.flow import Step
from kiosk_app.island import Island
from kiosk_app.program import KioskProgram, Part
from kiosk_app.settings import KioskSettings, kiosk_settings
from kiosk_app.window import MAIN
from shared.client.settings import TerminalSettings
from shared.offline.journal_health import journal_health
from shared.schemas.device_health import DeviceHealth
from shared.ui.background import wait_for_background

# What is told besides the hall's own matters: what plays while nobody is here.
TOPICS = ("signage",)
RESTS = (Step.AWAY.value, Step.ATTRACT.value, Step.START.value)


class KioskApp(KioskProgram):
    """The running kiosk."""

    def __init__(self, settings: TerminalSettings, kiosk: KioskSettings) -> None:
        super().__init__(settings, kiosk, topics=TOPICS, alone_after_s=kiosk.alone_after_seconds)
        self.island = Island(self.client, self.copy, settings.data, self._root)
        journal = PaperJournal(settings.data / "papers.jsonl")
        self.printing = Printing(self.client, self.devices, journal, self._root)
        self.trials = Trials(self.client, self.devices, self._root)
        self.copy.trial_asked.connect(self.trials.look)
        self.queueing = QueueingPresenter(
            self.client, self.copy, self.devices, self.printing, kiosk, self._root, self.island
        )
        self.printing.hold_back = lambda: self.island.behind > 0
        self.island.caught_up.connect(self.printing.tell_server)
        self.devices.listen(lambda event: self.reporter.changed())
        self.media = ContentMedia(self.client, self.copy, settings.data / "content", self._root)
        self.attract = attract_loop(self.queueing, self.media, self.copy, kiosk, self._root)
        self._open(self.queueing, "kiosk.window.title", MAIN)

    def _parts(self) -> Sequence[Part]:
        return self.queueing, self.printing, self.trials

    def _stop_copies(self) -> None:
        self.copy.stop()
        self.island.stop()
        wait_for_background()
        self.island.close()

    def _hindrance(self) -> str:
        return "" if self.queueing.state.step in RESTS else "somebody_there"

    def _health(self) -> list[DeviceHealth]:
        return self.devices.health() + journal_health(self.island.journal)

    def _follow(self) -> None:
        state = self.queueing.state
        self.surface.set_language(state.language)
        self.emergencies.set_language(state.language)
        self.surface.set_elder(state.elder)
        self.voice.follow(sentences(state), spoken_language(state.language))
        self.attract.run(state.step == Step.ATTRACT.value)


def build(settings: TerminalSettings) -> KioskApp:
    """``HallError`` when a setting is wrong."""
    return KioskApp(settings, kiosk_settings(settings))
