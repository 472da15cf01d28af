"""The display's thread: what is wanted last is what is shown, and what was shown is told."""

from __future__ import annotations

import queue
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from shared.client.hall_client import HallClient
from shared.offline.journal import Journal
from shared.offline.media.fetching import Fetching
from shared.offline.media.keeper import MediaKeeper
from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.plays import ProofOfPlay
from shared.offline.media.store import MediaStore
from shared.schemas.island import EntryVerdict
from tests.fakes.media_server import media_server
from tests.shared.offline.media.test_store import content, manifest


def test_the_last_wish_is_shown_and_what_was_shown_is_told(tmp_path: Path) -> None:
    ready: queue.Queue[MediaManifest] = queue.Queue()
    told: queue.Queue[Any] = queue.Queue()

    def upload(entries: list[dict[str, Any]]) -> list[EntryVerdict]:
        for entry in entries:
            told.put(entry)
        return [EntryVerdict(id=entry["id"], verdict="taken", code="") for entry in entries]

    with media_server() as server:
        client = HallClient(server.url, "token")
        store, journal = MediaStore(tmp_path / "media", reserve=0), Journal(tmp_path / "plays.db")
        proof = ProofOfPlay(journal, upload)
        keeper = MediaKeeper(
            Fetching(store, client.open_media, pace=2**30, draw=lambda: 0.0), ready.put, proof=proof, tell_s=0.05
        )
        keeper.start()
        nowhere = MediaManifest.of([ManifestItem(sha256="c" * 64, size=9)])
        keeper.want(nowhere)
        first = manifest(server, content(100_000))
        keeper.want(first)
        assert ready.get(timeout=20) == first
        second = manifest(server, content(100_000), content(5_000, 1))
        keeper.want(second)
        assert ready.get(timeout=20) == second and store.current == second
        now = datetime.now(UTC)
        id_ = proof.shown(second.items[0].sha256, now - timedelta(seconds=9), now, day=now.date(), place="main")
        entry = told.get(timeout=20)
        assert (entry["id"], entry["kind"], entry["body"]["shown_ms"]) == (str(id_), "media.played", 9000)
        client.close()
        keeper.stop()
        journal.close()
    assert told.empty(), "told once"
