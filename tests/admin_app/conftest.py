"""One hall for the console's tests; whoever stops it has their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QLineEdit

from admin_app.doorway import Doorway
from admin_app.features.organisation.presenter import OrganisationPresenter
from shared.client.settings import TerminalSettings
from shared.schemas.organisation import Unit
from shared.ui.application import create_application, qt_warnings
from shared.ui.background import wait_for_background
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall, running_hall
from tests.fakes.proxy import Proxy, proxy_to

Open = Callable[..., Console]


@pytest.fixture(scope="session")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    with running_hall(tmp_path_factory.mktemp("admin")) as started:
        yield started


@pytest.fixture(scope="session")
def fragile_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    """A hall that may be killed, by a test that starts it again."""
    with running_hall(tmp_path_factory.mktemp("fragile")) as started:
        yield started


@pytest.fixture
def cable(shared_hall: RunningHall) -> Iterator[Proxy]:
    """The line between a console and the hall."""
    with proxy_to(shared_hall.port) as line:
        yield line


@pytest.fixture
def open_console(qapp: object, cable: Proxy, tmp_path: Path) -> Iterator[Open]:
    """Opens the console on a hall, or on an address; it is stopped at the end, and Qt had no complaint."""
    opened: list[Console] = []
    before = len(qt_warnings())

    def start(hall: RunningHall, url: str = "") -> Console:
        opened.append(Console(hall, tmp_path / "console", url))
        return opened[-1]

    yield start
    for console in opened:
        console.stop()
    assert qt_warnings()[before:] == ()


@pytest.fixture(scope="module")
def long_running(qapp: object, shared_hall: RunningHall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    console = Console(shared_hall, tmp_path_factory.mktemp("console"))
    yield console
    console.stop()


@pytest.fixture
def console(long_running: Console) -> Iterator[Console]:
    """The console that runs all day, as the next person finds it: live page, no drafts, nothing filtered."""
    before = len(qt_warnings())
    yield long_running
    app = long_running.app
    app.catalogue.discard_all()
    for editor in (app.catalogue.services, app.catalogue.counters):
        editor.show_retired(False)
    app.frame.open("live", "")
    assert qt_warnings()[before:] == ()


@pytest.fixture
def door(qapp: object, shared_hall: RunningHall, tmp_path: Path) -> Iterator[Doorway]:
    create_application("admin")
    opened = Doorway(TerminalSettings("admin", "test", shared_hall.url, "", "en", data=tmp_path))
    opened.start()
    yield opened
    opened.stop()
    wait_for_background(10)


@pytest.fixture(scope="module")
def units(shared_hall: RunningHall) -> list[Unit]:
    """Two departments."""
    every = shared_hall.client("admin").units()
    return [unit for unit in every if unit.parent_id is not None][:2]


@pytest.fixture
def accounts_page(console: Console) -> Iterator[Console]:
    """The console with its accounts page open, nothing filtered; afterwards no dialog is left."""
    console.app.frame.open("accounts", "")
    console.app.accounts.ask(search="", status="", kind="")
    console.wait(lambda: console.app.accounts.state.loaded and bool(console.app.accounts.one.state.roles))
    yield console
    assert [dialog for dialog in console.app.window.findChildren(QDialog) if dialog.isVisible()] == []
    me = console.app.frame._me
    assert me is not None
    console.app.accounts.set_me(me)


@pytest.fixture
def organisation_page(console: Console) -> Iterator[OrganisationPresenter]:
    """The page, open, with everything there; nothing typed and nothing searched for is left behind."""
    console.app.frame.open("organisation", "")
    organisation = console.app.organisation
    console.wait(lambda: bool(organisation.state.nodes) and organisation.people.state.loaded)
    organisation.choose_unit(str(organisation.units.state.items[0].id))
    yield organisation
    organisation.discard_all()
    organisation.search("")
    organisation.show_retired(False)
    console.find(QLineEdit, "people_filter").clear()
