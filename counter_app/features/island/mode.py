"""Going on without the server: after a short grace the desk is the counter's copy, and its steps go into the journal.

Nothing is shown before it stands in the journal. Back on line, the journal goes up before anything comes down; who is
in hand stays in hand until they are finished, also where the server does not know of them yet, or somebody else called
them too.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer

from counter_app.desk import DeskModel, Facts, Outcome
from counter_app.features.island import steps
from counter_app.features.island.copy import Copies, DeskCopy
from counter_app.features.island.diary import Diary
from counter_app.features.island.keeping import Keeper
from counter_app.features.island.replay import (
    CALLED,
    KINDS,
    PARKED,
    PAUSED,
    RESUMED,
    UNPARKED,
    body_of,
    by_id,
    pause_of,
    replay,
)
from shared.client.event_stream import SILENCE_S
from shared.domain.errors import HallError
from shared.domain.island.numbers import bare
from shared.schemas.hall import Counter, CounterDesk
from shared.schemas.tickets import CallAnswer, StaffTicket
from shared.ui.background import run_in_background

_log = logging.getLogger(__name__)
GRACE_S: Final = 4.0
AGAIN_MS: Final = 1000
LONGEST_REASON: Final = 200
# Why a line is down that a counter may bridge; whom the server refuses has no business at it.
AWAY: Final = frozenset({"server_unreachable", "server_stopping", "database_unavailable"})


@dataclass(frozen=True)
class _Kept:
    """What an earlier run left here."""

    facts: Facts
    copy: DeskCopy
    # The copy with what the journal tells since.
    desk: CounterDesk


class IslandMode(QObject):
    """Lives on the main thread.

    ``stage``: empty on line; ``alone``; ``back`` while the journal goes up; ``staying`` with somebody in hand whom the
    server does not have here.
    """

    def __init__(
        self, model: DeskModel, copies: Copies, diary: Diary, *, grace_s: float = GRACE_S, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model, self._copies, self._diary = model, copies, diary
        self.stage = ""
        self.as_of: datetime | None = None
        # How many entries the server has not taken yet.
        self.unsent = 0
        self._kept: _Kept | None = None
        self._lost_at: datetime | None = None
        self._sending = self._ended = False
        # How often something was written down: what went up before knows nothing of it.
        self._writes = 0
        self._grace = self._timer(round(grace_s * 1000), self._begin)
        self._again = self._timer(AGAIN_MS, self.look_again)
        self._keeper = Keeper(model, copies, self)
        model.island = self
        model.changed.connect(self._follow)

    def _timer(self, after_ms: int, call: Any) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=after_ms)
        timer.timeout.connect(call)
        return timer

    @property
    def is_alone(self) -> bool:
        return self.stage != ""

    def start(self) -> None:
        """Read what an earlier run left, then let the desk look for its server."""
        copies, diary, model = self._copies, self._diary, self._model
        self._keeper.start()

        def load() -> tuple[_Kept | None, int, tuple[UUID, int]]:
            return _load(copies, diary)

        def no_journal(error: HallError) -> None:
            _log.error("the journal cannot be read: %s", error)
            model.start()
            model.refused.emit("", error)

        run_in_background(load, self._on_loaded, no_journal, owner=self)

    def stop(self) -> None:
        self._ended = True
        self._grace.stop()
        self._again.stop()
        self._keeper.stop()

    def _on_loaded(self, found: tuple[_Kept | None, int, tuple[UUID, int]]) -> None:
        self._kept, self.unsent, end = found
        if self._kept is not None:
            self._keeper.covered = self._kept.copy.journal, self._kept.copy.place
        else:
            self._keeper.covered = end
        if self.unsent and self._kept is not None:
            # What was done here is not with the server yet: nothing comes down before it is.
            self._show_kept(self._kept)
        if self.unsent:
            self.stage = "alone"
        self._model.start()

    # The line

    def _follow(self) -> None:
        model = self._model
        if model.connected:
            self._grace.stop()
            self._lost_at = None
            if self.stage == "alone":
                self.look_again()
            elif not self.is_alone and model.desk is not None:
                self._keeper.save_soon()
            return
        error = model.line_error
        if error is None or error.code not in AWAY:
            return
        if self._lost_at is None:
            self._lost_at = model.now()
        if self.stage in ("back", "staying"):
            self.stage = "alone"
            model.changed.emit()
        elif not self.is_alone and not self._grace.isActive():
            self._grace.start()

    def _begin(self) -> None:
        """The grace is over and the line still down."""
        model = self._model
        if model.connected or self.is_alone:
            return
        if model.busy:
            # Its answer may still come.
            self._grace.start()
        elif model.desk is not None:
            if not model.needs_somebody:
                self.stage = "alone"
                # A line that is silent is noticed late: until then the copy was true for certain.
                self.as_of = (self._lost_at or model.now()) - timedelta(seconds=SILENCE_S)
                self._keeper.save(self.as_of)
                model.adopt(self._keeper.whole(model.desk))
        elif self._kept is not None and _is_attended(self._kept.desk.counter):
            self._show_kept(self._kept)

    def _show_kept(self, kept: _Kept) -> None:
        label = self._model.counter_label
        if label and label != kept.desk.counter.label:
            return
        self.stage, self.as_of = "alone", kept.copy.as_of
        self._model.counters = {counter.id: counter for counter in kept.copy.counters}
        self._model.adopt(kept.desk, kept.facts, timedelta(seconds=kept.copy.ahead_s))

    # Doing

    def act(self, step: str, body: Mapping[str, Any]) -> None:
        """One step of the screen, on the copy; shown once it is written down."""
        model, desk = self._model, self._model.desk
        assert desk is not None
        now = model.now()
        more: dict[str, Any] = {}
        try:
            if step in ("pause", "resume"):
                self._keep(step, *self._pause(desk, step, body, now), now)
                return
            if step in ("call-next", "call-ticket"):
                ticket = self._wanted(desk, step, body, now)
                if ticket is None:
                    model.end(Outcome(step, None, desk))
                    return
                (after, changed), kind = steps.called(desk, ticket, now), CALLED
            else:
                ticket, (after, changed), kind, more = self._stepped(desk, step, body, now)
        except HallError as error:
            model.fail(step, error)
            return
        outcome = Outcome(step, CallAnswer(call=None, ticket=changed), after)
        if not kind:
            model.end(outcome)
            return
        self._keep(step, kind, body_of(desk, ticket, self.as_of or now, **more), outcome, now)

    def _pause(
        self, desk: CounterDesk, step: str, body: Mapping[str, Any], now: datetime
    ) -> tuple[str, dict[str, Any], Outcome]:
        reason = _short(body, "break") if step == "pause" else None
        after = steps.paused(desk, reason, now)
        kind = RESUMED if reason is None else PAUSED
        return kind, pause_of(desk, reason, self.as_of or now), Outcome(step, after.counter, after)

    def _stepped(
        self, desk: CounterDesk, step: str, body: Mapping[str, Any], now: datetime
    ) -> tuple[StaffTicket, tuple[CounterDesk, StaffTicket], str, dict[str, Any]]:
        """The ticket it is with, what came of it, the journal's word for it and what else that keeps."""
        if step == "unpark":
            wanted = body.get("ticket_id")
            found = [one for one in desk.parked if wanted is None or str(one.id) == str(wanted)]
            if not found:
                raise HallError("nobody_parked", status=409, counter=desk.counter.label)
            return found[0], steps.unparked(desk, found[0], now), UNPARKED, {}
        if step == "park":
            reason, minutes = _short(body, "materials"), body.get("minutes")
            after = steps.parked(desk, reason, minutes, now)
            return desk.ticket or after[1], after, PARKED, {"reason": reason, "minutes": minutes}
        if not steps.is_step(step):
            raise HallError("not_alone")
        after = steps.stepped(desk, step, now)
        return desk.ticket or after[1], after, KINDS.get(step, ""), {}

    def _keep(self, step: str, kind: str, told: dict[str, Any], outcome: Outcome, now: datetime) -> None:
        """On the disk first, then on the screen."""
        model = self._model
        assert outcome.desk is not None
        self._writes += 1
        model.begin(step)
        diary, counter_id = self._diary, outcome.desk.counter.id
        day = now.astimezone(model.zone).date()

        def done(_: None) -> None:
            self.unsent += 1
            model.end(outcome)
            if model.connected:
                self.look_again()

        def write() -> None:
            diary.write(kind, counter_id, told, now, day)

        run_in_background(write, done, lambda error: model.fail(step, error), owner=self)

    def _wanted(self, desk: CounterDesk, step: str, body: Mapping[str, Any], now: datetime) -> StaffTicket | None:
        if self.stage == "staying":
            # Only who is in hand keeps this counter from its server: it gets everybody else from there.
            raise HallError("not_alone")
        if step == "call-next":
            return steps.next_own(desk, steps.open_counters(self._model.counters.values()))
        if "ticket_id" in body:
            found = by_id(desk, UUID(str(body["ticket_id"])))
            if found is None:
                raise HallError("ticket_unknown", status=404)
            return found
        number = str(body.get("number", ""))
        if desk.ticket is None and self._diary.has_finished(bare(number)):
            raise HallError("finished_here", number=number.strip().upper())
        return steps.find(desk, number) or steps.from_paper(desk, number, now)

    # Back

    def look_again(self) -> None:
        """Bring the journal up, then see whether the desk of the server can be taken over."""
        model = self._model
        if self._ended or not self.is_alone or not model.connected or self._sending or model.busy:
            return
        self._again.stop()
        self._sending = True
        if self.stage == "alone":
            self.stage = "back"
            model.changed.emit()
        diary, client, counter_id = self._diary, model.client, model.counter_id
        today = model.now().astimezone(model.zone).date()

        writes = self._writes

        def bring() -> tuple[int, tuple[UUID, int], CounterDesk | None]:
            left, end = diary.send(today), diary.end_of()
            return left, end, client.desk(counter_id) if not left and counter_id is not None else None

        run_in_background(bring, lambda found: self._on_brought(writes, *found), self._on_away, owner=self)

    def _on_brought(self, writes: int, left: int, end: tuple[UUID, int], desk: CounterDesk | None) -> None:
        self._sending = False
        model = self._model
        self.unsent = left + self._writes - writes
        if not model.connected:
            return
        if self.unsent or model.busy:
            # Somebody went on meanwhile.
            self._again.start()
            return
        if desk is not None and self._may_take_over(desk):
            self.stage, self.as_of, self._lost_at = "", None, None
            self._keeper.covered = end
            model.adopt(desk)
            model.refresh()
        elif desk is None:
            self.stage = ""
            model.changed.emit()
            model.refresh()
        elif self.stage != "staying":
            self.stage = "staying"
            model.changed.emit()

    def _on_away(self, error: HallError) -> None:
        self._sending = False
        _log.info("the journal did not go up: %s", error)
        if self._model.connected:
            self._again.start()

    def _may_take_over(self, theirs: CounterDesk) -> bool:
        """Who was called here alone is in hand there too, or is not in hand any more."""
        mine = self._model.ticket
        if mine is None or self.as_of is None or mine.called_at is None or mine.called_at < self.as_of:
            return True
        if theirs.ticket is None:
            return False
        return theirs.ticket.id == mine.id or bare(theirs.ticket.number) == bare(mine.number)


def _short(body: Mapping[str, Any], usual: str) -> str:
    """The reason as the journal's message takes it."""
    return str(body.get("reason") or "").strip()[:LONGEST_REASON] or usual


def _is_attended(counter: Counter) -> bool:
    return counter.state != "closed" and counter.pause_reason not in steps.UNATTENDED


def _load(copies: Copies, diary: Diary) -> tuple[_Kept | None, int, tuple[UUID, int]]:
    diary.open()
    found = copies.load()
    kept = None
    if found is not None:
        facts, copy = found
        zone = ZoneInfo(facts.hall.time_zone)
        now = datetime.now(UTC) + timedelta(seconds=copy.ahead_s)
        # Yesterday's line is nobody's line.
        day = now.astimezone(zone).date()
        if copy.as_of.astimezone(zone).date() == day:
            kept = _Kept(facts, copy, replay(copy.desk, diary.since(copy.journal, copy.place, day)))
    return kept, diary.unsent(), diary.end_of()
