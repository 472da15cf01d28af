"""A start in two steps: what calls and shows who is called serves at once, the rest is loaded behind it.

Python loads some hundred routes with what they describe as long as all that a hall needs for its next call. Whoever
asks for something of the rest before it is there waits for it; nobody is refused.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Final

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger(__name__)
MODULE: Final = "server.later"
# So long the screens of a hall have for coming back before the rest is loaded without anybody's asking for it.
AT_LATEST_S: Final = 4.0


class Staging:
    """Of one application. ``install`` is given the module of the rest as soon as it is there; ``warm`` does then on a
    thread what would hold up the first who asks."""

    def __init__(self, install: Callable[[ModuleType], None], warm: Callable[[], object] = lambda: None) -> None:
        self._install, self._warm = install, warm
        self._rest: ModuleType | None = None
        self._then: Callable[[ModuleType], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        # Once installing has begun, half of it may be there: that is not done twice.
        self._begun = self._over = False

    @property
    def complete(self) -> bool:
        return self._rest is not None

    @property
    def is_loaded(self) -> bool:
        """Another application of this process has needed it, or the process this one was forked from."""
        return MODULE in sys.modules

    def at_once(self) -> None:
        """Load it here and now: for an application that is asked for everything, in tests and tools."""
        module = import_module(MODULE)
        self._install(module)
        self._rest = module

    def then(self, work: Callable[[ModuleType], None]) -> None:
        """On the running loop: what to do once it is there; it comes soon from now on, also if nobody asks for it."""
        if self._rest is not None:
            work(self._rest)
            return
        self._then = work
        self._timer = asyncio.get_running_loop().call_later(AT_LATEST_S, self._begin)

    async def ready(self) -> None:
        """Until it is there."""
        if not self.complete:
            await asyncio.shield(self._begin())

    async def stop(self) -> None:
        """Nothing begins any more; what has begun comes to its end."""
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            await asyncio.wait([self._task])

    def _begin(self) -> asyncio.Task[None]:
        if self._task is None or (self._task.done() and not self.complete and not self._begun):
            self._task = asyncio.ensure_future(self._load())
        return self._task

    async def _load(self) -> None:
        try:
            module = await asyncio.to_thread(import_module, MODULE)
            self._begun = True
            self._install(module)
            await asyncio.to_thread(self._warm)
            if self._then is not None:
                self._then(module)
        except Exception:
            log.exception("the rest of the server was not loaded")
            if not self._begun and not self._over:
                # Too many open files, a disk that was away: whoever asks tries again, and if nobody does, this.
                self._timer = asyncio.get_running_loop().call_later(AT_LATEST_S, self._begin)
            raise
        # It stays, like what was loaded before.
        gc.freeze()
        self._rest = module


def touch(routes: Sequence[BaseRoute]) -> None:
    """A router is built when it is first asked, on the loop: some hundred of them hold up everybody for a second."""
    scope: Scope = {"type": "http", "method": "GET", "path": "/", "root_path": "", "headers": []}
    for route in routes:
        route.matches(scope)


class Gate:
    """Lets in who asks for something of the first step, and holds everybody else until the rest is there."""

    def __init__(self, app: ASGIApp, staging: Staging, first: Sequence[BaseRoute]) -> None:
        self._app = app
        self._staging = staging
        self._first = first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._staging.complete and scope["type"] == "http" and not self._is_first(scope):
            await self._staging.ready()
        await self._app(scope, receive, send)

    def _is_first(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._first)
