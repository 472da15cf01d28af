"""What bringing guides in does to those that stand, whatever comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.guides import Standing, plan, refuses_many, retires_many

CODES = st.sampled_from("abcdefgh")
STANDING = st.dictionaries(CODES, st.builds(Standing, st.sampled_from("xy"), st.booleans(), st.booleans()))
GIVEN = st.dictionaries(CODES, st.none() | st.sampled_from("xy"))


def after(standing: dict[str, Standing], there: dict[str, str | None], whole: bool) -> dict[str, Standing]:
    made, now = plan(standing, there, whole=whole), dict(standing)
    for code in (*made.created, *made.changed):
        mark = there[code]
        assert mark is not None
        now[code] = Standing(mark, True)
    for code in made.retired:
        now[code] = Standing(now[code].mark, now[code].brought, True)
    return now


@given(STANDING, GIVEN, st.booleans())
def test_each_code_stands_once_and_the_same_again_is_no_change(
    standing: dict[str, Standing], there: dict[str, str | None], whole: bool
) -> None:
    made = plan(standing, there, whole=whole)
    codes = [*made.created, *made.changed, *made.retired, *made.unchanged]
    assert len(codes) == len(set(codes)) and set(there) <= set(codes)
    again = plan(after(standing, there, whole), there, whole=whole)
    assert not (again.created or again.changed or again.retired)


@given(STANDING, GIVEN, st.sets(CODES))
def test_silence_retires_only_what_was_brought_and_understood(
    standing: dict[str, Standing], there: dict[str, str | None], unread: set[str]
) -> None:
    made = plan(standing, there, whole=True, unread=unread)
    for code in made.retired:
        assert standing[code].brought and not standing[code].retired
        assert there.get(code) is None and (code in there or code not in unread)
    assert not set(plan(standing, there, whole=False).retired) - set(there)


@given(st.integers(1, 300), st.integers(1, 100), st.data())
def test_many_is_more_than_the_share_and_more_than_one(count: int, percent: int, data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, count))
    standing = {str(n): Standing("x", True) for n in range(count)}
    made = plan(standing, {str(n): "x" for n in range(gone, count)}, whole=True)
    assert retires_many(made, standing, percent) == (gone > 1 and gone > count * percent // 100)


def test_over_half_refused_is_many() -> None:
    assert [refuses_many(*pair) for pair in ((0, 0), (1, 0), (1, 1), (2, 1), (0, 5))] == [
        False, True, False, True, False,
    ]  # fmt: skip
