"""Alarms and the state of the server as rows and words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from shared.i18n import text
from shared.schemas.safety import Alarm, ServerState

# The hall may lose something now; the others are to be seen to today.
URGENT = frozenset({"disk_low", "backup_failed", "standby_lost", "standby_behind"})


def alarm_rows(found: Iterable[Alarm], zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    """The urgent ones first, then the oldest."""
    ordered = sorted(found, key=lambda one: (one.kind not in URGENT, one.since))
    return tuple(
        {
            "id": one.kind, "since": moment(one.since, zone), "what": text(f"server.alarm.{one.kind}", language),
            "state": text(f"server.state.{'urgent' if one.kind in URGENT else 'open'}", language),
            "tone": "error" if one.kind in URGENT else "warn",
        }
        for one in ordered
    )  # fmt: skip


def about(alarm: Alarm, zone: tzinfo, language: str) -> tuple[str, ...]:
    """What is so, since when, and what to do; each a paragraph."""
    return (
        text(f"server.about.{alarm.kind}", language, **alarm.params),
        text("server.since", language, time=moment(alarm.since, zone)),
        text(f"server.todo.{alarm.kind}", language, **alarm.params),
    )


def facts(state: ServerState, zone: tzinfo, language: str) -> tuple[tuple[str, str], ...]:
    """Name and value of what is known besides: the backup, the second machine, the disk."""

    def say(key: str, **params: object) -> str:
        return text(f"server.fact.{key}", language, **params)

    backup, disk = state.backup, state.disk
    if backup is None:
        kept = say("no_backup")
    elif backup.good_at is None:
        kept = say("backup_never", to=backup.to, at=backup.at)
    else:
        kept = say("backup_good", time=moment(backup.good_at, zone), mb=-(-backup.bytes // 1024**2), n=backup.kept,
                   to=backup.to)  # fmt: skip
    seconds = [
        say("standby_first", name=one.name) if one.first_copy
        else say("standby_level", name=one.name, s=round(one.heard_s)) if not one.behind
        else say("standby_behind", name=one.name, mb=f"{one.behind / 1024**2:.1f}", s=round(one.heard_s))
        for one in state.standbys
    ]  # fmt: skip
    return (
        (say("backup"), kept),
        (say("standby"), "\n".join(seconds) or say("no_standby")),
        (say("disk"), say("disk_free", free=f"{disk.free_mb / 1024:.1f}", total=f"{disk.total_mb / 1024:.1f}")),
    )


def moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}"
