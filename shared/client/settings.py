"""A terminal's settings: profile file, then command line; one typed declaration for all programs."""

from __future__ import annotations

import argparse
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared.client.enrolment import is_enrolled
from shared.domain.errors import HallError

DEFAULT_PROFILE = "default"


@dataclass(frozen=True)
class TerminalSettings:
    """What every program needs to know. ``options`` holds the program's own keys, ``devices`` one table per kind."""

    program: str
    name: str
    server: str
    # Fixed, or what gives one for each request: see ``shared.client.enrolment``.
    token: str | Callable[[], str] = field(repr=False)
    language: str = "zh-CN"
    devices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    data: Path = Path()
    # The code that enrols this machine when it has no token; not needed again once it has its key.
    enrol: str = field(default="", repr=False)

    def option(self, key: str, default: Any = None) -> Any:
        return self.options.get(key, default)


def home() -> Path:
    """Where terminals keep profiles and copies: ``ZHITING_HOME``, else ``~/.zhiting``."""
    return Path(os.environ.get("ZHITING_HOME") or Path.home() / ".zhiting")


def profile_path(program: str, name: str) -> Path:
    return home() / "profiles" / f"{program}-{name}.toml"


def profile_names() -> list[str]:
    """Every profile of this machine, as PROGRAM-NAME."""
    return sorted(path.stem for path in (home() / "profiles").glob("*-*.toml"))


def device_tables(name: str) -> dict[str, dict[str, Any]]:
    """The devices of the profile PROGRAM-NAME; ``HallError`` when it is missing or wrong."""
    tables: dict[str, dict[str, Any]] = _read(home() / "profiles" / f"{name}.toml", wanted=True).get("devices", {})
    return tables


def data_folder(program: str, name: str) -> Path:
    """Where a program of this profile keeps its data; it may not be there yet."""
    return home() / "data" / f"{program}-{name or DEFAULT_PROFILE}"


def argument_parser(program: str, description: str) -> argparse.ArgumentParser:
    """The options every program has; a program adds its own (``dest`` = option key)."""
    parser = argparse.ArgumentParser(prog=f"./run {program}", description=description)
    parser.add_argument("--server", help="address of the hall server, http://…")
    parser.add_argument("--profile", default="", help=f"settings file {profile_path(program, 'NAME')}")
    parser.add_argument("--token", help="bearer token; better in the profile or in ZHITING_TOKEN")
    parser.add_argument("--enrol", metavar="CODE", help="an administrator's code for this machine; needed once")
    parser.add_argument("--language", help="first language of the screen, e.g. zh-CN or en")
    return parser


# Here people sign in when there is no token.
SIGNED_IN = ("admin",)
_OWN = ("server", "profile", "token", "language", "enrol")


def load_settings(program: str, arguments: argparse.Namespace) -> TerminalSettings:
    """Defaults < profile < environment < command line; raises ``HallError`` with what to correct."""
    name = arguments.profile or DEFAULT_PROFILE
    path = profile_path(program, name)
    profile = _read(path, wanted=bool(arguments.profile))
    given = {key: value for key, value in vars(arguments).items() if value is not None}
    server = given.get("server") or profile.pop("server", "")
    if not server:
        raise HallError("server_setting_missing")
    token, enrol = _right(given, os.environ, profile)
    language = given.get("language") or profile.pop("language", "zh-CN")
    devices = profile.pop("devices", {})
    options = {key: value for key, value in profile.items() if key not in _OWN}
    options |= {key: value for key, value in given.items() if key not in _OWN}
    data = data_folder(program, name)
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise HallError("profile_wrong", path=str(data), fault=str(error)) from error
    # Here and not later: what is wrong with the settings is said before a window opens.
    if program not in SIGNED_IN and not token and not enrol and not is_enrolled(data):
        raise HallError("token_missing")
    address = server if "://" in server else f"http://{server}"
    return TerminalSettings(program, name, address.rstrip("/"), token, language, devices, options, data, enrol)


def _right(given: Mapping[str, Any], environment: Mapping[str, str], profile: dict[str, Any]) -> tuple[str, str]:
    """Token and code, only one of them: the nearer to the command line counts, and of two in one place the token."""
    in_profile = profile.pop("token", ""), profile.pop("enrol", "")
    places = (
        (given.get("token", ""), given.get("enrol", "")),
        (environment.get("ZHITING_TOKEN", ""), environment.get("ZHITING_ENROL", "")),
        in_profile,
    )
    token, enrol = next((place for place in places if any(place)), ("", ""))
    return (token, "") if token else ("", enrol)


def _read(path: Path, *, wanted: bool) -> dict[str, Any]:
    try:
        profile = tomllib.loads(path.read_text("utf-8"))
        _check(profile)
        return profile
    except FileNotFoundError:
        if wanted:
            raise HallError("profile_missing", path=str(path)) from None
        return {}
    except (OSError, ValueError) as error:
        raise HallError("profile_wrong", path=str(path), fault=str(error)) from error


def _check(profile: Mapping[str, Any]) -> None:
    for key in ("server", "token", "enrol", "language"):
        if not isinstance(profile.get(key, ""), str):
            raise ValueError(f"{key}: a text in quotes is needed")
    devices = profile.get("devices", {})
    if not isinstance(devices, dict) or not all(isinstance(table, dict) for table in devices.values()):
        raise ValueError("devices: one table per kind is needed, such as [devices.printer]")
