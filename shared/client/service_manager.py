"""What the machine's service manager is told, by systemd's notify protocol; where there is none, nothing happens."""

from __future__ import annotations

import logging
import os
import socket

log = logging.getLogger(__name__)
SUPERVISED_ENV = "ZHITING_SUPERVISED"
# Two beats may get lost before the manager acts.
BEATS = 3


def tell(*lines: str) -> bool:
    """Send ``READY=1``, ``WATCHDOG=1``, ``STATUS=…``; False where nobody listens. Never raises, never blocks."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return False
    # "@" is how the environment writes the zero byte of an address without a file.
    place = "\0" + address[1:] if address.startswith("@") else address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.setblocking(False)
            line.sendto("\n".join(lines).encode(), place)
    except OSError as error:
        log.debug("the service manager does not listen: %s", error)
        return False
    return True


def beat_every() -> float | None:
    """Seconds between signs of life; None where nobody waits for them.

    ``WATCHDOG_PID`` is not looked at: under a compositor that is the compositor, and the screen is ours.
    """
    allowed = os.environ.get("WATCHDOG_USEC", "")
    return int(allowed) / 1e6 / BEATS if allowed.isdigit() and int(allowed) > 0 else None


def is_supervised() -> bool:
    """Whether somebody starts this program again when it dies: systemd, or a shell launcher that says so."""
    return bool(os.environ.get("NOTIFY_SOCKET") or os.environ.get(SUPERVISED_ENV))
