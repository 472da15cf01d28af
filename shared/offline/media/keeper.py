"""The thread of a display's media: fetches what is wanted, says when it is here, tells the server what was shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Final

from shared.offline.media.fetching import Fetching
from shared.offline.media.manifest import MediaManifest
from shared.offline.media.plays import ProofOfPlay

# What was shown need not be known at once: one request tells of many.
TELL_S: Final = 30.0


class MediaKeeper:
    """``ready`` is called on this thread when a wanted manifest has become the current one."""

    def __init__(
        self, fetching: Fetching, ready: Callable[[MediaManifest], object], *, proof: ProofOfPlay | None = None,
        today: Callable[[], date] = date.today, tell_s: float = TELL_S,
    ) -> None:  # fmt: skip
        self._fetching, self._ready, self._proof = fetching, ready, proof
        self._today, self._tell_s = today, tell_s
        self._wanted: MediaManifest | None = None
        self._lock = threading.Lock()
        self._awake, self._ending = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="media", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the piece that is under way; the client is closed by whoever made it, before."""
        self._ending = True
        self._awake.set()
        if self._thread.is_alive():
            self._thread.join()

    def want(self, manifest: MediaManifest) -> None:
        """From any thread: fetch it, and show it when it is here. The last one that is wanted counts."""
        with self._lock:
            self._wanted = manifest
        self._awake.set()

    def _run(self) -> None:
        fetch, tell = 0.0, 0.0
        wanted: MediaManifest | None = None
        while not self._ending:
            with self._lock:
                new, self._wanted = self._wanted, None
            if new is not None:
                wanted = new
                fetch = self._fetching.want(new)
            if self._proof is not None and tell <= 0:
                tell = max(self._proof.step(self._today), 0.0)
                tell = min(tell, self._tell_s) if self._proof.sync.error is None else tell
            if self._fetching.busy and fetch <= 0:
                fetch = self._fetching.step()
                if not self._fetching.busy and wanted is not None:
                    self._ready(wanted)
            waits = [fetch] if self._fetching.busy else []
            waits += [tell] if self._proof is not None else []
            pause = min(waits, default=None)
            if pause is None or pause > 0:
                self._awake.wait(pause)
                self._awake.clear()
            # Whatever time passed at least: who is woken early looks a little early.
            fetch, tell = fetch - (pause or 0.0), tell - (pause or 0.0)
