"""A window of release as cells that a person types: in the console's table and in a workbook of plans."""

from __future__ import annotations

from collections.abc import Sequence

from shared.domain.release import clock_of, minutes_of
from shared.i18n import languages, text
from shared.schemas.release import Window

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


def window_of(row: Sequence[str]) -> tuple[Window | None, list[str]]:
    """The window that cells in the order of ``COLUMNS`` mean, and the columns that cannot be understood."""
    read: dict[str, object] = {}
    faults = []
    for column, cell in zip(COLUMNS, row, strict=True):
        try:
            read[column] = _read(column, cell.strip())
        except ValueError:
            faults.append(column)
    return (None if faults else Window.model_validate(read)), faults


def fault_of(column: str) -> str:
    """What is asked of a column, as ``release.page.fault_<…>`` says it."""
    if column in ("start", "end"):
        return "clock"
    if column.endswith("_shares"):
        return "shares"
    return "minutes" if column == "slot_minutes" else "number"


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
