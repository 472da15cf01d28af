"""The hall's rules as one copy in memory, beside the catalogue's and as seldom changed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from server.database import Reader
from server.features.limits.models import BlockRow, ExceptionRow, RuleRow
from shared.domain.limits.rules import KINDS, ON_AT_FIRST, Rule, Rules, rule_of


@dataclass(frozen=True, slots=True)
class Settings:
    """The rules that are on, and whether anybody is shut out or may have more at all."""

    rules: Rules
    blocks: bool
    exceptions: bool


def settings(reader: Reader) -> Settings:
    """The copy that fits the reader's snapshot; whoever changes it calls ``touch_catalogue``."""
    return reader.database.copy("limits", reader, _load)


def _load(reader: Reader) -> Settings:
    on = {kind: rule for kind, (active, rule, _) in all_rules(reader).items() if active}
    blocked = exists().where(
        BlockRow.hall_id == reader.hall_id, BlockRow.ended_at.is_(None), BlockRow.until >= reader.day
    )
    excepted = exists().where(
        ExceptionRow.hall_id == reader.hall_id, ExceptionRow.ended_at.is_(None), ExceptionRow.until >= reader.day
    )
    found = reader.session.execute(select(blocked.label("blocks"), excepted.label("exceptions"))).one()
    return Settings(Rules(**on), bool(found.blocks), bool(found.exceptions))  # type: ignore[arg-type]


def all_rules(reader: Reader) -> dict[str, tuple[bool, Rule, int]]:
    """Every kind of rule: whether it is on, its parameters, its version (0: never changed)."""
    found: dict[str, tuple[bool, Rule, int]] = {kind: (kind in ON_AT_FIRST, made(), 0) for kind, made in KINDS.items()}
    for row in reader.session.scalars(select(RuleRow).where(RuleRow.hall_id == reader.hall_id)):
        if row.kind in KINDS:
            found[row.kind] = (row.active, rule_of(row.kind, row.params), row.version)
    return found
