"""Whose turn it is in the big field: one call after the other, each for its time, none twice. Pure."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# Nobody hears a call older than this after a gap.
STALE_S = 30.0
# What came at once may wait for its turn while others are spoken, but not for ever.
PATIENCE_S = 120.0
# Older than this when it arrives: there was a gap.
PROMPT_S = 5.0
# A loudspeaker that never ends must not stop the screen.
LONGEST_S = 45.0
_REMEMBERED = 2000


@dataclass(frozen=True)
class Turn:
    """One ring of one call: `recalls` tells the rings apart, `rang_at` is server time."""

    call_id: UUID
    recalls: int
    rang_at: datetime
    prompt: bool

    def may_be_spoken(self, age_s: float) -> bool:
        """`age_s`: seconds since it rang, now that its turn has come."""
        return age_s <= (PATIENCE_S if self.prompt else STALE_S)


class Turns:
    """`advance` is asked again and again with a clock in seconds that never jumps."""

    def __init__(self, seconds_each: float) -> None:
        self._each = seconds_each
        self._waiting: deque[Turn] = deque()
        self._rung: OrderedDict[UUID, Turn] = OrderedDict()
        self._since = 0.0
        self.current: Turn | None = None

    @property
    def waiting(self) -> tuple[Turn, ...]:
        return tuple(self._waiting)

    @property
    def rung(self) -> tuple[Turn, ...]:
        """The latest ring of each call that was lined up or was too old for it; oldest first."""
        return tuple(self._rung.values())

    def remember(self, turn: Turn) -> bool:
        """Never ring this one again; False when it is already known."""
        known = self._rung.get(turn.call_id)
        if known is not None and known.recalls >= turn.recalls:
            return False
        self._rung[turn.call_id] = turn
        self._rung.move_to_end(turn.call_id)
        while len(self._rung) > _REMEMBERED:
            self._rung.popitem(last=False)
        return True

    def ring(self, call_id: UUID, recalls: int, rang_at: datetime, age_s: float) -> bool:
        """Line a call up; False when it is known already, or older than a gap allows.

        A recall takes the place of its call while that still waits.
        """
        turn = Turn(call_id, recalls, rang_at, age_s <= PROMPT_S)
        if not self.remember(turn) or age_s > STALE_S:
            return False
        for place, other in enumerate(self._waiting):
            if other.call_id == call_id:
                self._waiting[place] = turn
                return True
        self._waiting.append(turn)
        return True

    def drop(self, call_id: UUID) -> None:
        """Undone, or the person is there: no turn any more."""
        self._waiting = deque(turn for turn in self._waiting if turn.call_id != call_id)
        if self.current is not None and self.current.call_id == call_id:
            self.current = None

    def advance(self, now_s: float, *, speaking: bool) -> Turn | None:
        """The turn that begins at this moment, if one does. The one before has had its time and its last word."""
        held = now_s - self._since
        if self.current is not None and held >= self._each and not (speaking and held < LONGEST_S):
            self.current = None
        # A turn that was dropped may still be spoken: the next must not begin over its voice.
        if self.current is not None or not self._waiting or (speaking and held < LONGEST_S):
            return None
        self.current = self._waiting.popleft()
        self._since = now_s
        return self.current
