"""A desk as the operator's screen shows it, and what can be done with it."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from counter_app.features.queueing.state import OperatorState
from counter_app.features.queueing.words import DeskWords, stopwatch
from shared.domain.tickets import STEPS, UNDO_SECONDS, Status, Step
from shared.schemas.hall import CounterDesk

LISTS_S = 15
# What a counter can do without its server.
ALONE = frozenset(
    {
        "call-next", "call-ticket", "call-number", "recall", "start", "no-show", "hold", "finish", "next-item", "park",
        "unpark", "pause", "resume",
    }
)  # fmt: skip
CALLS = frozenset({"call-next", "call-ticket", "call-number", "unpark"})
IN_HAND_STEPS = {
    "recall": Step.RECALL,
    "start": Step.START,
    "no-show": Step.NO_SHOW,
    "hold": Step.HOLD,
    "transfer": Step.TRANSFER,
    "finish": Step.FINISH,
    "park": Step.PARK,
}


class ShownDesk:
    """Fields of the state; the lists are made again only when they can look different."""

    def __init__(self, words: DeskWords) -> None:
        self._words = words
        self._lists_of: tuple[object, dict[str, Any]] = (None, {})

    def of(self, desk: CounterDesk, now: datetime) -> dict[str, Any]:
        words = self._words
        counter, ticket, undoable = desk.counter, desk.ticket, desk.undoable
        silent = ticket is not None and ticket.silent
        shown, spoken = words.receipts(desk.call if ticket is not None else None, now, silent=silent)
        left = undoable.until - now if undoable is not None else timedelta()
        # Two clocks are never quite the same: nobody is promised an eleventh second.
        seconds = min(UNDO_SECONDS, max(0, math.ceil(left.total_seconds())))
        oldest = min((t.issued_at for t in desk.waiting), default=None)
        return {
            "counter": counter.label,
            "counter_name": counter.name_en if words.language == "en" else counter.name,
            "staff": counter.staff.name if counter.staff else "",
            "staff_number": counter.staff.number if counter.staff else "",
            "person": words.person(ticket, now, counter.service_ids) if ticket is not None else None,
            "shown": shown,
            "spoken": spoken,
            "waiting_count": desk.waiting_count,
            "longest": words.longest(oldest, now),
            "served": words.t("queue.served", n=desk.served_today),
            **self._lists(desk, now),
            "undo_words": words.undo(undoable.step, undoable.ticket_number) if undoable and seconds else "",
            "undo_seconds": seconds,
            "pause_words": words.pause_reason(counter.pause_reason) if counter.pause_reason else "",
            "left": words.left(desk.hand_over) if desk.hand_over is not None else None,
            "pause_timer": stopwatch(now - counter.since) if counter.pause_reason and counter.since else "",
        }

    def _lists(self, desk: CounterDesk, now: datetime) -> dict[str, Any]:
        # The tick comes four times a second, a list changes with the desk or with the minute.
        version = (desk, tuple(self._words.short_names), int(now.timestamp()) // LISTS_S)
        if self._lists_of[0] != version:
            words = self._words
            lists = {"queue": desk.waiting, "held": desk.held, "missed": desk.missed}
            lines = {name: tuple(words.line(t, now) for t in tickets) for name, tickets in lists.items()}
            lines["parked"] = tuple(words.parked(t, now) for t in desk.parked)
            self._lists_of = (version, lines)
        return self._lists_of[1]


def possible(state: OperatorState, desk: CounterDesk) -> frozenset[str]:
    """Names of the steps that can be taken now; none while one runs."""
    if state.busy:
        return frozenset()
    if state.phase == "closed":
        return frozenset({"sign-in"})
    can: set[str] = {"hand-over"}
    ticket = desk.ticket
    if state.phase == "paused":
        can |= {"resume", "sign-out"}
    elif ticket is None:
        can |= {"call-next", "call-ticket", "pause", "sign-out"}
        if desk.parked:
            can.add("unpark")
        if desk.may_call_by_number:
            can.add("call-number")
    else:
        status = Status(ticket.status)
        can |= {name for name, step in IN_HAND_STEPS.items() if (status, step) in STEPS}
        if any(item.state == "open" for item in ticket.items):
            can.add("next-item")
    can |= {"why", "give-number"}
    if state.phase == "open":
        can.add("return-ticket")
        if desk.waiting:
            can.add("priority")
    # Not while paused: it could put a ticket into the hand of somebody who is away.
    if state.undo_seconds and state.phase == "open":
        can.add("undo")
    return frozenset(can)


def possible_alone(can: frozenset[str], *, staying: bool) -> frozenset[str]:
    """What of it can be done alone; a number on a paper may be called by whoever is on duty."""
    found = can & ALONE | ({"call-number"} if "call-ticket" in can else set())
    # Back on line, everybody but who is in hand comes from the server again.
    return frozenset(found - CALLS if staying else found)
