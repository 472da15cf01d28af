"""What an advice says in words, in rows and in bars."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.i18n import text
from shared.schemas.simulation import Advice, ComparedWaits, WaitFigures

Row = dict[str, Any]


@dataclass(frozen=True)
class HourBar:
    """Nine of ten people who came in this hour waited no longer than so many minutes, before and after."""

    hour: int
    before_min: float
    after_min: float


def minutes(seconds: float | None) -> int:
    """Whole minutes, as people say them."""
    return round((seconds or 0.0) / 60)


def sentences(
    advice: Advice, changed: Sequence[UUID], name_of: Callable[[UUID | None], str], language: str
) -> tuple[str, ...]:
    """One plain sentence for each service whose counters change, and one for everybody else."""
    by_service = {row.service_id: row for row in advice.rows if row.kind == "service"}
    found = []
    for service in changed:
        row = by_service.get(service)
        if row is None:
            found.append(text("simulation.said.nobody", language, service=name_of(service)))
        else:
            found.append(_sentence(row, name_of(service), language))
    whole = next(row for row in advice.rows if row.kind == "all")
    before, after = minutes(whole.before.p90_s), minutes(whole.after.p90_s)
    key = "hall_same" if before == after else "hall"
    found.append(text(f"simulation.said.{key}", language, before=before, after=after))
    return tuple(found)


def _sentence(row: ComparedWaits, service: str, language: str) -> str:
    before, after = minutes(row.before.longest_s), minutes(row.after.longest_s)
    key = "same" if before == after else "falls" if after < before else "rises"
    said = text(f"simulation.said.{key}", language, service=service, before=before, after=after)
    left = (row.after.tickets - row.after.called) - (row.before.tickets - row.before.called)
    return said + text("simulation.said.left", language, n=left) if left > 0 else said


def note(advice: Advice, language: str) -> str:
    """Of which days it speaks, and how far it can be believed."""
    days, real = advice.days, advice.real
    first, last = min(days).isoformat(), max(days).isoformat()
    whole = next(row for row in advice.rows if row.kind == "all").before
    parts = [
        text("simulation.note.day", language, day=first, n=real.tickets) if len(days) == 1
        else text("simulation.note.days", language, n=len(days), first=first, last=last, people=real.tickets),
        text(
            "simulation.note.check", language, real=minutes(real.median_s), model=minutes(whole.median_s),
            real_p90=minutes(real.p90_s), model_p90=minutes(whole.p90_s),
        ),
    ]  # fmt: skip
    if advice.skipped:
        days_ = ", ".join(day.isoformat() for day in sorted(advice.skipped))
        parts.append(text("simulation.note.skipped", language, days=days_))
    if advice.guessed:
        parts.append(text("simulation.note.guessed", language))
    return " ".join(parts) if not language.startswith("zh") else "".join(parts)


def hour_bars(advice: Advice) -> tuple[HourBar, ...]:
    return tuple(
        HourBar(row.hour or 0, (row.before.p90_s or 0.0) / 60, (row.after.p90_s or 0.0) / 60) for row in advice.hours
    )


def rows(
    advice: Advice, changed: Sequence[UUID], name_of: Callable[[UUID | None], str], language: str
) -> tuple[Row, ...]:
    """The table: the changed services first, then the others with people, then everybody."""
    services = [row for row in advice.rows if row.kind == "service"]
    services.sort(key=lambda row: (row.service_id not in changed, -row.before.tickets))
    found = [_row(str(row.service_id), name_of(row.service_id), row) for row in services]
    whole = next(row for row in advice.rows if row.kind == "all")
    return (*found, _row("all", text("simulation.everybody", language), whole))


def _row(id_: str, name: str, row: ComparedWaits) -> Row:
    def side(pick: Callable[[WaitFigures], float | None]) -> str:
        before, after = (minutes(pick(figures)) for figures in (row.before, row.after))
        return f"{before} → {after}" if before != after else str(before)

    return {
        "id": id_, "name": name, "tickets": row.before.tickets, "median": side(lambda one: one.median_s),
        "p90": side(lambda one: one.p90_s), "longest": side(lambda one: one.longest_s),
    }  # fmt: skip
