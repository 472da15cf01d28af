"""The rules against hoarding, over any person: what they allow is what they say, and no more."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.errors import HallError
from shared.domain.limits.judging import (
    Asked,
    Claim,
    Facts,
    allowed,
    cancellable,
    free_place,
    judge,
    rests_until,
    scope_of,
)
from shared.domain.limits.replay import Visit, replay
from shared.domain.limits.rules import (
    KINDS,
    Cancellations,
    LeadTime,
    NoShows,
    OneActive,
    PerDay,
    PerService,
    Rules,
    params_of,
    refuse_nonsense,
    rule_of,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = NOW.date()
SERVICES = ("passport", "tax", "housing")

one_active = st.builds(
    OneActive, st.integers(1, 3), st.sampled_from(["hall", "service"]), st.sampled_from(["any_day", "same_day"])
)
rules = st.builds(
    Rules, st.none() | one_active, st.none() | st.builds(PerDay, st.integers(1, 5)),
    st.none() | st.builds(PerService, st.integers(1, 3), st.just(()) | st.just(("tax",))),
)  # fmt: skip
# Take a number or book a day of the next three, end what is open, in any order.
acts = st.lists(st.tuples(st.sampled_from(SERVICES), st.integers(0, 2), st.booleans()), max_size=25)


@settings(max_examples=60, deadline=None)
@given(rules, acts, st.integers(0, 2))
def test_whatever_somebody_tries_they_never_hold_more_than_the_rules_say(
    rules: Rules, acts: list[tuple[str, int, bool]], companions: int
) -> None:
    facts = Facts(companions=companions)
    for n, (service, ahead, ends) in enumerate(acts):
        if ends and facts.claims:
            oldest, *others = sorted(facts.claims, key=lambda one: one.place is None)
            facts = replace(facts, claims=[replace(oldest, place=None), *others])
            continue
        day = TODAY + timedelta(days=ahead)
        verdict = judge(rules, facts, Asked("booking" if ahead else "ticket", service, NOW, day))
        scope = scope_of(rules, service, day)
        open_here = [one for one in facts.claims if one.place is not None and one.scope == scope]
        most = allowed(rules, facts, day, TODAY)
        if verdict is None:
            assert most is None or len(open_here) < most
            place = free_place(facts, scope)
            assert place not in {one.place for one in open_here}, "a place is never held twice"
            facts = replace(facts, claims=[*facts.claims, Claim("ticket", n, service, day, scope, place)])
        elif verdict.rule == "one_active":
            assert len(open_here) >= (most or 0) and verdict.claim in open_here
        of_day = [one for one in facts.claims if one.day == day]
        more = companions if ahead == 0 else 0
        assert rules.per_day is None or len(of_day) <= rules.per_day.count + more
        if rules.per_service is not None and (not rules.per_service.service_ids or service == "tax"):
            assert sum(one.service_id == service for one in of_day) <= rules.per_service.count + more


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60 * 24), max_size=12), st.integers(1, 4), st.integers(1, 40), st.integers(1, 20))
def test_a_rest_begins_with_one_slip_too_many_and_ends(hours: list[int], count: int, within: int, rest: int) -> None:
    slips = [NOW - timedelta(hours=hour) for hour in hours]
    until = rests_until(slips, count, within, rest)
    crowded = [
        one for one in slips
        if sum(timedelta(0) <= one - other < timedelta(days=within) for other in slips) >= count
    ]  # fmt: skip
    assert until == (max(crowded) + timedelta(days=rest) if crowded else None)
    facts, rules = Facts(missed=slips), Rules(no_shows=NoShows(count, within, rest, "both"))
    verdict = judge(rules, facts, Asked("ticket", "tax", NOW, TODAY))
    assert (verdict is not None) == (until is not None and until > NOW)
    if verdict is not None:
        assert verdict.params["again"] > TODAY, "whoever is told a day may come on it"  # type: ignore[operator]
        later = NOW + timedelta(days=rest, seconds=1)
        assert judge(rules, facts, Asked("ticket", "tax", later, later.date())) is None
    assert (
        judge(Rules(no_shows=NoShows(count, within, rest, "booking")), facts, Asked("ticket", "tax", NOW, TODAY))
        is None
    )


@settings(max_examples=40, deadline=None)
@given(rules, st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(SERVICES), st.integers(0, 5000),
                                 st.none() | st.integers(1, 200)), max_size=20))  # fmt: skip
def test_a_replay_refuses_nothing_without_rules_and_never_more_than_all_but_the_first(
    rules: Rules, taken: list[tuple[str, str, int, int | None]]
) -> None:
    visits = [
        Visit(person, n, service, NOW + timedelta(minutes=at), NOW + timedelta(minutes=at + took) if took else None)
        for n, (person, service, at, took) in enumerate(taken)
    ]
    assert replay(Rules(), visits).refused == ()
    outcome = replay(rules, visits)
    assert outcome.taken == len(visits) and len(outcome.refused) <= len(visits) - outcome.people
    assert sum(outcome.by_rule.values()) == len(outcome.refused)
    again = replay(rules, [visit for visit in visits if visit not in [one for one, _ in outcome.refused]])
    assert again.refused == (), "what was let through stays so without the rest"


def test_a_block_comes_before_everything_and_ends_with_its_day() -> None:
    blocked = Facts(blocked_until=TODAY)
    verdict = judge(Rules(), blocked, Asked("ticket", "tax", NOW, TODAY))
    assert verdict is not None
    assert (verdict.code, verdict.params) == ("limit_blocked", {"again": TODAY + timedelta(days=1)})
    tomorrow = NOW + timedelta(days=1)
    assert judge(Rules(), blocked, Asked("ticket", "tax", tomorrow, tomorrow.date())) is None


def test_bookings_have_a_time_before_which_and_after_which() -> None:
    rules = Rules(lead_time=LeadTime(60, 7), cancellations=Cancellations(until_minutes=90))

    def said(**ahead: int) -> str | None:
        begins = NOW + timedelta(**ahead)
        verdict = judge(rules, Facts(), Asked("booking", "tax", NOW, begins.date(), begins))
        return verdict and verdict.code

    assert [said(minutes=59), said(minutes=60), said(days=7), said(days=8)] == [
        "limit_lead_late", None, None, "limit_lead_early",
    ]  # fmt: skip
    assert cancellable(rules, NOW, NOW + timedelta(minutes=90)) is None
    late = cancellable(rules, NOW, NOW + timedelta(minutes=89))
    assert late is not None and late.code == "limit_cancel_late"
    assert cancellable(Rules(), NOW, NOW) is None


def test_rules_are_checked_before_they_are_kept() -> None:
    for kind, made in KINDS.items():
        assert rule_of(kind, params_of(made())) == made()
        for field in fields(made):
            for low, high in [made.bounds.get(field.name, (0, 0))]:
                for wrong in (low - 1, high + 1, True, "3", None):
                    if field.name in made.bounds or field.name in made.choices:
                        with pytest.raises(HallError) as refused:
                            rule_of(kind, {field.name: wrong})
                        assert refused.value.params["field"] == field.name
    with pytest.raises(HallError, match="limit_rule_unknown"):
        rule_of("nothing", {})
    nonsense = {
        "limit_rules_active_over_day": Rules(OneActive(4), PerDay(3)),
        "limit_rules_service_over_day": Rules(per_day=PerDay(1), per_service=PerService(2)),
        "limit_rules_lead_empty": Rules(lead_time=LeadTime(2 * 1440, 1)),
        "limit_rules_rest_longer": Rules(no_shows=NoShows(1, 7, 8)),
    }
    for code, rules in nonsense.items():
        with pytest.raises(HallError, match=code):
            refuse_nonsense(rules)
    refuse_nonsense(Rules(OneActive(), PerDay(), PerService(), LeadTime(), Cancellations(), NoShows()))
