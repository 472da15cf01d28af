"""A terminal's machine: what it tells of itself, and its means to be louder, brighter, on and off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.devices.machine.controls import FirstThatWorks
from shared.devices.machine.drivers.display import CecDisplay, DdcDisplay, PjlinkDisplay
from shared.devices.machine.drivers.light import Backlight, DdcBrightness
from shared.devices.machine.drivers.power import CommandPower
from shared.devices.machine.drivers.sound import AmixerVolume, PactlVolume, WpctlVolume
from shared.devices.machine.pjlink import Pjlink
from shared.devices.machine.protocol import DisplayPower, Level, MachineFault
from shared.devices.machine.registry import make_controls
from shared.devices.machine.vitals import display_is_lit, read_machine
from shared.domain.errors import HallError
from tests.fakes.projector import Projector, projector


class Commands:
    """Stand-ins on the PATH: each keeps its words and its input, and says what it is told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, name: str, says: str = "", code: int = 0, complains: str = "") -> None:
        file = self.folder / name
        file.write_text(
            f'#!/bin/sh\necho "{name} $*" >> {self.folder}/heard\n[ -t 0 ] || cat >> {self.folder}/heard\n'
            f'printf "%s\\n" "{says}"\nprintf "%s" "{complains}" >&2\nexit {code}\n'
        )
        file.chmod(0o755)

    def heard(self) -> list[str]:
        file = self.folder / "heard"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Nothing but these and the shell's own is found."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    for name in ("sh", "cat"):
        (bin_ / name).symlink_to(next(p for p in (Path("/bin") / name, Path("/usr/bin") / name) if p.exists()))
    monkeypatch.setenv("PATH", str(bin_))
    return Commands(bin_)


def fault(work: object) -> str:
    with pytest.raises(MachineFault) as error:
        work()  # type: ignore[operator]
    return error.value.code


@pytest.mark.parametrize(
    ("level", "program", "says", "value", "set_"),
    [
        (WpctlVolume(), "wpctl", "Volume: 0.45", 45,
         ["wpctl set-volume @DEFAULT_AUDIO_SINK@ 30%", "wpctl set-mute @DEFAULT_AUDIO_SINK@ 0"]),
        (WpctlVolume(), "wpctl", "Volume: 0.45 [MUTED]", 0, None),
        (PactlVolume(), "pactl", "Volume: front-left: 26214 /  40% / -23.88 dB", 40,
         ["pactl set-sink-volume @DEFAULT_SINK@ 30%", "pactl set-sink-mute @DEFAULT_SINK@ 0"]),
        (AmixerVolume("PCM"), "amixer", "  Mono: Playback 40 [63%] [-17.00dB] [on]", 63,
         ["amixer -M sset PCM 30% unmute"]),
        (AmixerVolume(), "amixer", "  Mono: Playback 40 [63%] [-17.00dB] [off]", 0, None),
        (DdcBrightness(2), "ddcutil", "VCP 10 C 40 80", 50, ["ddcutil --display 2 setvcp 10 30"]),
    ],
)  # fmt: skip
def test_a_level_by_its_command(
    commands: Commands, level: Level, program: str, says: str, value: int, set_: list[str] | None
) -> None:
    assert level.get() is None
    assert fault(lambda: level.set(30)) == "unsupported"
    commands.put(program, says)
    assert level.get() == value
    commands.heard()
    level.set(30)
    heard = commands.heard()
    assert set_ is None or heard == set_
    commands.put(program, code=1, complains="Display not found")
    assert fault(lambda: level.set(30)) == "device_refused"
    commands.put(program, code=1, complains="Permission denied")
    assert fault(lambda: level.set(30)) == "not_allowed"
    assert level.get() is None


def test_the_first_means_that_works_is_taken(commands: Commands) -> None:
    volume = make_controls({}).volume
    assert (volume.get(), fault(lambda: volume.set(10))) == (None, "unsupported")
    commands.put("wpctl", code=1, complains="Could not connect to PipeWire")
    assert fault(lambda: volume.set(10)) == "device_refused"
    commands.put("amixer", "[63%] [on]")
    volume.set(10)
    assert commands.heard()[-1] == "amixer -M sset Master 10% unmute"
    assert volume.get() == 63


