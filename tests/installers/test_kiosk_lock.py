"""What locks a machine down, as far as it can be checked without such a machine."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "installers" / "kiosk"
WINDOWS = FOLDER / "windows"
LOCK, UNLOCK, START = ((WINDOWS / f"{name}.ps1").read_text("utf-8") for name in ("lock", "unlock", "start"))
PAIRS = {"}": "{", ")": "(", "]": "["}


def bare(script: str) -> str:
    """Without comments and strings; fails on a string that is never closed."""
    script = re.sub(r"<#.*?#>", "", script, flags=re.S)
    found, at = [], 0
    while at < len(script):
        sign = script[at]
        if sign == "#":
            at = script.find("\n", at) if "\n" in script[at:] else len(script)
            continue
        if sign in "'\"":
            end = at + 1
            while script[end] != sign:
                end += 2 if script[end] == "`" and sign == '"' else 1
                assert end < len(script), f"never closed: {script[at : at + 40]}"
            at = end + 1
            continue
        found.append(sign)
        at += 1
    return "".join(found)


@pytest.mark.parametrize("script", [LOCK, UNLOCK, START], ids=["lock", "unlock", "start"])
def test_a_script_is_whole(script: str) -> None:
    open_: list[str] = []
    for sign in bare(script):
        if sign in PAIRS.values():
            open_.append(sign)
        elif sign in PAIRS:
            assert open_ and open_.pop() == PAIRS[sign]
    assert not open_
    assert "Set-StrictMode" in script and ".SYNOPSIS" in script


@pytest.mark.parametrize("script", [LOCK, UNLOCK], ids=["lock", "unlock"])
def test_it_needs_an_administrator_and_stops_at_the_first_fault(script: str) -> None:
    assert "#Requires -RunAsAdministrator" in script
    assert "$ErrorActionPreference = 'Stop'" in script


def test_what_is_locked_can_be_unlocked() -> None:
    """The same features, keys and places in both, and each step that has something to take back."""
    steps = set(re.findall(r"^# (\d)\. ", LOCK, re.M))
    undone = set(re.findall(r"^# (\d)\. ", UNLOCK, re.M))
    assert steps - undone == {"2"}  # the account stays, with its data
    for pattern in (r"foreach \(\$feature in ([^)]*)\)", r"foreach \(\$key in ([^)]*)\)", r"AllowEdgeSwipe"):
        assert set(re.findall(pattern, LOCK)) == set(re.findall(pattern, UNLOCK))
    for before, after in (
        ("Enable-WindowsOptionalFeature", "Disable-WindowsOptionalFeature"), ("SetCustomShell", "RemoveCustomShell"),
        ("SetEnabled($true)", "SetEnabled($false)"), ("Enabled = 1", "Enabled = 0"), ("$keys.Add(", "$keys.Remove("),
        ("applocker.before.xml", "applocker.before.xml"),
    ):  # fmt: skip
        assert before in LOCK and after in UNLOCK


def test_what_runs_on_every_start_is_told_that_somebody_starts_it_again() -> None:
    assert "$env:ZHITING_SUPERVISED = '1'" in START and "--fullscreen" in START
    assert "start.ps1" in LOCK


def test_applocker_lets_the_kiosk_run_nothing_it_could_have_written() -> None:
    policy = ElementTree.parse(WINDOWS / "applocker.xml").getroot()
    rules = list(policy.iter("FilePathRule"))
    assert len({rule.get("Id") for rule in rules}) == len(rules)
    assert {collection.get("EnforcementMode") for collection in policy} == {"Enabled"}
    administrators = "S-1-5-32-544"
    for rule in rules:
        paths = [one.get("Path") or "" for one in rule.findall("Conditions/FilePathCondition")]
        if rule.get("Action") == "Allow" and rule.get("UserOrGroupSid") != administrators:
            assert all(path.startswith(("%WINDIR%", "%PROGRAMFILES%", "PROGRAM-FOLDER")) for path in paths), paths
    denied = [rule for rule in rules if (rule.get("Action"), rule.get("UserOrGroupSid")) == ("Deny", "KIOSK-SID")]
    covered = {one.get("Path") for rule in denied for one in rule.findall("Conditions/FilePathCondition")}
    assert covered == {r"%WINDIR%\*", r"%PROGRAMFILES%\*"}
    for word in set(re.findall(r"[A-Z]+-(?:SID|FOLDER)", (WINDOWS / "applocker.xml").read_text("utf-8"))):
        assert f"'{word}'" in LOCK, word


def test_the_linux_installer_is_whole_and_says_how_it_is_used() -> None:
    script = FOLDER / "install.sh"
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    words = script.read_text()
    for name in ("kiosk", "signage", "server", "counter"):
        assert (FOLDER.parent / "systemd" / f"zhiting-{name}.service").exists() and name in words
    closed = words.partition("close_consoles() {")[2].partition("\n}")[0]
    opened = words.partition("open_consoles() {")[2].partition("\n}")[0]
    masked = re.findall(r" mask --quiet (.+)", closed)[0].split()
    for made in [*re.findall(r">(/etc/\S+)", closed), *masked]:
        assert made in opened
