"""Plans brought in from a workbook: all of it as drafts, or nothing and what is wrong with each row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.release import plan_table
from server.features.release.models import PlanRow
from server.features.release.plan_table import Given
from server.features.release.plans import CHANGE, kept, put_draft
from server.workbook import Line
from shared.domain.hours import DateKind
from shared.schemas import release as wire

Windows = Mapping[str, list[dict[str, Any]]]


def export(reader: Reader, language: str) -> bytes:
    """What is in force, or the draft where there is one: what the console shows to be edited."""
    standing = _standing(reader)
    plans = {
        service_id: {DateKind(kind): [wire.Window.model_validate(one) for one in rows] for kind, rows in given.items()}
        for service_id, given in standing.items()
    }
    services = _services(reader)
    versions = {service_id: version_of(standing.get(service_id, {})) for service_id in services}
    return plan_table.write(services.values(), plans, versions, language)


def version_of(windows: Windows) -> str:
    """A plan says its own version. The letter keeps a spreadsheet from taking it for a number."""
    said = json.dumps(windows, sort_keys=True, separators=(",", ":"))
    return f"v{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def try_plans(reader: Reader, principal: Principal, lines: Sequence[Line]) -> wire.PlansReport:
    """What would become of each row."""
    return _report(reader, principal, plan_table.judge(lines, _services(reader)))[0]


def load_plans(writer: Writer, principal: Principal, who: Actor, lines: Sequence[Line]) -> wire.PlansReport:
    """A draft for each service whose plan the table changes, none when a row is wrong; other services stay."""
    report, changed = _report(writer, principal, plan_table.judge(lines, _services(writer)))
    if report.outcome == "wrong":
        return report
    for service_id, windows in changed.items():
        put_draft(writer, who, service_id, windows)
    audit.record(writer, who, "release.plans_loaded", "release", "", rows=len(report.rows), services=len(changed))
    return report.model_copy(update={"outcome": "done"})


def _report(
    reader: Reader, principal: Principal, given: Sequence[Given]
) -> tuple[wire.PlansReport, dict[UUID, dict[str, list[dict[str, Any]]]]]:
    standing, scope = _standing(reader), principal.scope(CHANGE)
    wanted: dict[UUID, dict[DateKind, list[wire.Window]]] = {}
    for one in given:
        if one.service is not None:
            kinds = wanted.setdefault(one.service.id, {})
            if one.window is not None:
                kinds.setdefault(one.kind, []).append(one.window)
    whole = {service_id: kept(kinds) for service_id, kinds in wanted.items()}
    changed = {service_id: one for service_id, one in whole.items() if one != standing.get(service_id, {})}
    rows = []
    for one in given:
        code = one.code
        if not code and one.service is not None and one.service.id in changed:
            if scope is not None and one.service.department_id not in scope:
                code = "not_permitted"
            elif one.version and one.version != version_of(standing.get(one.service.id, {})):
                # Somebody has saved another plan since this table went out: theirs is not written over unseen.
                code = "changed_meanwhile"
        outcome = "wrong" if code else "changed" if one.service and one.service.id in changed else "same"
        rows.append(wire.PlansRow.model_validate({
            "row": one.row, "service": one.name, "outcome": outcome, "code": code, "column": one.column,
        }))  # fmt: skip
    wrong = any(row.outcome == "wrong" for row in rows)
    report = wire.PlansReport(outcome="wrong" if wrong else "ready", services=len(changed), rows=rows)
    return report, changed


def _services(reader: Reader) -> dict[UUID, ServiceFacts]:
    return {id_: one for id_, one in catalogue(reader).services.items() if one.ticketable and not one.retired}


def _standing(reader: Reader) -> dict[UUID, Windows]:
    """The draft of each service, else what is in force."""
    rows = reader.session.scalars(
        select(PlanRow).where(PlanRow.hall_id == reader.hall_id, PlanRow.state != "past").order_by(PlanRow.state.desc())
    )
    # Published before draft, so that the draft stays.
    return {row.service_id: row.windows for row in rows}
