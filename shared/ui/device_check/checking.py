"""One configured device: made, opened, asked how it is, tried if wanted, closed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.devices.document_printer.test_page import test_page
from shared.devices.registry import make_device
from shared.devices.trying import Ear, Tried, try_out
from shared.domain.errors import HallError

# A reader may answer late, and a sound server may have to start.
_SETTLE_S = 6.0
_LOOK_S = 0.05


@dataclass(frozen=True)
class Checked:
    """`state` as in DeviceHealth; `tried` is None where nothing was tried; `setting` names a wrong setting."""

    profile: str
    kind: str
    driver: str
    state: str
    code: str = ""
    detail: str = ""
    tried: Tried | None = None

    @property
    def works(self) -> bool:
        """A warning is no reason to stay at home."""
        return self.state != "error" and (self.tried is None or self.tried.result == "passed")


def check(profile: str, kind: str, table: Mapping[str, Any], *, language: str, act: bool) -> Checked:
    """Blocks for some seconds; for as long as a person needs when it is tried. Never raises HallError."""
    driver = str(table.get("driver", ""))
    try:
        device = make_device(kind, table)
    except HallError as error:
        detail = str(error.params.get("setting") or error.params.get("known") or "")
        return Checked(profile, kind, driver, "error", error.code, detail)
    except ImportError as error:
        return Checked(profile, kind, driver, "error", "library_missing", str(error))
    ear = Ear()
    try:
        if kind == "printer":
            device.open()
            device.status()
        else:
            device.open(ear.hear)
        health = _settled(device)
        tried = None
        if act and driver == "keyboard_wedge":
            # It types into windows, and here is none.
            tried = Tried("failed", "wedge_needs_window")
        elif act:
            tried = try_out(kind, device, ear, page=lambda: test_page([profile], language, datetime.now()))  # type: ignore[arg-type]
            health = device.health()
        return Checked(profile, kind, driver, health.state, health.code, health.detail, tried)
    finally:
        device.close()


def _settled(device: Any) -> Any:
    """How it is once it has had time to answer."""
    until = time.monotonic() + _SETTLE_S
    while (health := device.health()).code == "starting" and time.monotonic() < until:
        time.sleep(_LOOK_S)
    return health
