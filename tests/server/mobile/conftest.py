"""A line of one's own in the file's hall, and a browser as the phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import requests

from tests.fakes.browser import Phone, phone, why_impossible
from tests.fakes.engines import Embedded, Engine
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import OwnLine, new_line


@pytest.fixture(scope="module", params=["sqlite"])
def engine() -> Engine:
    """Pages show what the features read, and those are tried on both engines; their time is better spent elsewhere."""
    return Embedded()


@pytest.fixture
def line(shared_hall: RunningHall) -> OwnLine:
    """A counter and a line of this test's own."""
    return new_line(shared_hall)


@pytest.fixture
def get(shared_hall: RunningHall) -> Iterator[Callable[..., requests.Response]]:
    """Fetches a page as a simple browser would: no script, no redirect followed by itself."""
    with requests.Session() as session:
        session.trust_env = False

        def fetch(url: str, method: str = "GET", **options: object) -> requests.Response:
            address = url if url.startswith("http") else shared_hall.url + url
            return session.request(method, address, timeout=10, allow_redirects=False, **options)  # type: ignore[arg-type]

        yield fetch


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    if reason := why_impossible():
        pytest.skip(reason)
    with phone(tmp_path_factory.mktemp("phone")) as running:
        # The one part of a phone a machine has not got; a page may use it after a touch only.
        running.before_each_page(
            "window.vibrations = 0; navigator.vibrate = function () { window.vibrations += 1; return true; };"
            "Object.defineProperty(navigator, 'userActivation', {value: {hasBeenActive: true}});"
        )
        yield running


@pytest.fixture(scope="package")
def plain_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """A browser that runs no script."""
    if reason := why_impossible():
        pytest.skip(reason)
    with phone(tmp_path_factory.mktemp("plain"), scripts=False) as running:
        yield running
