"""Which web pages this server may photograph for its walls: ``web-pages.toml`` in the data folder; without it none."""

from __future__ import annotations

import os
import shutil
import tomllib
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from shared.domain.errors import HallError

FILE: Final = "web-pages.toml"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "microsoft-edge")
# What a browser does beside the page, or past the proxy, is turned off: all it loads goes through the guard.
FLAGS: Final = (
    "--headless=new", "--disable-gpu", "--hide-scrollbars", "--mute-audio", "--no-first-run", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--no-default-browser-check", "--disable-quic", "--dns-prefetch-disable", "--disable-dev-shm-usage",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", "--proxy-bypass-list=<-loopback>",
    "--proxy-server={proxy}", "--user-data-dir={folder}", "--window-size={width},{height}",
    "--virtual-time-budget=8000", "--screenshot={file}", "{address}",
)  # fmt: skip
_KNOWN: Final = {"allowed", "private_networks", "every_minutes", "timeout_s", "largest_mb", "command"}


@dataclass(frozen=True)
class WebSetting:
    """``allowed``: names of hosts, ``*.example.cn`` for all below one. ``private_networks``: whether they may be
    machines of a private network. ``command``: the driver, empty for a browser that is installed."""

    allowed: tuple[str, ...] = ()
    private_networks: bool = False
    every: timedelta = timedelta(minutes=15)
    timeout_s: float = 45.0
    largest: int = 8 * 1024**2
    command: tuple[str, ...] = ()

    def allows(self, host: str) -> bool:
        name = host.lower().rstrip(".")
        return any(fnmatchcase(name, pattern) for pattern in self.allowed)

    def check(self, address: str) -> None:
        """HallError ``web_page_not_allowed``."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or not self.allows(parts.hostname):
            raise HallError("web_page_not_allowed", host=parts.hostname or address, file=FILE)

    def driver(self) -> tuple[str, ...]:
        """HallError ``web_browser_missing``."""
        if self.command:
            return self.command
        found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        if found is None:
            raise HallError("web_browser_missing", names=", ".join(BROWSERS))
        return (found, *FLAGS)


def read_setting(data: Path) -> WebSetting:
    """HallError ``web_setting_wrong`` says what is wrong with it."""
    path = data / FILE
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return WebSetting()
    except (OSError, ValueError) as error:
        raise HallError("web_setting_wrong", file=FILE, fault=str(error)) from error
    if unknown := said.keys() - _KNOWN:
        raise HallError("web_setting_wrong", file=FILE, fault=", ".join(sorted(unknown)))
    return WebSetting(
        allowed=tuple(one.lower() for one in _words(said, "allowed")),
        private_networks=said.get("private_networks") is True,
        every=timedelta(minutes=_number(said, "every_minutes", 15, 1, 24 * 60)),
        timeout_s=_number(said, "timeout_s", 45, 1, 300),
        largest=round(_number(said, "largest_mb", 8, 0.01, 64) * 1024**2),
        command=_words(said, "command"),
    )


def usable_setting(data: Path) -> tuple[WebSetting, str]:
    """The setting, and what is wrong with its file: then nothing is allowed."""
    try:
        return read_setting(data), ""
    except HallError as error:
        return WebSetting(), f"{error.params.get('fault')}"


def _words(said: dict[str, Any], key: str) -> tuple[str, ...]:
    found = said.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise HallError("web_setting_wrong", file=FILE, fault=key)
    return tuple(found)


def _number(said: dict[str, Any], key: str, usual: float, least: float, most: float) -> float:
    found = said.get(key, usual)
    if isinstance(found, bool) or not isinstance(found, int | float) or not least <= found <= most:
        raise HallError("web_setting_wrong", file=FILE, fault=f"{key}: {least} - {most}")
    return float(found)


def environment() -> dict[str, str]:
    """What a driver sees of this server's: no proxy of its own, nothing secret."""
    return {
        key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL", "HOME", "SYSTEMROOT", "TEMP") if key in os.environ
    }
