"""Notices in words: states, steps of the history, what became of one at a channel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Final

from shared.i18n import catalogue, text
from shared.i18n.errors import error_text
from shared.schemas.notices import NoticeEntries, NoticeEntry, NoticeView, Outlet

STATES: Final = ("", "draft", "in_review", "approved", "scheduled", "published", "expired", "retracted")
TONES: Final = {
    "draft": "off", "in_review": "busy", "approved": "busy", "scheduled": "busy", "published": "ok", "expired": "off",
    "retracted": "off", "waiting": "busy", "sent": "busy", "failed": "error", "retracting": "busy",
}  # fmt: skip


def when(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else ""


def list_rows(found: NoticeEntries, zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": str(one.id), "title": (text("notices.page.pinned_list", language) if one.pin else "") + one.title,
            "kind": text(f"notices.kind.{one.kind}", language), "changed": when(one.changed_at, zone),
            "state": one.state, "state_words": text(f"notices.state.{one.state}", language),
            "outside": outside_words(one, language), "trouble": "failed" in one.outlets.values(),
        }
        for one in found.items
    )  # fmt: skip


def state_words(one: NoticeEntry, language: str) -> str:
    """With a mark where an older version is shown meanwhile, and where it is pinned."""
    words = text(f"notices.state.{one.state}", language)
    if one.live is not None and one.live != one.newest:
        words += text("notices.page.live_meanwhile", language)
    return words + (text("notices.page.pinned_mark", language) if one.pin else "")


def outside_words(one: NoticeEntry, language: str) -> str:
    return "　".join(
        text(f"notices.channel.{channel}", language) + " " + text(f"notices.outlet.{state}", language)
        for channel, state in one.outlets.items()
    )


def outlet_rows(found: NoticeView, zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": str(one.id), "channel": text(f"notices.channel.{one.channel}", language),
            "number": text("notices.page.version_n", language, n=one.number), "state": one.state,
            "state_words": text(f"notices.outlet.{one.state}", language), "at": when(one.changed_at, zone),
            "what": outlet_words(one, zone, language), "may_retry": one.may_retry, "may_retract": one.may_retract,
        }
        for one in found.outlet_list
    )  # fmt: skip


def outlet_words(one: Outlet, zone: tzinfo, language: str) -> str:
    """Why not, and when it is tried again; else where it stands."""
    if not one.fault:
        return one.url
    words = fault_words(one.fault, one.detail, language)
    if one.next_at is not None:
        words += text("notices.page.next_at", language, at=f"{one.next_at.astimezone(zone):%H:%M:%S}")
    return words


def fault_words(code: str, detail: Mapping[str, str], language: str) -> str:
    if not catalogue().has(f"errors.{code}"):
        return code
    if "channel" in detail:
        detail = {**detail, "channel": text(f"notices.channel.{detail['channel']}", language)}
    return error_text(code, language, **detail)


def history_rows(found: NoticeView, zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "id": str(n), "at": when(one.at, zone),
            "who": one.who.partition(":")[2] or text("notices.page.clock", language),
            "act": text(f"notices.act.{one.act}", language),
            "number": text("notices.page.version_n", language, n=one.number), "note": one.note,
        }
        for n, one in enumerate(found.history)
    )  # fmt: skip


def version_rows(found: NoticeView, zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    marks = {found.live: text("notices.page.shown_now", language)}
    return tuple(
        {
            "id": str(one.number), "number": text("notices.page.version_n", language, n=one.number),
            "title": one.content.title, "who": one.saved_by.partition(":")[2], "at": when(one.saved_at, zone),
            "mark": marks.get(one.number, "")
            or (text("notices.page.restored", language, n=one.restored) if one.restored else ""),
            "may_restore": one.number != found.newest and "edit" in found.acts,
        }
        for one in found.versions
    )  # fmt: skip
