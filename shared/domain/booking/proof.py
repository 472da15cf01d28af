"""The code that proves a phone before a booking counts: how long, how often, how many tries. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Final

DIGITS: Final = 6
GOOD: Final = timedelta(minutes=10)
# However often a code is sent again, the slot is not kept from others for longer.
LONGEST: Final = timedelta(minutes=20)
# A code that is over sooner is not sent: nobody could type it in.
SHORTEST: Final = timedelta(minutes=1)
REST: Final = timedelta(seconds=60)
SENDS: Final = 3
TRIES: Final = 5
# Codes to one phone in a day, and from one address in an hour: a hall's own network is one address.
PER_PHONE: Final = 6
PER_ADDRESS: Final = 30


def good_until(made_at: datetime, now: datetime, begins: datetime | None) -> datetime:
    """Until when a code sent now may be typed in, and the slot is kept: nobody books one that has begun.

    ``begins``: when the slot does; None for a place on the waiting list.
    """
    until = min(now + GOOD, made_at + LONGEST)
    return until if begins is None else min(until, begins)


def may_send(made_at: datetime, now: datetime, begins: datetime | None, sends: int) -> bool:
    """Whether a code may be sent after so many before it, and could still be typed in."""
    return sends < SENDS and good_until(made_at, now, begins) - now >= SHORTEST


def rests_s(sent_at: datetime, now: datetime) -> int:
    """Seconds until a code may be sent again; 0: at once."""
    return max(0, -int((now - sent_at - REST) // timedelta(seconds=1)))


def typed_code(text: str) -> str:
    """The digits somebody typed, however they spaced them; empty when it can't be a code at all: that is no try."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text[:32]))
    return plain if re.fullmatch(f"[0-9]{{{DIGITS}}}", plain) else ""
