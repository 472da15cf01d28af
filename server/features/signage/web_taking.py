"""The driver that takes a picture of a page: a command, usually a browser without a screen, behind the guard."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from server.features.signage.web_guard import Guard, reachable
from server.features.signage.web_setting import WebSetting, environment
from shared.domain.errors import HallError

_PNG: Final = b"\x89PNG\r\n\x1a\n"


@contextmanager
def taken(setting: WebSetting, address: str, width: int, height: int) -> Iterator[Path]:
    """A PNG of the page, gone afterwards. Blocking: up to the setting's timeout.

    HallError ``web_page_not_allowed``, ``web_page_unreachable``, ``web_browser_missing``, ``web_page_slow``,
    ``web_page_failed``, ``web_page_large``.
    """
    setting.check(address)
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if not reachable(setting, host, port):
        raise HallError("web_page_unreachable", host=host)
    driver = setting.driver()
    with tempfile.TemporaryDirectory(prefix="web-page-", ignore_cleanup_errors=True) as folder, Guard(setting) as guard:
        file = Path(folder) / "page.png"
        words = {
            "proxy": guard.address, "folder": folder, "width": str(width), "height": str(height), "file": str(file),
            "address": address,
        }  # fmt: skip
        _run([_filled(one, words) for one in driver], setting.timeout_s, host)
        if host in guard.refused or not file.is_file():
            raise HallError("web_page_failed", host=host)
        if file.stat().st_size > setting.largest:
            raise HallError("web_page_large", host=host, mb=setting.largest // 1024**2)
        with file.open("rb") as made:
            if made.read(len(_PNG)) != _PNG:
                raise HallError("web_page_failed", host=host)
        yield file


def _filled(word: str, words: dict[str, str]) -> str:
    """In one go: what stands in the address is not filled in again."""
    return re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), word)


def _run(command: list[str], seconds: float, host: str) -> None:
    gently = ["nice", "-n", "10"] if os.name == "posix" else []
    try:
        process = subprocess.Popen(
            [*gently, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=environment(), start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise HallError("web_browser_missing", names=command[0]) from error
    try:
        if process.wait(seconds) != 0:
            raise HallError("web_page_failed", host=host)
    except subprocess.TimeoutExpired:
        raise HallError("web_page_slow", host=host, seconds=round(seconds)) from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all the processes a browser has begun."""
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
