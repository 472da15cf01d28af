"""A real server, the real launcher, and a tiny program in a terminal's place."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from server.features.updates.models import RolloutTerminalRow
from shared.domain.updates.signing import new_key
from shared.schemas.media import CHUNK_BYTES
from shared.schemas.updates import Rollout, RolloutAsk, SignedManifest
from tests.fakes.hall import RunningHall, running_hall
from tests.fakes.releases import Terminal, release

PATIENCE_S = 60
# Of the moments at which a plug is pulled; another one by the environment, to hunt with.
SEED = int(os.environ.get("ZHITING_TEST_SEED", "28"))


def wait(condition: Callable[[], bool], what: str = "") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what or "what was waited for did not come"
        time.sleep(0.05)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[RunningHall]:
    with running_hall(tmp_path) as started:
        yield started


@pytest.fixture
def terminal(hall: RunningHall, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    started: list[Terminal] = []

    def start(name: str, **more: object) -> Terminal:
        started.append(Terminal(hall, tmp_path / name, name, **more))  # type: ignore[arg-type]
        started[-1].start()
        return started[-1]

    yield start
    for one in started:
        one.stop()


class Office:
    def __init__(self, hall: RunningHall, folder: Path) -> None:
        self.client, self.folder, self.hall = hall.client("admin"), folder, hall

    def send(self, version: str, behaviour: str = "good", **more: object) -> str:
        """As the console does it; answers the release's id."""
        manifest, archive = release(self.folder, version, behaviour, **more)  # type: ignore[arg-type]
        made = self.client.add_release(SignedManifest.model_validate_json(manifest.read_bytes()))
        content = archive.read_bytes()
        while not made.whole:
            made = self.client.send_archive(made.id, made.offset, content[made.offset : made.offset + CHUNK_BYTES])
        return made.id

    def begin(self, release_id: str, *names: str) -> None:
        ids = [one.id for one in self.client.terminals() if one.name in names]
        self.client.begin_rollout(RolloutAsk(release_id=release_id, terminal_ids=ids, healthy_minutes=1))

    @property
    def now(self) -> Rollout:
        return self.client.rollout(self.client.rollouts()[0].id)

    def states(self) -> list[str]:
        return [one.state for one in self.now.terminals]

    def versions(self) -> dict[str, str]:
        return {one.name: one.version for one in self.client.terminals() if one.kind == "kiosk"}


def test_terminals_are_updated_one_after_the_other_and_a_bad_version_is_taken_back(
    hall: RunningHall, terminal: Callable[..., Terminal], tmp_path: Path
) -> None:  # fmt: skip
    office = Office(hall, tmp_path / "office")
    # Somebody pulls this one's plug again and again, which counts as starts.
    first, second = terminal("k1", starts=50), terminal("k2")
    wait(lambda: office.versions() == {"k1": "1.0.0", "k2": "1.0.0"}, "they come up as they were installed")
    first.busy.touch()
    office.begin(office.send("1.1.0"), "k1", "k2")
    wait(lambda: office.states() == ["ready", "waiting"], "it is fetched and checked beside the work")
    first.busy.unlink()
    chance = random.Random(SEED)
    pauses = [chance.random() * 0.7 for _ in range(3)]
    for pause in pauses:
        time.sleep(pause)
        first.kill()
    moments = f"killed after {pauses} s each (seed {SEED}); see {first.folder / 'launcher.log'}"
    wait(lambda: office.states() == ["healthy", "waiting"], moments)
    wait(lambda: office.versions() == {"k1": "1.1.0", "k2": "1.0.0"}, moments)
    # An hour later, for the server.
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    hall.execute(update(RolloutTerminalRow).where(RolloutTerminalRow.state == "healthy").values(since=long_ago))
    wait(lambda: office.now.state == "done", "the second wave follows the first")
    wait(lambda: office.versions() == {"k1": "1.1.0", "k2": "1.1.0"})
    first.stop()

    def ends(version: str, behaviour: str = "good", **more: object) -> str:
        before = office.now.id
        office.begin(office.send(version, behaviour, **more), "k2")
        wait(lambda: office.now.id != before and office.now.state == "halted", "the first that fails halts it")
        return next(one.code for one in office.now.terminals if one.code)

    assert ends("1.2.0", "crash") == "crashed" and 1 in second.exits
    wait(lambda: office.versions()["k2"] == "1.1.0", "it works on with the version it had")
    assert second.slots.load().good and second.slots.load().last is not None
    # Only asked and told, without a restart: a stranger's, an older one than allowed, one that is too late.
    assert ends("1.3.0", private=new_key()[0]) == "wrong_signature"
    assert ends("0.9.0") == "below_floor"
    actions = {entry.action: entry.outcome for entry in office.client.audit(limit="200").items}
    assert actions["update.terminal_rolled_back"] == actions["update.halted"] == "failed"
