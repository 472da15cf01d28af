"""What the counter's parts know of going on without the server; ``features/island`` does it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from shared.schemas.hall import CounterDesk
from shared.schemas.tickets import StaffTicket


class WithoutServer(Protocol):
    """``stage``: empty on line, else ``alone``, ``back`` or ``staying``; ``as_of``: when the copy was true."""

    @property
    def is_alone(self) -> bool: ...
    @property
    def stage(self) -> str: ...
    @property
    def as_of(self) -> datetime | None: ...
    def act(self, step: str, body: Mapping[str, Any]) -> None: ...
    def look_again(self) -> None: ...


def by_code(desk: CounterDesk, code: str) -> StaffTicket | None:
    """Somebody of the copy by the code on their paper: its address, or the bare opaque id."""
    opaque = code.strip().rsplit("/", 1)[-1]
    everybody = [*([desk.ticket] if desk.ticket else []), *desk.waiting, *desk.parked, *desk.held, *desk.missed]
    return next((one for one in everybody if one.qr.rsplit("/", 1)[-1] == opaque), None)
