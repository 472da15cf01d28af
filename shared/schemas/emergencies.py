"""Warnings to every screen of the hall, with the fields of the Common Alerting Protocol (CAP 1.2)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from shared.domain.signage.playing import Warning
from shared.schemas.base import UNPRINTABLE, Message, Moment, OptionalText, Text

Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
# CAP: no spaces, commas or the signs of XML.
Identifier = Annotated[str, StringConstraints(pattern=rf"^[^\s,<&{UNPRINTABLE}]{{1,100}}$")]


class EmergencyRaise(Message):
    """``identifier`` and ``sender``: None has the hall give them. An ``Update`` replaces and a ``Cancel`` ends those it
    names in ``references``."""

    identifier: Identifier | None = None
    sender: Identifier | None = None
    status: Literal["Actual", "Exercise", "Test"] = "Actual"
    msg_type: Literal["Alert", "Update", "Cancel"] = "Alert"
    references: Annotated[list[Identifier], Field(max_length=20)] = []
    urgency: Urgency = "Immediate"
    severity: Severity = "Severe"
    certainty: Certainty = "Observed"
    headline: Text
    headline_en: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    description: OptionalText = ""
    instruction: OptionalText = ""
    expires: Moment

    @model_validator(mode="after")
    def _refers(self) -> EmergencyRaise:
        if (self.msg_type == "Alert") != (not self.references):
            raise ValueError("an update or a cancellation names what it is about, an alert nothing")
        return self


class Emergency(Message):
    """One that was raised, as screens show it."""

    identifier: str
    sender: str
    sent: Moment
    status: str
    msg_type: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    headline_en: str = ""
    description: str = ""
    instruction: str = ""
    expires: Moment
    # active, replaced, cancelled; that it has run out is told by ``expires``.
    state: str = "active"

    @property
    def warning(self) -> Warning:
        actual = self.status == "Actual"
        return Warning(self.identifier, self.sent, self.expires, self.severity, self.urgency, actual)


class EmergencyChange(Message):
    """``data`` of ``emergency.changed``: what shows from now on, and the identifiers of what does not any more."""

    emergency: Emergency | None = None
    ended: list[str] = []
