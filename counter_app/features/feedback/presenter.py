"""The citizen's window: who serves, which number, and afterwards the rating.

The rules of the rating:
- It opens when this counter finishes a ticket and closes after ``rating_s`` without a touch: no rating is no rating.
- A new call must be seen at once: it stands in a band above the faces, and the faces stay at most
  ``rating_overlap_s`` more for the person who is just leaving. When the new service starts, they go at once.
- A bad level is safe on disk at the touch; the reasons are asked for afterwards and may be skipped.
- Thanks come when the rating is safe on disk, not before; the server may get it later.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QTimer, Slot

from counter_app.desk import DeskModel, Outcome
from counter_app.features.feedback.journal import KeptRating
from counter_app.features.feedback.outbox import RatingOutbox
from counter_app.settings import CounterSettings
from shared.domain.wall_clock import wall_clock_offset
from shared.i18n import catalogue
from shared.schemas.events import TicketEvent
from shared.schemas.tickets import CallAnswer, Ticket
from shared.ui.presenter import Presenter
from shared.ui.qr_matrix import qr_matrix

TICK_MS = 200
WORST_WITHOUT_REASONS = 3
COUNTERS_SHOWN = 6
LEVELS = {3: (5, 4, 2), 5: (5, 4, 3, 2, 1)}


@dataclass(frozen=True)
class Face:
    """``level`` is the national code, ``mood`` 1 (worst) … ``moods``: how the face looks."""

    level: int
    mood: int
    moods: int


@dataclass(frozen=True)
class Reason:
    key: str
    text: str
    text_en: str
    chosen: bool = False


@dataclass(frozen=True)
class CitizenState:
    """``scene``: starting, closed, idle, called, serving, paused; given (a number, at this desk); after a visit rating,
    reasons, saving, thanks, already, not_kept."""

    scene: str = "starting"
    hall_name: str = ""
    hall_name_en: str = ""
    clock_offset_ms: int = 0
    counter: str = ""
    counter_name: str = ""
    counter_name_en: str = ""
    staff_name: str = ""
    staff_title: str = ""
    staff_number: str = ""
    number: str = ""
    service: str = ""
    service_en: str = ""
    recalls: int = 0
    pause_reason: str = ""
    pause_known: bool = False
    given_number: str = ""
    given_service: str = ""
    given_service_en: str = ""
    given_ahead: int = 0
    given_counters: str = ""
    given_qr: tuple[tuple[bool, ...], ...] = ()
    rated_number: str = ""
    next_number: str = ""
    faces: tuple[Face, ...] = ()
    reasons: tuple[Reason, ...] = ()
    seconds_left: int = 0
    online: bool = False
    # While the counter works alone: as of when it knows the hall, by the hall's clock.
    alone_since: str = ""
    mode: str = "day"


@dataclass
class _Visit:
    """The finished visit that may be rated."""

    ticket_id: str
    number: str
    stage: str
    until: float
    touched: bool = False
    rating: KeptRating | None = None
    capped: bool = False


class CitizenPresenter(Presenter[CitizenState]):
    """One touch, one rating: whatever is touched twice counts once."""

    def __init__(self, model: DeskModel, outbox: RatingOutbox, settings: CounterSettings) -> None:
        super().__init__(CitizenState(mode=settings.mode))
        self._model, self._outbox, self._settings = model, outbox, settings
        self._visit: _Visit | None = None
        self._asked_last = ""
        self._given: tuple[Ticket, float] | None = None
        self._facts: object = None
        model.changed.connect(self.refresh)
        model.ticket_event.connect(self._on_ticket_event)
        model.acted.connect(self._on_acted)
        outbox.kept.connect(self._on_kept)
        outbox.lost.connect(self._on_lost)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.refresh)
        self._was_online = False

    def start(self) -> None:
        """Send what an earlier run kept, and let the time-outs run."""
        self._outbox.flush()
        self._tick.start()
        self.refresh()

    def stop(self) -> None:
        self._tick.stop()
        self._outbox.stop()

    # What a citizen can do

    @Slot(int)
    def choose_face(self, level: int) -> None:
        visit = self._visit
        if visit is None or visit.stage != "rating" or all(face.level != level for face in self.state.faces):
            return
        visit.rating = KeptRating(visit.ticket_id, level)
        if level < WORST_WITHOUT_REASONS and self.state.reasons:
            visit.stage = "reasons"
            self._more_time(visit)
            self._outbox.hold(visit.rating)
        else:
            self._keep(visit, visit.rating)
        self.refresh()

    @Slot(str)
    def toggle_reason(self, key: str) -> None:
        visit = self._visit
        if visit is None or visit.stage != "reasons":
            return
        self._more_time(visit)
        self.change(reasons=tuple(replace(r, chosen=not r.chosen) if r.key == key else r for r in self.state.reasons))

    @Slot()
    def submit_reasons(self) -> None:
        """Done, skipped, or gone: the rating goes with what is chosen."""
        visit = self._visit
        if visit is None or visit.stage != "reasons" or visit.rating is None:
            return
        chosen = tuple(reason.key for reason in self.state.reasons if reason.chosen)
        self._keep(visit, visit.rating.with_reasons(chosen))
        self.refresh()

    @Slot()
    def skip_reasons(self) -> None:
        self._clear_reasons()
        self.submit_reasons()

    def show_given(self, ticket: Ticket) -> None:
        """A number was given here: it stands large, with its code, until there has been time to take it along."""
        self._given = ticket, time.monotonic() + self._settings.given_s
        self.refresh()

    def set_mode(self, mode: str) -> None:
        """day or high_contrast, as the operator's window."""
        self.change(mode=mode)

    # The visit

    def _on_ticket_event(self, kind: str, data: TicketEvent) -> None:
        ticket_id = str(data.ticket_id)
        if kind == "ticket.finished":
            self._open(ticket_id, data.number)
        elif self._visit is not None and self._visit.ticket_id == ticket_id:
            if kind == "ticket.rated" and self._visit.stage in ("rating", "reasons"):
                # From the phone, while the faces were still here.
                self._end_with(self._visit, "already")
            elif kind == "ticket.undone":
                self._visit, self._asked_last = None, ""
        self.refresh()

    def _on_acted(self, outcome: Outcome) -> None:
        # The stream may be away while the answer is here.
        if outcome.step == "finish" and isinstance(outcome.answer, CallAnswer):
            ticket = outcome.answer.ticket
            if not ticket.rated and ticket.status == "finished":
                self._open(str(ticket.id), ticket.number)
                self.refresh()

    def _open(self, ticket_id: str, number: str) -> None:
        visit = self._visit
        # The stream repeats after a gap what the answer or an earlier event said: one visit, one question.
        if ticket_id == self._asked_last:
            return
        self._asked_last = ticket_id
        if visit is not None and visit.stage == "reasons":
            self.submit_reasons()
        self._clear_reasons()
        self._visit = _Visit(ticket_id, number, "rating", time.monotonic() + self._settings.rating_s)

    def _clear_reasons(self) -> None:
        self.change(reasons=tuple(replace(reason, chosen=False) for reason in self.state.reasons))

    def _more_time(self, visit: _Visit) -> None:
        """A touch shows that somebody is there, but never keeps the next person's call small for longer."""
        if not visit.capped:
            visit.until = time.monotonic() + self._settings.rating_s

    def _keep(self, visit: _Visit, rating: KeptRating) -> None:
        visit.stage = "saving"
        visit.until = math.inf
        self._outbox.keep(rating)

    def _on_kept(self, ticket_id: str) -> None:
        if self._visit is not None and self._visit.ticket_id == ticket_id:
            self._end_with(self._visit, "thanks")
            self.refresh()

    def _on_lost(self, ticket_id: str) -> None:
        if self._visit is not None and self._visit.ticket_id == ticket_id:
            self._end_with(self._visit, "not_kept")
            self.refresh()

    def _end_with(self, visit: _Visit, stage: str) -> None:
        visit.stage = stage
        visit.until = time.monotonic() + self._settings.thanks_s

    def _move_on(self) -> None:
        """Time and the next person end a visit's rating."""
        visit, ticket = self._visit, self._model.ticket
        if visit is None:
            return
        next_person = ticket is not None and str(ticket.id) != visit.ticket_id
        if next_person and not visit.capped:
            visit.capped = True
            visit.until = min(visit.until, time.monotonic() + self._settings.rating_overlap_s)
        served = next_person and ticket is not None and ticket.status == "serving"
        farewell = visit.stage in ("thanks", "already", "not_kept")
        if visit.stage == "saving" and not served:
            return
        if served or time.monotonic() >= visit.until or (farewell and next_person):
            if visit.stage == "reasons":
                self.submit_reasons()
            self._visit = None

    # Showing

    @Slot()
    def refresh(self) -> None:
        """Work the state out again from the desk, the visit and the clock."""
        self._take_facts()
        online = self._model.connected and not self._model.is_alone
        if online and not self._was_online:
            self._outbox.flush()
        self._was_online = online
        self._move_on()
        state = replace(
            self.state, online=online, clock_offset_ms=self._clock_offset_ms(), alone_since=self._model.alone_since
        )
        desk = self._model.desk
        if desk is not None:
            counter, ticket = desk.counter, desk.ticket
            reason = counter.pause_reason or ""
            known = catalogue().has(f"counter.pause.{reason}")
            state = replace(
                state, counter=counter.label, counter_name=counter.name, counter_name_en=counter.name_en,
                staff_name=counter.staff.name if counter.staff else "",
                staff_title=counter.staff.title if counter.staff else "",
                staff_number=counter.staff.number if counter.staff else "",
                number=ticket.number if ticket else "", service=ticket.service_name if ticket else "",
                service_en=ticket.service_name_en if ticket else "", recalls=ticket.recalls if ticket else 0,
                pause_reason=reason, pause_known=known,
            )  # fmt: skip
        self.set_state(self._with_visit(self._with_given(replace(state, scene=self._scene()))))

    def _with_given(self, state: CitizenState) -> CitizenState:
        """Whoever is called next must be seen at once: then it goes."""
        if self._given is not None and (time.monotonic() >= self._given[1] or state.scene == "called"):
            self._given = None
        if self._given is None:
            return replace(
                state, given_number="", given_service="", given_service_en="", given_counters="", given_qr=()
            )
        ticket, until = self._given
        return replace(
            state, scene="given", given_number=ticket.number, given_service=ticket.service_name,
            given_service_en=ticket.service_name_en, given_ahead=ticket.ahead,
            given_counters="  ".join(ticket.counter_labels[:COUNTERS_SHOWN]), given_qr=qr_matrix(ticket.qr),
            seconds_left=max(0, math.ceil(until - time.monotonic())),
        )  # fmt: skip

    def _with_visit(self, state: CitizenState) -> CitizenState:
        visit = self._visit
        if visit is None:
            left = state.seconds_left if state.scene == "given" else 0
            return replace(state, rated_number="", next_number="", seconds_left=left)
        if state.scene == "given":
            return replace(state, rated_number=visit.number, next_number=state.number)
        left = 0 if math.isinf(visit.until) else max(0, math.ceil(visit.until - time.monotonic()))
        return replace(state, scene=visit.stage, rated_number=visit.number, next_number=state.number, seconds_left=left)

    def _scene(self) -> str:
        desk = self._model.desk
        if desk is None:
            return "starting"
        if desk.ticket is not None:
            return desk.ticket.status
        return {"closed": "closed", "paused": "paused"}.get(desk.counter.state, "idle")

    def _clock_offset_ms(self) -> int:
        """For the hall's time on the screen; whole seconds are enough, and the state changes less."""
        facts, offset = self._model.facts, self._model.ahead
        if facts is not None:
            offset = wall_clock_offset(offset, facts.hall.time_zone, datetime.now().astimezone())
        return round(offset.total_seconds()) * 1000

    def _take_facts(self) -> None:
        facts = self._model.facts
        if facts is None or facts is self._facts:
            return
        self._facts = facts
        levels = LEVELS[facts.hall.rating_levels]
        faces = tuple(Face(level, len(levels) - n, len(levels)) for n, level in enumerate(levels))
        reasons = tuple(Reason(line.key, line.text, line.text_en) for line in facts.hall.rating_reasons)
        chosen = {reason.key for reason in self.state.reasons if reason.chosen}
        self.change(
            hall_name=facts.hall.name, hall_name_en=facts.hall.name_en, faces=faces,
            reasons=tuple(replace(reason, chosen=reason.key in chosen) for reason in reasons),
        )  # fmt: skip
