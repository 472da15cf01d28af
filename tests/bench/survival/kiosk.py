"""A kiosk without its window, and citizens who press: a ticket counts as theirs when it is handed to the printer."""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QObject

from kiosk_app.devices import Devices
from kiosk_app.features.queueing.paper_journal import PaperJournal
from kiosk_app.features.queueing.presenter import QueueingPresenter
from kiosk_app.features.queueing.printing import Printing
from kiosk_app.hall_copy import HallCopy
from kiosk_app.island import Island
from kiosk_app.kept_hall import KeptHall
from kiosk_app.kept_layouts import KeptLayouts
from kiosk_app.settings import KioskSettings
from shared.client.hall_client import HallClient
from shared.schemas.ticket_document import TicketDocument
from tests.bench.survival.actor import Post
from tests.bench.survival.witness import Witness, get

# Between one citizen and the next.
APART_S: Final = (0.1, 0.9)
# Who waits longer than this for the server walks away; what they had pressed is still one ticket, or none.
PATIENCE_S: Final = 20.0
ALONE_AFTER_S: Final = 1.0


class _Printing(Printing):
    """Tells the witness of a paper in the moment in which the kiosk hands it to its printer."""

    def __init__(self, witness: Witness, client: HallClient, devices: Devices, journal: PaperJournal, owner: QObject):
        super().__init__(client, devices, journal, owner)
        self._witness = witness

    def print_ticket(self, ticket_id: UUID, document: TicketDocument) -> None:
        self._witness.tell(
            "paper", ticket=str(ticket_id), number=document.number, day=document.issued_at.date().isoformat()
        )
        super().print_ticket(ticket_id, document)


class KioskActor:
    """The parts of ``kiosk_app.bootstrap`` below the window."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._root = QObject()
        settings = KioskSettings(touch_guard_ms=0, ticket_seconds=1.0, photo_seconds=1.0)
        self._copy = HallCopy(
            post.client, KeptLayouts(post.data / "layouts.json"), self._root, known=KeptHall(post.data / "hall.json"),
            alone_after_s=ALONE_AFTER_S,
        )  # fmt: skip
        self._island = Island(post.client, self._copy, post.data, self._root)
        self._devices = Devices({"printer": {"driver": "file", "folder": str(post.data / "papers")}}, self._root)
        journal = PaperJournal(post.data / "papers.jsonl")
        self._printing = _Printing(post.witness, post.client, self._devices, journal, self._root)
        self._queueing = QueueingPresenter(
            post.client, self._copy, self._devices, self._printing, settings, self._root, self._island
        )
        self._printing.hold_back = lambda: self._island.behind > 0
        self._island.caught_up.connect(self._printing.tell_server)
        self._next = time.monotonic()
        self._trouble_since: float | None = None

    def start(self) -> None:
        self._copy.start()
        self._devices.start()

    def stop(self) -> None:
        self._queueing.stop()
        self._printing.stop()
        self._devices.stop()
        self._copy.stop()
        self._island.stop()

    def report(self) -> dict[str, Any]:
        step = self._queueing.state.step
        rested = step in ("start", "attract", "services") and self._post.rests
        return {
            "up": self._copy.usable, "idle": rested and self._copy.connected, "behind": self._island.behind,
            "step": step, "alone": self._copy.alone,
        }  # fmt: skip

    def tick(self) -> None:
        state, queueing = self._queueing.state, self._queueing
        if state.step != "trouble":
            self._trouble_since = None
        match state.step:
            case "attract":
                queueing.touch()
            case "start" if self._is_time():
                queueing.without()
            case "services" if self._is_time():
                self._choose()
            case "trouble":
                self._trouble_since = self._trouble_since or time.monotonic()
                if time.monotonic() - self._trouble_since > PATIENCE_S:
                    queueing.home()
            case "ticket" if state.ticket.paper != "printing":
                self._next = time.monotonic() + self._post.random.uniform(*APART_S)
                queueing.home()
            case "issuing" | "ticket" | "away" | "start" | "services":
                pass
            case _:
                queueing.home()

    def _is_time(self) -> bool:
        return not self._post.rests and time.monotonic() >= self._next

    def _choose(self) -> None:
        open_ = {str(one.id) for one in self._copy.services if one.open}
        wanted = [one for one in get(self._post.place / "services") or () if one in open_]
        if wanted:
            self._next = time.monotonic() + self._post.random.uniform(*APART_S)
            self._queueing.choose(self._post.random.choice(wanted))
