"""Starts a terminal's program from the slot that is due, once; whoever started it does so again when it has ended.

It belongs to what was installed by hand and is never replaced by an update, as a boot loader. What it remembers is on
the disk before the program starts, so that also a machine that hangs or is cut off counts as a start.
"""

from __future__ import annotations

import argparse
import logging
import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Final

from shared.domain.errors import HallError
from shared.domain.updates.slots import BUILT_IN, Slots, give_up, healthy, start
from shared.i18n.errors import error_text
from shared.offline.updates.folder import SlotFolder
from shared.offline.updates.settings import (
    BUILT_IN_ENV,
    FOLDER_ENV,
    HEALTHY_ENV,
    SETTINGS_ENV,
    TRIAL_ENV,
    UpdateSettings,
)

log = logging.getLogger(__name__)
ROOT: Final = Path(__file__).resolve().parents[3]
DEFAULT: Final = Path("/etc/zhiting/updates.toml")
PROGRAMS: Final = ("kiosk", "counter", "signage")
# Start again, and count no crash: as a program that was told to.
AGAIN: Final = 75
END_S: Final = 5.0


class Launcher:
    """``built_in``: the folder of the program that was installed by hand."""

    def __init__(self, settings: UpdateSettings, built_in: Path) -> None:
        self._settings, self._built_in = settings, built_in
        self.folder = SlotFolder(settings.folder, settings.keys)
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, module: str, arguments: Sequence[str]) -> int:
        """Start what is due and answer its exit code when it has ended."""
        slots, slot = self._begin()
        root = self._point(slot)
        heard, said = os.pipe()
        try:
            environment = os.environ | {
                "PYTHONPATH": str(root), SETTINGS_ENV: str(self._settings.path), BUILT_IN_ENV: str(self._built_in),
                FOLDER_ENV: str(self._settings.folder), HEALTHY_ENV: str(said),
                TRIAL_ENV: slots.trial.version if slots.trial is not None else "",
            }  # fmt: skip
            if slot != BUILT_IN:
                # A slot with a file that nobody signed is whole no more.
                environment["PYTHONDONTWRITEBYTECODE"] = "1"
            command = [sys.executable, "-P", "-m", module, *arguments]
            self._process = subprocess.Popen(command, env=environment, pass_fds=(said,))
            os.close(said)
            said = -1
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, self._pass_on)
            if slots.trial is not None and not self._comes_up(slots, heard):
                return AGAIN
            code = self._process.wait()
            return code if code >= 0 else 128 - code
        finally:
            os.close(heard)
            if said >= 0:
                os.close(said)

    def _begin(self) -> tuple[Slots, str]:
        known = self.folder.load()
        slots, slot = start(known, self.folder.is_whole, self._settings.limits)
        if slots != known:
            if slots.last != known.last:
                log.error("a new version is taken back: %s", slots.last)
            try:
                self.folder.save(slots)
            except HallError as error:
                # A trial whose starts can't be counted is none: what is known to be good runs.
                log.error("not remembered: %s", error)
                good = known.good if known.good == BUILT_IN or self.folder.is_whole(known.good) else BUILT_IN
                return Slots(good=good), good
        return slots, slot

    def _point(self, slot: str) -> Path:
        try:
            return self.folder.point(slot, self._built_in)
        except HallError as error:
            log.error("the link is not moved: %s", error)
            return self._built_in if slot == BUILT_IN else self.folder.tree(slot)

    def _comes_up(self, slots: Slots, heard: int) -> bool:
        """Wait for the program's word that it has come up; False when it was ended because that did not come."""
        ready, _, _ = select.select([heard], [], [], self._settings.limits.seconds)
        if not ready:
            log.error("the new version does not come up")
            self._remember(give_up(slots, "not_healthy"))
            self._end()
            return False
        if os.read(heard, 1):
            log.warning("the new version has come up")
            self._remember(healthy(slots))
        return True

    def _remember(self, slots: Slots) -> None:
        try:
            self.folder.save(slots)
        except HallError as error:
            # Its starts are counted: it is tried once more, or taken back.
            log.error("not remembered: %s", error)

    def _end(self) -> None:
        assert self._process is not None
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _pass_on(self, number: int, frame: FrameType | None) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


def main(argv: Sequence[str] | None = None) -> int:
    """``launch [--settings FILE] [--built-in DIR] PROGRAM [its arguments]``"""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    parser = argparse.ArgumentParser(prog="./run launch", description="Start a terminal's program, updated or not.")
    parser.add_argument("--settings", type=Path, default=DEFAULT, help="keys and folder of updates (TOML)")
    parser.add_argument("--built-in", type=Path, default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("program", choices=PROGRAMS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    asked = parser.parse_args(argv)
    settings = None
    try:
        if asked.settings.exists():
            settings = UpdateSettings.read(asked.settings)
    except HallError as error:
        for language in ("zh-CN", "en"):
            print(error_text(error.code, language, **error.params), file=sys.stderr)
    if settings is None:
        # A terminal without updates, or with a slip in its settings, works all the same.
        command = [sys.executable, "-P", "-m", f"{asked.program}_app", *asked.arguments]
        os.execve(command[0], command, os.environ | {"PYTHONPATH": str(asked.built_in)})
    # Two programs of one machine are two terminals, each with a version of its own.
    settings = replace(settings, folder=settings.folder / asked.program)
    return Launcher(settings, asked.built_in).run(f"{asked.program}_app", asked.arguments)


if __name__ == "__main__":
    sys.exit(main())
