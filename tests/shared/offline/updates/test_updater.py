"""What the running program does about updates, step by step, against a server of which every word can be chosen."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.updates.slots import Slots, Trial, healthy, on_trial, start
from shared.offline.media.store import RESERVE
from shared.offline.updates.settings import HEALTHY_ENV, TRIAL_ENV, UpdateSettings
from shared.offline.updates.updater import Updater
from shared.schemas.updates import SignedManifest, UpdateAnswer, UpdateReport, WantedUpdate
from tests.fakes.releases import key, release

NOW = datetime(2026, 11, 28, tzinfo=UTC)


class Hall:
    """A server that offers one release, as it is or with something changed in it."""

    def __init__(self, folder: Path, version: str = "1.1.0") -> None:
        manifest, self.archive = release(folder, version, now=NOW)
        self.signed = SignedManifest.model_validate_json(manifest.read_bytes())
        said = self.signed.read()
        self.wanted: WantedUpdate | None = WantedUpdate(
            rollout_id=uuid7(), release_id=hashlib.sha256(self.signed.signed.encode()).hexdigest(), version=version,
            archive=said.archive, size=said.archive_size, may_switch=True, server_version="1.0.0",
        )  # fmt: skip
        self.told: list[tuple[str, str]] = []
        self.away = False

    def change(self, **fields: Any) -> None:
        assert self.wanted is not None
        self.wanted = self.wanted.model_copy(update=fields)

    def wanted_update(self) -> UpdateAnswer:
        if self.away:
            raise HallError("server_unreachable")
        return UpdateAnswer(wanted=self.wanted)

    def report_update(self, said: UpdateReport) -> UpdateAnswer:
        self.told.append((said.state, said.code))
        return self.wanted_update()

    def release_manifest(self, release_id: str) -> SignedManifest:
        return self.signed

    @contextmanager
    def open(self, sha256: str, offset: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        yield offset, iter([self.archive.read_bytes()[offset:]])


class Machine:
    """A program with an updater, whose time, screen and guests are the test's."""

    def __init__(self, hall: Hall, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        path = folder / "updates.toml"
        path.write_text(f'keys = ["{key()[1]}"]\nfolder = "{folder}/updates"\nfloor = "1.0.0"\n')
        self.settings, self.hall = UpdateSettings.read(path), hall
        self.hindrance, self.alive, self.seconds, self.left = "", True, 0.0, 0
        self.now, self.room = NOW, 10**12
        self.begin()

    def begin(self) -> None:
        """The program starts (again)."""
        self.updater = Updater(
            self.settings, self.hall, self.hall.open, hindrance=lambda: self.hindrance, alive=lambda: self.alive,
            leave=self._leave, now=lambda: self.now, clock=lambda: self.seconds,
            room=lambda _: self.room,
        )  # fmt: skip

    def _leave(self) -> None:
        self.left += 1

    def steps(self, count: int = 6) -> list[tuple[str, str]]:
        """What the server was told meanwhile."""
        self.hall.told.clear()
        for _ in range(count):
            self.updater.step()
        return list(self.hall.told)

    @property
    def slots(self) -> Slots:
        return self.updater.folder.load()


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    return Hall(tmp_path)


@pytest.fixture
def machine(hall: Hall, tmp_path: Path) -> Machine:
    return Machine(hall, tmp_path / "machine")


def test_it_is_fetched_beside_the_work_and_switched_to_when_nobody_needs_the_terminal(
    machine: Machine, hall: Hall
) -> None:  # fmt: skip
    machine.hindrance = "somebody_there"
    assert machine.steps() == [("fetching", ""), ("ready", "")] and not machine.left
    machine.hindrance = ""
    hall.change(may_switch=False)
    assert machine.steps() == [] and not machine.left, "it is not the time"
    hall.change(may_switch=True)
    assert machine.steps() == [("trying", "")] and machine.left == 1
    trial = machine.slots.trial
    assert trial is not None and (trial.slot, trial.version) == ("a", "1.1.0") and machine.updater.folder.is_whole("a")


def test_who_stops_it_in_time_keeps_the_terminal_as_it_is(machine: Machine, hall: Hall) -> None:
    machine.hindrance = "somebody_there"
    machine.steps()
    hall.wanted, machine.hindrance = None, ""
    assert machine.steps() == [] and not machine.left and machine.slots.trial is None


def test_another_release_takes_the_place_of_the_one_that_was_begun(
    machine: Machine, hall: Hall, tmp_path: Path
) -> None:  # fmt: skip
    machine.hindrance = "somebody_there"
    machine.steps()
    other = Hall(tmp_path, "1.2.0")
    hall.wanted, hall.signed, hall.archive = other.wanted, other.signed, other.archive
    machine.hindrance = ""
    assert machine.steps() == [("fetching", ""), ("ready", ""), ("trying", "")]
    signed = machine.updater.folder.manifest("a")
    assert signed is not None and signed.read().version == "1.2.0" and machine.updater.folder.is_whole("a")


def test_a_disk_without_room_is_told_with_its_reason_and_when_there_is_room_it_goes_on(
    machine: Machine, hall: Hall
) -> None:  # fmt: skip
    machine.hindrance, machine.room = "somebody_there", 0
    assert machine.steps() == [("fetching", ""), ("fetching", "no_room")], "no room for the archive"
    archive = hall.signed.read().archive_size
    machine.room = RESERVE + archive
    assert machine.steps() == [("fetching", ""), ("fetching", "no_room")], "and none for what is in it"
    assert not [*machine.updater.folder.folder.glob("slots/*")], "what was begun takes no room"
    machine.room = 10**12
    assert machine.steps() == [("ready", "")]
    # The step before the last: it can't be remembered that the version is tried.
    state = machine.updater.folder.folder / "state.json.part"
    state.mkdir()
    machine.hindrance = ""
    assert machine.steps() == [("ready", "disk")] and not machine.left
    state.rmdir()
    assert machine.steps() == [("trying", "")] and machine.left == 1


def test_an_archive_that_comes_wrong_again_and_again_is_told(machine: Machine, hall: Hall, tmp_path: Path) -> None:
    right, machine.hindrance = hall.archive, "somebody_there"
    content = right.read_bytes()
    hall.archive = tmp_path / "wrong.tar.gz"
    hall.archive.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert machine.steps() == [("fetching", ""), ("fetching", "wrong_bytes")]
    assert machine.steps() == [], "once"
    hall.archive = right
    assert machine.steps() == [("ready", "")]


def test_a_server_that_is_away_is_asked_again(machine: Machine, hall: Hall) -> None:
    hall.away = True
    assert machine.steps() == [] and machine.updater.step() == 60
    hall.away = False
    assert machine.steps()[-1] == ("trying", "")


def test_what_is_refused(machine: Machine, hall: Hall, tmp_path: Path) -> None:
    right, said = hall.wanted, hall.signed
    assert right is not None
    other = Hall(tmp_path, "1.2.0")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("swapped", {"version": "1.2.0"}), ("swapped", {"archive": "0" * 64}), ("swapped", {"release_id": "0" * 64}),
        ("swapped", {"size": right.size + 1}), ("server_too_old", {}), ("expired", {}), ("wrong_signature", {}),
        ("swapped", {}),
    ]  # fmt: skip
    for place, (code, fields) in enumerate(cases):
        hall.wanted, hall.signed, machine.now = right, said, NOW
        hall.change(rollout_id=UUID(int=place), **fields)
        if code == "server_too_old":
            hall.signed = SignedManifest.model_validate_json(
                release(tmp_path / "new", "1.1.0", minimum_server="2.0.0", now=NOW)[0].read_bytes()
            )
            hall.change(
                release_id=hashlib.sha256(hall.signed.signed.encode()).hexdigest(),
                archive=hall.signed.read().archive, size=hall.signed.read().archive_size,
            )  # fmt: skip
        elif code == "expired":
            machine.now = NOW + timedelta(days=90)
        elif code == "wrong_signature":
            hall.signed = said.model_copy(update={"signed": said.signed.replace("1.1.0", "1.1.1")})
        elif place == len(cases) - 1:
            hall.signed = other.signed
        assert machine.steps() == [("refused", code)], (place, code)
    assert not machine.left and machine.slots == Slots()


