"""Asks for the weather beside the hall's work, when it is due."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import Final

from server.database import Database
from server.features.sign_on.outgoing import NoAnswerError
from server.features.weather.drivers.protocol import RubbishError
from server.features.weather.service import NUDGE, Question, answered, claim, failed, is_due
from server.places import LookUp, look_up, outside
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
LOOK_S: Final = 20.0
CLOSE_S: Final = 1.0


class WeatherKeeper:
    """In every process; one of them asks at a time."""

    def __init__(self, database: Database, base: str, *, look_s: float = LOOK_S, names: LookUp = look_up) -> None:
        """``base``: the hall's own address; ``look_s``: how often to look without having been nudged; ``names``: what
        answers the addresses of a name.
        """
        self._database, self._look_s = database, look_s
        self._places = outside(base, names=names)
        self._wake, self._over = threading.Event(), threading.Event()
        # A thread of its own, that nobody waits for at the end: a source may be silent for seconds.
        self._thread = threading.Thread(target=self._work, name="weather", daemon=True)

    def start(self) -> None:
        self._database.on_nudge.append(self._nudged)
        self._thread.start()

    def close(self) -> None:
        """What is being asked is asked again after the next start."""
        self._over.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_S)

    def _nudged(self, name: str) -> None:
        if name == NUDGE:
            self._wake.set()

    def _work(self) -> None:
        while not self._over.is_set():
            self._wake.clear()
            try:
                self.step()
            except HallError as error:
                log.info("weather not looked at", extra={"code": error.code})
            except Exception:
                # A database that is away for a while must not end the looking for good.
                log.exception("weather not looked at")
            self._wake.wait(self._look_s)

    def step(self) -> bool:
        """Ask, if it is due; whether it was. Blocks."""
        if self._over.is_set() or not self._database.read(is_due):
            return False
        asked = self._database.write(claim)
        if asked is None:
            return False
        try:
            self._ask(asked)
        except HallError as error:
            log.info("no weather", extra={"code": error.code, "why": error.params.get("why", "")})
            fault = error
            # A server that has been replaced writes nothing any more.
            with suppress(HallError):
                self._database.write(lambda writer: failed(writer, asked, fault))
        return True

    def _ask(self, asked: Question) -> None:
        try:
            told = asked.driver.ask(asked.place, self._places)
        except NoAnswerError as error:
            raise HallError("weather_unreachable", why=error.why) from None
        except RubbishError:
            raise HallError("weather_rubbish", why="format") from None
        self._database.write(lambda writer: answered(writer, asked, told))
