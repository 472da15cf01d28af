"""What is to be done about a terminal whose plan has switched."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.domain.power.schedule import PowerNow

# settle: it is as it should be, or nobody tries any longer.
Act = Literal["wake", "display_on", "display_off", "power_off", "settle"]
AGAIN: Final = timedelta(seconds=60)
# A machine that went off is given this time to fall silent before it is told once more.
FALLING: Final = timedelta(minutes=5)
# A citizen at a kiosk at closing time is waited for; a machine that does not wake needs a hand.
GIVE_UP_ON: Final = timedelta(minutes=15)
GIVE_UP_OFF: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Seen:
    """How a terminal stands. ``can``: display, power; ``settled_for``: the change that is done with; ``answer`` to the
    last order of this change: done, a code why not, or empty."""

    online: bool
    can: Collection[str]
    settled_for: datetime | None = None
    tried_at: datetime | None = None
    answer: str = ""


def next_act(power: PowerNow, seen: Seen, off: Literal["display", "machine"], now: datetime) -> Act | None:
    """One step, or None: nothing is to be done now. Whoever acts remembers ``power.since`` and when it tried."""
    if power.since is None or seen.settled_for == power.since:
        return None
    if now - power.since > (GIVE_UP_ON if power.on else GIVE_UP_OFF):
        return "settle"
    tried = seen.tried_at if seen.tried_at is not None and seen.tried_at >= power.since else None
    answer = seen.answer if tried is not None else ""
    rests = tried is not None and now - tried < (FALLING if answer == "done" and not power.on else AGAIN)
    if power.on:
        if not seen.online:
            return None if rests else "wake"
        if "display" not in seen.can or answer in ("done", "unsupported"):
            return "settle"
        return None if rests else "display_on"
    if not seen.online or answer == "unsupported" or (answer == "done" and off == "display"):
        return "settle"
    return None if rests else "power_off" if off == "machine" else "display_off"
