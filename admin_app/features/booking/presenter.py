"""Today's and coming appointments, the one that is looked at, and the rules of booking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.features.booking.rows import facts_of, rows_of
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.booking import Appointment, BookingRules
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

# Several changes in a row are one look.
AGAIN_MS = 800
NUMBERS = (
    "early_minutes",
    "late_minutes",
    "days_ahead",
    "offer_minutes",
    "waiting_per_person",
    "waiting_per_day",
    "papers_days",
    "proof_days",
)
CHOICES = {"late": ("walk_in", "rebook"), "proof": ("off", "phone_code")}


@dataclass(frozen=True)
class BookingState:
    """``rules`` with their ``version``, which grows with each answer; ``refusal`` is of the question that is open."""

    loaded: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    waiting: int = 0
    selected: str = ""
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    can_cancel: bool = False
    rules: tuple[tuple[str, Any], ...] = ()
    version: int = 0
    busy: bool = False
    refusal: str = ""
    problem: str = ""
    told: str = ""
    may_cancel: bool = False
    may_rule: bool = False


def bounds(field: str) -> tuple[int, int]:
    """The least and the greatest value that the schema takes."""
    metadata = BookingRules.model_fields[field].metadata
    least = next(item.ge for item in metadata if hasattr(item, "ge"))
    return int(least), int(next(item.le for item in metadata if hasattr(item, "le")))


class BookingPresenter(Presenter[BookingState]):
    """``done`` tells an open question that it was answered."""

    done = Signal(str)

    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(BookingState(), parent)
        self._client, self._language, self._zone = client, language, ZoneInfo("UTC")
        self._known: dict[str, Appointment] = {}
        self._listed: tuple[str, ...] = ()
        self._reads = Reads()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.load)
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_cancel=me.may("booking.appointments:cancel"), may_rule=me.may("booking.rules:change"))
        self._show()

    @Slot()
    def load(self) -> None:
        """Everything anew; the rules only the first time, so that nothing that is typed goes."""
        client, first = self._client, not self.state.loaded

        def ask() -> tuple[list[Appointment], int, BookingRules | None]:
            return client.appointments().items, len(client.waiting_list()), client.booking_rules() if first else None

        run_in_background(ask, lambda found: self._came(*found), self._not_loaded, owner=self, reads=self._reads)

    @Slot(str)
    def select(self, appointment_id: str) -> None:
        self.change(selected=appointment_id)
        self._show()

    @Slot(str)
    def find(self, code: str) -> None:
        """By what a scanner read, or the link of a message."""
        if len(code.strip()) >= 8:
            wanted = code.strip()
            run_in_background(
                lambda: self._client.appointment_by_code(wanted), self._found, self._refused_here, owner=self
            )

    def cancel(self, reason: str) -> None:
        found = self._known.get(self.state.selected)
        if found is not None and not self.state.busy:
            self.change(busy=True, refusal="")
            run_in_background(
                lambda: self._client.cancel_appointment(found.id, reason), self._cancelled, self._refused, owner=self
            )

    def save(self, values: Mapping[str, Any]) -> None:
        if not self.state.busy:
            wanted = BookingRules.model_validate(dict(values))
            self.change(busy=True, problem="", told="")
            run_in_background(
                lambda: self._client.set_booking_rules(wanted), self._saved, self._refused_here, owner=self
            )

    def forget_refusal(self) -> None:
        self.change(refusal="")

    def _event(self, event: Event) -> None:
        if self.state.loaded and event.kind in ("appointment.changed", "waiting.changed"):
            self._again.start()

    def _came(self, found: list[Appointment], waiting: int, rules: BookingRules | None) -> None:
        self._listed = tuple(str(one.id) for one in found)
        kept = self._known.get(self.state.selected)
        self._known = {str(one.id): one for one in found}
        if kept is not None:
            # Found by its code: it may be of another day.
            self._known.setdefault(str(kept.id), kept)
        self.change(loaded=True, waiting=waiting, problem="")
        if rules is not None:
            self._put(rules)
        self._show()

    def _found(self, one: Appointment) -> None:
        self._known[str(one.id)] = one
        self.change(selected=str(one.id), problem="", told="")
        self._show()

    def _cancelled(self, one: Appointment) -> None:
        self.change(busy=False)
        self._found(one)
        self.done.emit("cancelled")
        self._reads.outdate()
        self.load()

    def _saved(self, rules: BookingRules) -> None:
        self.change(busy=False, told=text("booking.console.saved", self._language))
        self._put(rules)

    def _put(self, rules: BookingRules) -> None:
        self.change(rules=tuple(rules.model_dump().items()), version=self.state.version + 1)

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, refusal=sorry(error, self._language, acted=True))

    def _refused_here(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=self.state.busy))

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _show(self) -> None:
        one = self._known.get(self.state.selected)
        rows = rows_of((self._known[id_] for id_ in self._listed if id_ in self._known), self._language)
        title = next((row["service"] for row in rows_of([one], self._language)), "") if one else ""
        self.change(
            rows=rows, title=title, facts=facts_of(one, self._zone, self._language) if one else (),
            can_cancel=one is not None and one.state == "booked" and self.state.may_cancel,
        )  # fmt: skip
