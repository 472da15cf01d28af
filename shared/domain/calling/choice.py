"""One call: the heads of a counter's lines go through the policy's rules, and each leaves a reason behind.

Rules in their order: nobody starves (``overdue``), what the counter is there for (``preferred``), priority groups
(``urgent``, with their cap ``cap``), booked and walk-in (``booked``, ``ratio``, ``aged``), and last who came first
(``first``). The result does not depend on the order in which heads are given, and within one line nobody is overtaken.

Nobody starves: whoever has waited longer than the patience, while ``n`` people with an earlier claim are callable by
the same counter, is called within ``(n + 1) * (passes + 1)`` calls of it. The tests hold every policy to this bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal
from uuid import UUID

from shared.domain.calling.policy import DEFAULT, Policy, Preference

Kind = Literal["urgent", "booked", "walk_in"]
# Why somebody was not called, or who was called was: see the words ``calling.why.*``. ``only``: there was one line.
Reason = Literal["only", "overdue", "preferred", "urgent", "cap", "booked", "ratio", "aged", "first", "by_hand"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """The first ticket of one line.

    ``priority`` 0 is normal, higher goes first; ``position`` grows with issue; ``rank`` with the place in the line,
    which a return changes (equal ranks: by position). ``waited_s`` counts from the issue, for a booked ticket from the
    start of its slot: below zero before it.
    """

    ticket_id: UUID
    service_id: UUID
    priority: int
    position: int
    rank: int = 0
    waited_s: float = 0.0
    booked: bool = False

    @property
    def due(self) -> bool:
        """Booked, and the slot has begun. Before it a booked person counts as a walk-in who has come early."""
        return self.booked and self.waited_s >= 0

    @property
    def kind(self) -> Kind:
        return "urgent" if self.priority else "booked" if self.due else "walk_in"


@dataclass(frozen=True, slots=True)
class Turn:
    """One of a counter's last calls; ``passed``: somebody who had waited too long was left waiting."""

    kind: Kind
    passed: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Who is called, by which rule, and who was not and why; ``turn`` is what the counter remembers."""

    chosen: Candidate
    rule: Reason
    turn: Turn
    others: tuple[tuple[Candidate, Reason], ...]


def choose(heads: Iterable[Candidate], policy: Policy = DEFAULT) -> Candidate | None:
    """Whom a counter without history and preferences calls."""
    decision = decide(heads, policy)
    return None if decision is None else decision.chosen


def decide(
    heads: Iterable[Candidate],
    policy: Policy = DEFAULT,
    preference: Preference | None = None,
    recent: Sequence[Turn] = (),
) -> Decision | None:
    """The choice among the heads of a counter's lines; ``recent``: its last calls today, the newest first."""
    found = sorted(heads, key=_came)
    if not found:
        return None
    if len(found) == 1:
        return Decision(found[0], "only", Turn(found[0].kind), ())
    return _Choice(found, policy, recent).made(preference)


def needs_past(heads: Iterable[Candidate], policy: Policy) -> bool:
    """Can what a counter called last change this choice?"""
    return policy.looks_back or any(one.waited_s > policy.patience_of(one.service_id) for one in heads)


def line_up(
    lines: Iterable[Sequence[Candidate]],
    policy: Policy = DEFAULT,
    preference: Preference | None = None,
    recent: Sequence[Turn] = (),
    limit: int = 20,
) -> list[Decision]:
    """Whom one counter would call one after the other if time stood still and nobody else called or came."""
    return list(islice(_calls(lines, policy, preference, recent), limit))


def _calls(
    lines: Iterable[Sequence[Candidate]], policy: Policy, preference: Preference | None, recent: Sequence[Turn]
) -> Iterator[Decision]:
    rest = {line[0].ticket_id: iter(line[1:]) for line in lines if line}
    heads = {line[0].ticket_id: line[0] for line in lines if line}
    past = list(recent)
    while (decision := decide(heads.values(), policy, preference, past)) is not None:
        yield decision
        past.insert(0, decision.turn)
        gone = decision.chosen.ticket_id
        behind = rest.pop(gone)
        del heads[gone]
        if (follower := next(behind, None)) is not None:
            heads[follower.ticket_id], rest[follower.ticket_id] = follower, behind


