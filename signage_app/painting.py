"""Tells when what the presenter wanted on the screen is really there."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Slot

from shared.ui.quick_window import QuickWindow


class PaintWatch(QObject):
    """`painted(calls)` is called on the main thread after the frame that held those calls was swapped to the screen.

    A hidden or covered window paints no frames, and so tells nothing.
    """

    def __init__(
        self,
        window: QuickWindow,
        wanted: Callable[[], frozenset[UUID]],
        painted: Callable[[frozenset[UUID]], None],
    ) -> None:
        super().__init__(window)
        self._wanted = wanted
        self._painted = painted
        self._in_frame: frozenset[UUID] = frozenset()
        # Emitted on the main thread, right before the scene is copied for rendering.
        window.afterAnimating.connect(self._begin, Qt.ConnectionType.DirectConnection)
        # May be emitted on the render thread, where Python must never run.
        window.frameSwapped.connect(self._end, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _begin(self) -> None:
        self._in_frame = self._wanted()

    @Slot()
    def _end(self) -> None:
        if self._in_frame:
            self._painted(self._in_frame)
