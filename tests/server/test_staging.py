"""A start in two steps: nobody who asks for something of the second is refused, however early."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
import requests
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from server import staging as staging_module
from server.features.organisation.routes import IMPORT, IMPORT_LIMIT
from server.main import BASE
from server.staging import Gate, Staging
from tests.fakes.hall import ROOT, RunningHall, running_hall


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    """Started by its command, and asked for nothing yet."""
    with running_hall(tmp_path_factory.mktemp("hall"), forked=False) as hall:
        yield hall


def test_the_first_to_ask_for_the_rest_gets_it(fresh: RunningHall) -> None:
    token = {"authorization": f"Bearer {fresh.token('admin', 'early')}"}
    limits = requests.get(f"{fresh.url}{BASE}/limits/rules", headers=token, timeout=20)
    assert limits.status_code == 200, limits.text
    # More than most bodies may be: the limits of the second step hold, too.
    big = requests.post(f"{fresh.url}{BASE}{IMPORT}", b"x" * (IMPORT_LIMIT - 1), headers=token, timeout=20)
    assert big.status_code in (400, 415, 422), big.text
    paths = requests.get(f"{fresh.url}{BASE}/openapi.json", timeout=20).json()["paths"]
    assert {f"{BASE}/limits/rules", f"{BASE}/tickets", f"{BASE}/snapshot"} <= {*paths}
    assert requests.get(f"{fresh.url}/b", timeout=20).status_code == 200
    assert requests.get(f"{fresh.url}{BASE}/nowhere", timeout=20).status_code == 404


def test_what_calls_a_ticket_is_there_without_the_rest() -> None:
    """Routes of the first step may bring nothing along that only the second needs."""
    code = "import sys, server.cli; print(*(name for name in sys.modules if name.startswith(('server.', 'shared.'))))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    loaded = {*done.stdout.split()}
    assert loaded >= {
        "server.features.queueing.counter_routes", "server.features.signage.emergency_routes",
    }, done.stderr  # fmt: skip
    assert not loaded & {
        "server.later", "server.preparing", "shared.client.hall_client", "server.features.reports.routes",
        "server.features.backup.making", "server.features.signage.routes",
    }  # fmt: skip


class Answers:
    """An application that notes what reaches it, and the gate before it."""

    def __init__(self, staging: Staging) -> None:
        first: list[BaseRoute] = [Route("/call", lambda request: None, methods=["POST"])]
        self.reached: list[str] = []
        self._gate = Gate(self._app, staging, first)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reached.append(scope["path"])

    async def ask(self, method: str, path: str) -> None:
        async def nothing(*_: object) -> None:
            raise AssertionError("nobody reads or writes here")

        await self._gate({"type": "http", "method": method, "path": path}, nothing, nothing)  # type: ignore[arg-type]


def test_a_call_passes_while_others_wait_for_the_rest() -> None:
    async def story() -> None:
        installed: list[ModuleType] = []
        begun: list[str] = []
        warmed: list[tuple[int, bool]] = []
        staging = Staging(installed.append, lambda: warmed.append((len(installed), staging.complete)))
        answers = Answers(staging)
        staging.then(lambda module: begun.append(module.__name__))
        waiting = asyncio.create_task(answers.ask("GET", "/call"))
        await asyncio.sleep(0)
        await answers.ask("POST", "/call")
        # Whoever asks for another method of the same address waits for the one who answers it.
        assert answers.reached == ["/call"] and not waiting.done()
        await waiting
        assert staging.complete and len(installed) == 1 and begun == ["server.later"]
        assert warmed == [(1, False)], "before anybody asks for it"
        await answers.ask("GET", "/elsewhere")
        assert answers.reached == ["/call", "/call", "/elsewhere"]
        await staging.stop()

    asyncio.run(story())


def test_what_could_not_be_loaded_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        faults = [OSError("too many open files"), OSError("again")]

        def load(name: str) -> ModuleType:
            if faults:
                raise faults.pop(0)
            return ModuleType(name)

        monkeypatch.setattr(staging_module, "import_module", load)
        monkeypatch.setattr(staging_module, "AT_LATEST_S", 0.01)
        installed: list[ModuleType] = []
        staging = Staging(installed.append)
        begun = asyncio.Event()
        staging.then(lambda _: begun.set())
        # Also when nobody asks any more.
        await begun.wait()
        assert faults == [] and len(installed) == 1
        await staging.ready()
        assert staging.complete
        await staging.stop()

    asyncio.run(asyncio.wait_for(story(), 20))


def test_what_was_half_installed_is_not_installed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        monkeypatch.setattr(staging_module, "import_module", ModuleType)
        tried: list[ModuleType] = []

        def install(module: ModuleType) -> None:
            tried.append(module)
            raise RuntimeError("half of it")

        staging = Staging(install)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="half of it"):
                await staging.ready()
        assert len(tried) == 1
        await staging.stop()

    asyncio.run(asyncio.wait_for(story(), 20))
