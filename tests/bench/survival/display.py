"""A display without its window: what it would draw, told a few times a second."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from shared.offline.snapshot_copy import SnapshotCopy
from shared.ui.background import run_in_background
from signage_app.clock import ServerClock
from signage_app.features.queueing.presenter import QueueingPresenter
from signage_app.features.queueing.wording import Wording
from signage_app.feed import Feed
from signage_app.receipts import Receipts
from tests.bench.survival.actor import Post
from tests.bench.survival.shown import shown

SAVE_MS: Final = 1500


class DisplayActor:
    """The parts of ``signage_app.bootstrap`` below the window; what would be painted answers with receipts."""

    def __init__(self, post: Post) -> None:
        self._root = QObject()
        clock = ServerClock()
        self._copy = SnapshotCopy(post.data / "snapshot.copy")
        self._receipts = Receipts(post.client.receipt, clock.age, parent=self._root)
        self._feed = Feed(post.client, parent=self._root)
        self._presenter = QueueingPresenter(
            clock=clock, receipts=self._receipts, voice=None, wording=Wording("zh-CN", "en"), parent=self._root
        )
        self._connected = self._saving = False
        self._feed.hall.connect(self._presenter.set_hall)
        self._feed.snapshot.connect(self._presenter.take_snapshot)
        self._feed.happened.connect(self._presenter.take_event)
        self._feed.told.connect(self._presenter.take_waits)
        self._feed.connection.connect(self._presenter.set_connection)
        self._feed.connection.connect(self._on_line)
        self._presenter.zones_changed.connect(self._feed.look_again)
        self._presenter.state_changed.connect(self._paint)
        self._save = QTimer(self._root, interval=SAVE_MS)
        self._save.timeout.connect(self._keep)

    def start(self) -> None:
        copy = self._copy.load()
        if copy is not None:
            self._presenter.use_copy(copy)
        self._presenter.start()
        self._feed.start(hall_is_known=copy is not None)
        self._save.start()

    def stop(self) -> None:
        self._save.stop()
        self._presenter.stop()
        self._feed.stop()
        self._receipts.stop()

    def tick(self) -> None:
        """Nobody touches a wall."""

    def report(self) -> dict[str, Any]:
        copy = self._presenter.copy()
        seen = shown(copy.snapshot) if copy is not None and copy.snapshot is not None else None
        return {"up": seen is not None, "idle": self._connected, "behind": 0, "shown": seen}

    def _on_line(self, connected: bool, error: object) -> None:
        self._connected = connected

    def _paint(self) -> None:
        self._presenter.painted(self._presenter.visible_calls())

    def _keep(self) -> None:
        copy = self._presenter.copy()
        if copy is not None and not self._saving:
            self._saving = True
            run_in_background(lambda: self._copy.save(copy), self._saved, self._saved, owner=self._root)

    def _saved(self, _: object) -> None:
        self._saving = False
