"""How a terminal gets its right to speak: a code made by an administrator, its own key, a signed challenge."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import Message, OptionalText, ShortText

EnrolKind = Literal["kiosk", "counter", "display", "standby"]
TerminalState = Literal["set_up", "pending", "approved", "revoked"]
_Encoded = Annotated[str, StringConstraints(max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


def enrol_message(code: str, public_key: str) -> bytes:
    """What a new key signs to show that its owner enrols it; ``code`` as the terminal sends it."""
    return f"zhiting-enrol\n{code}\n{public_key}".encode()


def token_message(hall_id: UUID, challenge: str) -> bytes:
    """What an enrolled key signs for a token: good in this hall only."""
    return f"zhiting-token\n{hall_id}\n{challenge}".encode()


class CodeRequest(Message):
    """A code for a new terminal. ``counter_id``: the only counter it may operate."""

    kind: EnrolKind
    name: ShortText
    place: OptionalText = ""
    counter_id: UUID | None = None
    approved_beforehand: bool = False
    valid_minutes: int = Field(60, ge=1, le=1440)


class RekeyRequest(Message):
    """A code for a new key of a terminal that is known: the same machine, or another in its place."""

    approved_beforehand: bool = False
    valid_minutes: int = Field(60, ge=1, le=1440)


class EnrolmentCode(Message):
    """Shown once. ``qr`` holds the server's address and the code."""

    code: str
    qr: str
    expires_at: datetime


class EnrolRequest(Message):
    """``public_key``: Ed25519, raw, base64url without padding, as is ``signature`` over ``enrol_message``."""

    code: ShortText
    public_key: _Encoded
    signature: _Encoded


class Enrolled(Message):
    """The answer to an enrolment; the same for its repetition."""

    terminal_id: UUID
    hall_id: UUID
    name: str
    kind: EnrolKind
    state: TerminalState


class ChallengeRequest(Message):
    terminal_id: UUID


class Challenge(Message):
    """Good once, for a minute, and only for the terminal that asked."""

    challenge: str
    expires_at: datetime


class TokenRequest(Message):
    """``signature`` over ``token_message``."""

    terminal_id: UUID
    challenge: Annotated[str, StringConstraints(max_length=500, pattern=r"^[A-Za-z0-9_.-]+$")]
    signature: _Encoded


class TerminalToken(Message):
    """``expires_in`` in seconds."""

    token: str
    expires_in: int


class TerminalEdit(Message):
    """What an administrator decides or writes anew; only what is given changes. ``any_counter`` ends a binding."""

    decision: Literal["approve", "refuse", "revoke"] | None = None
    name: ShortText | None = None
    place: OptionalText | None = None
    counter_id: UUID | None = None
    any_counter: bool = False
