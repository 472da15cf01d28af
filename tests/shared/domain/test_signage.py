"""Schedules against an oracle, what goes over what, where zones may stand."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.hours import Calendar
from shared.domain.signage.layout import CallsOver, Place, ZoneKind, faults, overlap, snapped
from shared.domain.signage.playing import Warning, in_force, what_plays
from shared.domain.signage.recurrence import parse, starts
from shared.domain.signage.schedule import Days, Rule, Span, compile_timeline, on_at
from tests.shared.domain.signage_oracle import DAY, NAMES, minutes

SCHEDULES = 10_000
FIRST = date(2026, 1, 1)


def random_rrule(dice: random.Random) -> str:
    kind = dice.choices(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"), (5, 5, 2, 1))[0]
    parts = [f"FREQ={kind}"]
    if dice.random() < 0.4:
        parts.append(f"INTERVAL={dice.randint(1, 4)}")
    months = dice.random() < (0.8 if kind == "YEARLY" else 0.1)
    if months:
        parts.append("BYMONTH=" + ",".join(map(str, dice.sample(range(1, 13), dice.randint(1, 4)))))
    placed = kind in ("MONTHLY", "YEARLY") and dice.random() < 0.6
    days = dice.random() < 0.5 and (kind != "YEARLY" or months)
    if days:
        names = dice.sample(NAMES, dice.randint(1, 4))
        parts.append("BYDAY=" + ",".join((dice.choice(["1", "2", "+3", "4", "5", "-1", "-2", ""]) if placed else "") + n
                                         for n in names))  # fmt: skip
    if kind != "WEEKLY" and not (days and placed) and dice.random() < 0.2:
        parts.append("BYMONTHDAY=" + ",".join(map(str, dice.sample([1, 2, 5, 15, 28, 29, 30, 31, -1, -2, -31], 3))))
    ends = dice.random()
    if ends < 0.2:
        parts.append(f"COUNT={dice.randint(1, 80)}")
    elif ends < 0.4:
        day = FIRST + timedelta(days=dice.randint(20, 140))
        parts.append(f"UNTIL={day:%Y%m%d}" + (f"T{dice.randint(0, 23):02}0000" if dice.random() < 0.5 else ""))
    return ";".join(parts)


def random_schedule(dice: random.Random) -> tuple[list[Rule], Calendar, date, int]:
    """Rules that meet, cross midnights, begin before and end after the days that are asked for."""
    asked = FIRST + timedelta(days=dice.randint(0, 80))
    rules = []
    for _ in range(dice.randint(1, 6)):
        first = datetime.combine(asked + timedelta(days=dice.randint(-50, 4)), datetime.min.time()) + timedelta(
            minutes=dice.choice([0, 1, 540, 720, 1020, 1380, 1439, dice.randrange(DAY)])
        )
        near = [first + timedelta(days=dice.randint(0, 60)) for _ in range(3)]
        rules.append(
            Rule(
                first=first,
                minutes=dice.choice([1, 30, 480, 600, DAY, DAY + 1, 3 * DAY, dice.randint(1, 2000)]),
                plays=dice.choice("abc"),
                rule=random_rrule(dice) if dice.random() < 0.85 else "",
                without=frozenset(dice.choice((one, one.date())) for one in near[: dice.randint(0, 2)]),
                also=tuple(near[2:]) if dice.random() < 0.2 else (),
                days=dice.choice((Days.ANY, Days.ANY, Days.WORKDAYS, Days.REST_DAYS)),
                priority=dice.choice((0, 0, 1, 5)),
            )
        )
    holiday = asked + timedelta(days=dice.randint(-2, 3))
    worked = asked + timedelta(days=dice.randint(-3, 4))
    calendar = Calendar(
        ((holiday, holiday + timedelta(days=dice.randint(0, 2))),), {worked: dice.choice(("mon", "sun"))}
    )
    return rules, calendar, asked, dice.randint(1, 4)


def test_ten_thousand_schedules_are_what_a_minute_by_minute_oracle_says() -> None:
    dice = random.Random(20261127)
    seen, spans_seen = set(), 0
    for number in range(SCHEDULES):
        rules, calendar, asked, days = random_schedule(dice)
        wall = [-1] * (days * DAY)
        zero = datetime.combine(asked, datetime.min.time())
        last = zero
        spans = compile_timeline(rules, calendar, asked, days)
        for span in spans:
            assert last <= span.begin < span.end, (number, spans)
            assert span.plays == rules[span.rule].plays
            last = span.end
            low, high = ((at - zero) // timedelta(minutes=1) for at in (span.begin, span.end))
            wall[low:high] = [span.rule] * (high - low)
        assert wall == minutes(rules, calendar, asked, days), (number, rules, asked, days)
        spans_seen += len(spans)
        seen.update(wall)
    # Not passed because nothing was ever on, nor because something always was.
    assert seen == {-1, 0, 1, 2, 3, 4, 5}
    assert spans_seen > SCHEDULES


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        # From RFC 5545, 3.8.5.3.
        ("FREQ=DAILY;COUNT=3", "1997-09-02", ["1997-09-02", "1997-09-03", "1997-09-04"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,TH", "1997-09-02",
         ["1997-09-02", "1997-09-04", "1997-09-16", "1997-09-18"]),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=1FR", "1997-09-05", ["1997-09-05", "1997-10-03", "1997-11-07"]),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-2MO", "1997-09-22", ["1997-09-22", "1997-10-20", "1997-11-17"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-3;COUNT=3", "1997-09-28", ["1997-09-28", "1997-10-29", "1997-11-28"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2", "1997-09-02", ["1998-02-13", "1998-03-13"]),
        ("FREQ=YEARLY;COUNT=4;BYMONTH=6,7", "1997-06-10", ["1997-06-10", "1997-07-10", "1998-06-10", "1998-07-10"]),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;COUNT=2", "1996-11-05",
         ["1996-11-05", "2000-11-07"]),
        ("FREQ=MONTHLY;COUNT=3", "2026-01-31", ["2026-01-31", "2026-03-31", "2026-05-31"]),
    ],
)  # fmt: skip
def test_the_examples_of_the_standard(rule: str, first: str, expected: list[str]) -> None:
    begin = datetime.fromisoformat(first + "T09:00")
    found = [at.isoformat()[:10] for at in starts(parse(rule), begin, begin.date() + timedelta(days=1600))]
    assert found == expected


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=3", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=2;UNTIL=20260101",
        "FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYMONTHDAY=3", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=DAILY;INTERVAL=99999",
        "FREQ=DAILY;UNTIL=20261399", "FREQ=YEARLY;BYDAY=MO", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;BYDAY=XX",
        "FREQ=WEEKLY;WKST=SU",
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z]+$"):
        parse(rule)


def test_a_rule_that_never_comes_true_ends() -> None:
    for rule in ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=MO"):
        assert list(starts(parse(rule), datetime(2026, 1, 6), date(2027, 1, 1))) == []


NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
LOCAL = datetime(2026, 11, 27, 12, 0)
spans = st.lists(
    st.tuples(st.integers(-600, 600), st.integers(1, 300), st.sampled_from("xyz")), max_size=6
).map(
    lambda made: compile_timeline(
        [Rule(LOCAL + timedelta(minutes=at), long, plays) for at, long, plays in made], Calendar(), LOCAL.date(), 1
    )
)  # fmt: skip
warnings = st.lists(
    st.builds(
        lambda n, sent, left, severity, actual: Warning(
            str(n), NOW - timedelta(minutes=sent), NOW + timedelta(minutes=left), severity, actual=actual
        ),
        st.integers(0, 99), st.integers(0, 60), st.integers(-30, 30),
        st.sampled_from(("Minor", "Extreme", "Unknown", "later")), st.booleans(),
    ),
    max_size=4,
)  # fmt: skip


@given(spans, st.lists(st.sampled_from(["A001", "B002"]), max_size=2), spans, warnings)
def test_a_call_always_shows_over_whatever_plays(
    timeline: tuple[Span, ...], calls: list[str], interrupts: tuple[Span, ...], told: list[Warning]
) -> None:
    found = what_plays(NOW, LOCAL, timeline, calls, interrupts, told, "usual")
    assert found.call == (calls[0] if calls else "")
    valid = [one for one in told if one.expires > NOW]
    assert bool(found.emergency) == bool(valid)
    # In an emergency it goes on at the foot.
    assert found.strip == bool(calls and valid)
    between, planned = on_at(interrupts, LOCAL), on_at(timeline, LOCAL)
    expected = (
        (between.plays, "interrupt") if between else (planned.plays, "schedule") if planned else ("usual", "usual")
    )
    assert (found.plays, found.source) == expected


@given(warnings)
def test_the_worst_emergency_comes_first_and_each_goes_when_it_has_run_out(told: list[Warning]) -> None:
    order = in_force(told, NOW)
    valid = [one for one in told if one.expires > NOW]
    # Danger to life leaves room for nothing less, an exercise does.
    deadly = [one for one in valid if one.severity == "Extreme" and one.actual]
    assert sorted(order, key=id) == sorted(deadly or valid, key=id)
    assert all(one.severity == "Extreme" for one in order[: sum(one.severity == "Extreme" for one in order)])
    assert in_force(told, NOW + timedelta(hours=1)) == []


@given(spans, st.integers(0, DAY - 1))
def test_what_is_on_is_found_as_by_looking_at_each(timeline: tuple[Span, ...], minute: int) -> None:
    at = datetime.combine(LOCAL.date(), datetime.min.time()) + timedelta(minutes=minute)
    assert on_at(timeline, at) == next((one for one in timeline if one.begin <= at < one.end), None)


places = st.builds(
    Place, st.sampled_from(list(ZoneKind)), st.integers(-50, 3900), st.integers(-50, 1100), st.integers(1, 4000),
    st.integers(1, 1200), st.integers(0, 2),
)  # fmt: skip


@given(st.lists(places, max_size=4), st.sampled_from(list(CallsOver)))
def test_a_layout_without_faults_keeps_every_zone_inside_and_every_call_in_sight(
    zones: list[Place], over: CallsOver
) -> None:
    if faults((3840, 1080), zones, over):
        return
    for zone in zones:
        assert min(zone.x, zone.y) >= 0 and zone.x + zone.width <= 3840 and zone.y + zone.height <= 1080
        for other in zones:
            if other is not zone and overlap(zone, other):
                assert zone.layer != other.layer
                assert not (zone.kind in (ZoneKind.CALL, ZoneKind.CALLS) and zone.layer < other.layer)
    assert over is not CallsOver.NONE or any(zone.kind is ZoneKind.CALL for zone in zones)


def test_faults_have_names() -> None:
    def names(*zones: Place, over: CallsOver = CallsOver.BAND) -> set[str]:
        return {name for name, _ in faults((1920, 1080), zones, over)}

    calls, film = Place(ZoneKind.CALL, 0, 0, 900, 1080), Place(ZoneKind.MEDIA, 800, 0, 1120, 1080)
    assert names(calls, film) == {"overlap"}
    assert names(calls, Place(ZoneKind.MEDIA, 800, 0, 1120, 1080, 1)) == {"covered"}
    assert names(Place(ZoneKind.CALL, 0, 0, 900, 1080, 1), film, over=CallsOver.NONE) == set()
    assert names(film, over=CallsOver.NONE) == {"no_calls"}
    assert names(Place(ZoneKind.CLOCK, 1900, 0, 100, 10)) == {"outside", "small"}
    assert faults((100, 1080), [], CallsOver.BAND) == [("canvas", -1)]


def test_an_edge_snaps_to_the_nearest_line() -> None:
    assert (snapped(103, [0, 100, 106], 5), snapped(120, [0, 100], 5), snapped(7, [], 5)) == (100, 120, 7)
