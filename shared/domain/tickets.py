"""The life of a ticket: which step may follow which."""

from __future__ import annotations

from enum import StrEnum

from shared.domain.errors import HallError


class Status(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
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


# A finished visit is over. A person who missed the call, or was put on hold, can be called again by name.
STEPS: dict[tuple[Status, Step], Status] = {
    (Status.WAITING, Step.CALL): Status.CALLED,
    (Status.HELD, Step.CALL): Status.CALLED,
    (Status.NO_SHOW, Step.CALL): Status.CALLED,
    (Status.HELD, Step.RETURN): Status.WAITING,
    (Status.NO_SHOW, Step.RETURN): Status.WAITING,
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
}
IN_HAND = frozenset({Status.CALLED, Status.SERVING})
OPEN = frozenset({Status.WAITING, Status.CALLED, Status.SERVING, Status.HELD})
UNDO_SECONDS = 10


def after(status: Status, step: Step) -> Status:
    """The status a step leads to; ``HallError("step_not_possible")`` when it may not follow."""
    try:
        return STEPS[status, step]
    except KeyError:
        raise HallError("step_not_possible", status=409, ticket_status=status.value, step=step.value) from None


def number_label(series: str, count: int) -> str:
    """The printed number: the series and at least three digits, ``A017``."""
    return f"{series}{count:03d}"
