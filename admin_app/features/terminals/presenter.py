"""Terminals: who is on line, what version, how the devices are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Slot

from admin_app.features.terminals.enrolment import EnrolmentPresenter, facts
from admin_app.features.terminals.many import ManyOrdersPresenter
from admin_app.features.terminals.orders import OrdersPresenter
from admin_app.features.terminals.rows import DeviceLine, condition, device_line, terminal_rows
from admin_app.features.terminals.testing import TestingPresenter
from admin_app.features.terminals.words import alarm_lines, expected_words, vitals
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.access import Me
from shared.schemas.events import Event, Snapshot
from shared.schemas.hall import Hall
from shared.schemas.machine_health import MachineHealth
from shared.schemas.power import OutOfService
from shared.schemas.terminals import Terminal
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

# Nobody tells that a terminal fell silent: the server says so when asked.
ASK_MS = 20_000
FILTERS = ("all", "pending", "error", "warning", "offline", "off", "ok")


@dataclass(frozen=True)
class DevicesState:
    """``counts`` by condition; ``shown`` is the condition filtered for; ``troubled``: errors and warnings on line,
    and who waits to be approved. ``standing`` and ``facts`` are of the selected terminal and its key;
    ``may_manage``: whether whoever is signed in may do something about it.
    """

    loaded: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    shown: str = "all"
    troubled: int = 0
    selected: str = ""
    title: str = ""
    place: str = ""
    lines: tuple[DeviceLine, ...] = ()
    kind: str = ""
    standing: str = "set_up"
    facts: tuple[tuple[str, str], ...] = ()
    counter_id: str = ""
    may_manage: bool = False
    online: bool = False
    # Of its machine: what it tells, alarms with what to do, whether it should be on.
    machine: MachineHealth | None = None
    vitals: tuple[tuple[str, str], ...] = ()
    alarms: tuple[tuple[str, str, str], ...] = ()
    expected: str = ""
    is_out: bool = False
    problem: str = ""


class DevicesPresenter(Presenter[DevicesState]):
    def __init__(
        self,
        client: HallClient,
        link: HallLink,
        language: str,
        parent: QObject | None = None,
        *,
        ask_ms: int = ASK_MS,
    ) -> None:
        super().__init__(DevicesState(), parent)
        self._client = client
        self._language = language
        self._zone = ZoneInfo("UTC")
        self._terminals: dict[UUID, Terminal] = {}
        self._asking = False
        # What was told while all of them are asked for: the answer may not know of it.
        self._told: dict[UUID, Terminal] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(ask_ms)
        self._timer.timeout.connect(self.ask)
        self.enrolment = EnrolmentPresenter(client, language, self)
        self.enrolment.changed.connect(self._changed)
        self.testing = TestingPresenter(client, language, self)
        self.orders = OrdersPresenter(client, language, self)
        self.many = ManyOrdersPresenter(client, lambda: self.terminals, language, self)
        link.snapshot.connect(self._snapshot)
        link.happened.connect(self._event)
        link.connection.connect(self._connection)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = self.enrolment.zone = self.orders.zone = self.many.zone = ZoneInfo(hall.time_zone)
        self.enrolment.ask_counters()
        self._show()

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_manage=me.may("terminals:manage"))

    @Slot()
    def ask(self) -> None:
        """Ask the server for all of them."""
        if not self._asking:
            self._asking = True
            self._told = {}
            run_in_background(self._client.terminals, self._answered, self._not_answered, owner=self)

    @Slot(str)
    def filter(self, shown: str) -> None:
        self.change(shown=shown)
        self._show()

    @Slot(str)
    def select(self, terminal_id: str) -> None:
        self.change(selected=terminal_id)
        self._show()

    @Slot(str)
    def go(self, target: str) -> None:
        """``terminal:<id>``."""
        _, _, key = target.partition(":")
        if key:
            self.change(shown="all", selected=key)
            self._show()

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    @property
    def terminals(self) -> list[Terminal]:
        """All that are known, the withdrawn left out."""
        return [one for one in self._terminals.values() if one.state != "revoked"]

    def take(self, terminal: Terminal) -> None:
        """How one stands now, as an answer told it before its event comes."""
        self._changed(terminal)

    def set_out(self, until: datetime | None, note: str) -> None:
        """The selected one is out of service until a moment of the hall's clock without a zone; None: back."""
        chosen = UUID(self.state.selected)
        moment = until.replace(tzinfo=self._zone).astimezone(UTC) if until is not None else None
        wanted = OutOfService(until=moment, note=note)
        run_in_background(
            lambda: self._client.set_out_of_service(chosen, wanted), self._changed,
            lambda error: self.orders.tell(str(chosen), error), owner=self,
        )  # fmt: skip

    def _snapshot(self, snapshot: Snapshot) -> None:
        self.ask()
        self._timer.start()

    def _connection(self, connected: bool, error: HallError | None) -> None:
        if not connected:
            self._timer.stop()
        elif not self._timer.isActive():
            self.ask()
            self._timer.start()

    def _event(self, event: Event) -> None:
        if event.kind == "terminal.changed":
            self._changed(Terminal.model_validate(event.data))

    @Slot(object)
    def _changed(self, terminal: Terminal) -> None:
        self._terminals[terminal.id] = self._told[terminal.id] = terminal
        self._show()

    def _answered(self, terminals: list[Terminal]) -> None:
        self._asking = False
        self._terminals = {terminal.id: terminal for terminal in terminals} | self._told
        self.change(loaded=True, problem="")
        self._show()

    def _not_answered(self, error: HallError) -> None:
        self._asking = False
        self.change(problem=sorry(error, self._language))

    def _show(self) -> None:
        every, state = list(self._terminals.values()), self.state
        conditions = [condition(item) for item in every]
        shown = [item for item, found in zip(every, conditions, strict=True) if state.shown in ("all", found)]
        rows = sorted(
            terminal_rows(shown, self._zone, self._language), key=lambda row: (row["order"], row["kind"], row["name"])
        )
        chosen = next((item for item in every if str(item.id) == state.selected), None)
        self.change(
            rows=tuple(rows),
            counts=tuple((name, len(every) if name == "all" else conditions.count(name)) for name in FILTERS),
            troubled=sum(conditions.count(name) for name in ("pending", "error", "warning")),
            title=chosen.name if chosen else "",
            place=chosen.place if chosen else "",
            lines=tuple(device_line(device, self._language) for device in chosen.devices) if chosen else (),
            kind=chosen.kind if chosen else "",
            online=chosen is not None and chosen.online,
            standing=chosen.state if chosen else "set_up",
            facts=facts(chosen, self._zone, self._language) if chosen else (),
            counter_id=str(chosen.counter_id or "") if chosen else "",
            machine=chosen.machine if chosen else None,
            vitals=vitals(chosen.machine, self._language) if chosen else (),
            alarms=alarm_lines(chosen, self._zone, self._language) if chosen else (),
            expected=expected_words(chosen, self._zone, self._language) if chosen else "",
            is_out=chosen is not None and chosen.expected == "out",
        )
