"""Guides, runs and their reports as rows and words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, Final
from uuid import UUID

from shared.domain.guides import OUTCOMES
from shared.i18n import catalogue, text
from shared.i18n.errors import error_text
from shared.schemas.guides import DepartmentFacts, Guide, GuideFee, GuideRun, GuideSummary

Row = dict[str, Any]
OUTCOME_TONES: Final = {
    "created": "ok", "changed": "busy", "retired": "off", "unchanged": "off", "skipped": "off", "refused": "error",
}  # fmt: skip
STATE_TONES: Final = {
    "waiting": "busy", "reading": "busy", "held": "warn", "done": "ok", "failed": "error", "dropped": "off",
}  # fmt: skip


def words(key: str, language: str, **params: object) -> str:
    return text(f"guides.{key}", language, **params)


def named(one: GuideSummary, language: str) -> str:
    return (one.name_en if language != "zh-CN" else "") or one.name


def days(value: int | None, language: str) -> str:
    if value is None:
        return words("phone.no_limit", language)
    return words("phone.days", language, n=value) if value else words("phone.spot", language)


def guide_rows(
    guides: Sequence[GuideSummary], departments: Sequence[DepartmentFacts], language: str
) -> tuple[Row, ...]:  # fmt: skip
    between, short = words("page.between", language), {one.id: one.short_name for one in departments}
    return tuple(
        {
            "id": str(one.id), "code": one.code, "name": named(one, language),
            "department": (one.department_name_en if language != "zh-CN" else "")
            or short.get(one.department_id, one.department_name),
            "audience": between.join(words(f"page.audience_{who}", language) for who in one.audience),
            "themes": between.join(one.themes), "promised": days(one.promised_days, language),
            "state": words("page.retired" if one.retired else f"page.source_{one.source}", language),
            "tone": "off" if one.retired else "ok",
        }
        for one in guides
    )  # fmt: skip


def parts(one: Guide, language: str) -> tuple[tuple[str, str], ...]:
    """The whole guide as titled paragraphs, in the order of the official list; what it does not say is left out."""
    said, between = one.fields, words("page.between", language)
    facts = [
        f"{words('phone.code', language)}  {said.code}", f"{words('phone.kind', language)}  "
        + words(f"kind.{said.kind}", language),
        f"{words('phone.audience', language)}  "
        + between.join(words(f"audience.{one}", language) for one in said.audience),
    ]  # fmt: skip
    if said.themes:
        facts.append(f"{words('column.themes', language)}  " + between.join(said.themes))
    limits = [
        f"{words('phone.promised', language)}  {days(said.promised_days, language)}",
        f"{words('phone.legal', language)}  {days(said.legal_days, language)}", said.limit_note,
    ]  # fmt: skip
    windows = [" ".join(filter(None, (window.label, window.area))) for window in said.windows] or one.counter_labels
    found = [
        ("", "\n".join(facts)),
        ("summary", said.summary),
        ("conditions", "\n".join(f"{n}. {line}" for n, line in enumerate(said.conditions, 1))),
        ("materials", "\n".join(_material(line, n, language) for n, line in enumerate(said.materials, 1))),
        ("steps", "\n".join(
            f"{n}. " + between.join(filter(None, (step.name, step.duration, step.outcome, step.note)))
            for n, step in enumerate(said.steps, 1)
        )),
        ("limits", "\n".join(filter(None, limits))),
        ("fees", "\n".join(_fee(fee, language) for fee in said.fees) or words("phone.free", language)),
        ("basis", "\n".join(
            " ".join(filter(None, (law.title, law.number, law.article))) + (f"\n{law.text}" if law.text else "")
            for law in said.basis
        )),
        ("result", between.join(filter(None, (
            said.result, *(words(f"result_ways.{way}", language) for way in said.result_ways)
        )))),
        ("where", "\n".join(filter(None, (said.address, between.join(windows), said.hours)))),
        ("phones", "\n".join(
            f"{words('phone.' + key, language)}  {phone}"
            for key, phone in (("consult", said.consult_phone), ("complaint", said.complaint_phone)) if phone
        )),
    ]  # fmt: skip
    titles = {"summary": "column.summary"}
    return tuple((words(titles.get(key, f"phone.{key}"), language) if key else "", body) for key, body in found if body)


def _material(line: Any, number: int, language: str) -> str:
    counts = [
        words(f"phone.{name}", language, n=getattr(line, name))
        for name in ("originals", "copies") if getattr(line, name) and line.form != "electronic"
    ]  # fmt: skip
    said = [
        *counts, words(f"form.{line.form}", language), words(f"source.{line.source}", language),
        words("phone.must" if line.required else "phone.may", language), line.note,
    ]  # fmt: skip
    return f"{number}. {line.name} — " + words("page.between", language).join(filter(None, said))


def _fee(fee: GuideFee, language: str) -> str:
    yuan = f"{fee.fen // 100}.{fee.fen % 100:02}"
    price = words("phone.per" if fee.unit else "phone.yuan", language, yuan=yuan, unit=fee.unit)
    return "  ".join(filter(None, (fee.name, price, fee.basis, fee.note)))


def report_rows(run: GuideRun, language: str) -> tuple[Row, ...]:
    return tuple(
        {
            "id": f"{number}", "code": row.code or "–", "name": row.name, "outcome": row.outcome,
            "outcome_words": words(f"outcome.{row.outcome}", language), "why": _why(row.why, row.field, language),
        }
        for number, row in enumerate(run.rows)
    )  # fmt: skip


def counts_words(run: GuideRun, language: str) -> str:
    """What became of how many; what became of none is left out."""
    said = [f"{words(f'outcome.{name}', language)} {run.counts[name]}" for name in OUTCOMES if run.counts.get(name)]
    return words("page.between", language).join(said)


def run_rows(runs: Sequence[GuideRun], zone: tzinfo, language: str) -> tuple[Row, ...]:
    return tuple(
        {
            "id": str(run.id), "at": moment(run.begun_at, zone), "mode": words(f"mode.{run.mode}", language),
            "state": run.state, "state_words": words(f"state.{run.state}", language), "by": run.by,
            "what": fault_words(run, language) or counts_words(run, language),
        }
        for run in runs
    )  # fmt: skip


def fault_words(run: GuideRun, language: str) -> str:
    if run.state == "held":
        return words(
            "page.held", language, why=words(f"held.{run.held_for}", language), what=counts_words(run, language)
        )
    if not run.fault:
        return ""
    params = dict(run.fault_params)
    why = f"guides.fault.{params.get('why')}"
    if catalogue().has(why):
        params["why"] = text(why, language)
    return error_text(run.fault, language, **params)


def moment(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else ""


def _why(why: str, field: str, language: str) -> str:
    return " · ".join(filter(None, (words(f"why.{why}", language) if why else "", field)))


def department_rows(departments: Sequence[DepartmentFacts], language: str) -> tuple[Row, ...]:
    """In the order of the chart, what is below another indented under it."""
    known = {one.id for one in departments}
    below: dict[UUID | None, list[DepartmentFacts]] = {}
    for one in departments:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    rows: list[Row] = []
    open_ = [(one, 0) for one in reversed(below.get(None, ()))]
    while open_:
        one, depth = open_.pop()
        open_ += [(other, depth + 1) for other in reversed(below.get(one.id, ()))]
        name = (one.name_en if language != "zh-CN" else "") or one.name
        rows.append({
            "id": str(one.id), "name": "\u3000" * depth + ("\u2514 " if depth else "") + name,
            "category": words("page.retired", language) if one.retired else one.category,
            "guides": one.guides, "on_duty": len(one.on_duty), "counters": " ".join(one.counter_labels),
        })  # fmt: skip
    return tuple(rows)
