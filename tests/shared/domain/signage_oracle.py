"""A schedule judged minute by minute, from the text of its rules, by asking each day whether it belongs to a rule."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from shared.domain.hours import Calendar
from shared.domain.signage.schedule import Days, Rule

DAY = 24 * 60
NAMES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]


def fits(day: date, parts: dict[str, str], first: date) -> bool:
    """Whether a day belongs to a rule, COUNT and UNTIL aside."""
    every = int(parts.get("INTERVAL", "1"))
    months = [int(one) for one in parts.get("BYMONTH", "").split(",") if one]
    month_days = [int(one) for one in parts.get("BYMONTHDAY", "").split(",") if one]
    weekdays = [one for one in parts.get("BYDAY", "").split(",") if one]
    kind = parts["FREQ"]
    month_number = day.year * 12 + day.month - first.year * 12 - first.month
    # Weeks by the Monday before the beginning of all days, which was one.
    steps = {
        "DAILY": (day - first).days,
        "WEEKLY": (day.toordinal() - 1) // 7 - (first.toordinal() - 1) // 7,
        "MONTHLY": month_number,
        "YEARLY": day.year - first.year,
    }[kind]
    if steps % every:
        return False
    if months and day.month not in months:
        return False
    in_month = monthrange(day.year, day.month)[1]
    if month_days and not any(day.day == (n if n > 0 else in_month + n + 1) for n in month_days):
        return False
    if weekdays and not any(_weekday_is(day, one, in_month) for one in weekdays):
        return False
    if not weekdays and kind == "WEEKLY" and day.weekday() != first.weekday():
        return False
    if kind in ("MONTHLY", "YEARLY") and not weekdays and not month_days and day.day != first.day:
        return False
    return not (kind == "YEARLY" and not months and not month_days and day.month != first.month)


def _weekday_is(day: date, word: str, in_month: int) -> bool:
    if NAMES[day.weekday()] != word[-2:]:
        return False
    place = int(word[:-2] or 0)
    if place == 0:
        return True
    return place == ((day.day - 1) // 7 + 1 if place > 0 else -((in_month - day.day) // 7 + 1))


def begins(rule: Rule, calendar: Calendar, last: date) -> set[datetime]:
    """Every start up to the end of a day."""
    found = set(rule.also)
    if not rule.rule:
        found.add(rule.first)
    else:
        parts = dict(piece.split("=") for piece in rule.rule.split(";"))
        left = int(parts.get("COUNT", "100000"))
        until = parts.get("UNTIL", "")
        day = rule.first.date()
        while day <= last and left:
            at = datetime.combine(day, rule.first.time())
            stamp = at.strftime("%Y%m%dT%H%M%S")
            if until and stamp[: len(until)] > until:
                break
            if fits(day, parts, rule.first.date()):
                found.add(at)
                left -= 1
            day += timedelta(days=1)
    return {at for at in found if not _left_out(rule, calendar, at)}


def _left_out(rule: Rule, calendar: Calendar, at: datetime) -> bool:
    if at in rule.without or at.date() in rule.without:
        return True
    closed = any(first <= at.date() <= last for first, last in calendar.closed)
    worked = not closed and calendar.opens_like.get(at.date(), NAMES[at.weekday()].lower())[:2] not in ("sa", "su")
    return (rule.days is Days.WORKDAYS and not worked) or (rule.days is Days.REST_DAYS and worked)


def minutes(rules: Sequence[Rule], calendar: Calendar, first: date, days: int) -> list[int]:
    """For each minute the rule that is on, -1 for none: a stronger one paints over a weaker."""
    whole = days * DAY
    zero = datetime.combine(first, datetime.min.time())
    strokes = []
    for place, rule in enumerate(rules):
        for at in begins(rule, calendar, first + timedelta(days=days)):
            strokes.append((rule.priority, at, place))
    wall = [-1] * whole
    for _, at, place in sorted(strokes):
        from_minute = int((at - zero).total_seconds() // 60)
        low, high = max(0, from_minute), min(whole, from_minute + rules[place].minutes)
        if low < high:
            wall[low:high] = [place] * (high - low)
    return wall
