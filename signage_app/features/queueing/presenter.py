"""The wall display: who is called to which counter, and how many wait."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, tzinfo
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from shared.domain.errors import HallError
from shared.offline.snapshot_copy import HallCopy, RungCall
from shared.schemas.events import ActiveCall, Event, ExpectedWaits, Snapshot, VolatileEvent
from shared.schemas.hall import Hall, Zone
from shared.ui.presenter import Presenter
from signage_app import calls
from signage_app.announcing import Voice
from signage_app.calls import Board
from signage_app.clock import ServerClock
from signage_app.features.queueing.screen import Known, SignageState, draw
from signage_app.features.queueing.wording import Wording, time_zone
from signage_app.receipts import Receipts
from signage_app.turns import STALE_S, Turn, Turns

log = logging.getLogger(__name__)
TICK_MS = 200
PAGE_S = 8.0
# A server that restarts is back within this; a banner that flashes would only alarm people.
GRACE_S = 3.0


class QueueingPresenter(Presenter[SignageState]):
    """Fed with the hall, snapshots, events and the state of the line; `tick` moves what time moves."""

    # Counters came, went or moved: the zones of the hall are not what they were.
    zones_changed = Signal()

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
        if self._has_board:
            # A counter that has just joined the zone may have called already.
            self._follow_all()
            self.tick(draw=True)

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
        before, self._board = self._board, board
        self._tell_moves(before)
        self._follow_all()
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
        self._tell_moves(before)
        for call_id in before.calls.keys() - self._board.calls.keys():
            self._drop(call_id)
        for call_id, call in self._board.calls.items():
            if before.calls.get(call_id) != call:
                self._follow(call, event.at)
        self.tick(draw=True)

    @Slot(object)
    def take_waits(self, event: VolatileEvent) -> None:
        """How long who takes a number now is expected to wait, until it is said anew."""
        self._clock.heard(event.at)
        self._alive()
        try:
            self._board = replace(self._board, waits=ExpectedWaits.model_validate(event.data))
        except ValidationError:
            log.exception("%s was not understood", event.kind)
            return
        self.tick(draw=True)

    @Slot(bool, object)
    def set_connection(self, connected: bool, error: HallError | None) -> None:
        self._error = error
        if connected:
            self._alive()
        elif self._connected or self._lost_at is None:
            self._connected = False
            self._lost_at = self._clock.elapsed()
            self._board = replace(self._board, waits=None)
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
        if call.status != "called" or not calls.in_zone(call, self._zone):
            self._drop(call.call_id)
        else:
            self._turns.ring(call.call_id, call.recalls, rang_at, self._clock.age(rang_at))

    def _tell_moves(self, before: Board) -> None:
        if before.counters and calls.places(before) != calls.places(self._board):
            self.zones_changed.emit()

    def _follow_all(self) -> None:
        for call in sorted(self._board.calls.values(), key=lambda call: call.seq):
            self._follow(call, call.called_at)

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
            before_midnight = self._board.calls.keys()
            self._board = calls.new_day(self._board, self._local(self._clock.now()).date(), self._time_zone)
            for call_id in before_midnight - self._board.calls.keys():
                self._drop(call_id)
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
        self._draw()

    def _draw(self) -> None:
        known = Known(
            board=self._board,
            now=self._local(self._clock.now()),
            page=self._page,
            hall=self._hall,
            zone_key=self._zone_key,
            zone=self._zone,
            turn=self._turns.current.call_id if self._turns.current is not None else None,
            stale=self._banner_is_due(),
            as_of=self._local(self._as_of) if self._as_of is not None else None,
            error=self._error,
        )
        state, awaited = draw(known, self._words)
        # What an old copy shows was shown before, and nobody knows whether it still holds.
        self._visible = awaited if self._connected else frozenset()
        self.set_state(state)
