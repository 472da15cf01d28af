"""A guide as chapters of lines: what the screen, the A4 page and the narrow paper are made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kiosk_app.features.browsing.state import LineView
from shared.devices.printer.document import in_language, label_ranges
from shared.i18n import DEFAULT_LANGUAGE, text
from shared.schemas.guides import Guide, GuideFee, GuideMaterial, GuideSummary


@dataclass(frozen=True)
class Chapter:
    """``key`` is one of its table's names: materials, conditions, steps, limits, where, basis."""

    key: str
    title: str
    lines: tuple[LineView, ...]


def guide_name(guide: GuideSummary, language: str) -> str:
    return in_language(language, guide.name, guide.name_en)


def department_name(guide: GuideSummary, language: str) -> str:
    return in_language(language, guide.department_name, guide.department_name_en)


def chapters(guide: Guide, counters: Sequence[str], language: str) -> list[Chapter]:
    """Those that say something, what people come for first. ``counters``: where the linked service is done now."""
    made = (
        ("materials", _materials(guide, language)),
        ("conditions", _conditions(guide, language)),
        ("steps", _steps(guide)),
        ("limits", _limits(guide, language)),
        ("where", _where(guide, counters, language)),
        ("basis", _basis(guide)),
    )
    return [
        Chapter(key, text(f"browsing.chapter.{key}", language), lines)
        for key, found in made if (lines := tuple(found))
    ]  # fmt: skip


def days(count: int | None, language: str) -> str:
    """A time limit in working days."""
    if count is None:
        return text("guides.phone.no_limit", language)
    return text("guides.phone.days", language, n=count) if count else text("guides.phone.spot", language)


def price(fee: GuideFee, language: str) -> str:
    yuan = f"{fee.fen // 100}" + (f".{fee.fen % 100:02}" if fee.fen % 100 else "")
    return text("guides.phone.per" if fee.unit else "guides.phone.yuan", language, yuan=yuan, unit=fee.unit)


def audiences(guide: GuideSummary, language: str) -> str:
    return _joined([text(f"guides.audience.{one}", language) for one in guide.audience], language)


def _joined(words: Sequence[str], language: str) -> str:
    return text("kiosk.services.separator", language).join(words)


def _materials(guide: Guide, language: str) -> Iterator[LineView]:
    for one in guide.fields.materials:
        must = text("guides.phone.must" if one.required else "guides.phone.may", language)
        pieces = _pieces(one, language)
        note = f"{pieces}\n{one.note}" if one.note else pieces
        yield LineView(one.name, "point", note=note, badge=must)


def _pieces(one: GuideMaterial, language: str) -> str:
    """How many, of what kind, and who makes it out."""
    said = []
    if one.form != "electronic":
        counts = (("originals", one.originals), ("copies", one.copies))
        said += [text(f"guides.phone.{key}", language, n=n) for key, n in counts if n]
    said.append(text(f"guides.form.{one.form}", language))
    said.append(text(f"guides.source.{one.source}", language))
    return _joined(said, language)


def _conditions(guide: Guide, language: str) -> Iterator[LineView]:
    fields = guide.fields
    if fields.summary:
        yield LineView(fields.summary)
    yield LineView(audiences(guide, language), "fact", label=text("guides.phone.audience", language))
    for condition in fields.conditions:
        yield LineView(condition, "point")


def _steps(guide: Guide) -> Iterator[LineView]:
    for one in guide.fields.steps:
        yield LineView(one.name, "point", note="\n".join(w for w in (one.outcome, one.note) if w), badge=one.duration)


def _limits(guide: Guide, language: str) -> Iterator[LineView]:
    fields = guide.fields
    yield LineView(days(fields.promised_days, language), "fact", label=text("guides.phone.promised", language))
    yield LineView(
        days(fields.legal_days, language), "fact", label=text("guides.phone.legal", language), note=fields.limit_note
    )
    for fee in fields.fees:
        note = "\n".join(words for words in (fee.basis, fee.note) if words)
        yield LineView(price(fee, language), "fact", label=fee.name, note=note)
    if not fields.fees:
        yield LineView(text("guides.phone.free", language), "fact", label=text("guides.phone.fees", language))
    if fields.result:
        ways = _joined([text(f"guides.result_ways.{way}", language) for way in fields.result_ways], language)
        yield LineView(fields.result, "fact", label=text("guides.phone.result", language), note=ways)
    if fields.visits is not None:
        yield LineView(
            text("guides.phone.visits_n", language, n=fields.visits),
            "fact",
            label=text("guides.phone.visits", language),
        )


def _where(guide: Guide, counters: Sequence[str], language: str) -> Iterator[LineView]:
    fields = guide.fields
    own = [" ".join(part for part in (one.label, one.area) if part) for one in fields.windows]
    facts = (
        ("windows", _joined(own or label_ranges(counters), language)), ("address", fields.address),
        ("hours", fields.hours), ("consult", fields.consult_phone), ("complaint", fields.complaint_phone),
    )  # fmt: skip
    for key, words in facts:
        if words:
            yield LineView(words, "fact", label=text(f"guides.phone.{key}", language))


def _basis(guide: Guide) -> Iterator[LineView]:
    for law in guide.fields.basis:
        named = " ".join(part for part in (law.title, law.number, law.article) if part)
        yield LineView(named, "point", note=law.text)


def in_chinese(language: str) -> str:
    """Guides are written in Chinese whatever the language of the screen; empty where that needs no saying."""
    return "" if language == DEFAULT_LANGUAGE else text("guides.phone.in_chinese", language)
