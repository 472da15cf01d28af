"""A machine of which nothing is real: what it was told stands in a file, for demonstrations and tests."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from shared.devices.machine.protocol import MachineFault


class SimulatedMachine:
    """``file`` holds what was set last, by name; a ``fault`` in it is what everything fails with."""

    def __init__(self, file: Path, name: str) -> None:
        self._file, self._name = file, name

    def set(self, percent: int) -> None:
        self._put(percent)

    def get(self) -> int | None:
        found = self._all().get(self._name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def switch(self, on: bool) -> None:
        self._put(on)

    def is_on(self) -> bool | None:
        found = self._all().get(self._name)
        return found if isinstance(found, bool) else None

    def prepare(self, wake_at: datetime | None) -> None:
        self._put(wake_at.isoformat() if wake_at is not None else "")

    def off(self) -> None:
        self._put("off")

    def _put(self, value: object) -> None:
        known = self._all()
        if known.get("fault"):
            raise MachineFault(str(known["fault"]))
        self._file.write_text(json.dumps(known | {self._name: value}), "utf-8")

    def _all(self) -> dict[str, object]:
        try:
            return dict(json.loads(self._file.read_text("utf-8")))
        except (OSError, ValueError):
            return {}
