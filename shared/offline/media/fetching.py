"""Brings a terminal the files of a new manifest: a piece at a time, from where it stood, at the pace it is allowed.

No thread of its own: whoever runs it calls ``step`` and comes again after the seconds it answers.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Final, Protocol

from shared.domain.errors import HallError
from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.store import MediaStore

FIRST_S: Final = 1.0
LONGEST_S: Final = 60.0
# When a hall's displays hear of something new, they come one after the other within this.
SPREAD_S: Final = 5.0
# As long as one step takes at most, so that who runs it can do other things.
STEP_S: Final = 2.0
# Twenty displays together leave a 100 Mbit network half free.
PACE: Final = 5 * 1024 * 1024 // 2


class Source(Protocol):
    """Opens a content from an offset; answers where it really begins and its pieces. HallError."""

    def __call__(self, sha256: str, offset: int) -> AbstractContextManager[tuple[int, Iterator[bytes]]]: ...


class Fetching:
    """One thread at a time. ``pace``: bytes a second. ``error``: why it does not go on; None while it does."""

    def __init__(
        self, store: MediaStore, source: Source, *, pace: int = PACE, draw: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._store, self._source = store, source
        self._pace, self._draw, self._clock, self._sleep = pace, draw, clock, sleep
        self._wanted: MediaManifest | None = None
        self._failures = 0
        self.error: HallError | None = None

    def want(self, manifest: MediaManifest) -> float:
        """Something new is to be shown; answers in how many seconds to begin."""
        if manifest == self._store.current and not self._store.missing(manifest):
            self._wanted = None
            return 0.0
        self._wanted, self.error, self._failures = manifest, None, 0
        self._store.drop_parts(manifest.wanted)
        return self._draw() * SPREAD_S

    @property
    def busy(self) -> bool:
        return self._wanted is not None

    @property
    def progress(self) -> tuple[int, int]:
        """Bytes that are here, and those of all files of the manifest that is fetched."""
        if self._wanted is None:
            return 0, 0
        total = sum(item.size for item in self._wanted.items)
        left = sum(item.size - self._store.offset(item) for item in self._store.missing(self._wanted))
        return total - left, total

    def step(self) -> float:
        """Fetch for a while, and switch when all is here; answers in how many seconds to come again."""
        wanted = self._wanted
        if wanted is None:
            return LONGEST_S
        try:
            missing = self._store.missing(wanted)
            if missing:
                self._store.make_room(missing[0], wanted.wanted)
                self._fetch(missing[0])
            else:
                self._store.switch(wanted)
                self._wanted = None
        except HallError as error:
            self.error = error
            return self._later()
        self.error, self._failures = None, 0
        return 0.0 if self._wanted is not None else LONGEST_S

    def _fetch(self, item: ManifestItem) -> None:
        offset, began = self._store.offset(item), self._clock()
        if offset < item.size:
            came = 0
            with self._source(item.sha256, offset) as (begins, pieces):
                if begins != offset:
                    # A server that can't give parts, or gives others: all of it anew.
                    self._store.drop(item)
                    if begins:
                        raise HallError("server_unreachable")
                for piece in pieces:
                    if self._store.offset(item) + len(piece) > item.size:
                        break
                    self._store.append(item, piece)
                    came += len(piece)
                    late = began + came / self._pace - self._clock()
                    if late > 0:
                        self._sleep(late)
                    if self._clock() - began > STEP_S:
                        break
            if self._store.offset(item) < item.size:
                if not came:
                    raise HallError("server_unreachable")
                return
        self._store.finish(item)

    def _later(self) -> float:
        """Anywhere up to twice as long as before, so that a hall's displays do not come all at once."""
        longest = min(LONGEST_S, FIRST_S * float(1 << min(self._failures, 10)))
        self._failures += 1
        return longest * self._draw()
