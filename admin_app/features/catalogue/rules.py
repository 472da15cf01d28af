"""What a service or a counter must look like before it is sent: a fault is (text key, parameters)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Fault = tuple[str, dict[str, object]]
Check = Callable[[Any], Fault | None]
NAME, SHORT_NAME, LABEL, NOTE = 200, 12, 64, 1000
MINUTES = (1, 480)
IDENTITY = ("required", "optional", "none")
_SERIES = re.compile(r"[A-Z]{1,2}")


def series(value: Any) -> Fault | None:
    """A to ZZ."""
    return None if _SERIES.fullmatch(str(value)) else ("admin.catalogue.fault_series", {})


def label(value: Any) -> Fault | None:
    """What hangs over the window: no blanks, they can't be called out."""
    return ("admin.catalogue.fault_label", {}) if re.search(r"\s", str(value)) else None