def test_a_panels_own_light_is_never_quite_dark(tmp_path: Path) -> None:
    light = Backlight(tmp_path / "none")
    assert (light.get(), fault(lambda: light.set(10))) == (None, "unsupported")
    panel = tmp_path / "backlight" / "intel_backlight"
    panel.mkdir(parents=True)
    (panel / "max_brightness").write_text("120\n")
    (panel / "brightness").write_text("60\n")
    light = Backlight(tmp_path / "backlight")
    assert light.get() == 50
    light.set(0)
    assert (panel / "brightness").read_text() == "1"
    light.set(100)
    assert light.get() == 100
    assert FirstThatWorks([Backlight(tmp_path / "none"), light]).get() == 100
    (panel / "max_brightness").write_text("much")
    assert (light.get(), fault(lambda: light.set(10))) == (None, "device_refused")


@pytest.mark.parametrize(
    ("display", "program", "on", "off", "says"),
    [
        (CecDisplay(), "cec-client", ["cec-client -s -d 1", "on 0"], ["cec-client -s -d 1", "standby 0"],
         {"power status: on": True, "power status: standby": False, "power status: unknown": None,
          "power status: in transition from standby to on": True}),
        (DdcDisplay(), "ddcutil", ["ddcutil setvcp D6 1"], ["ddcutil setvcp D6 4"],
         {"VCP D6 SNC x01": True, "VCP D6 SNC x04": False, "VCP D6 ERR": None}),
    ],
)  # fmt: skip
def test_a_display_by_its_command(
    commands: Commands, display: DisplayPower, program: str, on: list[str], off: list[str], says: dict[str, bool | None]
) -> None:
    assert display.is_on() is None
    assert fault(lambda: display.switch(True)) == "unsupported"
    commands.put(program)
    display.switch(True)
    assert commands.heard() == on
    display.switch(False)
    assert commands.heard() == off
    for words, state in says.items():
        commands.put(program, words)
        assert display.is_on() is state


def test_the_clock_is_set_before_the_machine_goes_off(commands: Commands) -> None:
    power, morning = CommandPower("poweroff --now"), datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    # Where it can't be, the machine would not be back: it stays on.
    assert fault(lambda: power.prepare(morning)) == "wake_not_set"
    commands.put("rtcwake")
    commands.put("poweroff")
    power.prepare(morning)
    power.off()
    assert commands.heard() == [f"rtcwake -m no -t {int(morning.timestamp())}", "poweroff --now"]
    power.prepare(None)
    CommandPower(clock=False).prepare(morning)
    assert commands.heard() == []


@pytest.fixture
def wall() -> Iterator[Projector]:
    with projector() as standing:
        yield standing


def pjlink(wall: Projector, password: str = "", patience_s: float = 2.0) -> PjlinkDisplay:
    link = Pjlink("127.0.0.1", wall.port, password, timeout_s=0.3)
    return PjlinkDisplay(link, patience_s=patience_s, look_s=0.01)


@pytest.mark.parametrize("password", ["", "JBMIAProjectorLink"])
def test_a_projector_is_switched_and_waited_for(wall: Projector, password: str) -> None:
    wall.password = password
    display = pjlink(wall, password)
    assert display.is_on() is False
    wall.settles_after = 3
    display.switch(True)
    assert wall.heard[-1] == "%1POWR 1" and display.is_on() is True
    # It warms up: only then it can be switched off.
    display.switch(False)
    assert wall.heard[-1] == "%1POWR 0"
    asked = len(wall.heard)
    wall.power = 0
    display.switch(False)
    assert wall.heard[asked:] == ["%1POWR ?"], "what is so already is not told again"


