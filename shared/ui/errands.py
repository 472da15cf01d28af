"""Errands: what the console asks of one terminal, which fetches it, does it once and answers once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Slot

from shared.domain.errors import HallError
from shared.ui.background import run_in_background

log = logging.getLogger(__name__)
RETRY_MS: Final = 5_000


class Asked(Protocol):
    @property
    def id(self) -> UUID: ...


One = TypeVar("One", bound=Asked)
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Kind(Generic[One, Outcome]):
    """All three block, on a worker. ``fetch``: what is asked of this terminal now; ``do`` never raises; ``tell``: what
    came of it. ``name`` is for the log."""

    name: str
    fetch: Callable[[], Sequence[One]]
    do: Callable[[One], Outcome]
    tell: Callable[[UUID, Outcome], Any]


class Errands(QObject, Generic[One, Outcome]):
    """Each is done once by this program, also when telling its outcome takes several tries. Main thread only."""

    def __init__(
        self, kind: Kind[One, Outcome], parent: QObject | None = None, done: Callable[[], Any] = lambda: None
    ) -> None:
        """``done``: told on the main thread after each look that came through."""
        super().__init__(parent)
        self._kind, self._tell_done = kind, done
        self._begun: set[UUID] = set()
        self._untold: dict[UUID, Outcome] = {}
        self._busy = self._again = self.stopped = False
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self.look)

    @Slot()
    def look(self) -> None:
        """Fetch what is asked of this terminal, do it, tell; a call meanwhile is answered by one more."""
        if self.stopped:
            return
        if self._busy:
            self._again = True
            return
        self._busy = True
        run_in_background(self._work, self._done, self._failed, owner=self)

    def stop(self) -> None:
        """What is under way ends and is not told."""
        self.stopped = True
        self._retry.stop()

    def _work(self) -> None:
        """On a worker, one at a time."""
        for asked in self._kind.fetch():
            if asked.id not in self._begun and not self.stopped:
                self._begun.add(asked.id)
                self._untold[asked.id] = self._kind.do(asked)
        for id_, said in list(self._untold.items()):
            try:
                self._kind.tell(id_, said)
            except HallError as error:
                if not error.is_final:
                    raise
                log.warning("outcome of a %s refused: %s", self._kind.name, error.code)
            del self._untold[id_]

    def _done(self, _: None) -> None:
        self._busy = False
        self._tell_done()
        if self._again:
            self._again = False
            self.look()

    def _failed(self, error: HallError) -> None:
        self._busy = self._again = False
        log.info("%s: %s", self._kind.name, error.code)
        if not self.stopped:
            self._retry.start()
