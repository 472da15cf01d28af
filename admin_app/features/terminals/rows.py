"""Terminals and devices as rows and words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from admin_app.features.terminals.words import QUIET
from shared.devices.messages import said, status_key, technician_key
from shared.i18n import text
from shared.schemas.device_health import DeviceHealth
from shared.schemas.terminals import Terminal

_ORDER = {"pending": 0, "error": 1, "warning": 2, "offline": 3, "off": 4, "ok": 5, "revoked": 6}


@dataclass(frozen=True)
class DeviceLine:
    """A device in words; ``key`` is its kind's name, ``tone`` that of its sign, ``advice`` what a technician does."""

    key: str
    kind: str
    driver: str
    tone: str
    status: str
    detail: str
    advice: str = ""


def device_line(device: DeviceHealth, language: str) -> DeviceLine:
    # A newer terminal may know devices and troubles this console does not.
    status = said(status_key(device.code), language, device.code)
    advice = said(technician_key(device.code), language, "") if device.code else ""
    tone = {"ok": "ok", "warning": "warn", "error": "error"}[device.state]
    kind = said(f"devices.kind.{device.kind}", language, device.kind)
    return DeviceLine(device.kind, kind, device.driver, tone, status, device.detail, advice)


def condition(terminal: Terminal) -> str:
    """Whether it may work, then the worst of it: pending, revoked, off (on purpose), error, warning, offline or ok."""
    if terminal.state in ("pending", "revoked"):
        return terminal.state
    if terminal.expected in QUIET:
        return "off"
    if terminal.alarms:
        return "error"
    if not terminal.online:
        return "offline"
    states = {device.state for device in terminal.devices}
    return "error" if "error" in states else "warning" if "warning" in states else "ok"


def troubles(terminal: Terminal, language: str) -> str:
    """What is wrong, device by device; nothing when all is well."""
    lines = [device_line(device, language) for device in terminal.devices if device.state != "ok"]
    return "；".join(
        f"{line.kind}：{line.status}" if language.startswith("zh") else f"{line.kind}: {line.status}" for line in lines
    )


def terminal_rows(terminals: Iterable[Terminal], zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    rows = []
    for item in terminals:
        state = condition(item)
        rows.append(
            {
                "id": str(item.id), "name": item.name, "kind": text(f"admin.devices.kind_{item.kind}", language),
                "kind_key": item.kind, "place": item.place, "version": item.version, "condition": state,
                "order": _ORDER[state], "status": text(f"admin.devices.condition_{state}", language),
                "devices": _trouble(item, state, language) or _count(item, language),
                "seen": _moment(item.last_seen_at, zone), "receipt": _moment(item.last_receipt_at, zone),
            }
        )  # fmt: skip
    return tuple(rows)


def _moment(moment: datetime | None, zone: tzinfo) -> str:
    """The time; before today with the day."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    today = local.date() == datetime.now(zone).date()
    return f"{local:%H:%M:%S}" if today else f"{local:%m-%d %H:%M}"


def _count(terminal: Terminal, language: str) -> str:
    if not terminal.devices:
        return text("admin.devices.no_devices", language)
    return text("admin.devices.all_well", language, n=len(terminal.devices))


def _trouble(terminal: Terminal, state: str, language: str) -> str:
    """Its alarms, then its devices; that a device has a fault is told by the device."""
    named = [text(f"fleet.alarm.{one.kind}", language) for one in terminal.alarms if one.kind != "device_error"]
    found = [*named, troubles(terminal, language)] if state != "off" else []
    return ("；" if language.startswith("zh") else "; ").join(one for one in found if one)
