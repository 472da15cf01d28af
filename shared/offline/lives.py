"""How a program's last lives ended: what tells a program that crashes over and over from one that was unlucky once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from shared.offline.checked_copy import CheckedCopy
from shared.schemas.base import Message

log = logging.getLogger(__name__)
CRASHES, WINDOW_S = 3, 300.0
FIRST_REST_S, LONGEST_REST_S = 60.0, 900.0
_TRACES = {"Segmentation fault": "segmentation_fault", "Aborted": "aborted", "Bus error": "bus_error"}
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Ending(Message):
    """One life that ended by itself: noticed at (seconds of the epoch), and why as far as anybody knows."""

    at: float
    code: str


class LivesRecord(Message):
    """The file; ``boot`` is the machine's start in which the present life began."""

    boot: str = ""
    running: bool = False
    endings: list[Ending] = []
    rests: int = 0


class Lives:
    """Three crashes within five minutes ask for a rest; each rest that did not help doubles the next, to 15 minutes.

    A disk that can't be written must not keep a program from starting: then nothing is counted.
    """

    def __init__(
        self, folder: Path, clock: Callable[[], float] = time.time, boot: Callable[[], str] = lambda: boot_id()
    ) -> None:
        self._copy = CheckedCopy(folder / "lives.json", LivesRecord)
        self._clock, self._boot = clock, boot
        self._record = LivesRecord()

    @property
    def endings(self) -> list[Ending]:
        return self._record.endings

    def begin(self, trace: str = "") -> None:
        """A life begins; one that was never ended in the same start of the machine has crashed. A power cut is none."""
        known = self._copy.load() or LivesRecord()
        now, boot = self._clock(), self._boot()
        endings = [one for one in known.endings if abs(now - one.at) <= WINDOW_S]
        if known.running and known.boot == boot:
            endings.append(Ending(at=now, code=code_of(trace)))
        self._keep(LivesRecord(boot=boot, running=True, endings=endings, rests=known.rests))

    def rest_s(self) -> float:
        """How long to rest before the program is tried: 0 as long as it only was unlucky."""
        if len(self._record.endings) < CRASHES:
            return 0.0
        return min(FIRST_REST_S * 2.0**self._record.rests, LONGEST_REST_S)

    def rested(self) -> None:
        """The program is tried again: one more crash, and it rests longer."""
        now = self._clock()
        last = [Ending(at=now, code=one.code) for one in self._record.endings[1 - CRASHES :]]
        self._keep(self._record.model_copy(update={"endings": last, "rests": self._record.rests + 1}))

    def settled(self) -> None:
        """It has lived long enough for what was before to be over."""
        self._keep(self._record.model_copy(update={"endings": [], "rests": 0}))

    def end(self, code: str = "") -> None:
        """This life is over: in order, which lets the next begin afresh, or because of ``code``."""
        if not code:
            self._keep(LivesRecord(boot=self._boot()))
            return
        endings = [*self._record.endings, Ending(at=self._clock(), code=code)]
        self._keep(self._record.model_copy(update={"running": False, "endings": endings}))

    def _keep(self, record: LivesRecord) -> None:
        self._record = record
        try:
            self._copy.save(record)
        except OSError as error:
            log.warning("how this program lives can't be kept: %s", error)


def code_of(trace: str) -> str:
    """What the dying program wrote about its end, as one word; it may have had no time to."""
    return next((code for words, code in _TRACES.items() if words in trace), "crashed")


def boot_id() -> str:
    """Which start of the machine this is; the same text for ever where the system doesn't say."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return ""
