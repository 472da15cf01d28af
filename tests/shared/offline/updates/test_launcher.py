"""The launcher: starts what is due, takes back what does not come up; what was installed starts whatever happens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from installers.release import pack
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.updates.slots import Limits, Slots, Trial, on_trial
from shared.offline.updates.folder import SlotFolder
from shared.offline.updates.launcher import AGAIN, Launcher
from shared.offline.updates.settings import UpdateSettings
from shared.schemas.updates import SignedManifest
from tests.fakes.hall import ROOT
from tests.fakes.releases import key

SAY = "import os, sys; os.write(int(os.environ['ZHITING_HEALTHY_FD']), b'+'); "


def program(folder: Path, code: str) -> Path:
    package = folder / "kiosk_app"
    package.mkdir(parents=True)
    (package / "__main__.py").write_text(code)
    return folder


def settings(folder: Path, text: str = "") -> UpdateSettings:
    path = folder / "updates.toml"
    path.write_text(f'keys = ["{key()[1]}"]\nfolder = "{folder}/updates"\n{text}')
    return UpdateSettings.read(path)


def staged(folder: Path, code: str, text: str = "") -> Launcher:
    """A release whose program is ``code`` waits to be tried; what is installed ends with 7."""
    manifest, archive = pack(program(folder / "tree", code), "1.1.0", key()[0], folder / "out", floor="1.0.5")
    # 7 where none is on trial.
    installed = "import os; raise SystemExit(7 if os.environ['ZHITING_TRIAL'] == '' else 8)"
    launcher = Launcher(settings(folder, text), program(folder / "built-in", installed))
    signed = SignedManifest.model_validate_json(manifest.read_bytes())
    launcher.folder.fill(signed, archive)
    launcher.folder.save(on_trial(Slots(), Trial("a", uuid7(), "1.1.0", "1.0.5")))
    return launcher


def test_what_comes_up_stays(tmp_path: Path) -> None:
    launcher = staged(tmp_path, SAY + "raise SystemExit(3 if os.environ['ZHITING_TRIAL'] == '1.1.0' else 9)")
    assert launcher.run("kiosk_app", []) == 3
    known = launcher.folder.load()
    assert (known.good, known.trial, known.floor) == ("a", None, "1.0.5")
    assert (launcher.folder.folder / "current").resolve() == launcher.folder.tree("a")
    # Its bytes have changed on the disk: what was installed starts, and nothing else.
    (launcher.folder.tree("a") / "kiosk_app" / "__main__.py").write_text("raise SystemExit(4)")
    assert launcher.run("kiosk_app", []) == 7 and launcher.folder.load().good == ""


@pytest.mark.parametrize(
    ("code", "why", "exits"),
    [("raise SystemExit(3)", "crashed", [3, 7]), ("import time; time.sleep(60)", "not_healthy", [AGAIN, 7])],
)
def test_what_does_not_is_taken_back(tmp_path: Path, code: str, why: str, exits: list[int]) -> None:
    launcher = staged(tmp_path, code, "starts = 1\nminutes = 0.005\n")
    assert [launcher.run("kiosk_app", []) for _ in exits] == exits
    last = launcher.folder.load().last
    assert last is not None and (last.result, last.code) == ("rolled_back", why)


def test_a_disk_that_keeps_nothing_tries_nothing(tmp_path: Path) -> None:
    launcher = staged(tmp_path, SAY + "raise SystemExit(3)")
    # The state can't be written any more.
    (launcher.folder.folder / "state.json.part").mkdir()
    assert launcher.run("kiosk_app", []) == 7
    assert launcher.folder.load().trial == on_trial(Slots(), launcher.folder.load().trial).trial  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "keys = []\nfolder = '/x'", "keys = ['x']\nfolder = '/x'", "keys = 3", "folder = [", "minutes = -1"]
)
def test_settings_with_a_slip(tmp_path: Path, text: str) -> None:
    path = tmp_path / "updates.toml"
    path.write_text(text)
    with pytest.raises(HallError, match="updates_settings_wrong"):
        UpdateSettings.read(path)
    assert settings(tmp_path, "floor = '1.2.3'\nstarts = 3\nminutes = 2\n").limits == Limits(3, 120)


def test_a_terminal_with_wrong_settings_starts_what_was_installed(tmp_path: Path) -> None:
    path = tmp_path / "updates.toml"
    path.write_text("keys = 3")
    built_in = program(tmp_path / "built-in", "import sys; raise SystemExit(len(sys.argv))")
    command = [
        "-m",
        "shared.offline.updates.launcher",
        "--settings",
        str(path),
        "--built-in",
        str(built_in),
        "kiosk",
        "-x",
    ]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2 and str(path) in done.stderr
    assert SlotFolder(tmp_path / "updates", ()).load() == Slots()
