"""The wall display: who is called to which counter, and how many wait."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Slot

from shared.domain.errors import HallError
from shared.i18n.errors import error_text
from shared.offline.snapshot_copy import HallCopy, RungCall
from shared.schemas.events import ActiveCall, Event, Snapshot
from shared.schemas.hall import Hall, Zone
from shared.ui.presenter import Presenter
from signage_app import calls
from signage_app.announcing import Voice
from signage_app.calls import Board
from signage_app.clock import ServerClock
from signage_app.features.queueing.wording import CallLine, WaitingLine, Wording, time_zone
from signage_app.receipts import Receipts
from signage_app.turns import STALE_S, Turn, Turns

log = logging.getLogger(__name__)
TICK_MS = 200
ROWS, ROWS_COMPACT = 5, 12
WAITING_ROWS = 4
PAGE_S = 8.0
# A server that restarts is back within this; a banner that flashes would only alarm people.
GRACE_S = 3.0
_WORTH_REPEATING = frozenset({"server_unreachable", "server_stopping", "database_unavailable"})


@dataclass(frozen=True)
class SignageState:
    """All the screen draws; every ``*_second`` is the small second language, empty for none."""

    hall: str = ""
    hall_second: str = ""
    zone: str = ""
    zone_second: str = ""
    time: str = ""
    date: str = ""
    hero: CallLine | None = None
    highlighted: bool = False
    rows: tuple[CallLine, ...] = ()
    row_places: int = ROWS
    compact: bool = False
    waiting: tuple[WaitingLine, ...] = ()
    waiting_total: int = 0
    waiting_more: int = 0
    note: str = ""
    note_second: str = ""
    as_of: str = ""
    as_of_second: str = ""
    problem: str = ""
    problem_second: str = ""


class QueueingPresenter(Presenter[SignageState]):
    """Fed with the hall, snapshots, events and the state of the line; `tick` moves what time moves."""

    def __init__(
        self,
        *,
        clock: ServerClock,
        receipts: Receipts,
        voice: Voice | None,
        wording: Wording,
        zone: str = "",
        highlight_seconds: float = 6.0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(SignageState(), parent)
        self._clock = clock
        self._receipts = receipts
        self._voice = voice
        self._words = wording
        self._zone_key = zone
        self._turns = Turns(highlight_seconds)
        self._hall: Hall | None = None
        self._zone: Zone | None = None
        self._labels: frozenset[str] | None = None
        self._time_zone: tzinfo | None = None
        self._board = Board()
        self._has_board = False
        self._connected = False
        self._error: HallError | None = None
        self._lost_at: float | None = clock.elapsed()
        self._as_of: datetime | None = None
        self._visible: frozenset[UUID] = frozenset()
        self._day: object = None
        self._minute: object = None
        self._page = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        if voice is not None:
            voice.spoken.connect(self._spoken)
            voice.ended.connect(self.tick)

    def start(self) -> None:
        self._draw()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    # What comes in

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        """The hall's facts, just answered by the server."""
        self._clock.set(hall.now)
        self._use_hall(hall)

    def use_copy(self, copy: HallCopy) -> None:
        """What was true some time ago: shown with its time, never spoken, never receipted."""
        self._as_of = copy.as_of
        self._use_hall(copy.hall)
        for rung in copy.rung:
            self._turns.remember(Turn(rung.call_id, rung.recalls, rung.at, prompt=False))
        now = self._local(self._clock.now())
        if copy.snapshot is not None and self._local(copy.as_of).date() == now.date():
            self._board = calls.board_of(copy.snapshot)
        self._draw()

    @Slot(object)
    def take_snapshot(self, snapshot: Snapshot) -> None:
        self._clock.set(snapshot.at)
        self._alive()
        self._day = self._today()
        board = calls.board_of(snapshot)
        for call_id in self._board.calls.keys() - board.calls.keys():
            self._drop(call_id)
        self._board = board
        for call in sorted(board.calls.values(), key=lambda call: call.seq):
            self._follow(call, call.called_at)
        self.tick(draw=True)

    @Slot(object)
    def take_event(self, event: Event) -> None:
        self._clock.heard(event.at)
        self._alive()
        before = self._board
        try:
            self._board = calls.after(before, event)
        except ValidationError:
            log.exception("event %s %s was not understood", event.seq, event.kind)
            return
        for call_id in before.calls.keys() - self._board.calls.keys():
            self._drop(call_id)
        for call_id, call in self._board.calls.items():
            if before.calls.get(call_id) != call:
                self._follow(call, event.at)
        self.tick(draw=True)

    @Slot(bool, object)
    def set_connection(self, connected: bool, error: HallError | None) -> None:
        self._error = error
        if connected:
            self._alive()
        elif self._connected or self._lost_at is None:
            self._connected = False
            self._lost_at = self._clock.elapsed()
            if self._has_board:
                self._as_of = self._clock.now()
        self._draw()

    def painted(self, shown: frozenset[UUID]) -> None:
        """These calls are on the glass now."""
        now = self._clock.now()
        for call_id in shown:
            self._receipts.add(call_id, "shown", now)

    def visible_calls(self) -> frozenset[UUID]:
        """The calls in the present state that are owed a receipt once they are painted."""
        return self._visible

    def copy(self) -> HallCopy | None:
        """What to keep on disk; None while nothing is known."""
        if self._hall is None or not self._has_board:
            return None
        now = self._clock.now()
        young = [turn for turn in self._turns.rung if self._clock.age(turn.rang_at) < 2 * STALE_S]
        return HallCopy(
            as_of=now if self._connected else self._as_of or now,
            hall=self._hall,
            snapshot=calls.snapshot_of(self._board, self._hall.id, now),
            rung=tuple(RungCall(call_id=turn.call_id, recalls=turn.recalls, at=turn.rang_at) for turn in young),
        )

    # Turns

    def _follow(self, call: ActiveCall, rang_at: datetime) -> None:
        """Ring what is called and new; forget the turn of who is not awaited any more."""
        if call.status != "called" or not calls.in_zone(call, self._labels):
            self._drop(call.call_id)
        else:
            self._turns.ring(call.call_id, call.recalls, rang_at, self._clock.age(rang_at))

    def _drop(self, call_id: UUID) -> None:
        self._turns.drop(call_id)
        if self._voice is not None:
            self._voice.cancel(call_id)

    def _begin(self, turn: Turn) -> None:
        call = self._board.calls[turn.call_id]
        if self._voice is not None and turn.may_be_spoken(self._clock.age(turn.rang_at)):
            self._voice.say(call, turn.recalls, turn.rang_at, waiting=len(self._turns.waiting))

    @Slot(object, object)
    def _spoken(self, call_id: UUID, at: datetime) -> None:
        self._receipts.add(call_id, "spoken", at)

    # Time

    @Slot()
    def tick(self, *, draw: bool = False) -> None:
        """Looks at the clock; called often."""
        if self._has_board and self._day != self._today():
            self._day = self._today()
            self._board = calls.new_day(self._board, self._local(self._clock.now()).date(), self._time_zone)
            draw = True
        before = self._turns.current
        begun = self._turns.advance(self._clock.elapsed(), speaking=self._voice is not None and self._voice.is_speaking)
        if begun is not None:
            self._begin(begun)
        minute = (self._clock.now().replace(second=0, microsecond=0), self._banner_is_due())
        page = int(self._clock.elapsed() // PAGE_S)
        if draw or before != self._turns.current or minute != self._minute or page != self._page:
            self._minute, self._page = minute, page
            self._draw()

    def _alive(self) -> None:
        self._connected, self._has_board, self._lost_at, self._error = True, True, None, None

    def _banner_is_due(self) -> bool:
        return self._lost_at is not None and (not self._has_board or self._clock.elapsed() - self._lost_at >= GRACE_S)

    def _today(self) -> object:
        return self._local(self._clock.now()).date()

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._time_zone)

    # The state

    def _use_hall(self, hall: Hall) -> None:
        self._hall = hall
        self._time_zone = time_zone(hall.time_zone)
        self._zone = next((zone for zone in hall.zones if zone.key == self._zone_key), None)
        self._labels = frozenset(self._zone.counter_labels) if self._zone else None
        self._draw()

    def _draw(self) -> None:
        now = self._local(self._clock.now())
        called = calls.called_count(self._board, self._labels)
        places = ROWS_COMPACT if called > ROWS else ROWS
        shown = calls.shown_calls(self._board, self._labels, places)
        hero, highlighted = self._hero(shown)
        if self._connected:
            on_screen = [*shown, hero] if hero is not None else shown
            self._visible = frozenset(call.call_id for call in on_screen if call.status == "called")
        else:
            self._visible = frozenset()
        state = SignageState(
            time=f"{now:%H:%M}",
            date=self._words.date(now),
            hero=self._words.call(hero) if hero is not None else None,
            highlighted=highlighted,
            rows=tuple(self._words.call(call) for call in shown),
            row_places=places,
            compact=places > ROWS,
        )
        self.set_state(self._with_problems(self._with_waiting(self._with_names(state)), now))

    def _hero(self, shown: list[ActiveCall]) -> tuple[ActiveCall | None, bool]:
        """Whose turn it is, else the latest who is still awaited, else the latest."""
        current = self._turns.current
        if current is not None and current.call_id in self._board.calls:
            return self._board.calls[current.call_id], True
        awaited = [call for call in shown if call.status == "called"]
        return next(iter(awaited or shown), None), False

    def _with_names(self, state: SignageState) -> SignageState:
        hall, zone = self._hall, self._zone
        if hall is None:
            return state
        names = self._words.pick(hall.name, hall.name_en)
        areas = self._words.pick(zone.name, zone.name_en) if zone else ("", "")
        notes = [(zone.display_text, zone.display_text_en)] if zone and zone.display_text else []
        notes += [(note.text, note.text_en) for note in hall.notes]
        note = self._words.pick(*notes[self._page % len(notes)]) if notes else ("", "")
        return replace(
            state, hall=names[0], hall_second=names[1], zone=areas[0], zone_second=areas[1], note=note[0],
            note_second=note[1],
        )  # fmt: skip

    def _with_waiting(self, state: SignageState) -> SignageState:
        lines = calls.shown_waiting(self._board, self._labels)
        pages = max(1, -(-len(lines) // WAITING_ROWS))
        start = self._page % pages * WAITING_ROWS
        part = lines[start : start + WAITING_ROWS]
        return replace(
            state,
            waiting=tuple(self._words.waiting(line) for line in part),
            waiting_total=sum(line.waiting for line in lines),
            waiting_more=len(lines) - len(part),
        )

    def _with_problems(self, state: SignageState, now: datetime) -> SignageState:
        words = self._words
        if self._banner_is_due():
            at = self._local(self._as_of) if self._as_of is not None else None

            def said(language: str) -> str:
                if not language:
                    return ""
                if at is None:
                    return Wording(language, "").first("signage.as_of.never")
                return Wording(language, "").first("signage.as_of.since", time=words.moment(at, now, language))

            state = replace(state, as_of=said(words.language), as_of_second=said(words.second))
            if self._error is not None and self._error.code not in _WORTH_REPEATING:
                return replace(
                    state,
                    problem=error_text(self._error.code, words.language, **self._error.params),
                    problem_second=error_text(self._error.code, words.second, **self._error.params)
                    if words.second
                    else "",
                )
        if self._hall is not None and self._zone_key and self._zone is None:
            known = ", ".join(zone.key for zone in self._hall.zones)
            params = {"zone": self._zone_key, "known": known}
            return replace(
                state, problem=words.first("signage.problem.zone_unknown", **params),
                problem_second=words.other("signage.problem.zone_unknown", **params),
            )  # fmt: skip
        return state
