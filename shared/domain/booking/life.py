"""The life of an appointment and of an entry of the waiting list: which act may follow which."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from shared.domain.errors import HallError


class State(StrEnum):
    BOOKED = "booked"
    CHECKED_IN = "checked_in"
    CANCELLED = "cancelled"
    MISSED = "missed"


class Act(StrEnum):
    CHANGE = "change"
    CANCEL = "cancel"
    CHECK_IN = "check_in"
    MISS = "miss"


# Who has come, has cancelled or has not come is through with this appointment: the next one is another.
ACTS: Final[dict[tuple[State, Act], State]] = {
    (State.BOOKED, Act.CHANGE): State.BOOKED,
    (State.BOOKED, Act.CANCEL): State.CANCELLED,
    (State.BOOKED, Act.CHECK_IN): State.CHECKED_IN,
    (State.BOOKED, Act.MISS): State.MISSED,
}


def after(state: State, act: Act) -> State:
    """The state an act leads to; ``HallError("appointment_not_possible_<state>")`` when it may not follow."""
    try:
        return ACTS[state, act]
    except KeyError:
        raise HallError(f"appointment_not_possible_{state.value}", status=409) from None


class Waiting(StrEnum):
    """An entry of the waiting list. ``LAPSED``: the offer was not taken in time; ``OVER``: its day came first."""

    WAITING = "waiting"
    OFFERED = "offered"
    TAKEN = "taken"
    LAPSED = "lapsed"
    LEFT = "left"
    OVER = "over"


class WaitAct(StrEnum):
    OFFER = "offer"
    TAKE = "take"
    LAPSE = "lapse"
    LEAVE = "leave"
    END = "end"


WAIT_ACTS: Final[dict[tuple[Waiting, WaitAct], Waiting]] = {
    (Waiting.WAITING, WaitAct.OFFER): Waiting.OFFERED,
    (Waiting.WAITING, WaitAct.LEAVE): Waiting.LEFT,
    (Waiting.WAITING, WaitAct.END): Waiting.OVER,
    (Waiting.OFFERED, WaitAct.TAKE): Waiting.TAKEN,
    (Waiting.OFFERED, WaitAct.LAPSE): Waiting.LAPSED,
    (Waiting.OFFERED, WaitAct.LEAVE): Waiting.LEFT,
}


def wait_after(state: Waiting, act: WaitAct) -> Waiting:
    """As ``after``; ``HallError("waiting_not_possible_<state>")``."""
    try:
        return WAIT_ACTS[state, act]
    except KeyError:
        raise HallError(f"waiting_not_possible_{state.value}", status=409) from None
