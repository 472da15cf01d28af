"""The machine's real PC/SC service with vsmartcard's virtual reader, for one test process at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from smartcard import scard  # type: ignore[import-untyped]

_VPCD_CONFIG = Path("/etc/reader.conf.d/vpcd")
_LOCK = Path(tempfile.gettempdir()) / "zhiting-tests-pcscd.lock"
_SOCKET = Path("/run/pcscd/pcscd.comm")


def why_impossible() -> str:
    """Why the real path cannot be shown here; empty when it can."""
    if shutil.which("pcscd") is None:
        return "pcscd is not installed"
    if not _VPCD_CONFIG.exists():
        return "the virtual reader (vsmartcard-vpcd) is not installed"
    if os.geteuid() != 0:
        return "pcscd needs root, and these tests stop and start it"
    return ""


class Pcscd:
    """Start, kill and restart the service. Use as a context manager: it waits for other test runs on this machine."""

    def __init__(self) -> None:
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._empty = tempfile.mkdtemp(prefix="zhiting-no-readers-")

    def __enter__(self) -> Self:
        self._lock = _LOCK.open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._empty, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self, *, readers: bool = True) -> None:
        """With the virtual reader, or with no reader at all."""
        if self.running:
            return
        if _answers():
            raise RuntimeError("another pcscd is running on this machine")
        command = ["pcscd", "--foreground", "--critical", *([] if readers else ["--config", self._empty])]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ready_and_empty(self) -> bool:
        """Whether it has its virtual readers and no card lies on any."""
        result, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_SYSTEM)
        if result != scard.SCARD_S_SUCCESS:
            return False
        try:
            _, names = scard.SCardListReaders(context, [])
            _, states = scard.SCardGetStatusChange(context, 0, [(name, scard.SCARD_STATE_UNAWARE) for name in names])
            return bool(states) and all(state & scard.SCARD_STATE_EMPTY for _, state, _ in states)
        finally:
            scard.SCardReleaseContext(context)

    def kill(self) -> None:
        """As a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _answers() -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(_SOCKET))
        except OSError:
            return False
    return True
