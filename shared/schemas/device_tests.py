"""Trying a terminal's device from the console."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from shared.schemas.base import Message, Moment, ShortText
from shared.schemas.device_health import DeviceKind

# nobody: nobody laid a card down or showed a code in time. unknown: somebody must look whether paper came out.
TestResult = Literal["passed", "failed", "unknown", "nobody"]
TestState = Literal["waiting", "passed", "failed", "unknown", "nobody", "unanswered"]


class DeviceTestAsk(Message):
    """Try this device of a terminal: a paper, a sentence, a card within 20 s."""

    kind: DeviceKind


class DeviceTest(Message):
    """``code``: why it failed, a key of ``devices.status``; ``seen``: what was read, a key of ``devices.seen``."""

    id: UUID
    terminal_id: UUID
    kind: DeviceKind
    state: TestState
    code: str
    seen: str
    asked_by: str
    asked_at: Moment


class DeviceTestOutcome(Message):
    """What the terminal saw."""

    result: TestResult
    code: ShortText | None = None
    seen: ShortText | None = None
