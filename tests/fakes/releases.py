"""Releases of the stand-in terminal, signed by a key of the test, and terminals that run them under the launcher."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from installers.release import pack
from shared.domain.updates.signing import new_key
from shared.offline.updates.folder import SlotFolder
from tests.fakes.hall import ROOT, RunningHall

STAND_IN = ROOT / "tests" / "fakes" / "stand_in_terminal.py"


@cache
def key() -> tuple[str, str]:
    """Private, public."""
    return new_key()


def tree(folder: Path, version: str, behaviour: str = "good") -> Path:
    package = folder / f"tree-{version}" / "kiosk_app"
    package.mkdir(parents=True)
    shutil.copy(STAND_IN, package / "__main__.py")
    (package / "behaviour").write_text(behaviour)
    (package / "version").write_text(version)
    return package.parent


def release(
    folder: Path, version: str, behaviour: str = "good", private: str = "", **more: object
) -> tuple[Path, Path]:
    """Manifest and archive."""
    made = tree(folder, version, behaviour)
    return pack(made, version, private or key()[0], folder / "out", **more)  # type: ignore[arg-type]


@dataclass
class Terminal:
    """A machine whose service manager starts the launcher again whenever it has ended."""

    hall: RunningHall
    folder: Path
    name: str
    starts: int = 2
    minutes: float = 5.0
    exits: list[int] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None
    _over: bool = False

    def start(self) -> None:
        self.folder.mkdir()
        settings = self.folder / "updates.toml"
        settings.write_text(
            f'keys = ["{key()[1]}"]\nfolder = "{self.folder}/updates"\nfloor = "1.0.0"\n'
            f"starts = {self.starts}\nminutes = {self.minutes}\n"
        )
        built_in = tree(self.folder, "1.0.0")
        command = [
            sys.executable, "-m", "shared.offline.updates.launcher", "--settings", str(settings), "--built-in",
            str(built_in), "kiosk", "--fullscreen",
        ]  # fmt: skip
        environment = os.environ | {
            "PYTHONPATH": str(ROOT), "STAND_IN_ROOT": str(ROOT), "STAND_IN_HALL": self.hall.url,
            "STAND_IN_TOKEN": self.hall.token("kiosk", self.name), "STAND_IN_BUSY": str(self.busy),
        }  # fmt: skip
        self._thread = threading.Thread(target=self._keep, args=(command, environment), name="service manager")
        self._thread.start()

    @property
    def busy(self) -> Path:
        """While this file is there, somebody uses the terminal."""
        return self.folder / "busy"

    @property
    def slots(self) -> SlotFolder:
        return SlotFolder(self.folder / "updates" / "kiosk", (key()[1],))

    def kill(self) -> None:
        """kill -9 to everything of it, as a power cut."""
        process = self._process
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    def stop(self) -> None:
        self._over = True
        self.kill()
        self._thread.join()

    def _keep(self, command: list[str], environment: dict[str, str]) -> None:
        with (self.folder / "launcher.log").open("ab") as log:
            while not self._over:
                self._process = subprocess.Popen(
                    command, env=environment, stdout=log, stderr=log, start_new_session=True
                )  # fmt: skip
                if self._over:
                    self.kill()
                self.exits.append(self._process.wait())
