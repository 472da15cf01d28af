"""Starts real programs for a journey and works their screens by the names of what is on them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.fakes.hall import ROOT, free_port


class Missing(AssertionError):
    """Something that should be on a screen is not."""


class Program:
    """One real program in its own process."""

    def __init__(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.port = free_port()
        self.log = log
        command = [sys.executable, "-m", "tests.journeys.hosted", str(self.port), name, *arguments]
        with log.open("a") as output:
            self.process = subprocess.Popen(
                command, cwd=ROOT, stdout=output, stderr=output,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            )  # fmt: skip
        self._line: socket.socket | None = None

    def wait_started(self, timeout: float = 90) -> None:
        end = time.monotonic() + timeout
        while True:
            try:
                self._line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                self._file = self._line.makefile("rwb")
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise Missing(f"{self.name} did not start:\n{self.tail()}") from None
                time.sleep(0.05)

    def tail(self) -> str:
        return self.log.read_text()[-3000:] if self.log.exists() else ""

    def do(self, what: str, **values: Any) -> dict[str, Any]:
        """One command; raises ``Missing`` when the screen does not have what it names."""
        answer = self._ask(what, **values)
        if not answer.pop("ok"):
            raise Missing(f"{self.name}: {answer['why']}; shown: {self._ask('names').get('names')}")
        return answer

    def _ask(self, what: str, **values: Any) -> dict[str, Any]:
        try:
            self._file.write(json.dumps({"do": what, **values}).encode() + b"\n")
            self._file.flush()
            line = self._file.readline()
        except OSError as error:
            raise Missing(f"{self.name} is gone ({error}):\n{self.tail()}") from None
        if not line:
            raise Missing(f"{self.name} is gone:\n{self.tail()}")
        return dict(json.loads(line))

    def wait(self, name: str, *, text: str | None = None, enabled: bool | None = None, timeout: float = 60) -> str:
        """Until ``name`` is on the screen, with this text in it and in this state; answers its text."""
        end = time.monotonic() + timeout
        last: dict[str, Any] = {}
        while True:
            last = self._ask("find", name=name)
            good = last["ok"] and (text is None or text in last["text"])
            if good and (enabled is None or last["enabled"] is enabled):
                return str(last["text"])
            if time.monotonic() > end:
                shown = self._ask("names").get("names")
                raise Missing(
                    f"{self.name}: waited for {name!r} text={text!r} enabled={enabled}, found {last}; shown: {shown}"
                )
            time.sleep(0.03)

    def wait_gone(self, name: str, timeout: float = 60) -> None:
        end = time.monotonic() + timeout
        while self._ask("find", name=name)["ok"]:
            if time.monotonic() > end:
                raise Missing(f"{self.name}: {name!r} is still there")
            time.sleep(0.03)

    def click(self, name: str, timeout: float = 60) -> None:
        """Wait until it can be touched, then touch it."""
        self.wait(name, enabled=True, timeout=timeout)
        self.do("click", name=name)

    def pick(self, name: str, text: str, timeout: float = 60) -> None:
        """Click the row with this text in a tree, list or table, as soon as it is there."""
        end = time.monotonic() + timeout
        while not self._ask("pick", name=name, text=text)["ok"]:
            if time.monotonic() > end:
                raise Missing(f"{self.name}: {name!r} has no row {text!r}")
            time.sleep(0.03)

    def click_to(self, name: str, then: str, timeout: float = 60) -> str:
        """Touch until the next thing is there, as a person does: a screen that has just appeared takes no touch yet."""
        end = time.monotonic() + timeout
        while True:
            if self._ask("find", name=name).get("enabled"):
                self.do("click", name=name)
            try:
                return self.wait(then, timeout=0.7)
            except Missing:
                if time.monotonic() > end:
                    raise

    def text(self, name: str) -> str:
        return str(self.do("find", name=name)["text"])

    def grab(self, path: Path, window: int = 0) -> Path:
        """A picture of a window at rest: taken again until nothing moves any more, two seconds at most."""
        time.sleep(0.3)  # a change begins to move only with the next frame
        end = time.monotonic() + 2
        before = b""
        while True:
            self.do("grab", path=str(path), window=window)
            now = path.read_bytes()
            if now == before or time.monotonic() > end:
                return path
            before = now
            time.sleep(0.15)

    def stop(self) -> int:
        """SIGTERM and wait: a program ends in order."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> int:
        if self._line is not None:
            self._line.close()
            self._line = None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Missing(f"{self.name} did not end:\n{self.tail()}") from None
