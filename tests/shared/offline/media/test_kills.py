"""kill -9 at random points of a download, two hundred times: always the last good manifest or the new one, whole."""

from __future__ import annotations

import hashlib
import random
import signal
from pathlib import Path

import pytest

from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.store import MediaStore
from tests.fakes.media_server import MediaServer, media_server
from tests.shared.offline.media.child import Display

KILLS = 200
SEED = 20261127
# Room for two programmes and a bit, so that old files are removed while new ones come.
LIMIT = 1_200_000


def programme(server: MediaServer, chance: random.Random, before: MediaManifest | None) -> MediaManifest:
    """Three new files, and one of the programme before."""
    items = [before.items[0]] if before is not None else []
    for _ in range(3):
        content = chance.randbytes(chance.randrange(40_000, 200_000))
        items.append(ManifestItem(sha256=server.add(content), size=len(content)))
    return MediaManifest.of(items, {"number": chance.random()})


def check(folder: Path, good: MediaManifest, new: MediaManifest) -> MediaManifest:
    """What a display that starts now would show: all of one of the two, and nothing on the disk bears a false name."""
    shown = MediaStore(folder, reserve=0).current
    assert shown in (good, new)
    for path in folder.glob("??/*"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name, "a file that is not what its name says"
    for item in shown.items:
        assert (folder / item.sha256[:2] / item.sha256).stat().st_size == item.size
    return shown


@pytest.mark.timeout(300)
def test_two_hundred_kills_leave_the_last_good_programme_or_the_new_one(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    folder, killed, switched = tmp_path / "media", 0, 0
    with media_server(SEED) as server, Display() as display:
        server.faults, server.pause_s = 15, 0.002
        good, new = MediaManifest(), programme(server, chance, None)
        while killed < KILLS:
            pid = display.start(url=server.url, folder=str(folder), manifest=new.model_dump_json(), limit=LIMIT)
            code = display.end(pid, chance.random() * 0.12)
            assert code in (0, -signal.SIGKILL), "the display ended by itself"
            killed += code != 0
            if check(folder, good, new) == new:
                good, new = new, programme(server, chance, new)
                switched += 1
        server.faults = 0
        last = display.start(url=server.url, folder=str(folder), manifest=new.model_dump_json(), limit=LIMIT)
        assert display.end(last, None) == 0 and check(folder, good, new) == new
        # It was no easy ride: programmes changed on the way, and every fault of the line came.
        assert switched > 5 and all(server.did.values())
