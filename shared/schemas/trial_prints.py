"""Trying a layout on a kiosk's own printer, on the wire."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from shared.schemas.base import Message, Moment, ShortText
from shared.schemas.ticket_layout import TicketLayout

SampleKey = Literal["short", "long", "booked", "several", "reprint", "english"]
# ``waiting``: the kiosk has not said anything yet; ``unanswered``: nor will it.
TrialState = Literal["waiting", "printed", "not_printed", "unknown", "unanswered"]


class TrialAsk(Message):
    """Print this draft, saved or not, with the facts of a sample, at a kiosk."""

    terminal_id: UUID
    draft: TicketLayout
    sample: SampleKey = "short"


class TrialPrint(Message):
    """``code`` is the printer's reason, a key of ``devices.status``; ``draft`` is a TicketLayout, maybe of a newer
    program."""

    id: UUID
    terminal_id: UUID
    draft: dict[str, Any]
    sample: str
    state: TrialState
    code: str
    asked_by: str
    asked_at: Moment


class TrialOutcome(Message):
    """What the kiosk's printer said."""

    outcome: Literal["printed", "not_printed", "unknown"]
    code: ShortText | None = None
