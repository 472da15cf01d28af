"""A display that plays and tells of it, in a process that is killed: what it kept is witnessed beside it."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.client.hall_client import HallClient
from shared.offline.journal import Journal
from shared.offline.media.plays import ProofOfPlay

SHA256 = "ab" * 32


def play(url: str, token: str, folder: str, ends: bool) -> None:
    """Show one thing after the other, telling the server in between; with ``ends`` until it has heard of all."""
    client = HallClient(url, token)
    proof = ProofOfPlay(Journal(Path(folder) / "plays.db"), client.upload_plays)
    now = datetime.now(UTC)
    with (Path(folder) / "witness").open("a") as witness:
        while not ends:
            for _ in range(3):
                id_ = proof.shown(SHA256, now - timedelta(seconds=10), now, day=now.date(), place="main")
                witness.write(f"{id_}\n")
                witness.flush()
            proof.step(lambda: now.date())
    while proof.sync.behind:
        time.sleep(min(0.1, proof.step(lambda: now.date())))


def serve() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                play(**job)
                code = 0
            finally:
                os._exit(code)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
