"""A service and a counter say their own version: who looks at the same words looks at the same version.

What a counter is doing is no part of it: an administrator's edit does not grow old because somebody is called.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from server.features.catalogue.models import CounterRow, ServiceRow

_SERVICE: Final = (
    "name", "name_en", "short_name", "series", "ticketable", "identity", "typical_minutes", "hint", "suspended",
    "suspended_note", "retired",
)  # fmt: skip
_COUNTER: Final = ("label", "name", "name_en", "floor", "zone", "breaks", "retired")


def version_of_service(row: ServiceRow) -> str:
    return _hash([getattr(row, name) for name in _SERVICE])


def version_of_counter(row: CounterRow, service_ids: Iterable[UUID]) -> str:
    return _hash([*(getattr(row, name) for name in _COUNTER), sorted(map(str, service_ids))])


def _hash(said: list[object]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
