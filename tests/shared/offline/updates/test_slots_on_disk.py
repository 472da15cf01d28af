"""Slots on the disk: only what was signed, whole, whatever moment the machine is cut off."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from installers.release import pack
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.updates.signing import new_key, sign
from shared.domain.updates.slots import BUILT_IN, Limits, Slots, Trial, healthy, on_trial, start
from shared.offline.updates.folder import SlotFolder
from shared.schemas.updates import ReleaseManifest, SignedManifest
from tests.fakes.releases import key, release

KILLED = 9
WATCHED = (
    "open",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.symlink",
    "os.chmod",
    "os.listdir",
    "os.scandir",
)


def read(manifest: Path) -> SignedManifest:
    return SignedManifest.model_validate_json(manifest.read_bytes())


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[SignedManifest, Path]]:
    folder = tmp_path_factory.mktemp("releases")
    made = [release(folder, version) for version in ("1.1.0", "1.2.0")]
    return [(read(manifest), archive) for manifest, archive in made]


@pytest.fixture
def slots(tmp_path: Path) -> SlotFolder:
    return SlotFolder(tmp_path / "updates", (key()[1],))


def bring(slots: SlotFolder, signed: SignedManifest, archive: Path, built_in: Path) -> None:
    """As updater and launcher do it, one after the other: filled, tried, found healthy."""
    slot = slots.fill(signed, archive)
    slots.save(on_trial(slots.load(), Trial(slot, uuid7(), signed.read().version, signed.read().floor)))
    begun, slot = start(slots.load(), slots.is_whole, Limits())
    slots.save(begun)
    slots.point(slot, built_in)
    slots.save(healthy(slots.load()))


def version_of(slots: SlotFolder, slot: str) -> str:
    signed = slots.manifest(slot)
    return "built in" if slot == BUILT_IN or signed is None else signed.read().version


def test_the_same_tree_makes_the_same_archive_and_no_stranger_is_packed(tmp_path: Path) -> None:
    (tmp_path / "tree" / ".git").mkdir(parents=True)
    (tmp_path / "tree" / ".git" / "config").write_text("secret")
    (tmp_path / "tree" / "program.py").write_text("print()\n")
    (tmp_path / "tree" / "tool").write_text("#!/bin/sh\n")
    (tmp_path / "tree" / "tool").chmod(0o700)
    sums = [pack(tmp_path / "tree", "1.0.0", key()[0], tmp_path / out)[1].read_bytes() for out in ("one", "two")]
    assert sums[0] == sums[1]
    said = read(tmp_path / "one" / "zhiting-1.0.0.json").read()
    named = {file.path.partition("/")[0]: file.executable for file in said.files}
    assert named == {"program.py": False, "tool": True, "__pycache__": False}


def test_a_release_reports_the_version_it_was_packed_as(slots: SlotFolder, tmp_path: Path) -> None:
    (tmp_path / "tree" / "shared").mkdir(parents=True)
    (tmp_path / "tree" / "shared" / "__init__.py").write_text('"""Words."""\n\n__version__ = "0.1.0"\n')
    manifest, archive = pack(tmp_path / "tree", "1.4.0", key()[0], tmp_path / "out")
    tree = slots.tree(slots.fill(read(manifest), archive))
    command = [sys.executable, "-c", "import shared; print(shared.__version__)"]
    said = subprocess.run(command, cwd=tree, env=os.environ | {"PYTHONPATH": str(tree)}, capture_output=True, text=True)
    assert said.stdout == "1.4.0\n" and slots.is_whole("a")


def test_a_slot_is_exactly_what_was_signed(
    slots: SlotFolder, two: list[tuple[SignedManifest, Path]], tmp_path: Path
) -> None:  # fmt: skip
    signed, archive = two[0]
    slots.fill(signed, archive)
    assert slots.is_whole("a") and not slots.is_whole("b")
    tree = slots.tree("a")
    assert SlotFolder(slots.folder, (new_key()[1],)).is_whole("a") is False
    (tree / "more.py").write_text("import os\n")
    assert not slots.is_whole("a"), "a file that nobody signed"
    (tree / "more.py").unlink()
    assert slots.is_whole("a")
    behaviour = tree / "kiosk_app" / "behaviour"
    behaviour.unlink()
    behaviour.symlink_to(tmp_path)
    assert not slots.is_whole("a")
    behaviour.unlink()
    behaviour.write_text("evil")
    assert not slots.is_whole("a"), "as long as before, but another"
    slots.fill(signed, archive)
    assert slots.is_whole("a")


def test_an_archive_that_is_not_what_was_signed_fills_nothing(
    slots: SlotFolder, two: list[tuple[SignedManifest, Path]], tmp_path: Path
) -> None:  # fmt: skip
    (one, archive), (other, _) = two
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(archive.read_bytes()[:-200])
    outside = tmp_path / "outside.tar.gz"
    with gzip.open(outside, "wb") as packed, tarfile.open(fileobj=packed, mode="w") as members:
        member = tarfile.TarInfo("../../outside")
        member.size = 4
        members.addfile(member, io.BytesIO(b"evil"))
    for signed, wrong in ((other, archive), (one, broken), (one, outside)):
        with pytest.raises(HallError, match="release_damaged"):
            slots.fill(signed, wrong)
        assert not slots.is_whole("a") and not (tmp_path / "outside").exists()
    with pytest.raises(HallError, match="updates_disk"):
        slots.fill(one, tmp_path / "none.tar.gz")


def test_what_a_fall_back_leads_to_stands_until_the_new_version_does(
    slots: SlotFolder, two: list[tuple[SignedManifest, Path]], tmp_path: Path
) -> None:  # fmt: skip
    for one in two:
        bring(slots, *one, tmp_path)
    before = slots.load()
    assert (before.good, before.before) == ("b", "a")
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(two[0][1].read_bytes()[:-200])
    full = SlotFolder(slots.folder, (key()[1],), room=lambda _: 0)
    for folder, archive, why in ((slots, broken, "release_damaged"), (full, two[0][1], "disk_full")):
        with pytest.raises(HallError, match=why):
            folder.fill(two[0][0], archive)
        assert slots.load() == before and slots.is_whole("a"), "the way back is lost"
    assert sorted(path.name for path in (slots.folder / "slots").iterdir()) == ["a", "b"]


def test_a_terminal_with_the_old_key_and_the_new_runs_what_either_signed(slots: SlotFolder, tmp_path: Path) -> None:
    old, new = key(), new_key()
    both = SlotFolder(slots.folder, (old[1], new[1]))
    for version, private in (("1.1.0", old[0]), ("1.2.0", new[0])):
        manifest, archive = release(tmp_path, version, private=private)
        bring(both, read(manifest), archive, tmp_path)
    assert both.is_whole("a") and both.is_whole("b") and both.load().before == "a"
    # Once the old one is taken out, what it signed is a way back no more: what was installed is.
    only = SlotFolder(slots.folder, (new[1],))
    assert only.is_whole("b") and not only.is_whole("a")
    assert start(Slots(good="a", before=""), only.is_whole, Limits())[1] == BUILT_IN


def test_a_damaged_memory_forgets_neither_what_runs_nor_what_may_not(
    slots: SlotFolder, two: list[tuple[SignedManifest, Path]], tmp_path: Path
) -> None:  # fmt: skip
    manifest, archive = release(tmp_path, "1.3.0", floor="1.2.5")
    bring(slots, read(manifest), archive, tmp_path)
    known = slots.load()
    assert (known.good, known.floor) == ("a", "1.2.5")
    files = [slots.folder / name for name in ("state.json", "state.again.json")]
    for broken in files:
        broken.write_bytes(broken.read_bytes()[:-3])
        assert slots.load() == known
        slots.save(known)
    for broken in files:
        broken.write_bytes(b"")
    # What is signed in the slots still says how old a version may be; a stranger's says nothing.
    assert slots.load() == Slots(floor="1.2.5")
    assert SlotFolder(slots.folder, (new_key()[1],)).load() == Slots()


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/passwd", "a//b", "./a", "a\\b", "a\nb", ""])
def test_a_manifest_that_leads_elsewhere_is_refused(path: str, two: list[tuple[SignedManifest, Path]]) -> None:
    said = two[0][0].read().model_dump(mode="json")
    said["files"][0]["path"] = path
    with pytest.raises(ValueError, match=r"files\.0"):
        ReleaseManifest.model_validate(said)
    said["files"][0]["path"] = said["files"][1]["path"] + "/below"
    with pytest.raises(ValueError, match="folder"):
        ReleaseManifest.model_validate(said)
    raw = "{}"
    with pytest.raises(HallError, match="release_unreadable"):
        SignedManifest(signed=raw, signature=sign(key()[0], raw.encode())).read()


def test_cut_off_before_any_step_the_old_or_the_new_version_starts_whole(
    slots: SlotFolder, two: list[tuple[SignedManifest, Path]], tmp_path: Path
) -> None:  # fmt: skip
    built_in = tmp_path / "built-in"
    built_in.mkdir()
    bring(slots, *two[0], built_in)
    old, seen, number = "1.1.0", set(), 0
    new = two[1]
    while True:
        number += 1
        pid = os.fork()
        if pid == 0:
            _cut_off_at(number)
            try:
                bring(slots, *new, built_in)
            finally:
                os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        known = slots.load()
        begun, slot = start(known, slots.is_whole, Limits(starts=3))
        now = version_of(slots, slot)
        assert slots.is_whole(slot) and now in (old, new[0].read().version)
        assert now == old or known.trial is not None or known.good == slot
        seen.add((now == old, known.trial is not None))
        # The next life goes on from there: the link leads to what starts, or is led there.
        assert slots.point(slot, built_in) == slots.tree(slot) == Path(os.readlink(slots.folder / "current"))
        if code == 0:
            assert now == new[0].read().version and known.trial is None
            break
        assert code == KILLED
        if begun.good == slot and now != old:
            # It came so far that the new one is the good one: from the beginning with the other.
            old, new = now, two[0] if new is two[1] else two[1]
        elif begun.trial is not None:
            slots.save(Slots(good=begun.good, before=begun.before))
    assert number > 30 and seen >= {(True, False), (False, True)}


def _cut_off_at(number: int) -> None:
    """This process ends before its so-manieth step on the disk; what was not flushed is lost with it."""
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in WATCHED:
            count += 1
            if count >= number:
                os._exit(KILLED)

    sys.addaudithook(watch)
