"""What administrators do: change a rule, shut somebody out, let somebody have more, lift a penalty."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from server.audit import Actor, record
from server.context import Context
from server.database import Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.limits.history import rebuild
from server.features.limits.models import BlockRow, ExceptionRow, PenaltyRow, RuleRow
from server.features.limits.persons import key_of, taken_by_agent
from server.features.limits.settings import all_rules, settings
from shared.domain.errors import HallError
from shared.domain.id_numbers import check_typing, mask
from shared.domain.identifiers import uuid7
from shared.domain.limits.rules import KINDS, params_of, refuse_nonsense, rule_of
from shared.domain.names import mask_name
from shared.schemas.events import RULES_CHANGED
from shared.schemas.limits import (
    LimitBlock,
    LimitBlockCreate,
    LimitEnd,
    LimitException,
    LimitExceptionCreate,
    LimitPenalty,
    LimitRule,
    LimitRuleEdit,
)
from shared.schemas.tickets import Identity

Row = TypeVar("Row", BlockRow, ExceptionRow, PenaltyRow)
# Nobody is shut out, or let have more, for longer without somebody looking again.
LONGEST = timedelta(days=366)
UNCHECKED = ("passport", "other")


def rules(reader: Reader) -> list[LimitRule]:
    found = all_rules(reader)
    return [
        LimitRule(kind=kind, active=found[kind][0], params=params_of(found[kind][1]), version=found[kind][2])
        for kind in KINDS
    ]


def change_rule(writer: Writer, who: Actor, kind: str, wanted: LimitRuleEdit) -> LimitRule:
    """Switch a rule or change its numbers; refused when the rules together then mean nothing."""
    rule = rule_of(kind, wanted.params)
    before = all_rules(writer)[kind]
    if before[2] != wanted.version:
        raise HallError("limit_stale", status=409)
    if kind == "per_service":
        known = catalogue(writer).services
        for id_ in params_of(rule)["service_ids"]:
            if not any(str(one) == id_ for one in known):
                raise HallError("service_unknown", status=404)
    writer.touch_catalogue()
    writer.session.merge(
        RuleRow(
            hall_id=writer.hall_id, kind=kind, active=wanted.active, params=params_of(rule), version=wanted.version + 1
        )
    )
    writer.flush()
    refuse_nonsense(settings(writer).rules)
    rebuild(writer)
    writer.emit(RULES_CHANGED, '{"rules":"limits"}')
    record(writer, who, "limit.rule_changed", "limit_rule", kind, active=wanted.active, params=params_of(rule),
           before={"active": before[0], "params": params_of(before[1])})  # fmt: skip
    return LimitRule(kind=kind, active=wanted.active, params=params_of(rule), version=wanted.version + 1)


def blocks(reader: Reader) -> list[LimitBlock]:
    """Those that hold and, behind them, those that are over, until they are erased."""
    rows = reader.session.scalars(select(BlockRow).where(BlockRow.hall_id == reader.hall_id)).all()
    views = [_block(reader, row) for row in rows]
    return sorted(views, key=lambda one: (one.ended, -one.made_at.timestamp()))


def add_block(writer: Writer, context: Context, who: Actor, wanted: LimitBlockCreate) -> LimitBlock:
    _refuse_days(writer, writer.day, wanted.until)
    row = BlockRow(**_person(writer, context, wanted.identity), reason=wanted.reason, until=wanted.until,
                   made_by=who.label)  # fmt: skip
    writer.session.add(row)
    _told(writer, who, "limit.blocked", "limit_block", row, until=row.until, reason=row.reason)
    return _block(writer, row)


def end_block(writer: Writer, who: Actor, id_: UUID, wanted: LimitEnd) -> LimitBlock:
    row = _open(writer, BlockRow, id_, wanted.version)
    row.ended_at = writer.now
    row.version += 1
    _told(writer, who, "limit.unblocked", "limit_block", row, reason=wanted.reason)
    return _block(writer, row)


def exceptions(reader: Reader) -> list[LimitException]:
    rows = reader.session.scalars(select(ExceptionRow).where(ExceptionRow.hall_id == reader.hall_id)).all()
    views = [_exception(reader, row) for row in rows]
    return sorted(views, key=lambda one: (one.ended, -one.made_at.timestamp()))


def add_exception(writer: Writer, context: Context, who: Actor, wanted: LimitExceptionCreate) -> LimitException:
    first = wanted.first or writer.day
    _refuse_days(writer, first, wanted.until)
    row = ExceptionRow(**_person(writer, context, wanted.identity), kind=wanted.kind, per_day=wanted.per_day,
                       first=first, until=wanted.until, reason=wanted.reason, made_by=who.label)  # fmt: skip
    writer.session.add(row)
    _told(writer, who, "limit.exception_made", "limit_exception", row, what=row.kind, per_day=row.per_day,
          first=first, until=row.until, reason=row.reason)  # fmt: skip
    return _exception(writer, row)


def end_exception(writer: Writer, who: Actor, id_: UUID, wanted: LimitEnd) -> LimitException:
    row = _open(writer, ExceptionRow, id_, wanted.version)
    row.ended_at = writer.now
    row.version += 1
    _told(writer, who, "limit.exception_ended", "limit_exception", row, reason=wanted.reason)
    return _exception(writer, row)


def penalties(reader: Reader) -> list[LimitPenalty]:
    """Newest first."""
    rows = reader.session.scalars(
        select(PenaltyRow)
        .where(PenaltyRow.hall_id == reader.hall_id)
        .order_by(PenaltyRow.at.desc(), PenaltyRow.id.desc())
    )
    return [_penalty(reader, row) for row in rows]


def lift_penalty(writer: Writer, who: Actor, id_: UUID, wanted: LimitEnd) -> LimitPenalty:
    row = _open(writer, PenaltyRow, id_, wanted.version)
    row.lifted_at = writer.now
    row.version += 1
    _told(writer, who, "limit.penalty_lifted", "limit_penalty", row, reason=wanted.reason)
    return _penalty(writer, row)


def _person(writer: Writer, context: Context, identity: Identity) -> dict[str, Any]:
    if identity.kind not in UNCHECKED:
        judged = check_typing(identity.kind, identity.number, writer.day)
        if judged.state != "ok":
            raise HallError("identity_number_wrong", status=422, reason=judged.code)
    return {
        "hall_id": writer.hall_id, "id": uuid7(), "identity_key": key_of(context, identity),
        "identity_kind": identity.kind, "identity_masked": mask(identity.number),
        "name_masked": mask_name(identity.name) if identity.name else "", "made_at": writer.now, "ended_at": None,
        "version": 0,
    }  # fmt: skip


def _refuse_days(reader: Reader, first: date, until: date) -> None:
    if until < max(first, reader.day) or until - reader.day > LONGEST:
        raise HallError("limit_days_wrong", status=422, first=max(first, reader.day).isoformat(), longest=LONGEST.days)


def _open(writer: Writer, table: type[Row], id_: UUID, version: int) -> Row:
    row = writer.session.get(table, id_)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("limit_entry_unknown", status=404)
    over = row.lifted_at if isinstance(row, PenaltyRow) else row.ended_at
    if row.version != version or over is not None:
        raise HallError("limit_stale", status=409)
    return row


def _told(writer: Writer, who: Actor, action: str, kind: str, row: Any, **detail: Any) -> None:
    writer.touch_catalogue()
    writer.flush()
    # Who it is stands in the row, masked; the trail names the row.
    record(writer, who, action, kind, row.id, **detail)


def _over(reader: Reader, row: BlockRow | ExceptionRow) -> bool:
    return row.ended_at is not None or row.until < reader.day


def _block(reader: Reader, row: BlockRow) -> LimitBlock:
    return LimitBlock(
        id=row.id, identity_masked=row.identity_masked, name_masked=row.name_masked, reason=row.reason, until=row.until,
        made_by=row.made_by, made_at=row.made_at, ended=_over(reader, row), version=row.version,
    )  # fmt: skip


def _exception(reader: Reader, row: ExceptionRow) -> LimitException:
    return LimitException(
        id=row.id, kind=row.kind, identity_masked=row.identity_masked, name_masked=row.name_masked,
        per_day=row.per_day, first=row.first, until=row.until, reason=row.reason, made_by=row.made_by,
        made_at=row.made_at, ended=_over(reader, row), version=row.version,
        used_today=taken_by_agent(reader, row.identity_key) if row.kind == "agent" else 0,
    )  # fmt: skip


def _penalty(reader: Reader, row: PenaltyRow) -> LimitPenalty:
    service = catalogue(reader).services.get(row.service_id)
    return LimitPenalty(
        id=row.id, kind=row.kind, act=row.act, service_name=service.name if service else "",
        identity_masked=row.identity_masked, at=row.at, lifted=row.lifted_at is not None, version=row.version,
    )  # fmt: skip
