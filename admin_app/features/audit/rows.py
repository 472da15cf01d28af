"""Audit entries as rows and words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from shared.i18n import catalogue, text
from shared.schemas.audit import AuditEntry

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$")
TONES = {"done": "ok", "refused": "warn", "failed": "error"}


def action_words(action: str, language: str) -> str:
    """What was done; the key itself when a newer server knows actions this console does not."""
    words = text(f"audit.action.{action.replace('.', '_')}", language)
    return action if words.startswith("[") else words


def outcome_words(outcome: str, language: str) -> str:
    words = text(f"audit.outcome.{outcome}", language)
    return outcome if words.startswith("[") else words


def audit_rows(entries: Iterable[AuditEntry], zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    return tuple(
        {
            "n": entry.n, "at": f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", "actor": entry.actor,
            "action": action_words(entry.action, language), "subject": subject_words(entry),
            "outcome": outcome_words(entry.outcome, language), "outcome_key": entry.outcome, "address": entry.address,
        }
        for entry in entries
    )  # fmt: skip


def subject_words(entry: AuditEntry) -> str:
    return " ".join(part for part in (entry.subject_kind, entry.subject) if part)


def facts(entry: AuditEntry, zone: tzinfo, language: str) -> tuple[tuple[str, str], ...]:
    """An entry in words, line by line: (title, value)."""

    def title(key: str) -> str:
        return text(f"protection.audit.{key}", language)

    lines = [
        (title("at"), f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"), (title("actor"), entry.actor),
        (title("address"), entry.address), (title("subject"), subject_words(entry)),
        (title("outcome"), outcome_words(entry.outcome, language)), (title("key"), entry.action),
    ]  # fmt: skip
    lines += [(_detail(key, language), _plain(value, zone)) for key, value in entry.detail.items()]
    return tuple((name, value) for name, value in lines if value)


def _detail(key: str, language: str) -> str:
    """The word for a detail; its key when a newer server tells what this console does not know."""
    return catalogue().template(f"audit.detail.{key}", language) or key


def _plain(value: Any, zone: tzinfo) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_plain(item, zone)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(item, zone) for item in value)
    if isinstance(value, str) and _MOMENT.match(value):
        return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return "" if value is None else str(value)
