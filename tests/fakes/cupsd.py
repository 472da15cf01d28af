"""The real print service, private to one test process: on loopback, with its folders and one printer of its own.

The printer is a small backend: it keeps each document with its title and copies, and while the file ``fault`` holds a
reason (``media-empty-error``) it says so and waits, as the backends of real printers do.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import cups  # type: ignore[import-not-found]

from tests.fakes.events import wait_until
from tests.fakes.hall import free_port

QUEUE = "hall"
_MIME, _HELPERS = Path("/usr/share/cups/mime"), Path("/usr/lib/cups/daemon")
_CONFIG = """
Listen 127.0.0.1:{port}
LogLevel warn
Browsing No
DefaultAuthType None
MaxLogSize 0
PreserveJobHistory Yes
<Location />
  Order allow,deny
  Allow from 127.0.0.1
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_FILES = """
ServerRoot {root}
ServerBin {root}/bin
DataDir {root}/data
StateDir {root}/state
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/temp
DocumentRoot {root}/data
AccessLog {root}/access
ErrorLog {root}/error
PageLog {root}/page
{user}
"""
_PRINTER = """
<DefaultPrinter {queue}>
Info {queue}
DeviceURI standin:/
State Idle
Accepting Yes
Shared No
JobSheets none none
ErrorPolicy retry-current-job
</DefaultPrinter>
"""
_BACKEND = """#!/bin/sh
# job user title copies options [file]
[ $# -eq 0 ] && exit 0
told=
echo "STATE: none" >&2
trap '[ -n "$told" ] && echo "STATE: -$told" >&2; exit 0' TERM
while [ -s {root}/fault ]; do
  [ -n "$told" ] || {{ told=$(cat {root}/fault); echo "STATE: +$told" >&2; }}
  sleep 0.05
done
[ -n "$told" ] && echo "STATE: -$told" >&2
cat $6 > {root}/printed/$1.part
printf '%s\\n%s\\n' "$4" "$3" > {root}/printed/$1.about
mv {root}/printed/$1.part {root}/printed/$1.pdf
"""


def _program() -> str | None:
    return shutil.which("cupsd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def why_impossible() -> str:
    """Why the real path cannot be shown here; empty where it can. On a build machine it must be there."""
    if _program() or os.environ.get("CI"):
        return ""
    return "the print service is not installed (apt install cups-daemon)"


class Cupsd:
    """Start, stop and restart the service. Use as a context manager."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._root = Path(tempfile.mkdtemp(prefix="zhiting-cups-"))
        for name in ("bin/backend", "bin/filter", "data", "state", "cache", "spool", "temp", "printed"):
            (self._root / name).mkdir(parents=True)
        shutil.copytree(_MIME, self._root / "data" / "mime")
        (self._root / "bin" / "daemon").symlink_to(_HELPERS)
        # From here, for AppArmor would keep the one in its own place within the machine's folders.
        shutil.copy2(_program() or "cupsd", self._root / "cupsd")
        user = "User lp\nGroup lp" if os.geteuid() == 0 else ""
        self._write("cupsd.conf", _CONFIG.format(port=self.port))
        self._write("cups-files.conf", _FILES.format(root=self._root, user=user))
        self._write("printers.conf", _PRINTER.format(queue=QUEUE))
        self._write("bin/backend/standin", _BACKEND.format(root=self._root))
        # What only its owner may run, the service runs as itself and not as its user for printing.
        (self._root / "bin/backend/standin").chmod(0o700)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.set_fault(None)
        self.stop()
        shutil.rmtree(self._root, ignore_errors=True)

    def start(self) -> None:
        """Returns when it answers; harmless while it runs."""
        if self._process is not None:
            return
        config = ["-c", str(self._root / "cupsd.conf"), "-s", str(self._root / "cups-files.conf")]
        with (self._root / "out").open("ab") as out:
            self._process = subprocess.Popen([str(self._root / "cupsd"), "-f", *config], stdout=out, stderr=out)
        try:
            wait_until(self._answers, 10)
        except AssertionError:
            raise AssertionError(self.said()) from None

    def stop(self) -> None:
        """As the machine's own service manager does."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def set_fault(self, reason: str | None) -> None:
        """What the printer complains about, such as ``media-jam-error``; None when it is mended."""
        part = self._root / "fault.part"
        part.write_text(reason or "")
        part.rename(self._root / "fault")

    def printed(self) -> list[tuple[str, int, bytes]]:
        """Title, copies and bytes of each document, in their order."""
        found = []
        for pdf in sorted((self._root / "printed").glob("*.pdf"), key=lambda file: int(file.stem)):
            copies, title = pdf.with_suffix(".about").read_text().splitlines()
            found.append((title, int(copies), pdf.read_bytes()))
        return found

    def said(self) -> str:
        """What a failing test shows: the end of the service's log."""
        logs = [self._root / name for name in ("out", "error")]
        return "\n".join(log.read_text(errors="replace")[-3000:] for log in logs if log.exists())

    def _write(self, name: str, words: str) -> None:
        (self._root / name).write_text(words)

    def _answers(self) -> bool:
        try:
            return QUEUE in cups.Connection(host="127.0.0.1", port=self.port).getPrinters()
        except (RuntimeError, cups.IPPError):
            return False