def _came(candidate: Candidate) -> tuple[int, int, str]:
    return candidate.rank, candidate.position, str(candidate.ticket_id)


class _Choice:
    """Candidates fall out one rule after the other; ``left`` stays in the order in which they came."""

    def __init__(self, found: list[Candidate], policy: Policy, recent: Sequence[Turn]) -> None:
        self.first, self.left = found[0], found
        self.policy, self.recent = policy, recent
        self.others: list[tuple[Candidate, Reason]] = []

    def made(self, preference: Preference | None) -> Decision:
        policy = self.policy
        overdue = [one for one in self.left if one.waited_s > policy.patience_of(one.service_id)]
        longest = max(overdue, key=lambda one: one.waited_s) if overdue else None
        if longest is not None and _run(self.recent, "passed") >= policy.passes:
            self._keep([longest], "overdue")
        else:
            if preference is not None:
                self._prefer(preference)
            if policy.merge == "ageing":
                self._age()
            else:
                self._groups()
                self._merge()
        chosen = self.left[0]
        self.others += [(one, "first") for one in self.left[1:]]
        # Who came first of all is who would be called without any rule: the rule that put them off is the reason.
        rule: Reason = "first" if chosen is self.first else next(why for one, why in self.others if one is self.first)
        return Decision(chosen, rule, Turn(chosen.kind, longest not in (None, chosen)), tuple(self.others))

    def _keep(self, kept: list[Candidate], reason: Reason) -> None:
        if kept and len(kept) < len(self.left):
            stay = {id(one) for one in kept}
            self.others += [(one, reason) for one in self.left if id(one) not in stay]
            self.left = kept

    def _prefer(self, preference: Preference) -> None:
        later, step_in_s = preference.later, preference.step_in_s
        if any(one.service_id not in later for one in self.left):
            self._keep(
                [one for one in self.left if one.service_id not in later or one.waited_s > step_in_s], "preferred"
            )

    def _groups(self) -> None:
        cap = self.policy.urgent_in_a_row
        if cap and _run(self.recent, "urgent") >= cap:
            normal = [one for one in self.left if not one.priority]
            if any(one.waited_s > self.policy.urgent_patience_s for one in normal):
                self._keep(normal, "cap")
                return
        top = max(one.priority for one in self.left)
        self._keep([one for one in self.left if one.priority == top], "urgent")

    def _merge(self) -> None:
        if self.policy.merge == "arrival":
            return
        due = sorted((one for one in self.left if one.due), key=lambda one: -one.waited_s)
        if self.policy.merge == "ratio":
            others = [one for one in self.left if not one.due]
            if due and others and not self._booked_turn():
                self._keep(others, "ratio")
                return
            self._keep(due, "ratio")
        else:
            self._keep(due, "booked")
        if due:
            self.left = due

    def _booked_turn(self) -> bool:
        """After enough booked ones in a row a walk-in, after enough of those a booked one again."""
        kinds = [turn.kind for turn in self.recent if turn.kind != "urgent"]
        last = kinds[0] if kinds else "walk_in"
        run = next((n for n, kind in enumerate(kinds) if kind != last), len(kinds))
        if last == "booked":
            return run < self.policy.ratio_booked
        # A day that began with walk-ins only owes them nothing.
        return run >= self.policy.ratio_walk_in or run == len(kinds)

    def _age(self) -> None:
        def aged(one: Candidate) -> float:
            return one.waited_s + self.policy.head_start(one.service_id, one.priority, booked=one.booked)

        self._keep([max(self.left, key=aged)], "aged")


def _run(recent: Sequence[Turn], what: Literal["passed", "urgent"]) -> int:
    """How many of the last calls in a row left somebody waiting too long, or called a priority group."""
    for number, turn in enumerate(recent):
        if not (turn.passed if what == "passed" else turn.kind == "urgent"):
            return number
    return len(recent)
