"""The kiosk's own settings, from its profile and command line."""

from __future__ import annotations

import argparse
import dataclasses
from dataclasses import dataclass
from typing import Any

from shared.client.settings import TerminalSettings, profile_path
from shared.domain.errors import HallError
from shared.i18n import languages
from shared.ui.theme import seconds


@dataclass(frozen=True)
class KioskSettings:
    """Times in seconds. ``mode``: what the machine is for, ``tickets`` or ``touch``, the touch browser, which can begin
    in high ``contrast``. ``place`` is how staff find the machine; ``other_machine`` where else a paper can be had.
    """

    mode: str = "tickets"
    language: str = "zh-CN"
    languages: tuple[str, ...] = ()
    elder: bool = False
    contrast: bool = False
    fullscreen: bool = False
    screen: str = ""
    size: str = ""
    place: str = ""
    other_machine: str = ""
    pictures: str = ""
    idle_seconds: float = float(seconds("idle"))
    warn_seconds: float = 10.0
    attract_seconds: float = 45.0
    slide_seconds: float = 8.0
    ticket_seconds: float = 12.0
    photo_seconds: float = 45.0
    # A finger that comes down twice must not choose on the screen that has just appeared.
    touch_guard_ms: int = 350
    # How long the server may be away before numbers are given without it; 0: they never are.
    alone_after_seconds: float = 5.0


MODES = ("tickets", "touch")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The kiosk's options besides those of every program."""
    parser.add_argument("--mode", choices=MODES, help="tickets, or touch: the touch browser")
    parser.add_argument("--fullscreen", action="store_true", default=None, help="cover the whole screen")
    parser.add_argument("--screen", metavar="NAME", help="the screen to cover, where there are several, e.g. HDMI-1")
    parser.add_argument("--size", metavar="WxH", help="size of the window, e.g. 540x960")
    parser.add_argument("--place", help="where the machine stands, e.g. 1F-03")


def kiosk_settings(settings: TerminalSettings) -> KioskSettings:
    """Checked; ``HallError("profile_wrong")`` names the setting that is wrong."""
    fields = {field.name: field for field in dataclasses.fields(KioskSettings)}
    given: dict[str, Any] = {"language": settings.language}
    for key, value in settings.options.items():
        if key in fields:
            given[key] = _checked(settings, key, value, fields[key].default)
    if given.get("mode", MODES[0]) not in MODES:
        raise _wrong(settings, "mode", given["mode"])
    known = languages()
    offered = tuple(code for code in given.get("languages", ()) if code in known) or known
    if given["language"] not in offered:
        offered = (given["language"], *offered) if given["language"] in known else offered
        given["language"] = given["language"] if given["language"] in known else offered[0]
    return KioskSettings(**(given | {"languages": offered}))


def _checked(settings: TerminalSettings, key: str, value: Any, example: Any) -> Any:
    match example:
        case bool():
            fits = isinstance(value, bool)
        case int() | float():
            fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
        case tuple():
            fits = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        case _:
            fits = isinstance(value, str)
    if not fits:
        raise _wrong(settings, key, value)
    return value


def _wrong(settings: TerminalSettings, key: str, value: object) -> HallError:
    path = profile_path(settings.program, settings.name)
    return HallError("profile_wrong", path=str(path), fault=f"{key} = {value!r}")
