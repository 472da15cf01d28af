"""What somebody else says of items, made into guides or refused row by row, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from server.features.guides.service import mark_of
from shared.domain.guides import WHY
from shared.schemas.guides import Code, GuideFields, GuideRunRow

_code: Final[TypeAdapter[str]] = TypeAdapter(Code)


@dataclass(slots=True)
class Staged:
    """``items`` by code; ``deleted``: codes that are no more; ``refused``: what could not be understood, ``unread``
    their codes as far as they are known. ``since``: where the next reading of changes goes on.
    """

    items: dict[str, GuideFields] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)
    refused: list[GuideRunRow] = field(default_factory=list)
    since: str = ""
    # What each item says, as a hash: reckoned here and not while everybody waits for the writer.
    marks: dict[str, str] = field(default_factory=dict)
    _kept: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def unread(self) -> set[str]:
        return {row.code for row in self.refused if row.code}

    def as_json(self) -> dict[str, Any]:
        """To be kept until somebody agrees; made once."""
        self._kept = self._kept or {
            "items": [one.model_dump(mode="json") for one in self.items.values()], "deleted": list(self.deleted),
            "refused": [row.model_dump() for row in self.refused], "since": self.since,
        }  # fmt: skip
        return self._kept

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Staged:
        items = [GuideFields.model_validate(one) for one in kept["items"]]
        refused = [GuideRunRow.model_validate(row) for row in kept["refused"]]
        marks = {one.code: mark_of(one) for one in items}
        return cls({one.code: one for one in items}, dict.fromkeys(kept["deleted"]), refused, kept["since"], marks)


def stage(given: Iterable[object]) -> Staged:
    """Read items as they came; one that comes twice, each time differently, is refused."""
    staged, twice = Staged(), set[str]()
    for number, raw in enumerate(given, 1):
        if not isinstance(raw, dict):
            staged.refused.append(GuideRunRow(code="", name=f"#{number}", outcome="refused", why="not_object"))
            continue
        code = _code_of(raw.get("code"))
        if raw.get("deleted") is True:
            if not code:
                staged.refused.append(_refused(raw, code, number, "wrong", "code"))
            elif code in staged.items:
                twice.add(code)
            else:
                staged.deleted[code] = None
            continue
        try:
            fields = GuideFields.model_validate(raw)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join(str(part + 1 if isinstance(part, int) else part) for part in fault["loc"])
            staged.refused.append(_refused(raw, code, number, WHY.get(fault["type"], "wrong"), where))
            continue
        mark = mark_of(fields)
        staged.items.setdefault(fields.code, fields)
        if fields.code in staged.deleted or staged.marks.setdefault(fields.code, mark) != mark:
            twice.add(fields.code)
    for code in sorted(twice):
        name = staged.items[code].name
        del staged.items[code]
        staged.deleted.pop(code, None)
        staged.refused.append(GuideRunRow(code=code, name=name, outcome="refused", why="twice"))
    # What was refused once is not known by its other row either.
    for code in staged.unread:
        staged.items.pop(code, None)
        staged.deleted.pop(code, None)
    return staged


def _code_of(value: object) -> str:
    try:
        return _code.validate_python(value)
    except ValidationError:
        return ""


def _refused(raw: dict[Any, Any], code: str, number: int, why: str, where: str) -> GuideRunRow:
    name = raw.get("name")
    # A name from rubbish may be anything: what can be shown of it, or its place.
    shown = "".join(letter for letter in name if letter.isprintable())[:60] if isinstance(name, str) else ""
    return GuideRunRow(code=code, name=shown or f"#{number}", outcome="refused", why=why, field=where[:80])
