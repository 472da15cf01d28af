"""Who belongs to a priority group, by age or by their own word."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calling.groups import Grouped, GroupRule, age_on, group_of
from shared.domain.id_numbers import birth_date
from tests.shared.domain.test_id_numbers import TODAY, resident_numbers

RULES = st.lists(
    st.builds(GroupRule, st.integers(1, 9), st.sampled_from(["no", "shown", "word"]), st.none() | st.integers(1, 120)),
    unique_by=lambda rule: rule.group,
    max_size=9,
)


@given(resident_numbers())
def test_the_birthday_stands_in_every_persons_number(number: str) -> None:
    for kind in ("resident", "social_security", "hk_macau_taiwan", "foreigner"):
        assert f"{birth_date(kind, number.lower()):%Y%m%d}" == number[6:14]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("organisation", "91110105MA0012345X"), ("foreigner", "USA110000123456"), ("passport", "110105194912310020"),
        ("resident", "110105199002300020"), ("resident", "1101051949"), ("other", "110105194912310020"),
    ],
)  # fmt: skip
def test_where_there_is_no_birthday_none_is_told(kind: str, number: str) -> None:
    assert birth_date(kind, number) is None


@given(st.dates(date(1900, 1, 1), TODAY))
def test_a_year_older_on_the_birthday_and_not_a_day_before(born: date) -> None:
    leap = (born.month, born.day) == (2, 29)
    for years in (1, 4, 65):
        at = date(born.year + years, 3, 1) if leap and years != 4 else born.replace(year=born.year + years)
        assert (age_on(born, at), age_on(born, at - timedelta(days=1))) == (years, years - 1)


@given(RULES, st.integers(0, 9), st.none() | st.dates(date(1900, 1, 1), TODAY), st.booleans())
def test_nobody_gets_less_than_the_age_gives_and_nobody_a_group_for_nothing(
    rules: list[GroupRule], asked: int, born: date | None, kiosk: bool
) -> None:
    found = group_of(rules, asked, born, TODAY, kiosk=kiosk)
    age = age_on(born, TODAY) if born else -1
    by_age = [rule.group for rule in rules if rule.from_age is not None and age >= rule.from_age]
    offered = {rule.group: rule.declared for rule in rules if rule.declared != "no"}
    # A hall that has set no groups takes what it is told, as long as the counter looks at the proof.
    taken = asked if not kiosk or not rules or asked in offered else 0
    assert found.group == max([taken, *by_age])
    assert (found.group == 0) == (found.proof in ("", "refused"))
    assert (found.proof == "refused") == (bool(asked) and not found.group)
    assert (found.proof == "age") == (bool(by_age) and max(by_age) == found.group)
    if found.proof in ("shown", "word", "staff"):
        assert found.proof == ("staff" if not kiosk else offered.get(asked, "shown"))


def test_on_the_seventieth_birthday() -> None:
    rules = [GroupRule(2, "shown", 70), GroupRule(4, "word")]
    born = date(TODAY.year - 70, TODAY.month, TODAY.day)
    assert group_of(rules, 0, born, TODAY, kiosk=True) == Grouped(2, "age")
    assert group_of(rules, 0, born + timedelta(days=1), TODAY, kiosk=True) == Grouped(0, "")
    assert group_of(rules, 2, None, TODAY, kiosk=True) == Grouped(2, "shown")
    assert group_of(rules, 4, born, TODAY, kiosk=True) == Grouped(4, "word")


def test_a_kiosk_gives_nobody_what_it_does_not_offer() -> None:
    rules = [GroupRule(1), GroupRule(2, "shown", 70)]
    young, old = date(TODAY.year - 30, 1, 1), date(TODAY.year - 80, 1, 1)
    for asked in (1, 5):
        assert group_of(rules, asked, young, TODAY, kiosk=True) == Grouped(0, "refused")
        assert group_of(rules, asked, None, TODAY, kiosk=True) == Grouped(0, "refused")
        assert group_of(rules, asked, None, TODAY, kiosk=False) == Grouped(asked, "staff")
        assert group_of(rules, asked, old, TODAY, kiosk=True) == Grouped(2, "age"), "by age, whatever was asked"
    assert group_of([], 5, None, TODAY, kiosk=True) == Grouped(5, "shown")
