"""When kiosks rest: rules for one kiosk or for all of them; what they play then is a schedule's."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.signage.models import AttractRuleRow
from server.features.signage.service import CHANGED, screen
from shared.domain.errors import HallError
from shared.schemas.signage import AttractRule, AttractRuleEdit


def rules(reader: Reader) -> list[AttractRule]:
    """That of all kiosks first."""
    chosen = select(AttractRuleRow).where(AttractRuleRow.hall_id == reader.hall_id).order_by(AttractRuleRow.terminal)
    return [
        AttractRule(terminal=UUID(row.terminal) if row.terminal else None, after_s=row.after_s)
        for row in reader.session.scalars(chosen)
    ]


def keep(writer: Writer, who: Actor, wanted: AttractRuleEdit) -> list[AttractRule]:
    """All rules, with this one. HallError ``terminal_unknown``, ``changed_meanwhile``."""
    terminal = screen(writer, wanted.terminal, ("kiosk",)) if wanted.terminal is not None else None
    target = str(wanted.terminal or "")
    row = writer.session.get(AttractRuleRow, (writer.hall_id, target))
    before_s = row.after_s if row is not None else None
    if before_s == wanted.after_s:
        # What somebody else has done already, or this one did and did not hear of.
        return rules(writer)
    if before_s != wanted.before_s:
        raise HallError("changed_meanwhile", status=409)
    if wanted.after_s is None:
        if row is not None:
            writer.session.delete(row)
    elif row is None:
        writer.session.add(AttractRuleRow(hall_id=writer.hall_id, terminal=target, after_s=wanted.after_s))
    else:
        row.after_s = wanted.after_s
    writer.flush()
    name = terminal.name if terminal is not None else ""
    audit.record(writer, who, "signage.attract_changed", "terminal", target, name=name, after_s=wanted.after_s)
    writer.emit(CHANGED, "{}")
    return rules(writer)


def after_s(reader: Reader, terminal: UUID | None) -> int | None:
    """Of a kiosk: its own rule, else that of all; None where there is neither."""
    chosen = select(AttractRuleRow).where(
        AttractRuleRow.hall_id == reader.hall_id, AttractRuleRow.terminal.in_(["", str(terminal)])
    )
    found = {row.terminal: row.after_s for row in reader.session.scalars(chosen)}
    return found.get(str(terminal), found.get(""))
