"""What a request handler may use besides the database: made once in ``main.py``."""

from __future__ import annotations

from dataclasses import dataclass, field

from server.auth import Keys
from shared.domain.waits.told import Waits


@dataclass(frozen=True, slots=True)
class Context:
    """``always_open``: the demonstration hall gives tickets at any hour."""

    keys: Keys
    link_base: str
    always_open: bool
    waits: Waits = field(default_factory=Waits)
