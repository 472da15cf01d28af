"""A display's media on a real disk and a bad line: from where it stood, never what is wrong, never more than fits."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.offline.media.fetching import LONGEST_S, SPREAD_S, Fetching
from shared.offline.media.manifest import ManifestItem, MediaManifest
from shared.offline.media.store import MediaStore
from tests.fakes.media_server import MediaServer, media_server
from tests.fakes.small_disk import SmallDisk


@pytest.fixture
def server() -> Iterator[MediaServer]:
    with media_server() as opened:
        yield opened


@pytest.fixture
def client(server: MediaServer) -> Iterator[HallClient]:
    opened = HallClient(server.url, "token")
    yield opened
    opened.close()


def content(length: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(length)


def manifest(server: MediaServer, *contents: bytes) -> MediaManifest:
    return MediaManifest.of([ManifestItem(sha256=server.add(one), size=len(one)) for one in contents])


def run(fetching: Fetching, steps: int = 100) -> None:
    for _ in range(steps):
        if not fetching.busy:
            return
        fetching.step()
    raise AssertionError(f"never ready: {fetching.error}")


def test_what_is_half_here_is_continued_and_shown_when_all_is(
    tmp_path: Path, server: MediaServer, client: HallClient
) -> None:  # fmt: skip
    store = MediaStore(tmp_path, reserve=0)
    wanted = manifest(server, content(100_000), content(50_000, 1))
    first = wanted.items[0]
    store.append(first, server.contents[first.sha256][:40_000])
    fetching = Fetching(store, client.open_media, pace=2**30, draw=lambda: 0.5)
    assert fetching.want(wanted) == SPREAD_S / 2
    assert fetching.progress == (40_000, 150_000)
    with pytest.raises(HallError) as early:
        store.switch(wanted)
    assert early.value.code == "media_not_all_here" and store.path(first.sha256) is None
    run(fetching)
    assert server.sent[0] == (40_000, 100_000), "only what was missing came"
    assert store.current == wanted and MediaStore(tmp_path).current == wanted
    found = store.path(first.sha256)
    assert found is not None and found.read_bytes() == content(100_000)


def test_wrong_bytes_are_never_shown_and_fetched_anew(tmp_path: Path, server: MediaServer, client: HallClient) -> None:
    store, wanted = MediaStore(tmp_path, reserve=0), manifest(server, content(60_000))
    store.append(wanted.items[0], bytes(30_000))
    fetching = Fetching(store, client.open_media, pace=2**30, draw=lambda: 0.0)
    fetching.want(wanted)
    fetching.step()
    assert fetching.error is not None and fetching.error.code == "media_wrong_bytes"
    assert store.path(wanted.items[0].sha256) is None
    run(fetching)
    assert store.current == wanted and fetching.error is None


def test_a_server_that_gives_no_parts_gives_all(tmp_path: Path, server: MediaServer, client: HallClient) -> None:
    server.ranges = False
    store, wanted = MediaStore(tmp_path, reserve=0), manifest(server, content(60_000))
    store.append(wanted.items[0], content(60_000)[:1000])
    fetching = Fetching(store, client.open_media, pace=2**30, draw=lambda: 0.0)
    fetching.want(wanted)
    run(fetching)
    assert store.current == wanted


def test_a_cut_line_is_tried_again_later_each_time_and_spread(tmp_path: Path, client: HallClient) -> None:
    gone = MediaManifest.of([ManifestItem(sha256="a" * 64, size=10)])
    fetching = Fetching(MediaStore(tmp_path, reserve=0), client.open_media, draw=lambda: 1.0)
    fetching.want(gone)
    waits = [fetching.step() for _ in range(9)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60] and LONGEST_S == 60
    assert fetching.error is not None and fetching.busy


def test_no_more_comes_in_a_second_than_is_allowed(tmp_path: Path, server: MediaServer, client: HallClient) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    store, wanted = MediaStore(tmp_path, reserve=0), manifest(server, content(1_000_000))
    fetching = Fetching(
        store, client.open_media, pace=250_000, draw=lambda: 0.0, clock=lambda: now[0], sleep=sleep
    )  # fmt: skip
    fetching.want(wanted)
    run(fetching)
    assert now[0] == pytest.approx(4.0, abs=0.01)


def test_what_was_needed_least_lately_goes_and_nothing_of_the_current_one(
    tmp_path: Path, server: MediaServer, client: HallClient
) -> None:  # fmt: skip
    store = MediaStore(tmp_path, limit=250_000, reserve=0)
    fetching = Fetching(store, client.open_media, pace=2**30, draw=lambda: 0.0)
    shown = [manifest(server, content(80_000, number)) for number in range(3)]
    for at, one in enumerate(shown):
        fetching.want(one)
        run(fetching)
        path = store.path(one.items[0].sha256)
        assert path is not None
        os.utime(path, (at, at))
    fetching.want(manifest(server, content(80_000, 9)))
    run(fetching)
    assert [store.path(one.items[0].sha256) is not None for one in shown] == [False, True, True]
    # One that fits beside nothing is refused, and what is shown stays.
    large = manifest(server, content(200_000, 10))
    good = store.current
    fetching.want(large)
    fetching.step()
    assert fetching.error is not None and fetching.error.code == "disk_full"
    assert store.current == good and store.path(good.items[0].sha256) is not None


def test_a_full_disk_keeps_the_last_good_one_and_goes_on_when_there_is_room(
    small_disk: SmallDisk, server: MediaServer, client: HallClient
) -> None:  # fmt: skip
    folder = small_disk.place / "media"
    store = MediaStore(folder, reserve=0, room=lambda _: 2**40)
    fetching = Fetching(store, client.open_media, pace=2**30, draw=lambda: 0.0)
    good, new = manifest(server, content(100_000)), manifest(server, content(500_000, 1))
    fetching.want(good)
    run(fetching)
    fetching.want(new)
    small_disk.fill()
    fetching.step()
    assert fetching.error is not None and fetching.error.code == "disk_full"
    assert store.current == good and MediaStore(folder).current == good
    small_disk.free()
    run(fetching)
    assert store.current == new


def test_a_file_that_changed_by_itself_goes_when_a_player_doubts_it(
    tmp_path: Path, server: MediaServer, client: HallClient
) -> None:  # fmt: skip
    store, wanted = MediaStore(tmp_path, reserve=0), manifest(server, content(1000))
    fetching = Fetching(store, client.open_media, draw=lambda: 0.0)
    fetching.want(wanted)
    run(fetching)
    sha256 = wanted.items[0].sha256
    path = store.path(sha256)
    assert path is not None and not store.doubt(sha256)
    path.write_bytes(bytes(1000))
    assert store.doubt(sha256) and store.path(sha256) is None
    fetching.want(wanted)
    run(fetching)
    assert store.path(sha256) is not None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), max_size=6), st.dictionaries(st.text(), st.integers()))
def test_a_manifest_is_what_its_digest_says(items: list[tuple[int, int]], body: dict[str, int]) -> None:
    made = MediaManifest.of([ManifestItem(sha256=f"{number:064x}", size=size) for number, size in items], body)
    assert MediaManifest.model_validate_json(made.model_dump_json()) == made
    assert len(made.wanted) == len(made.items)
    with pytest.raises(ValueError, match="digest"):
        MediaManifest.model_validate(made.model_dump() | {"body": body | {"more": 1, "x": "y"}})
