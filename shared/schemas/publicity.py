"""Finished cases as the hall makes them public: who applied is masked where it comes in, and never kept otherwise."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from shared.domain.names import mask_name, mask_organisation
from shared.schemas.base import UNPRINTABLE, Message, Text
from shared.schemas.guides import Audience, Line

# How a case can end; words ``publicity.result.<result>``.
Result = Literal["granted", "refused", "finished", "withdrawn", "ended"]
AT_ONCE: Final = 500
CaseNumber = Annotated[str, StringConstraints(strip_whitespace=True, pattern=rf"^[^\s{UNPRINTABLE}]{{1,64}}$")]


class PublicCase(Message):
    """A line of ``GET /publicity``: ``applicant`` is masked."""

    id: UUID
    number: str
    item: str
    department: str
    applicant: str
    applicant_kind: Audience
    result: Result
    decided_on: date


class PublicityPage(Message):
    """The newest first; ``?search=`` finds by number. ``next_cursor`` None: it is the last. ``total``: all that fit."""

    items: list[PublicCase]
    next_cursor: str | None
    total: int


class CaseGiven(Message):
    """A finished case as another system gives it. The applicant's name is masked as it is read, and read only so."""

    number: CaseNumber
    item: Text
    department: Line = ""
    applicant_kind: Audience = "person"
    applicant: Text
    result: Result = "finished"
    decided_on: date

    @field_validator("applicant")
    @classmethod
    def _masked(cls, name: str, info: ValidationInfo) -> str:
        return mask_organisation(name) if info.data.get("applicant_kind") == "enterprise" else mask_name(name)


class CasesGiven(Message):
    """``PUT /publicity/cases``. The same case again changes nothing; another content for a number replaces it."""

    cases: Annotated[list[CaseGiven], Field(min_length=1, max_length=AT_ONCE)]


class CaseOutcome(Message):
    """What came of one; ``why`` is a code (``publicity.why.…``), ``field`` where in the row; ``row`` as files count."""

    row: int
    number: str
    outcome: Literal["created", "changed", "refused", "too_old"]
    why: str = ""
    field: str = ""


class PublicityReport(Message):
    """``rows``: all but the unchanged, the first 200. ``tried``: nothing was kept."""

    tried: bool
    created: int
    changed: int
    unchanged: int
    refused: int
    too_old: int
    rows: list[CaseOutcome]


# What a hall may show cases for at most.
LONGEST_DAYS: Final = 3650


class PublicitySettings(Message):
    """``on``: whether anything is shown; ``days``: how long after it was decided, then it is erased."""

    on: bool = True
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 30


class PublicitySettingsEdit(PublicitySettings):
    version: int


class PublicitySettingsShown(PublicitySettings):
    version: int
    cases: int
    latest_at: datetime | None


class TakeDown(Message):
    """Why it must not be public, for the audit trail."""

    reason: Text
