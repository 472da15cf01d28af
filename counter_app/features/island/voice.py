"""A counter that is alone says its calls itself: the hall's loudspeakers hear of none of them.

On line the hall speaks, and this is silent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QObject, Qt, Signal, Slot

from counter_app.desk import DeskModel, Outcome
from shared.devices.registry import make_speaker
from shared.devices.speech.announcer import Announcer
from shared.devices.speech.protocol import Speaker
from shared.devices.trying import Tried, try_out
from shared.domain.announcements import Announcement, SpokenLanguage
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth
from shared.schemas.tickets import CallAnswer

_log = logging.getLogger(__name__)
_CALLS: Final = frozenset({"call-next", "call-ticket", "recall"})


class OwnVoice(QObject):
    """A counter without a loudspeaker has nothing here."""

    _heard = Signal(object)

    def __init__(self, model: DeskModel, settings: Mapping[str, Any]) -> None:
        super().__init__()
        self._model = model
        self._speaker, self._fault = _made(settings) if settings else (None, None)
        self._on_health: Callable[[], object] = lambda: None
        self._announcer: Announcer | None = None
        if self._speaker is not None:
            self._announcer = Announcer(self._speaker, self._heard.emit, clock=model.now)
        self._heard.connect(self._on_event, Qt.ConnectionType.QueuedConnection)
        model.acted.connect(self._follow)

    def start(self, on_health: Callable[[], object]) -> None:
        """``on_health``: whoever reports the devices' health looks again; called on the main thread."""
        self._on_health = on_health
        if self._announcer is not None:
            self._announcer.open()

    def stop(self) -> None:
        if self._announcer is not None:
            self._announcer.close()

    def health(self) -> list[DeviceHealth]:
        """From memory; safe on any thread."""
        if self._speaker is not None:
            return [self._speaker.health()]
        return [self._fault] if self._fault is not None else []

    def try_out(self, stop: Callable[[], bool]) -> Tried:
        """Blocks: a sentence in each of the hall's languages."""
        if self._announcer is None:
            return Tried("failed", self._fault.code if self._fault is not None else "device_not_here")
        with self._announcer.branch.overhear() as ear:
            return try_out("speech", self._speaker, ear, languages=self._languages(), stop=stop)

    def _languages(self) -> list[SpokenLanguage]:
        facts = self._model.facts
        spoken = [SpokenLanguage(code) for code in facts.hall.speech_languages] if facts is not None else []
        return spoken or [SpokenLanguage.MANDARIN]

    @Slot(object)
    def _follow(self, outcome: Outcome) -> None:
        """A step has been taken; what was done alone stands in the journal by now."""
        answer = outcome.answer
        if self._announcer is None or not self._model.is_alone or outcome.step not in _CALLS:
            return
        if not isinstance(answer, CallAnswer) or answer.ticket.called_at is None or answer.ticket.silent:
            return
        ticket, model = answer.ticket, self._model
        self._announcer.set_languages(self._languages())
        # Who is called a second time is another call.
        call = f"{ticket.id.hex}{answer.ticket.called_at:%H%M%S}"
        self._announcer.announce(Announcement(call, ticket.recalls, model.now(), ticket.number, model.counter_label))

    def _on_event(self, _: object) -> None:
        self._on_health()


def _made(settings: Mapping[str, Any]) -> tuple[Speaker | None, DeviceHealth | None]:
    try:
        return make_speaker(settings), None
    except HallError as error:
        _log.error("no speech: %s", error)
        driver = str(settings.get("driver", ""))
        return None, DeviceHealth(kind="speech", driver=driver, state="error", code=error.code)
