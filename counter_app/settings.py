"""The counter's own settings, and the little it remembers from one start to the next."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.client.settings import TerminalSettings
from shared.domain.errors import HallError

_log = logging.getLogger(__name__)
MODES = ("day", "high_contrast")
EDGES = ("right", "left")


@dataclass(frozen=True)
class CounterSettings:
    """Keys of a counter's profile besides those every program has; times in seconds."""

    counter: str = ""
    edge: str = "right"
    always_on_top: bool = True
    mini: bool = False
    mode: str = "day"
    windowed: bool = False
    citizen_screen: str = ""
    rating_s: float = 20.0
    rating_overlap_s: float = 10.0
    thanks_s: float = 5.0
    # How long a number that was given here stands on the citizen's screen.
    given_s: float = 30.0
    # How long the line may be down before the counter goes on alone.
    alone_after_s: float = 4.0
    scanner: Mapping[str, Any] = field(default_factory=lambda: {"driver": "keyboard_wedge"})
    # The reader for staff cards; empty where there is none.
    card_reader: Mapping[str, Any] = field(default_factory=dict)
    # For numbers given at the desk; empty where there is none.
    printer: Mapping[str, Any] = field(default_factory=dict)
    # The LED strip above the counter; empty where there is none.
    led_display: Mapping[str, Any] = field(default_factory=dict)
    # The loudspeaker at the counter, for calls while it is alone; empty where there is none.
    speech: Mapping[str, Any] = field(default_factory=dict)


def counter_settings(settings: TerminalSettings) -> CounterSettings:
    """Reads the profile's keys; ``HallError("profile_wrong")`` names the one that is wrong."""
    plain = CounterSettings()
    values: dict[str, Any] = {}
    for key in ("counter", "edge", "mode", "citizen_screen"):
        values[key] = _checked(settings, key, getattr(plain, key), str)
    for key in ("always_on_top", "mini", "windowed"):
        values[key] = _checked(settings, key, getattr(plain, key), bool)
    for key in ("rating_s", "rating_overlap_s", "thanks_s", "given_s", "alone_after_s"):
        values[key] = float(_checked(settings, key, getattr(plain, key), int | float))
    if values["edge"] not in EDGES or values["mode"] not in MODES:
        raise _wrong(settings, f"edge = {' | '.join(EDGES)}, mode = {' | '.join(MODES)}")
    values["counter"] = values["counter"].strip().upper()
    return CounterSettings(
        **values, scanner=settings.devices.get("scanner", plain.scanner),
        card_reader=settings.devices.get("card_reader", {}), printer=settings.devices.get("printer", {}),
        led_display=settings.devices.get("led_display", {}), speech=settings.devices.get("speech", {}),
    )  # fmt: skip


def _checked(settings: TerminalSettings, key: str, default: Any, kind: Any) -> Any:
    value = settings.option(key, default)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _wrong(settings, f"{key} = {value!r}")
    return value


def _wrong(settings: TerminalSettings, fault: str) -> HallError:
    return HallError("profile_wrong", path=f"{settings.program}-{settings.name}", fault=fault)


class Memory:
    """What was chosen on this machine: the counter's label and the staff number that signed in last."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            found = json.loads(file.read_text("utf-8"))
            self._values = {str(k): str(v) for k, v in found.items()}
        except FileNotFoundError:
            self._values = {}
        except (OSError, ValueError, AttributeError):
            _log.warning("%s cannot be read; starting without it", file)
            self._values = {}

    def get(self, key: str) -> str:
        """The value, or an empty text."""
        return self._values.get(key, "")

    def keep(self, key: str, value: str) -> None:
        """Remember; writes a file, so call it off the UI thread."""
        self._values = {**self._values, key: value}
        beside = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside.write_text(json.dumps(self._values, ensure_ascii=False), "utf-8")
            os.replace(beside, self._file)
        except OSError:
            _log.warning("%s cannot be written; it will be asked again", self._file)
