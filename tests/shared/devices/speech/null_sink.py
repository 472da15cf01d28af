"""A loudspeaker without a loudspeaker: a PulseAudio of our own with a null sink, and a recorder at its monitor."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.devices.speech.pcm import Pcm
from tests.fakes.events import wait_until

RATE = 22050
_PROGRAMS = ("pulseaudio", "pactl", "parec")


def why_impossible() -> str:
    """Why the real path cannot be shown here; empty when it can."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    return f"{', '.join(missing)} not installed (packages pulseaudio, pulseaudio-utils)" if missing else ""


class NullSink:
    """Use as a context manager; `environment` leads a program to it, whatever sound server the machine has."""

    def __init__(self) -> None:
        # Short, because the path of a socket may have no more than 107 characters.
        self._folder = Path(tempfile.mkdtemp(prefix="zt-pulse-"))
        self._address = f"unix:{self._folder / 'native'}"
        self.environment = {
            **os.environ,
            "PULSE_SERVER": self._address,
            "PULSE_RUNTIME_PATH": str(self._folder),
            "XDG_RUNTIME_DIR": str(self._folder),
            "XDG_CONFIG_HOME": str(self._folder),
            "HOME": str(self._folder),
        }
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # fmt: off
        self._server = subprocess.Popen(
            [
                "pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-level=error",
                "-L", "module-null-sink sink_name=hall",
                "-L", f"module-native-protocol-unix auth-anonymous=1 socket={self._folder / 'native'}",
            ],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        # fmt: on
        wait_until(lambda: self._ended() or self._answers(), timeout=10)
        if self._ended():
            raise RuntimeError("pulseaudio does not start here")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(10)
        shutil.rmtree(self._folder, ignore_errors=True)

    def recorder(self) -> Recorder:
        """What comes out of the null sink from now on."""
        return Recorder(self.environment, self._folder / "heard.raw")

    def _answers(self) -> bool:
        done = subprocess.run(["pactl", "info"], env=self.environment, capture_output=True, check=False)
        return done.returncode == 0

    def _ended(self) -> bool:
        return self._server is None or self._server.poll() is not None


class Recorder:
    """`parec` at the monitor of the sink, mono at RATE."""

    def __init__(self, environment: dict[str, str], target: Path) -> None:
        self._target = target
        # fmt: off
        self._process = subprocess.Popen(
            [
                "parec", "-d", "hall.monitor", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1",
                "--latency-msec=20", str(target),
            ],
            env=environment, stderr=subprocess.DEVNULL,
        )
        # fmt: on
        wait_until(lambda: self.seconds > 0, timeout=10)

    @property
    def seconds(self) -> float:
        """How much is recorded so far."""
        return self._target.stat().st_size / 2 / RATE if self._target.exists() else 0.0

    def stop(self) -> Pcm:
        """End the recording; everything heard."""
        self._process.terminate()
        self._process.wait(10)
        data = self._target.read_bytes()
        return Pcm(RATE, data[: len(data) // 2 * 2])


def loud_spans(sound: Pcm, *, quiet_s: float) -> list[tuple[float, float]]:
    """Begin and end, in seconds, of what is heard between silences of at least `quiet_s`."""
    values, step = sound.values(), RATE // 100
    spans: list[tuple[float, float]] = []
    for start in range(0, len(values), step):
        piece = values[start : start + step]
        if max(map(abs, piece)) < 150:
            continue
        begin, end = start / RATE, (start + len(piece)) / RATE
        if spans and begin - spans[-1][1] < quiet_s:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return spans
