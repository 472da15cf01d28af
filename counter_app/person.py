"""The person at an enrolled counter: proved to the server, and signed out there when they leave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from shared.client.hall_client import HallClient
from shared.client.signing_in import SignedIn
from shared.domain.errors import HallError

CLIENT = "zhiting-counter"
Result = TypeVar("Result")


class Person:
    """Each attempt is on its own, so that one that was given up cannot come between.

    ``terminal_token``: this counter's own, which answers for the card on its reader.
    """

    def __init__(self, server: str, place: str, terminal_token: Callable[[], str]) -> None:
        self.server, self._place = server, place
        self.terminal_token = terminal_token
        self._lock = threading.Lock()
        self._here: SignedIn | None = None

    @property
    def is_here(self) -> bool:
        return self._here is not None

    def attempt(self) -> SignedIn:
        return SignedIn(self.server, CLIENT, place=self._place)

    def welcome(self, proved: SignedIn) -> None:
        """Whoever proved it is the one who works here."""
        with self._lock:
            self._here = proved

    def ask(self, what: Callable[[HallClient], Result]) -> Result:
        """Ask the hall in the name of whoever works here; ``signed_out`` when nobody does. Blocks."""
        here = self._here
        if here is None:
            raise HallError("signed_out", status=401)
        client = HallClient(self.server, here)
        try:
            return what(client)
        finally:
            client.close()

    def leave(self) -> None:
        """End the session: the counter has been signed out. Blocks."""
        with self._lock:
            left, self._here = self._here, None
        if left is not None:
            left.sign_out()
            left.close()

    def close(self) -> None:
        """The program ends; who works here keeps working when it comes back."""
        with self._lock:
            if self._here is not None:
                self._here.close()
