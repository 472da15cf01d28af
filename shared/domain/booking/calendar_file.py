"""An appointment for the calendar of a phone (RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

_LINE: Final = 75


@dataclass(frozen=True, slots=True)
class Entry:
    """``sequence`` grows with each change, so that a calendar replaces the entry instead of adding one."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    place: str
    about: str
    url: str
    sequence: int
    cancelled: bool
    made_at: datetime


def calendar_file(entry: Entry) -> bytes:
    """The whole file, UTF-8, with an alarm an hour before."""
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//ZhiTing//Hall//ZH", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:{entry.uid}", f"DTSTAMP:{_utc(entry.made_at)}", f"DTSTART:{_utc(entry.start)}",
        f"DTEND:{_utc(entry.end)}", f"SEQUENCE:{entry.sequence}",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        f"SUMMARY:{escaped(entry.summary)}", f"LOCATION:{escaped(entry.place)}",
        f"DESCRIPTION:{escaped(entry.about)}", f"URL:{entry.url}",
        "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escaped(entry.summary)}", "TRIGGER:-PT1H", "END:VALARM",
        "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """Free text as a value: backslash, comma, semicolon and the end of a line have meanings of their own."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return "\\n".join(plain.splitlines())


def folded(line: str) -> bytes:
    """Lines of at most 75 octets; no character is broken in two."""
    parts: list[bytes] = []
    now = b""
    for character in line:
        octets = character.encode()
        # A line that goes on begins with a blank, which counts.
        if len(now) + len(octets) > _LINE - (1 if parts else 0):
            parts.append(now)
            now = b""
        now += octets
    parts.append(now)
    return b"\r\n ".join(parts) + b"\r\n"


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
