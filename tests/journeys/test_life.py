"""Real programs under a stand-in for systemd: they say that they live, are started again, and rest after crashes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from shared.offline.hall_name import KeptHallName
from tests.fakes.hall import ROOT, RunningHall, free_port, running_hall
from tests.fakes.service_manager import UNITS, ServiceManager, read_unit

RESTART_S = 15
START_S = 60
PROGRAMS = ("kiosk", "signage", "counter")
OPTIONS = {"kiosk": ["--fullscreen"], "signage": ["--fullscreen", "--silent"], "counter": ["--counter", "A03"]}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    with running_hall(tmp_path_factory.mktemp("life")) as started:
        yield started


Manage = Callable[..., ServiceManager]


@pytest.fixture
def manage(hall: RunningHall, tmp_path: Path) -> Iterator[Manage]:
    """``manage("kiosk")``: the real program under the times of its unit."""
    with ExitStack() as held:

        def start(program: str, command: Callable[[], Sequence[str]] | None = None) -> ServiceManager:
            kind = "display" if program == "signage" else program
            environment = {"ZHITING_HOME": str(tmp_path / "home"), "ZHITING_TOKEN": hall.token(kind, f"{kind}-life")}
            plain = [sys.executable, "-m", f"{program}_app", "--server", hall.url, *OPTIONS[program]]
            unit = f"zhiting-{program}.service"
            return held.enter_context(ServiceManager(unit, command or (lambda: plain), environment, tmp_path))

        yield start


def ask(port: int, **command: str) -> dict[str, object]:
    """One command for the program that is hosted at this port."""
    end = time.monotonic() + START_S
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as line, line.makefile("rwb") as file:
                file.write(json.dumps(command).encode() + b"\n")
                file.flush()
                return dict(json.loads(file.readline()))
        except OSError:
            assert time.monotonic() < end, "the program does not answer"
            time.sleep(0.05)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_ready_beats_and_ends_in_order(manage: Manage, program: str) -> None:
    manager = manage(program)
    manager.wait_for(lambda: manager.heard("READY=1") == 1, START_S)
    manager.wait_for(lambda: manager.heard("WATCHDOG=1") >= 3, 2 * manager.watchdog_s)
    assert manager.heard(f"STATUS={program} is running") == 1
    beats = [at for at, _, said in manager.said if said == "WATCHDOG=1"]
    assert max(later - earlier for earlier, later in pairwise(beats)) < manager.watchdog_s / 2
    manager.send(signal.SIGTERM)
    manager.wait_for(lambda: bool(manager.ends), 20)
    assert manager.heard("STOPPING=1") == 1 and manager.ends[0][1] == 0


@pytest.mark.parametrize("way", ["its screen's thread", "the whole process"])
def test_a_kiosk_that_hangs_is_back(manage: Manage, hall: RunningHall, tmp_path: Path, way: str) -> None:
    port = free_port()
    hosted = ["tests.journeys.hosted", str(port), "kiosk_app", "--server", hall.url, "--fullscreen"]
    manager = manage("kiosk", lambda: [sys.executable, "-m", *hosted])
    # A silent program is only missed once it has said that it is ready.
    manager.wait_for(lambda: manager.heard("is running", 1) == 1 == manager.heard("READY=1", 1), START_S)
    if way == "the whole process":
        manager.send(signal.SIGSTOP)
    else:
        assert ask(port, do="hang")["ok"]
    manager.wait_for(lambda: manager.lives == 2, START_S)
    manager.wait_for(lambda: manager.heard("is running", 2) == 1, START_S)
    assert ask(port, do="names")["ok"]
    if way == "its screen's thread":
        # Aborted, not killed: where it hung is there for whoever wants to know.
        assert manager.ends[0][1] == -signal.SIGABRT
        lives = (tmp_path / "home" / "data" / "kiosk-default" / "lives.json").read_text()
        assert '"aborted"' in lives


def test_three_kills_lead_to_the_safe_screen_which_tries_again_by_itself(
    manage: Manage, hall: RunningHall, tmp_path: Path
) -> None:
    data = tmp_path / "home" / "data" / "kiosk-default"
    hurry = "import shared.offline.lives as l, runpy, sys; l.FIRST_REST_S = 4.0; sys.argv = sys.argv[1:];"
    hurry += "runpy.run_module('kiosk_app', run_name='__main__')"
    command = [sys.executable, "-c", hurry, "kiosk_app", "--server", hall.url, "--fullscreen"]
    manager = manage("kiosk", lambda: command)
    for life in (1, 2, 3):
        manager.wait_for(lambda life=life: manager.heard("is running", life) == 1, START_S)
        if life == 1:
            manager.wait_for(lambda: (data / "hall_name.json").exists(), START_S)
        manager.send(signal.SIGKILL)
        manager.wait_for(lambda life=life: manager.lives == life + 1, START_S)
    manager.wait_for(lambda: manager.heard("READY=1", 4) == 1, START_S)
    assert manager.heard("safe screen after 3 crashes (KIOSK-CRASHED)", 4) == 1
    assert manager.heard("is running", 4) == 0
    assert KeptHallName(data).read().name == hall.client("kiosk").hall().name
    # Nobody restarts it: the same process goes on to be the kiosk.
    manager.wait_for(lambda: manager.heard("is running", 4) == 1, START_S)
    assert manager.lives == 4 and len(manager.ends) == 3
    # And one more crash is enough for a longer rest.
    manager.send(signal.SIGKILL)
    manager.wait_for(lambda: manager.heard("next try in 8 s", 5) == 1, START_S)


def test_a_profile_that_is_wrong_ends_on_the_safe_screen_too(manage: Manage, tmp_path: Path) -> None:
    profile = tmp_path / "home" / "profiles" / "kiosk-default.toml"
    profile.parent.mkdir(parents=True)
    profile.write_text("idle_seconds = 'soon'\n")
    manager = manage("kiosk")
    manager.wait_for(lambda: manager.heard("safe screen after 3 crashes (KIOSK-PROFILE-WRONG)") == 1, START_S)
    assert [code for _, code in manager.ends] == [2, 2, 2]


def test_without_a_service_manager_nothing_is_counted(hall: RunningHall, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "ZHITING_HOME": str(tmp_path),
        "ZHITING_TOKEN": hall.token("kiosk"),
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen([sys.executable, "-m", "kiosk_app", "--server", hall.url], env=environment, cwd=ROOT)
    try:
        end = time.monotonic() + START_S
        while not (tmp_path / "data" / "kiosk-default" / "hall_name.json").exists():
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    assert not (tmp_path / "data" / "kiosk-default" / "lives.json").exists()


# The server


def serving(folder: Path, hall: RunningHall, *more: str) -> tuple[Callable[[], Sequence[str]], int]:
    data = folder / "hall"
    shutil.copytree(hall.data, data)
    port = free_port()
    command = [sys.executable, "-m", "server", "server", "--data", str(data), "--port", str(port), "--demo", *more]
    return (lambda: command), port


def test_the_server_is_ready_beats_and_is_started_again_when_it_hangs(hall: RunningHall, tmp_path: Path) -> None:
    command, port = serving(tmp_path, hall)
    with ServiceManager("zhiting-server.service", command, {}, tmp_path) as manager:
        manager.wait_for(lambda: manager.heard(f"STATUS=serving at http://127.0.0.1:{port}") == 1, START_S)
        assert manager.heard("READY=1") == 1
        manager.wait_for(lambda: manager.heard("WATCHDOG=1") >= 3, 2 * manager.watchdog_s)
        manager.send(signal.SIGSTOP)
        manager.wait_for(lambda: manager.lives == 2, START_S)
        manager.wait_for(lambda: manager.heard("READY=1", 2) == 1, START_S)


# The units


@pytest.mark.parametrize("program", ["server", *PROGRAMS])
def test_the_unit_keeps_what_is_promised(program: str) -> None:
    service = read_unit(f"zhiting-{program}.service")["Service"]
    hang = sum(float(service[key][0]) for key in ("WatchdogSec", "TimeoutAbortSec", "RestartSec"))
    assert hang <= RESTART_S
    assert service["NoNewPrivileges"] == ["yes"] and service["Type"] == ["notify"]
    if program != "counter":
        assert service["ProtectSystem"] == ["strict"] and service["Restart"] == ["always"]
        # A session of its own would put the program where its beats don't reach the unit.
        assert "PAMName" not in service
    assert read_unit(f"zhiting-{program}.service")["Unit"]["StartLimitIntervalSec"] == ["0"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_takes_the_units_and_finds_them_hardened(tmp_path: Path) -> None:
    stand_in = shutil.which("true")
    (tmp_path / "seatd.service").write_text(f"[Service]\nExecStart={stand_in}\n")
    names = sorted(path.name for path in UNITS.glob("*.service"))
    for name in names:
        words = (UNITS / name).read_text()
        # The programs they start are not installed here; their lines stay as they are.
        for path in ("/opt/zhiting/run", "/usr/bin/cage", "/usr/bin/chvt"):
            words = words.replace(path + " ", f"{stand_in} ")
        (tmp_path / name).write_text(words)
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    for name in names:
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), name
        if name == "zhiting-counter.service":
            continue  # of a clerk's desktop: what keeps it in is the desktop
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=30", str(tmp_path / name)],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-200:]
