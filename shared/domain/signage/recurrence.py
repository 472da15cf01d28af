"""The part of iCalendar's recurrence rules (RFC 5545) that a schedule needs, by the day; times are the hall's own.

FREQ DAILY to YEARLY, INTERVAL, COUNT or UNTIL, BYDAY (with a place in the month for MONTHLY and YEARLY), BYMONTHDAY,
BYMONTH; weeks begin on Monday. Anything else is refused rather than passed over. Work is bounded by the last day asked
for, also for a rule that never comes true.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime, time, timedelta
from typing import Final

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST_COUNT: Final = 5000
MOST_INTERVAL: Final = 366
_PARTS: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST")
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6}))?")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """``weekdays``: (place in the month, 0 for every; weekday, Monday is 0); what is empty leaves all open."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    weekdays: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()


def parse(rule: str) -> Recurrence:
    """``FREQ=WEEKLY;BYDAY=MO,FR``; ValueError names the part that is wrong or not known here."""
    parts: dict[str, str] = {}
    for piece in rule.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = piece.partition("=")
        if name not in _PARTS or not value or name in parts:
            raise ValueError(name or "RRULE")
        parts[name] = value
    frequency = parts.get("FREQ", "")
    if frequency not in FREQUENCIES:
        raise ValueError("FREQ")
    if parts.get("WKST", "MO") != "MO":
        raise ValueError("WKST")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("COUNT")
    made = Recurrence(
        frequency,
        interval=_numbers(parts, "INTERVAL", 1, MOST_INTERVAL, "1")[0],
        count=_numbers(parts, "COUNT", 1, MOST_COUNT, "")[0] if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if "UNTIL" in parts else None,
        weekdays=_weekdays(parts.get("BYDAY", "")),
        month_days=_numbers(parts, "BYMONTHDAY", -31, 31, ""),
        months=_numbers(parts, "BYMONTH", 1, 12, ""),
    )
    placed = any(place for place, _ in made.weekdays)
    if (placed and frequency in ("DAILY", "WEEKLY")) or (made.weekdays and frequency == "YEARLY" and not made.months):
        raise ValueError("BYDAY")
    if 0 in made.month_days or (made.month_days and (frequency == "WEEKLY" or placed)):
        raise ValueError("BYMONTHDAY")
    return made


def starts(rule: Recurrence, first: datetime, last: date) -> Iterator[datetime]:
    """Each start from ``first`` on, in order, up to the end of the day ``last``; ``first`` only when it fits."""
    left = rule.count
    for day in _days(rule, first.date(), last):
        at = datetime.combine(day, first.time())
        if day < first.date() or (rule.until is not None and at > rule.until):
            continue
        if day > last:
            return
        yield at
        if left is not None:
            left -= 1
            if left == 0:
                return


def _days(rule: Recurrence, first: date, last: date) -> Iterator[date]:
    """Whole periods (days, weeks, months, years) one after the other."""
    if rule.frequency == "DAILY":
        for number in range(first.toordinal(), last.toordinal() + 1, rule.interval):
            day = date.fromordinal(number)
            if _month_fits(rule, day) and _month_day_fits(rule, day) and _weekday_fits(rule, day):
                yield day
    elif rule.frequency == "WEEKLY":
        chosen = sorted({weekday for _, weekday in rule.weekdays} or {first.weekday()})
        monday = first.toordinal() - first.weekday()
        for number in range(monday, last.toordinal() + 1, 7 * rule.interval):
            days = (date.fromordinal(number + weekday) for weekday in chosen)
            yield from (day for day in days if _month_fits(rule, day))
    elif rule.frequency == "MONTHLY":
        begin, end = 12 * first.year + first.month - 1, 12 * last.year + last.month - 1
        for number in range(begin, end + 1, rule.interval):
            year, month = divmod(number, 12)
            if not rule.months or month + 1 in rule.months:
                yield from _in_month(rule, year, month + 1, first.day)
    else:
        months = sorted(set(rule.months)) or (range(1, 13) if rule.month_days else [first.month])
        for year in range(first.year, min(last.year, MAXYEAR) + 1, rule.interval):
            for month in months:
                yield from _in_month(rule, year, month, first.day)


def _in_month(rule: Recurrence, year: int, month: int, usual: int) -> list[date]:
    begins, length = calendar.monthrange(year, month)
    if rule.month_days:
        days = {day if day > 0 else length + 1 + day for day in rule.month_days}
        chosen = {day for day in days if 1 <= day <= length}
        if rule.weekdays:
            named = {weekday for _, weekday in rule.weekdays}
            chosen = {day for day in chosen if (begins + day - 1) % 7 in named}
    elif rule.weekdays:
        chosen = set()
        for place, weekday in rule.weekdays:
            all_days = [*range(1 + (weekday - begins) % 7, length + 1, 7)]
            if place == 0:
                chosen.update(all_days)
            elif abs(place) <= len(all_days):
                chosen.add(all_days[place - 1 if place > 0 else place])
    else:
        chosen = {usual} if usual <= length else set()
    return [date(year, month, day) for day in sorted(chosen)]


def _month_fits(rule: Recurrence, day: date) -> bool:
    return not rule.months or day.month in rule.months


def _month_day_fits(rule: Recurrence, day: date) -> bool:
    if not rule.month_days:
        return True
    length = calendar.monthrange(day.year, day.month)[1]
    return day.day in rule.month_days or day.day - length - 1 in rule.month_days


def _weekday_fits(rule: Recurrence, day: date) -> bool:
    return not rule.weekdays or any(weekday == day.weekday() for _, weekday in rule.weekdays)


def _numbers(parts: dict[str, str], name: str, least: int, most: int, usual: str) -> tuple[int, ...]:
    words = parts.get(name, usual)
    if not words:
        return ()
    pieces = words.split(",")
    if len(pieces) > 62 or not all(re.fullmatch(r"[+-]?\d{1,4}", piece) for piece in pieces):
        raise ValueError(name)
    found = tuple(int(piece) for piece in pieces)
    if not all(least <= number <= most for number in found) or (name in ("INTERVAL", "COUNT") and len(found) > 1):
        raise ValueError(name)
    return found


def _weekdays(words: str) -> tuple[tuple[int, int], ...]:
    if not words:
        return ()
    found = [_DAY.fullmatch(piece) for piece in words.split(",")]
    if not all(found) or len(found) > 40:
        raise ValueError("BYDAY")
    return tuple((int(one[1] or 0), WEEKDAYS.index(one[2])) for one in found if one)


def _until(words: str) -> datetime:
    """A day alone means all of it."""
    found = _UNTIL.fullmatch(words)
    if found is None:
        raise ValueError("UNTIL")
    try:
        day = datetime.strptime(found[1], "%Y%m%d")
        clock = datetime.strptime(found[2], "%H%M%S").time() if found[2] else time(23, 59, 59)
    except ValueError:
        raise ValueError("UNTIL") from None
    return datetime.combine(day.date(), clock)


def day_after(day: date, days: int = 1) -> date:
    """Some days later, never behind the calendar's end."""
    return min(day, date.max - timedelta(days=days)) + timedelta(days=days)
