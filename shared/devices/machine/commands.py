"""Running a system's own command, with an end to its patience."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from typing import Final

from shared.devices.machine.protocol import MachineFault

PATIENCE_S: Final = 10.0


def run_command(words: Sequence[str], *, says: str = "", patience_s: float = PATIENCE_S) -> str:
    """What it wrote; ``says`` is its input. MachineFault: unsupported where there is no such command, not_allowed,
    device_silent when it does not come back, device_refused when it fails.
    """
    try:
        done = subprocess.run(
            list(words), input=says, capture_output=True, text=True, errors="replace", timeout=patience_s,
            env=os.environ | {"LC_ALL": "C"}, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise MachineFault("unsupported", words[0]) from None
    except subprocess.TimeoutExpired:
        raise MachineFault("device_silent", words[0]) from None
    except OSError as error:
        raise MachineFault("not_allowed", f"{words[0]}: {error}") from error
    if done.returncode:
        told = (done.stderr or done.stdout).strip()
        denied = any(sign in told.lower() for sign in ("permission denied", "not permitted", "password is required"))
        raise MachineFault("not_allowed" if denied else "device_refused", f"{words[0]}: {told[:200]}")
    return done.stdout