def test_a_projector_that_does_not_want_to(wall: Projector) -> None:
    wall.password = "right"
    assert fault(lambda: pjlink(wall, "wrong").switch(True)) == "wrong_password"
    wall.password, wall.power, wall.settles_after = "", 2, 10**6
    assert fault(lambda: pjlink(wall, patience_s=0.05).switch(True)) == "warming_up"
    wall.power, wall.mood = 0, "broken"
    assert fault(lambda: pjlink(wall).switch(True)) == "device_refused"
    wall.mood = "refusing"
    assert fault(lambda: pjlink(wall, patience_s=0.05).switch(True)) == "warming_up"
    for mood, code in (("silent", "device_silent"), ("rude", "device_silent"), ("odd", "device_refused")):
        wall.mood = mood
        display = pjlink(wall)
        assert fault(lambda display=display: display.switch(True)) == code
        assert display.is_on() is None
    with projector() as gone:
        display = pjlink(gone)
    assert fault(lambda: display.switch(True)) == "device_silent"


def test_settings_name_the_means() -> None:
    found = make_controls(
        {"display_power": {"driver": "pjlink", "host": "wall"}, "machine_power": {"driver": "command"}}
    )
    assert isinstance(found.display, PjlinkDisplay) and isinstance(found.power, CommandPower)
    assert make_controls({}).power is None, "nothing switches a machine off that its settings do not name"
    with pytest.raises(HallError) as wrong:
        make_controls({"display_power": {"driver": "hammer"}})
    assert wrong.value.code == "device_driver_unknown"


def put(file: Path, words: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(words)


def test_what_the_system_tells_is_read(tmp_path: Path) -> None:
    put(
        tmp_path / "proc/meminfo",
        "MemTotal:        8000000 kB\nMemAvailable:    2048000 kB\nHugePages_Total:       0\n",
    )
    put(tmp_path / "proc/uptime", "93784.12 1000.0\n")
    put(tmp_path / "sys/class/thermal/thermal_zone0/type", "acpitz")
    put(tmp_path / "sys/class/thermal/thermal_zone0/temp", "95000")
    put(tmp_path / "sys/class/thermal/thermal_zone1/type", "x86_pkg_temp")
    put(tmp_path / "sys/class/thermal/thermal_zone1/temp", "61500")
    put(tmp_path / "sys/class/hwmon/hwmon0/name", "k10temp")
    put(tmp_path / "sys/class/hwmon/hwmon0/temp1_input", "-274000")
    for card, mac, state in (("eth0", "00:1a:2b:3c:4d:5e", "up"), ("eth1", "00:1a:2b:3c:4d:5f", "down")):
        put(tmp_path / f"sys/class/net/{card}/address", mac)
        put(tmp_path / f"sys/class/net/{card}/operstate", state)
        (tmp_path / f"sys/class/net/{card}/device").mkdir()
    put(tmp_path / "sys/class/net/lo/address", "00:00:00:00:00:00")
    put(tmp_path / "sys/class/drm/card0-HDMI-A-1/dpms", "Off")
    put(tmp_path / "sys/class/drm/card1-DP-2/dpms", "On")
    found = read_machine(tmp_path, tmp_path)
    # Of the processor where that is known, and never of a sensor that is not connected.
    assert (found.temperature_c, found.uptime_s, found.macs) == (61.5, 93784, ["00:1a:2b:3c:4d:5e"])
    assert (found.memory_free_mb, found.memory_total_mb) == (2000, 7812)
    assert found.disk_free_mb is not None and found.disk_total_mb is not None
    assert 0 < found.disk_free_mb <= found.disk_total_mb
    assert [display_is_lit(name, tmp_path) for name in ("HDMI-1", "HDMI-A-1", "DP-2", "DP-3")] == [
        False,
        False,
        True,
        None,
    ]


def test_what_the_system_does_not_tell_stays_unknown(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    found = read_machine(tmp_path / "not there", empty)
    assert (found.temperature_c, found.uptime_s, found.memory_free_mb, found.macs) == (None, None, None, [])
    if os.path.exists("/proc/meminfo"):
        assert read_machine(tmp_path).memory_total_mb
