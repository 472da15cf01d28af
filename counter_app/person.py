"""The person at an enrolled counter: proved to the server, and signed out there when they leave."""

from __future__ import annotations

from shared.client.signing_in import SignedIn

CLIENT = "zhiting-counter"


class Person:
    """Calls block: for worker threads."""

    def __init__(self, server: str, place: str) -> None:
        self._signed_in = SignedIn(server, CLIENT, place=place)

    def prove(self, number: str, password: str, code: str) -> str:
        """An access token of whoever has this number and password; ``HallError`` with the hall's words."""
        self._signed_in.by_password(number.lower(), password, code)
        return self._signed_in()

    def leave(self) -> None:
        """End the session: the counter has been signed out."""
        self._signed_in.sign_out()

    def close(self) -> None:
        self._signed_in.close()
