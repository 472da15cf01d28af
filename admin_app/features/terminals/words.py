"""How a terminal's machine is, whether it should be on, and its alarms: in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Final

from shared.i18n import text
from shared.schemas.machine_health import MachineHealth
from shared.schemas.terminals import Terminal

# Off on purpose: nothing of it is an alarm.
QUIET: Final = ("off", "ordered", "out")


def vitals(machine: MachineHealth | None, language: str) -> tuple[tuple[str, str], ...]:
    """What the machine tells, as names with their values."""
    return tuple(_vitals(machine, language)) if machine is not None else ()


def _vitals(machine: MachineHealth, language: str) -> Iterator[tuple[str, str]]:
    def t(key: str, **params: object) -> str:
        return text(f"fleet.health.{key}", language, **params)

    for screen in machine.screens:
        parts = [t("screen_value", width=screen.width, height=screen.height)]
        if screen.lit is not None:
            parts.append(t("lit" if screen.lit else "dark"))
        if machine.brightness is not None:
            parts.append(t("brightness", n=machine.brightness))
        yield t("screen", name=screen.name), " · ".join(parts)
    if machine.volume is not None:
        yield t("volume"), t("percent", n=machine.volume)
    for name, free, total in (
        ("disk", machine.disk_free_mb, machine.disk_total_mb),
        ("memory", machine.memory_free_mb, machine.memory_total_mb),
    ):
        if free is not None:
            yield t(name), t("of", free=_size(free), total=_size(total)) if total else _size(free)
    if machine.temperature_c is not None:
        yield t("temperature"), t("degrees", n=round(machine.temperature_c))
    if machine.uptime_s is not None:
        hours, minutes = machine.uptime_s // 3600, machine.uptime_s // 60 % 60
        long = hours >= 48
        yield t("uptime"), t("days", d=hours // 24, h=hours % 24) if long else t("hours", h=hours, m=minutes)


def alarm_lines(terminal: Terminal, zone: tzinfo, language: str) -> tuple[tuple[str, str, str], ...]:
    """Of each alarm its kind, what it is since when, and what to do about it."""
    return tuple(
        (
            one.kind,
            text("fleet.alarm.since", language, what=text(f"fleet.alarm.{one.kind}", language),
                 at=moment(one.since, zone)),
            text(f"fleet.advice.{one.kind}", language),
        )
        for one in terminal.alarms
    )  # fmt: skip


def expected_words(terminal: Terminal, zone: tzinfo, language: str) -> str:
    """Whether it should be on now and until when."""
    until, why = terminal.changes_at, terminal.expected
    if why == "out" and terminal.out_until is not None:
        words = text("fleet.expected.out", language, at=moment(terminal.out_until, zone))
        return f"{words} · {terminal.out_note}" if terminal.out_note else words
    if why in ("on", "off"):
        key = why if until is not None else f"{why}_always"
        return text(f"fleet.expected.{key}", language, at=moment(until, zone) if until else "")
    return text(f"fleet.expected.{why}", language)


def moment(at: datetime, zone: tzinfo) -> str:
    """The time; on another day than today with the day."""
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == datetime.now(zone).date() else f"{local:%m-%d %H:%M}"


def _size(megabytes: int) -> str:
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes} MB"
