"""Reads tokens.toml and resolves it to flat names: `primary`, `text_body`, `space_m`, `touch_target`, `motion_calm`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MODES = ("day", "high_contrast")
PROFILES = ("kiosk", "counter", "signage", "desk")


@dataclass(frozen=True, slots=True)
class Look:
    """How one window looks: colour mode, size profile, elder mode, and its scale against the design size."""

    mode: str = "day"
    profile: str = "kiosk"
    elder: bool = False
    scale: float = 1.0


@cache
def _tokens() -> dict[str, Any]:
    with (Path(__file__).parent / "tokens.toml").open("rb") as stream:
        return tomllib.load(stream)


def design_size(profile: str) -> tuple[int, int]:
    """Width and height in pixels for which a profile's sizes were chosen."""
    width, height = _tokens()["profile"][profile]["design"]
    return width, height


def seconds(name: str) -> int:
    """A time a person is given: idle, undo, toast."""
    return int(_tokens()["seconds"][name])


def _sizes(look: Look) -> dict[str, int]:
    larger = float(_tokens()["elder"]["scale"]) if look.elder else 1.0
    sizes: dict[str, int] = {}
    for group, members in _tokens()["profile"][look.profile].items():
        if group == "design":
            continue
        # Space does not grow with the letters: elder mode would run out of screen.
        grows = larger if group in ("text", "touch", "icon") else 1.0
        for name, value in members.items():
            sizes[f"{group}_{name}"] = max(1, round(value * grows * look.scale))
    return sizes


def colours(mode: str) -> dict[str, str]:
    """The palette of one mode, as #RRGGBB or #AARRGGBB as Qt reads it."""
    return {name: _argb(value) for name, value in _tokens()["mode"][mode].items()}


def _argb(value: str) -> str:
    # The file says #RRGGBBAA as people know it from the web; Qt reads #AARRGGBB.
    return f"#{value[7:9]}{value[1:7]}" if len(value) == 9 else value


def resolve(look: Look) -> dict[str, str | int]:
    """Every token under its flat name, for this look."""
    tokens = _tokens()
    motion = {f"motion_{k}": 0 if look.elder and k != "spin" else v for k, v in tokens["motion"].items()}
    choices = tokens["elder"]["choices"] if look.elder else tokens["plain"]["choices"]
    times = {f"seconds_{k}": v for k, v in tokens["seconds"].items()}
    return {**colours(look.mode), **_sizes(look), **motion, **times, "choices": choices}