def test_it_comes_up_when_the_server_answers_and_the_screen_is_drawn(
    machine: Machine, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    machine.steps()
    begun, slot = start(machine.slots, lambda _: True, machine.settings.limits)
    machine.updater.folder.save(begun)
    heard, said = os.pipe()
    os.set_blocking(heard, False)
    monkeypatch.setenv(HEALTHY_ENV, str(said))

    def word() -> bytes:
        try:
            return os.read(heard, 1)
        except BlockingIOError:
            return b""

    machine.begin()
    machine.alive = False
    for _ in range(5):
        machine.seconds += 20
        machine.steps(1)
    assert word() == b"", "its screen hangs"
    machine.alive, hall.away = True, True
    machine.seconds += 40
    assert machine.steps(1) == [] and word() == b"", "the server does not know it"
    hall.away = False
    machine.steps(1)
    assert word() == b"+" and slot == "a"
    os.close(heard)
    os.close(said)
    # The launcher has heard it: the server is told, once by each life.
    machine.updater.folder.save(healthy(machine.slots))
    assert machine.steps() == [("healthy", "")]


def test_a_start_that_could_not_be_counted_is_told_and_tried_again(
    machine: Machine, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    machine.steps()
    # As the launcher says it whose disk keeps nothing: what was good runs, and the trial is as it was.
    monkeypatch.setenv(TRIAL_ENV, "")
    part = machine.updater.folder.folder / "state.json.part"
    part.mkdir()
    machine.begin()
    assert machine.steps() == [("ready", "disk")] and machine.left == 1
    part.rmdir()
    assert machine.steps() == [("trying", "")] and machine.left == 2 and machine.slots.trial is not None


def test_what_was_taken_back_is_told_and_not_tried_again_by_itself(machine: Machine, hall: Hall) -> None:
    machine.steps()
    machine.begin()
    slots = machine.slots
    for _ in range(3):
        slots, _slot = start(slots, lambda _: True, machine.settings.limits)
    machine.updater.folder.save(slots)
    assert machine.steps() == [("rolled_back", "crashed")] and machine.left == 1
    # Somebody wants it once more.
    hall.change(rollout_id=uuid7())
    assert machine.steps()[-1] == ("trying", "") and machine.left == 2
    assert machine.slots == on_trial(machine.slots, Trial("a", hall.wanted.rollout_id, "1.1.0", "0.0.0"))  # type: ignore[union-attr]
