"""The life of a ticket: which step may follow which."""

from __future__ import annotations

from enum import StrEnum

from shared.domain.errors import HallError


class Status(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    # Fetching a copy, filling a form: still this counter's, which serves others meanwhile.
    PARKED = "parked"
    NO_SHOW = "no_show"
    FINISHED = "finished"


class Step(StrEnum):
    CALL = "call"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no_show"
    HOLD = "hold"
    TRANSFER = "transfer"
    # Back into the line, not to a counter.
    RETURN = "return"
    PARK = "park"
    UNPARK = "unpark"
    # Of several items one is ended: the next is taken up here, or in the line of another counter.
    NEXT_ITEM = "next_item"
    MOVE_ON = "move_on"
    PRIORITISE = "prioritise"


# A finished visit is over. Who missed the call, was put on hold or parked can be called again by number.
STEPS: dict[tuple[Status, Step], Status] = {
    (Status.WAITING, Step.CALL): Status.CALLED,
    (Status.HELD, Step.CALL): Status.CALLED,
    (Status.NO_SHOW, Step.CALL): Status.CALLED,
    (Status.HELD, Step.RETURN): Status.WAITING,
    (Status.NO_SHOW, Step.RETURN): Status.WAITING,
    (Status.PARKED, Step.CALL): Status.CALLED,
    (Status.WAITING, Step.PRIORITISE): Status.WAITING,
    (Status.CALLED, Step.RECALL): Status.CALLED,
    (Status.CALLED, Step.START): Status.SERVING,
    (Status.CALLED, Step.NO_SHOW): Status.NO_SHOW,
    (Status.CALLED, Step.HOLD): Status.HELD,
    (Status.CALLED, Step.TRANSFER): Status.WAITING,
    (Status.CALLED, Step.FINISH): Status.FINISHED,
    (Status.SERVING, Step.RECALL): Status.SERVING,
    (Status.SERVING, Step.FINISH): Status.FINISHED,
    (Status.SERVING, Step.HOLD): Status.HELD,
    (Status.SERVING, Step.TRANSFER): Status.WAITING,
    (Status.CALLED, Step.PARK): Status.PARKED,
    (Status.SERVING, Step.PARK): Status.PARKED,
    (Status.PARKED, Step.UNPARK): Status.SERVING,
    (Status.CALLED, Step.NEXT_ITEM): Status.SERVING,
    (Status.SERVING, Step.NEXT_ITEM): Status.SERVING,
    (Status.CALLED, Step.MOVE_ON): Status.WAITING,
    (Status.SERVING, Step.MOVE_ON): Status.WAITING,
}
IN_HAND = frozenset({Status.CALLED, Status.SERVING})
OPEN = frozenset({Status.WAITING, Status.CALLED, Status.SERVING, Status.HELD, Status.PARKED})
UNDO_SECONDS = 10


def after(status: Status, step: Step) -> Status:
    """The status a step leads to; ``HallError("step_not_possible")`` when it may not follow."""
    try:
        return STEPS[status, step]
    except KeyError:
        raise HallError("step_not_possible", status=409, ticket_status=status.value, step=step.value) from None
