"""Says what the screen says, one screen at a time: who has moved on hears no more of the one before."""

from __future__ import annotations

import itertools

from shared.devices.speech.protocol import Speaker, Utterance
from shared.domain.announcements import Sentence, SpokenLanguage


class GuideVoice:
    """Main thread only; a machine without a loudspeaker stays silent."""

    def __init__(self, speaker: Speaker | None) -> None:
        self._speaker = speaker
        self._said: tuple[Sentence, ...] = ()
        self._ids = itertools.count(1)

    def follow(self, texts: tuple[str, ...], language: SpokenLanguage) -> None:
        """The sentences that hold now: what joins is added, anything else breaks off what is being said."""
        wanted = tuple(Sentence(language, text) for text in texts)
        if self._speaker is None or wanted == self._said[: len(wanted)] != ():
            return  # said already, or less of it holds
        if wanted[: len(self._said)] != self._said or not wanted:
            if self._said:
                self._speaker.hush()
            self._said = ()
        if new := wanted[len(self._said) :]:
            self._speaker.say(Utterance(f"guide-{next(self._ids)}", new, chime=False))
        self._said = wanted
