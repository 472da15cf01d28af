"""How a ticket's number is written: prefix, separator, digits and where a series begins. The rules of never the same
number twice are here too.

A number is its prefix, the separator and a count that grows within its series all day. A prefix holds no digit, so a
number splits into prefix and count in one way only: two series with different prefixes never write the same number,
however many digits they use, and within a series no count comes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from shared.domain.errors import HallError

SEPARATORS = ("", "-", ".")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """One series' format. An empty ``prefix`` is the letters of the series, an empty ``booked_prefix`` the prefix."""

    prefix: str = ""
    booked_prefix: str = ""
    separator: str = ""
    digits: int = 3
    start: int = 1

    def head(self, series: str, *, booked: bool = False) -> str:
        """What stands before the separator."""
        return (self.booked_prefix if booked else "") or self.prefix or series

    def label(self, series: str, count: int, *, booked: bool = False) -> str:
        """The printed number, ``A017``; more digits than asked for when the count has outgrown them."""
        return f"{self.head(series, booked=booked)}{self.separator}{count:0{self.digits}d}"


@dataclass(frozen=True, slots=True)
class Numbering:
    """The formats of a hall: its own, and those of series that differ."""

    hall: NumberFormat = NumberFormat()
    series: Mapping[str, NumberFormat] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, series: str) -> NumberFormat:
        return self.series.get(series, self.hall)

    def heads(self, series: Iterable[str]) -> dict[str, frozenset[str]]:
        """Which series write each prefix."""
        found: dict[str, frozenset[str]] = {}
        for one in series:
            for booked in (False, True):
                head = self.of(one).head(one, booked=booked)
                found[head] = found.get(head, frozenset()) | {one}
        return found


@dataclass(frozen=True, slots=True)
class Plan:
    """The formats in use and those that follow from ``from_day`` on. ``spent`` are prefixes that were used on
    ``spent_on`` before the formats changed in the middle of that day: nobody else may use them then."""

    now: Numbering = Numbering()
    later: Numbering | None = None
    from_day: date | None = None
    spent_on: date | None = None
    spent: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))

    def on(self, day: date) -> Numbering:
        """The formats of a day."""
        return self.later if self.later is not None and self.from_day is not None and day >= self.from_day else self.now

    def changed(self, wanted: Numbering, series: Iterable[str], today: date, from_day: date) -> Plan:
        """The plan with ``wanted`` from ``from_day`` (today or later) on; HallError ``number_prefix_taken`` where two
        series would write the same prefix, ``number_prefix_used_today`` where another has used it today."""
        known = sorted({*series, *wanted.series})
        refuse_shared(wanted.heads(known))
        current = self.on(today)
        if from_day > today:
            return replace(self, now=current, later=wanted, from_day=from_day)
        spent = dict(self.spent) if self.spent_on == today else {}
        for head, users in current.heads(known).items():
            spent[head] = spent.get(head, frozenset()) | users
        for head, users in wanted.heads(known).items():
            if others := sorted(spent.get(head, frozenset()) - users):
                raise HallError("number_prefix_used_today", status=409, prefix=head, series=others[0])
        return Plan(wanted, None, None, today, MappingProxyType(spent))


def refuse_shared(heads: Mapping[str, frozenset[str]]) -> None:
    """HallError ``number_prefix_taken`` when a prefix is written by more than one series."""
    for head, users in heads.items():
        if len(users) > 1:
            raise HallError("number_prefix_taken", status=409, prefix=head, series=", ".join(sorted(users)))


def next_count(last: int | None, start: int) -> int:
    """The count after ``last`` (None: the first today); it never goes back, whatever ``start`` has become."""
    return max((last or 0) + 1, start)
