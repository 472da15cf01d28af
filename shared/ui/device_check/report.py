"""What was found, in lines for the technician or as one object for a program."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from shared.devices.attached import Look
from shared.devices.messages import said, status_key, technician_key, tried_key
from shared.i18n import text
from shared.ui.device_check.checking import Checked

_SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}


def print_attached(looks: Sequence[Look], language: str) -> None:
    """Each place, each thing in it, and the lines of a profile that would drive it."""
    for look in looks:
        print(text(f"devices.look.{look.place}", language))
        if look.fault:
            print(f"    {text(f'devices.look.fault_{look.fault}', language)}")
        elif not look.found:
            print(f"    {text('devices.look.nothing', language)}")
        for thing in look.found:
            print(f"  • {thing.name}" + (f"  {thing.says}" if thing.says else ""))
            for fit in thing.fits:
                print(f"      {fit.words()}")
    print()


def print_checked(one: Checked | None, language: str) -> None:
    """One configured device; None: there is none at all."""
    if one is None:
        print(text("devices.look.no_profile", language))
        return
    sign = _SIGNS["ok" if one.works and one.state == "ok" else "warning" if one.works else "error"]
    head = f"{one.profile} · {said(f'devices.kind.{one.kind}', language, one.kind)} ({one.driver})"
    print(f"{sign} {head}: {said(status_key(one.code), language, one.code)}")
    if one.detail:
        print(f"    {one.detail}")
    for line in _advice(one, language):
        print(f"    {line}")


def as_json(looks: Sequence[Look], checked: Sequence[Checked], language: str) -> dict[str, Any]:
    return {
        "attached": [
            {"place": look.place, "fault": look.fault, "found": [dataclasses.asdict(thing) for thing in look.found]}
            for look in looks
        ],
        "configured": [
            dataclasses.asdict(one)
            | {
                "works": one.works,
                "status": said(status_key(one.code), language, one.code),
                "advice": _advice(one, language),
            }
            for one in checked
        ],
        "works": all(one.works for one in checked),
    }


def _advice(one: Checked, language: str) -> list[str]:
    """What came of trying it, and what to do."""
    lines = []
    if one.tried is not None:
        tried = one.tried
        lines.append(text(tried_key(tried.result, one.kind), language))
        if tried.seen:
            lines.append(text(f"devices.seen.{tried.seen}", language))
        if tried.code and tried.code != one.code:
            lines.append(said(status_key(tried.code), language, tried.code))
            lines.append(said(technician_key(tried.code), language, ""))
    if one.code:
        lines.append(said(technician_key(one.code), language, ""))
    return [line for line in lines if line]
