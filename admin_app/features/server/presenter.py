"""Alarms of the server as they come and go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Slot

from admin_app.features.server.rows import about, alarm_rows, facts
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.hall import Hall
from shared.schemas.safety import ServerState
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

# The server itself looks every 20 s; none of it is a matter of seconds.
LOOK_MS: Final = 20_000


@dataclass(frozen=True)
class ServerPageState:
    """``about`` tells of the selected alarm in paragraphs; ``facts`` are names with their values."""

    loaded: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    selected: str = ""
    title: str = ""
    about: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    may_see: bool = False


class ServerPresenter(Presenter[ServerPageState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(ServerPageState(), parent)
        self._client, self._language, self._zone = client, language, ZoneInfo("UTC")
        self._found: ServerState | None = None
        self._asking = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.load)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)
        self._show()

    @Slot(object)
    def set_me(self, me: Me) -> None:
        may = me.may("server:view")
        self.change(may_see=may)
        if not may:
            self._timer.stop()
        elif not self._timer.isActive():
            # The number of alarms stands beside the page's name before anybody opens it.
            self._timer.start()
            self.load()

    @Slot()
    def load(self) -> None:
        if self.state.may_see and not self._asking:
            self._asking = True
            run_in_background(self._client.server_state, self._came, self._not_loaded, owner=self)

    @Slot(str)
    def select(self, kind: str) -> None:
        self.change(selected=kind)
        self._show()

    def _came(self, found: ServerState) -> None:
        self._asking, self._found = False, found
        self.change(loaded=True, problem="")
        self._show()

    def _show(self) -> None:
        found, zone, language = self._found, self._zone, self._language
        if found is None:
            return
        rows = alarm_rows(found.alarms, zone, language)
        # There are few, and what to do is what somebody comes here for.
        kinds = [row["id"] for row in rows]
        selected = self.state.selected if self.state.selected in kinds else kinds[0] if kinds else ""
        chosen = next((one for one in found.alarms if one.kind == selected), None)
        self.change(
            rows=rows, selected=selected, facts=facts(found, zone, language),
            title=text(f"server.alarm.{selected}", language) if chosen else "",
            about=about(chosen, zone, language) if chosen else (),
        )  # fmt: skip

    def _not_loaded(self, error: HallError) -> None:
        self._asking = False
        self.change(problem=sorry(error, self._language))
