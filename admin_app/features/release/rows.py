"""Windows as rows of cells that a person types, and findings and days in words."""

from __future__ import annotations

from collections.abc import Sequence

from shared.domain.release import clock_of, minutes_of
from shared.i18n import languages, text
from shared.schemas.release import DayShown, Finding, Window

KINDS = ("weekday", "weekend", "adjusted", "special", "holiday")
COLUMNS = ("start", "end", "slot_minutes", "onsite", "onsite_shares", "booking", "booking_shares")
CHANNELS = ("kiosk", "staff", "counter", "phone", "web")
Cells = tuple[str, ...]


def cells_of(window: Window, language: str) -> Cells:
    """A window as it stands in the table; an empty quantity on site is any number."""
    return (
        clock_of(window.start), clock_of(window.end), str(window.slot_minutes),
        "" if window.onsite is None else str(window.onsite), _shares_words(window.onsite_shares, language),
        str(window.booking), _shares_words(window.booking_shares, language),
    )  # fmt: skip


def windows_of(rows: Sequence[Cells], language: str) -> tuple[list[Window], list[str]]:
    """The windows of the cells, and in words what cannot be understood; empty rows are passed over."""
    made: list[Window] = []
    faults: list[str] = []
    for number, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row):
            continue
        read = {}
        for column, cell in zip(COLUMNS, row, strict=True):
            try:
                read[column] = _read(column, cell.strip())
            except ValueError:
                head = text(f"release.page.column_{column}", language)
                fault = text(f"release.page.fault_{_kind(column)}", language)
                faults.append(text("release.page.fault", language, row=number, column=head, fault=fault))
        if len(read) == len(COLUMNS):
            made.append(Window.model_validate(read))
    return made, faults


def finding_words(finding: Finding, language: str) -> str:
    """Where it is, and what to do."""
    params = dict(finding.params)
    if "act" in params:
        params["act"] = text(f"release.act.{params['act']}", language)
    said = text(f"release.finding.{finding.code}", language, **params)
    places = []
    if finding.kind is not None:
        places.append(text(f"release.kind.{finding.kind}", language))
    if finding.row is not None:
        places.append(text("release.page.row", language, n=finding.row + 1))
    level = text(f"release.level.{finding.level}", language)
    return text("release.page.finding", language, place=" · ".join([level, *places]), words=said)


def cell_lines(day: DayShown, language: str) -> list[str]:
    """The same where there is little room: a line for each part."""
    return [part for line in day_lines(day, language) for part in line.split(" · ")]


def day_lines(day: DayShown, language: str) -> list[str]:
    """What a day gives, a line for each window."""
    lines = []
    for window in day.windows:
        parts = [f"{clock_of(window.start)}\N{EN DASH}{clock_of(window.end)}"]
        if window.onsite is None:
            parts.append(text("release.page.onsite_any", language))
        else:
            parts.append(text("release.page.onsite_n", language, n=window.onsite, taken=window.onsite_taken))
        quantity = sum(slot.quantity for slot in window.slots)
        if quantity:
            taken = sum(slot.taken for slot in window.slots)
            parts.append(text("release.page.booking_n", language, n=quantity, taken=taken))
        lines.append(" · ".join(parts))
    return lines or [text("release.page.no_windows" if day.hours else "release.page.closed", language)]


def _read(column: str, cell: str) -> object:
    if column in ("start", "end"):
        return minutes_of(cell.replace("\N{FULLWIDTH COLON}", ":"))
    if column.endswith("_shares"):
        return _shares(cell)
    if column == "onsite" and not cell:
        return None
    least, most = (5, 720) if column == "slot_minutes" else (0, 9999)
    value = int(cell or 0) if column == "booking" else int(cell)
    if not least <= value <= most:
        raise ValueError(cell)
    return value


def _kind(column: str) -> str:
    if column in ("start", "end"):
        return "clock"
    if column.endswith("_shares"):
        return "shares"
    return "minutes" if column == "slot_minutes" else "number"


def _shares(cell: str) -> dict[str, int]:
    """``kiosk 30, phone 10``, with the channels' names of any language."""
    names = {text(f"release.channel.{key}", language).casefold(): key for key in CHANNELS for language in languages()}
    names |= {key: key for key in CHANNELS}
    shares: dict[str, int] = {}
    for mark in ("\N{FULLWIDTH COMMA}", "\N{IDEOGRAPHIC COMMA}", ";"):
        cell = cell.replace(mark, ",")
    for part in cell.split(","):
        words = part.strip().casefold()
        if not words:
            continue
        name = words.rstrip("0123456789")
        number = words[len(name) :]
        key = names.get(name.strip(" =:"))
        if key is None or not number or key in shares:
            raise ValueError(cell)
        shares[key] = int(number)
        if shares[key] > 9999:
            raise ValueError(cell)
    return shares


def _shares_words(shares: dict[str, int], language: str) -> str:
    return ", ".join(f"{text(f'release.channel.{key}', language)} {count}" for key, count in shares.items())
