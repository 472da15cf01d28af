"""A real browser, as a phone: Debian's chromium without a screen, 390 x 844."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

WIDTH, HEIGHT = 390, 844
PATIENCE_S = 30.0
Found = TypeVar("Found")
# Selenium would otherwise look for a driver of its own on the network.
_BROWSERS, _DRIVERS = ("chromium", "chromium-browser", "google-chrome"), ("chromedriver", "chromium.chromedriver")
_FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-proxy-server",
    "--no-default-browser-check", "--disable-default-apps", "--mute-audio",
)  # fmt: skip


def _program(names: tuple[str, ...]) -> str | None:
    return next((path for name in names if (path := shutil.which(name))), None)


def why_impossible() -> str:
    """Why no browser can be driven here; empty where one can. On a build machine it must be there."""
    missing = [names[0] for names in (_BROWSERS, _DRIVERS) if _program(names) is None]
    if not missing or os.environ.get("CI"):
        return ""
    return f"{' and '.join(missing)} not installed (apt install chromium chromium-driver)"


class Phone:
    """A browser window of a phone's size, with the few questions tests ask."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        self.driver.get(url)

    def text(self, selector: str) -> str:
        """What can be read there, or nothing. Asked in one go: a live page changes in between."""
        # A hidden element would answer with the words nobody sees.
        found = self.run(
            f"const found = document.querySelector({json.dumps(selector)});"
            "return found && found.getClientRects().length ? found.innerText : ''"
        )
        return str(found).strip()

    def tap(self, selector: str) -> None:
        """Touch the middle of an element with a finger: where no script runs the driver's own click never returns."""
        x, y = self.run(
            f"const element = document.querySelector({json.dumps(selector)});"
            "element.scrollIntoView({block: 'center'});"
            "const box = element.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]"
        )
        for kind, points in (("touchStart", [{"x": round(x), "y": round(y)}]), ("touchEnd", [])):
            self.driver.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def wait(self, condition: Callable[[], Found], what: str = "", seconds: float = PATIENCE_S) -> Found:
        """Until the condition is true; the page's text explains when it never is."""

        def met(_: object) -> Found:
            return condition()

        try:
            return WebDriverWait(self.driver, seconds, 0.05, (WebDriverException,)).until(met)
        except Exception as error:
            raise AssertionError(
                f"{what or 'condition'} never came true; the page says:\n{self.text('body')}"
            ) from error

    def wait_text(self, selector: str, wanted: str, seconds: float = PATIENCE_S) -> None:
        self.wait(lambda: wanted in self.text(selector), f"{wanted!r} in {selector}", seconds)

    def run(self, script: str) -> Any:
        return self.driver.execute_script(script)

    def before_each_page(self, script: str) -> None:
        """Run a script in every page before its own."""
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})

    def complaints(self) -> list[str]:
        """What the browser's console holds of errors since the last question: refused scripts, styles, addresses."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]

    def picture(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(path))


@contextmanager
def phone(folder: Path, *, languages: str = "zh-CN", scripts: bool = True) -> Iterator[Phone]:
    """A fresh browser whose traces live in ``folder``; ``languages`` is what it asks pages for."""
    browser, driver = _program(_BROWSERS), _program(_DRIVERS)
    assert browser, "no chromium on this machine"
    assert driver, "no chromedriver on this machine"
    options = Options()
    options.binary_location = browser
    for flag in (*_FLAGS, f"--user-data-dir={folder / 'browser'}", f"--window-size={WIDTH},{HEIGHT}"):
        options.add_argument(flag)
    javascript = {"profile.managed_default_content_settings.javascript": 1 if scripts else 2}
    options.add_experimental_option("prefs", {"intl.accept_languages": languages, **javascript})
    screen = {"width": WIDTH, "height": HEIGHT, "pixelRatio": 2.0}
    options.add_experimental_option("mobileEmulation", {"deviceMetrics": screen})
    options.set_capability("goog:loggingPrefs", {"browser": "SEVERE"})
    running = webdriver.Chrome(options=options, service=Service(driver))
    try:
        yield Phone(running)
    finally:
        running.quit()
