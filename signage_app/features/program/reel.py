"""What plays in one zone: which item is on, which comes next, and when. Pure; time is seconds that only grow.

An item counts from the moment it is really seen. One whose file is missing or can't be shown is passed over, and tried
again after a while: it may be on its way.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.schemas.signage import PlaylistItem

LocalPath = Callable[[str], Path | None]
# The content, for how many seconds it was seen, and whether that was all of it.
Played = Callable[[str, float, bool], object]
# A file that does not show by then does not show at all.
PATIENCE_S: Final = 10.0
AGAIN_S: Final = 60.0
LONGEST_S: Final = 3600.0
# Of all reels: a zone that gets another playlist notices.
_KEYS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class OnReel:
    """``key``: another one each time an item comes up."""

    key: int
    place: int
    item: PlaylistItem
    path: Path


class Reel:
    """``current`` is on the wall or about to be, ``next`` is made ready behind it."""

    def __init__(self, local_path: LocalPath, played: Played = lambda media, seconds, whole: None) -> None:
        self._local_path, self._played = local_path, played
        self._items: tuple[PlaylistItem, ...] = ()
        self._asked_at = 0.0
        self._shown_at: float | None = None
        self._failed: dict[str, float] = {}
        self.current: OnReel | None = None
        self.next: OnReel | None = None

    def follow(self, items: Sequence[PlaylistItem], now: float) -> None:
        """Play these; another list begins at its beginning."""
        if tuple(items) != self._items:
            self._items = tuple(items)
            self.next = None
            self._turn(self._pick(-1, now), now)

    def tick(self, now: float) -> None:
        if self.current is None:
            self._turn(self._pick(-1, now), now)
        elif self._shown_at is None:
            if now - self._asked_at >= PATIENCE_S:
                self.failed(self.current.key, now)
        else:
            limit = self.current.item.seconds or LONGEST_S
            if now - self._shown_at >= limit:
                self._go_on(now)
        if self.next is None and self.current is not None:
            self.next = self._pick(self.current.place, now)

    def shown(self, key: int, now: float) -> None:
        """It is on the glass."""
        if self.current is not None and key == self.current.key and self._shown_at is None:
            self._shown_at = now

    def ended(self, key: int, now: float) -> None:
        """A video is over; one that has its seconds begins again until they are over, which the view does."""
        if self.current is not None and key == self.current.key and self.current.item.seconds is None:
            self._go_on(now)

    def failed(self, key: int, now: float) -> None:
        """It can't be shown."""
        for one in (self.current, self.next):
            if one is not None and one.key == key:
                self._failed[one.item.media] = now
        if self.next is not None and self.next.item.media in self._failed:
            self.next = None
        if self.current is not None and key == self.current.key:
            place = self.current.place
            self._turn(self.next or self._pick(place, now), now)
        elif self.next is None and self.current is not None:
            self.next = self._pick(self.current.place, now)

    def close(self, now: float) -> None:
        """Its zone is on the wall no more."""
        self._tell(now, whole=False)
        self.current = self.next = None

    def _tell(self, now: float, *, whole: bool) -> None:
        if self.current is not None and self._shown_at is not None:
            self._played(self.current.item.media, now - self._shown_at, whole)

    def _go_on(self, now: float) -> None:
        assert self.current is not None
        self._tell(now, whole=True)
        coming = self.next or self._pick(self.current.place, now)
        if coming is not None and coming.item == self.current.item and coming.item.kind == "picture":
            # The only one there is stays; by then another one may have come.
            self._shown_at = now
            self.next = self._pick(self.current.place, now)
            return
        self._shown_at = None
        self._turn(coming, now)

    def _turn(self, coming: OnReel | None, now: float) -> None:
        self._tell(now, whole=False)
        self.current, self._asked_at, self._shown_at = coming, now, None
        self.next = self._pick(coming.place, now) if coming is not None else None

    def _pick(self, place: int, now: float) -> OnReel | None:
        """The first behind a place that can be shown; that one itself comes last."""
        for step in range(1, len(self._items) + 1):
            found = (place + step) % len(self._items)
            item = self._items[found]
            if now - self._failed.get(item.media, -AGAIN_S) < AGAIN_S:
                continue
            path = self._local_path(item.media)
            if path is not None:
                return OnReel(next(_KEYS), found, item, path)
        return None
