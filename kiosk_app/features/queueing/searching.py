"""Finding a service by what a person types: letters, characters touched for them, or whatever a keyboard sends."""

from __future__ import annotations

from PySide6.QtCore import Slot

from kiosk_app.features.queueing.naming import Naming
from kiosk_app.flow import Action, Step
from shared.domain.characters import take

LONGEST = 40


class Searching(Naming):
    """What is typed stands in the session; what it finds and what may follow is drawn from the directory."""

    @Slot()
    def open_search(self) -> None:
        if self._settled() and self._go(Action.SEARCH):
            self._type("")

    @Slot(str)
    def search_key(self, key: str) -> None:
        """A key of the letter keypad."""
        query = self._session.query
        self.search_text({"backspace": query[:-1], "clear": ""}.get(key, query + key))

    @Slot(str)
    def search_text(self, query: str) -> None:
        """The whole query: characters from a keyboard or an input method, or letters."""
        if self._machine.step is Step.SEARCH and query != self._session.query:
            self._type(query)

    @Slot(str)
    def take_candidate(self, text: str) -> None:
        """Characters of the strip were touched: they replace the letters they stand for."""
        if self._machine.step is not Step.SEARCH or not self._settled():
            return
        query = self._session.query
        for candidate in self._directory.candidates(query):
            if candidate.text == text:
                self._appeared_now()  # other characters stand under the finger now
                self._type(take(query, candidate))
                return

    @Slot(int)
    def turn_strip(self, by: int) -> None:
        self._appeared_now()
        self._session.strip_page = max(0, self.state.strip.page + by)
        self._show()

    def _type(self, query: str) -> None:
        self._session.query, self._session.page, self._session.strip_page = query[:LONGEST], 0, 0
        self._show()
