"""What a wall shows now: an emergency over a call over what was put in between over the schedule.

A call is never lost. Over a schedule or what was put in between it shows in its place; during an emergency, which fills
the wall, it goes on in a strip at the foot: whoever is called must still find the counter, and the warning stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.domain.signage.schedule import Span, on_at

DEADLY: Final = "Extreme"
SEVERITIES: Final = ("Unknown", "Minor", "Moderate", "Severe", DEADLY)
URGENCIES: Final = ("Unknown", "Past", "Future", "Expected", "Immediate")


@dataclass(frozen=True, slots=True)
class Warning:
    """What of an emergency decides whether it shows, and before which; times with their zone."""

    identifier: str
    sent: datetime
    expires: datetime
    severity: str = "Unknown"
    urgency: str = "Unknown"
    # Not an exercise.
    actual: bool = True


@dataclass(frozen=True, slots=True)
class Playing:
    """``plays``: what fills the wall under a call, empty for the layout alone. ``call`` is on the wall whatever else
    is; ``strip``: it shows at the foot of the emergency."""

    emergency: str = ""
    call: str = ""
    strip: bool = False
    plays: str = ""
    source: str = ""


def in_force(warnings: Iterable[Warning], now: datetime) -> list[Warning]:
    """Those that take turns: the worst, then the most urgent, then the latest first, of those that have not run out.

    Beside danger to life nothing else is said: who has to run reads nothing of opening hours.
    """
    left = [one for one in warnings if one.expires > now]
    left.sort(
        key=lambda one: (_rank(SEVERITIES, one.severity), _rank(URGENCIES, one.urgency), one.sent, one.identifier)
    )
    deadly = [one for one in left if one.severity == DEADLY and one.actual]
    return (deadly or left)[::-1]


def what_plays(
    now: datetime, local: datetime, timeline: Sequence[Span], calls: Sequence[str], interrupts: Sequence[Span],
    warnings: Iterable[Warning], usual: str = "",
) -> Playing:  # fmt: skip
    """``local``: the same moment on the hall's wall clock; ``calls``: whose turn it is, the newest first."""
    worst = next(iter(in_force(warnings, now)), None)
    between, planned = on_at(interrupts, local), on_at(timeline, local)
    plays, source = usual, "usual" if usual else ""
    if between is not None:
        plays, source = between.plays, "interrupt"
    elif planned is not None:
        plays, source = planned.plays, "schedule"
    call = calls[0] if calls else ""
    return Playing(
        emergency=worst.identifier if worst else "", call=call, strip=bool(call and worst), plays=plays, source=source
    )


def _rank(order: Sequence[str], word: str) -> int:
    return order.index(word) if word in order else 0
