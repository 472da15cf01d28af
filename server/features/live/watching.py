"""Whether an open stream may go on: as long as its session and its right, and not as long as one token."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from typing import Final

from sqlalchemy.exc import DBAPIError

from server.auth import Authenticator, Principal
from server.database import Database, Reader
from server.features.accounts.sessions import principal_again

log = logging.getLogger(__name__)
STREAM_S: Final = 12 * 3600
# A person's session may end by time, which nobody tells of: looked at again with each beat of the stream.
LOOK_S: Final = 4.0


class Watching:
    """Asked before each write. ``permission``: what the stream's route requires."""

    def __init__(self, authenticator: Authenticator, database: Database, principal: Principal, permission: str) -> None:
        self._authenticator = authenticator
        self._database = database
        self._principal = principal
        self._permission = permission
        # A terminal's token is short-lived; its stream ends when its right does.
        lasting = principal.session_ends or time.time() + STREAM_S
        self._until = principal.expires_at if principal.set_up else lasting
        self._generation = -1
        self._look_at = 0.0

    def may_now(self) -> bool:
        """It may, as far as that is known without a look at the database."""
        if self._is_over():
            return False
        known = self._authenticator.generation == self._generation and time.monotonic() < self._look_at
        return self._principal.account_id is None or known

    def _is_over(self) -> bool:
        return time.time() >= self._until or self._authenticator.has_ended(self._principal)

    async def may_go_on(self) -> bool:
        if self.may_now():
            return True
        if self._is_over():
            return False
        generation, now = self._authenticator.generation, time.monotonic()
        try:
            allowed = await asyncio.get_running_loop().run_in_executor(None, partial(self._database.read, self._look))
        except DBAPIError as error:
            # Its client comes back, and is looked at anew.
            log.warning("a stream's right could not be looked at", extra={"reason": type(error).__name__})
            return False
        self._generation, self._look_at = generation, now + LOOK_S
        return allowed

    def _look(self, reader: Reader) -> bool:
        found = principal_again(reader, self._principal)
        return found is not None and found.may(self._permission)
