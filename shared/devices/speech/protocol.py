"""What every speaker can do: say one utterance after the other and tell honestly what became of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from shared.domain.announcements import Sentence
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth


@dataclass(frozen=True)
class Utterance:
    """What is said in one go: a chime if wanted, then the sentences."""

    id: str
    parts: tuple[Sentence, ...]
    chime: bool = True


@dataclass(frozen=True)
class UtteranceStarted:
    """The first sound of an utterance."""

    id: str


@dataclass(frozen=True)
class UtteranceFinished:
    """The utterance was said to its end."""

    id: str


@dataclass(frozen=True)
class UtteranceFailed:
    """The utterance was not said, or not to its end."""

    id: str
    error: HallError


SpeakerEvent = UtteranceStarted | UtteranceFinished | UtteranceFailed
SpeakerListener = Callable[[SpeakerEvent], None]


class Speaker(Protocol):
    """One speaker with one worker thread of its own; the next utterance begins only after the one before has ended."""

    def open(self, listener: SpeakerListener) -> None:
        """Start the worker and return at once; `listener` is called on its own threads, never after close()."""

    def say(self, utterance: Utterance) -> None:
        """Line an utterance up and return at once; exactly one UtteranceFinished or UtteranceFailed follows."""

    def hush(self) -> None:
        """Break off what is being said and drop what waits: each fails with speech_stopped. Returns at once."""

    def close(self) -> None:
        """Stop the sound and wait for the worker; what was not said fails with speech_stopped. Harmless twice."""

    def health(self) -> DeviceHealth:
        """How the speaker is, from memory: never blocks."""
