"""What the linter found of a plan, kept for a while.

In a hall whose counters share much it takes seconds. A read finds it first, so that the writer, whom every call waits
for, only looks it up again.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from server.database import Reader
from server.features.catalogue.service import catalogue
from shared.domain.release import Finding, Known, Plan, lint

MOST_KEPT: Final = 64
_KEPT: OrderedDict[bytes, Sequence[Finding]] = OrderedDict()
_LOCK: Final = threading.Lock()


def linted(reader: Reader, known: Known, plan: Plan) -> Sequence[Finding]:
    """``lint`` of these windows under what is known now; the same question is answered from memory."""
    # The catalogue's version stands for the calendar.
    asked = repr((reader.hall_id, reader.clocks.catalogue_version, reader.day, known, sorted(plan.by_kind.items())))
    key = hashlib.sha256(asked.encode()).digest()
    with _LOCK:
        found = _KEPT.get(key)
    if found is None:
        found = tuple(lint(plan.by_kind, known, catalogue(reader).calendar, reader.day))
        with _LOCK:
            _KEPT[key] = found
            while len(_KEPT) > MOST_KEPT:
                _KEPT.popitem(last=False)
    return found
