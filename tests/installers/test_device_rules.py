"""The step that lets a terminal's person open its devices: put there once, again when it changed, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.fakes.hall import ROOT

RULES = ROOT / "installers" / "udev" / "70-zhiting.rules"


def install(folder: Path) -> subprocess.CompletedProcess[str]:
    """As ./run devices --install-rules, without the right to change this machine."""
    script = f'root="{ROOT}"; . "$root/installers/bootstrap.sh"; as_root() {{ "$@"; }}; ensure_device_rules'
    environment = {**os.environ, "ZHITING_UDEV_RULES": str(folder), "PATH": f"{folder.parent}:/usr/bin:/bin"}
    return subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)


def test_the_rules_are_installed_once_and_again_when_they_changed(tmp_path: Path) -> None:
    # udev of this machine is none of a test's business.
    stand_in = tmp_path / "udevadm"
    stand_in.write_text("#!/bin/sh\nexit 0\n")
    stand_in.chmod(0o755)
    folder = tmp_path / "rules.d"
    folder.mkdir()
    first = install(folder)
    assert (first.returncode, "installed" in first.stderr) == (0, True), first.stderr
    target = folder / RULES.name
    assert target.read_bytes() == RULES.read_bytes()
    again = install(folder)
    assert (again.returncode, "up to date" in again.stderr) == (0, True)
    target.write_text("# older\n")
    assert "installed" in install(folder).stderr
    assert target.read_bytes() == RULES.read_bytes()


def test_a_system_without_udev_is_told_so(tmp_path: Path) -> None:
    told = install(tmp_path / "nowhere")
    assert told.returncode == 1
    assert "nothing was changed" in told.stderr


def test_every_rule_has_the_shape_udev_reads() -> None:
    part = re.compile(r'(SUBSYSTEMS?|KERNEL|ATTR\{\w+\}|ENV\{\w+\})==".+"|(GROUP|MODE|ENV\{\w+\})=".+"|TAG\+="uaccess"')
    lines = [line for line in RULES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert all(part.fullmatch(one) for one in line.split(", ")), line
        assert 'TAG+="uaccess"' in line
