"""Asking a terminal something through the server, and looking until it has answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, QTimer

from shared.domain.errors import HallError
from shared.ui.background import run_in_background

AGAIN_MS: Final = 500


class Asked(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def state(self) -> str: ...


One = TypeVar("One", bound=Asked)


class Awaiting(QObject, Generic[One]):
    """One question at a time. ``heard`` is told each look, also while it is ``waiting``; ``lost``: nobody knows what
    came of it."""

    def __init__(
        self, look: Callable[[UUID], One], heard: Callable[[One], Any], lost: Callable[[HallError], Any],
        parent: QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._look, self._heard, self._lost = look, heard, lost
        self._asked: UUID | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AGAIN_MS)
        self._soon.timeout.connect(self._look_again)

    def ask(self, work: Callable[[], One], refused: Callable[[HallError], Any]) -> None:
        """``work`` asks, on a worker."""
        run_in_background(work, self._came, refused, owner=self)

    def _look_again(self) -> None:
        asked, look = self._asked, self._look
        if asked is not None:
            run_in_background(lambda: look(asked), self._came, self._gone, owner=self)

    def _came(self, one: One) -> None:
        waits = one.state == "waiting"
        self._asked = one.id if waits else None
        self._heard(one)
        if waits:
            self._soon.start()

    def _gone(self, error: HallError) -> None:
        self._asked = None
        self._lost(error)
