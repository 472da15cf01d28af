"""The organisation: units, the people in them, and what an import found."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import UNPRINTABLE, Message, Page, ShortText, Text

# May be empty.
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=rf"^[^{UNPRINTABLE}]*$")]
PHONE = r"^(\+?[0-9][0-9 \-]{4,22}[0-9])?$"
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=24, pattern=PHONE)]
Version = Annotated[int, Field(ge=0, description="the version that was looked at")]


class Unit(Message):
    """A node of the tree. ``parent_id`` may name a unit the caller can't see; ``people``: in it, not below it."""

    id: UUID
    parent_id: UUID | None
    name: str
    short_name: str
    code: str
    sort: int
    retired: bool
    version: int
    is_department: bool
    people: int


class UnitCreate(Message):
    parent_id: UUID
    name: Text
    short_name: ShortText | None = None
    code: Line = ""
    sort: int | None = Field(None, ge=0, le=1_000_000)


class UnitEdit(Message):
    """What is given is changed."""

    version: Version
    name: Text | None = None
    short_name: ShortText | None = None
    code: Line | None = None
    sort: int | None = Field(None, ge=0, le=1_000_000)
    parent_id: UUID | None = None
    retired: bool | None = None


class Person(Message):
    id: UUID
    number: str
    name: str
    title: str
    unit_id: UUID
    unit_name: str
    department_id: UUID | None
    phone_masked: str | None
    retired: bool
    version: int


class PersonCreate(Message):
    number: ShortText
    name: Text
    title: Line = ""
    unit_id: UUID
    phone: Phone = ""


class PersonEdit(Message):
    """What is given is changed; an empty ``phone`` removes it."""

    version: Version
    number: ShortText | None = None
    name: Text | None = None
    title: Line | None = None
    unit_id: UUID | None = None
    phone: Phone | None = None
    retired: bool | None = None


class People(Page[Person]):
    """``total``: on all pages."""

    total: int


class Fault(Message):
    """One cell that is wrong. ``row`` as the spreadsheet counts; ``text`` says it in words."""

    sheet: str
    row: int
    column: str
    code: str
    params: dict[str, str] = {}
    text: str


class ImportRow(Message):
    """One row that was read: what it is (a unit's name, a staff number), and what it does. ``columns``: that differ."""

    sheet: str
    row: int
    name: str
    outcome: Literal["new", "changed", "same", "wrong"]
    columns: list[str] = []


class Tally(Message):
    new: int = 0
    changed: int = 0
    same: int = 0


class ImportReport(Message):
    """``done``: everything is written; a dry run, or one wrong row, writes nothing.

    ``rows``: every row, as long as nothing is written.
    """

    done: bool
    outcome: Literal["ready", "wrong", "done"]
    units: Tally
    people: Tally
    faults: list[Fault]
    more_faults: int = 0
    rows: list[ImportRow] = []
