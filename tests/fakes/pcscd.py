"""The real PC/SC service with vsmartcard's virtual reader, private to one test process.

The service's socket has a fixed place, so it runs in a mount namespace of its own in which that place is a folder of
ours; the client's library finds it by an environment variable. A service of the machine is neither used nor disturbed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from smartcard import scard  # type: ignore[import-untyped]

from tests.fakes.hall import free_port

_DRIVER = "serial/libifdvpcd.so"
_START = 'mount -t tmpfs none /run && mkdir /run/pcscd && mount --bind "$0" /run/pcscd && exec "$@"'


def _unshare() -> list[str]:
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *own]


@cache
def _driver() -> Path | None:
    return next(iter(Path("/usr/lib").glob(f"**/pcsc/drivers/{_DRIVER}")), None)


def why_impossible() -> str:
    """Why the real path cannot be shown here; empty when it can."""
    if shutil.which("pcscd") is None:
        return "pcscd is not installed"
    if _driver() is None:
        return "the virtual reader (vsmartcard-vpcd) is not installed"
    if subprocess.run([*_unshare(), "true"], capture_output=True).returncode:
        return "a mount namespace of its own is not allowed here"
    return ""


class Pcscd:
    """Start, kill and restart the service. Use as a context manager; `port` is where a virtual card plugs in."""

    def __init__(self) -> None:
        self.port = free_port(2)  # the driver has two slots
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="zhiting-pcscd-"))
        self._socket = self._folder / "run" / "pcscd.comm"
        for name in ("run", "readers", "no-readers"):
            (self._folder / name).mkdir()
        device = f"DEVICENAME /dev/null:{self.port:#x}\nCHANNELID {self.port:#x}\n"
        (self._folder / "readers" / "vpcd").write_text(f'FRIENDLYNAME "Virtual PCD"\nLIBPATH {_driver()}\n{device}')

    def __enter__(self) -> Self:
        # The library reads it once in the life of a process.
        os.environ["PCSCLITE_CSOCK_NAME"] = str(self._socket)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, readers: bool = True) -> None:
        """With the virtual reader, or with no reader at all."""
        if self.running:
            return
        # A killed one leaves its process number behind, and the next refuses to start while anybody has that number.
        for left in self._socket.parent.iterdir():
            left.unlink()
        config = self._folder / ("readers" if readers else "no-readers")
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(
            [*_unshare(), "sh", "-c", _START, str(self._socket.parent), "pcscd", "--foreground", *_without_polkit(),
             "--config", str(config)],
            stdout=log, stderr=log,
        )  # fmt: skip
        log.close()

    def ready_and_empty(self) -> bool:
        """Whether it has its virtual readers and no card lies on any."""
        states = self._states()
        return bool(states) and all(state & scard.SCARD_STATE_EMPTY for state in states.values())

    def said(self) -> str:
        """What a failing test shows: the readers' states and the end of the service's log."""
        log = (self._folder / "log").read_text(errors="replace")
        return f"pcscd {'runs' if self.running else 'ended'}, {self._states()}\n{log[-2000:]}"

    @staticmethod
    def _states() -> dict[str, int]:
        result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if result != scard.SCARD_S_SUCCESS:
            return {}
        try:
            _, names = scard.SCardListReaders(context, [])
            _, states = scard.SCardGetStatusChange(context, 0, [(name, scard.SCARD_STATE_UNAWARE) for name in names])
            return {name: state for name, state, _ in states}
        finally:
            scard.SCardReleaseContext(context)

    def kill(self) -> None:
        """As a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@cache
def _without_polkit() -> list[str]:
    # Newer ones ask polkit who may use cards; there is none in the namespace.
    shown = subprocess.run(["pcscd", "--help"], capture_output=True, text=True).stdout
    return ["--disable-polkit"] if "--disable-polkit" in shown else []
