"""Whether a terminal should be on now, or is off on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.power.schedule import PowerNow

# on: by rule; off: by rule; ordered: somebody had it switched off; out: out of service for now; free: nobody says.
Why = Literal["on", "off", "ordered", "out", "free"]


@dataclass(frozen=True, slots=True)
class Expected:
    """``quiet``: nothing of it is an alarm. ``since``: since when it should be on; None: always, or nobody says."""

    why: Why
    since: datetime | None = None

    @property
    def quiet(self) -> bool:
        return self.why in ("off", "ordered", "out")

    @property
    def must_be_on(self) -> bool:
        return self.why == "on"


def expected(
    now: datetime, power: PowerNow | None, ordered_off_at: datetime | None, out_until: datetime | None
) -> Expected:  # fmt: skip
    """``power``: by the plan, None without one. An order to switch off holds until the plan switches on the next time;
    without a plan for good, until the terminal is there again, which takes ``ordered_off_at`` back.
    """
    if out_until is not None and now < out_until:
        return Expected("out")
    if ordered_off_at is not None:
        begun_anew = power is not None and power.on and power.since is not None and power.since > ordered_off_at
        if not begun_anew:
            return Expected("ordered")
    if power is None:
        return Expected("free")
    if not power.on:
        return Expected("off")
    moments = [moment for moment in (power.since, out_until) if moment is not None]
    return Expected("on", max(moments, default=None))
