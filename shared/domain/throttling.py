"""How often somebody may try to prove who they are: whose attempts count together, and how long they rest.

Attempts at a name are counted where they come from, so that a stranger elsewhere shuts nobody out; and, with ten times
the allowance, from everywhere together, so that many addresses gain little. A place where the name has been proved
before is counted by itself alone. What one address tries under all other names is counted too, and forgotten bit by
bit: a whole office may come from there. Times are Unix seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address
from typing import Final, Protocol

# A name may be tried so many times as often from everywhere together as from one place. More than one place can ever
# come to by itself, so that a single stranger does not reach it.
SPREAD: Final = 10


class Rules(Protocol):
    """See ``shared.schemas.access.LockRules``."""

    @property
    def failures(self) -> int: ...
    @property
    def first_s(self) -> int: ...
    @property
    def longest_s(self) -> int: ...
    @property
    def address_failures(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Tally:
    """Failures in a row, when the last was, and until when nothing is looked at.

    Of an address, ``at`` is up to when it has forgotten: each failure for as long as ``_forgets_s``.
    """

    failures: int = 0
    at: float = 0.0
    until: float = 0.0

    def left_s(self, now: float) -> float:
        return max(0.0, self.until - now)


@dataclass(frozen=True, slots=True)
class Tallies:
    """What one attempt is counted in: the name at this place, the name everywhere, the place under all names.

    ``everywhere`` and ``address`` are None at a place where the name has been proved before: what strangers do, there
    or elsewhere, does not shut its owner out.
    """

    here: Tally = Tally()
    everywhere: Tally | None = Tally()
    address: Tally | None = Tally()

    def left_s(self, now: float) -> float:
        """Seconds for which nothing is looked at; 0: it may be tried."""
        return max(tally.left_s(now) for tally in (self.here, self.everywhere, self.address) if tally is not None)


def longest(rules: Rules) -> int:
    return max(rules.longest_s, rules.first_s)


def rest_s(rules: Rules, failures: int, allowed: int) -> int:
    """Seconds of rest after so many failures in a row: none, then twice as long each time, up to the longest."""
    over = failures - allowed
    if over < 0:
        return 0
    # 2 ** 20 times the shortest rest is longer than any longest one.
    return min(longest(rules), rules.first_s << min(over, 20))


def attempted(rules: Rules, before: Tallies, now: float) -> Tallies:
    """One attempt more, counted before its proof is looked at: many at once gain nothing. Only when none rests."""
    everywhere, address = before.everywhere, before.address
    return Tallies(
        _one_more(rules, before.here, now, rules.failures, before.here.until),
        # From its last attempt on, not from the end of its rest: nobody keeps it alive by coming back once in a while.
        None if everywhere is None else _one_more(rules, everywhere, now, rules.failures * SPREAD, everywhere.at),
        None if address is None else _one_more_from(rules, address, now),
    )


def proved(before: Tallies) -> Tallies:
    """A whole proof: here all starts anew, and what failed here was its owner; the address is as before."""
    return _taken_back(replace(before, here=Tally()), before.here.failures)


def half_proved(before: Tallies) -> Tallies:
    """The first of two factors: neither a failure nor a fresh start."""
    return _taken_back(before, 1)


def _one_more(rules: Rules, tally: Tally, now: float, allowed: int, quiet_since: float) -> Tally:
    """Nothing for as long as the longest rest: the row of failures is over."""
    is_over = now - max(tally.at, quiet_since) >= longest(rules)
    failures = (0 if is_over else tally.failures) + 1
    rest = rest_s(rules, failures, allowed)
    return Tally(failures, now, now + rest if rest else 0.0)


def _forgets_s(rules: Rules) -> float:
    """Seconds in which an address forgets one failure: as many as it is allowed in the longest rest."""
    return longest(rules) / rules.address_failures


def _one_more_from(rules: Rules, tally: Tally, now: float) -> Tally:
    """What is forgotten hangs on time alone: never on whether somebody, good or bad, tries meanwhile."""
    each = _forgets_s(rules)
    forgotten = max(0, int((now - tally.at) / each))
    left = max(0, tally.failures - forgotten)
    rest = rest_s(rules, left + 1, rules.address_failures)
    return Tally(left + 1, tally.at + forgotten * each if left else now, now + rest if rest else 0.0)


def _taken_back(before: Tallies, everywhere: int) -> Tallies:
    """This attempt was no failure, nor that many everywhere; whoever was let in to it does not rest again for it."""

    def less(tally: Tally, attempts: int) -> Tally:
        return replace(tally, failures=max(0, tally.failures - attempts), until=0.0)

    return Tallies(
        less(before.here, 1),
        less(before.everywhere, everywhere) if before.everywhere is not None else None,
        less(before.address, 1) if before.address is not None else None,
    )


def network(address: str) -> str:
    """What stands for one machine or one household: an IPv4 address, or the /64 that an IPv6 address is taken from."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"
