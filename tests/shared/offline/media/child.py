"""A display's downloads in processes of their own, forked one after the other so that each may be killed at once."""

from __future__ import annotations

import json
import os
import random
import select
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from shared.client.hall_client import HallClient
from shared.offline.media.fetching import Fetching
from shared.offline.media.manifest import MediaManifest
from shared.offline.media.store import MediaStore

ROOT = Path(__file__).resolve().parents[4]


class Display:
    """Starts a process that fetches a manifest, and kills it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.shared.offline.media.child import serve; serve()"], cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def start(self, **job: Any) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self, pid: int, within_s: float | None) -> int:
        """Its exit code; killed when it has not ended within this time (None: as long as it takes)."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], within_s)[0]:
            with suppress(ProcessLookupError):  # It ended by itself a moment ago.
                os.kill(pid, 9)
        return int(self._process.stdout.readline())


def serve() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                fetch(**job)
                code = 0
            finally:
                os._exit(code)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def fetch(url: str, folder: str, manifest: str, limit: int) -> None:
    """Until it is shown."""
    client = HallClient(url, "token")
    store = MediaStore(Path(folder), limit=limit, reserve=0)
    fetching = Fetching(store, client.open_media, pace=2**30, draw=lambda: random.random() / 100)
    fetching.want(MediaManifest.model_validate_json(manifest))
    while True:
        wait = fetching.step()
        if not fetching.busy:
            return
        time.sleep(wait)
