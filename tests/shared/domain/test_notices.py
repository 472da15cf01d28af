"""A notice's life and its text: nothing is shown that nobody else has read, no text becomes HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.domain.errors import HallError
from shared.domain.notices.body import as_html, as_text, media_of, parse
from shared.domain.notices.life import Act, Life, State, after, check_reviewer, possible
from shared.domain.notices.showing import is_shown, shown
from shared.domain.notices.words import Word, find

SHA = "ab" * 32
NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


class LifeOfANotice(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.life = Life()
        self.approved: set[int] = set()

    @rule(act=st.sampled_from(Act))
    def act(self, act: Act) -> None:
        before = self.life
        if act not in possible(before):
            with pytest.raises(HallError, match="notice_not_possible"):
                after(before, act)
            return
        self.life = after(before, act)
        if act is Act.APPROVE:
            self.approved.add(self.life.newest)
        if act in (Act.EXPIRE, Act.RETRACT):
            assert self.life.live is None
        if act is Act.EDIT:
            assert (self.life.newest, self.life.live) == (before.newest + 1, before.live), "what is shown stays"

    @precondition(lambda self: self.life.live is not None)
    @rule()
    def what_is_shown_can_always_be_taken_back(self) -> None:
        assert after(self.life, Act.RETRACT).live is None

    @invariant()
    def only_approved_versions_are_shown(self) -> None:
        assert self.life.live is None or self.life.live in self.approved

    @invariant()
    def published_means_the_newest_is_shown(self) -> None:
        assert (self.life.state is State.PUBLISHED) == (self.life.live == self.life.newest)

    @invariant()
    def there_is_always_a_way_on(self) -> None:
        assert possible(self.life)


TestLifeOfANotice = LifeOfANotice.TestCase


def test_four_eyes() -> None:
    check_reviewer("user:b", {"user:a"}, own_review=False)
    check_reviewer("user:a", {"user:a"}, own_review=True)
    with pytest.raises(HallError, match="notice_four_eyes"):
        check_reviewer("user:a", {"user:b", "user:a"}, own_review=False)


@dataclass(frozen=True)
class One:
    id: UUID
    pin: int
    published_at: datetime
    until: datetime | None


moments = st.integers(-3, 3).map(lambda minutes: NOW + timedelta(minutes=minutes))
ones = st.builds(One, st.uuids(), st.integers(0, 3), moments, st.none() | moments)


@given(st.lists(ones, max_size=8, unique_by=lambda one: one.id), st.randoms())
def test_what_is_shown_is_pinned_first_then_latest_whatever_order_it_came_in(
    notices: list[One], random: object
) -> None:
    seen = shown(notices, NOW)
    assert {one.id for one in seen} == {one.id for one in notices if is_shown(one, NOW)}
    mixed = list(notices)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert shown(mixed, NOW) == seen
    for first, second in pairwise(seen):
        if first.pin and second.pin:
            assert first.pin <= second.pin
        assert first.pin or not second.pin
        if first.pin == second.pin:
            assert first.published_at >= second.published_at


def test_the_moment_of_the_end_is_over() -> None:
    one = One(UUID(int=1), 0, NOW, NOW + timedelta(minutes=1))
    at = [is_shown(one, NOW + timedelta(seconds=s)) for s in (-1, 0, 59, 60)]
    assert at == [False, True, True, False]


class Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


ALLOWED = {
    "p", "br", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "figure", "img", "figcaption",
}  # fmt: skip
nasty = st.lists(
    st.sampled_from(
        ["<script>", "</p>", '"', "'", "&lt;", "**", "*", "[a](javascript:alert(1))", "[b](https://x.cn/?a=1&b=\"2)",
         f"![<i>\"]({SHA})", "\n", "# ", "- ", "1. ", "[", "](", ")", "文字", " ", "onerror="]
    )
    | st.text(max_size=4)
).map("".join)  # fmt: skip


@given(nasty)
def test_no_text_becomes_html_of_its_own(body: str) -> None:
    tags = Tags(as_html(parse(body), lambda media: f"/media/{media}"))
    assert {tag for tag, _ in tags.found} <= ALLOWED
    for tag, attributes in tags.found:
        assert set(attributes) <= {"a": {"href", "rel"}, "img": {"src", "alt"}}.get(tag, set())
        if tag == "a":
            assert str(attributes["href"]).startswith(("http://", "https://"))
        if tag == "img":
            assert attributes["src"] == f"/media/{SHA}"


def test_a_text_in_full() -> None:
    body = (
        "# 国庆放假\n\n各位**办事人**：\n大厅*不*办公。\n\n- 一楼\n- 二楼\n\n"
        "1. 先[预约](https://x.gov.cn/b?a=1&b=2)\n2. 再来\n\n"
        f"## 位置\n![大门]({SHA})\n[坏](javascript:x) <b>"
    )
    blocks = parse(body)
    assert [block.kind for block in blocks] == [
        "heading", "paragraph", "bullets", "numbers", "subheading", "picture", "paragraph",
    ]  # fmt: skip
    assert media_of(blocks) == (SHA,)
    assert as_html(blocks, lambda media: f"/m/{media[:2]}") == (
        "<h2>国庆放假</h2><p>各位<strong>办事人</strong>：<br>大厅<em>不</em>办公。</p><ul><li>一楼</li><li>二楼</li></ul>"
        '<ol><li>先<a href="https://x.gov.cn/b?a=1&amp;b=2" rel="noopener nofollow">预约</a></li><li>再来</li></ol>'
        '<h3>位置</h3><figure><img src="/m/ab" alt="大门"><figcaption>大门</figcaption></figure>'
        "<p>[坏](javascript:x) &lt;b&gt;</p>"
    )
    assert "<img" not in as_html(blocks, lambda media: ""), "a picture that has no address there is left out"
    assert as_text(blocks).splitlines()[:5] == ["国庆放假", "各位办事人：", "大厅不办公。", "· 一楼", "· 二楼"]


@given(st.text(alphabet="*[]() ", max_size=60))
def test_marks_alone_lose_no_word(body: str) -> None:
    kept = Tags(as_html(parse(body + "词"), lambda media: "")).words
    assert "词" in kept


def test_a_long_text_is_read_at_once() -> None:
    for piece in ("*a ", "**a", "[a](", "[", "![", "1. "):
        assert parse(piece * 5000)


# Words


@pytest.mark.parametrize(
    ("word", "text", "lines"),
    [
        ("绝密", "一\n绝密 二\n绝\u200b密", [2, 3]),
        ("绝密", "绝**密**", [1]), ("\uff21\uff22\uff23", "x abc y", [1]), ("cat", "category", []),
        ("cat", "a Cat.", [1]), ("绝密", "绝 对保密", []), ("", "x", []),
    ],
)  # fmt: skip
def test_a_word_is_found_as_it_is_read(word: str, text: str, lines: list[int]) -> None:
    assert [place.line for place in find([Word(word)], {"body": text})] == lines


def test_of_words_that_overlap_the_longer_one_counts() -> None:
    found = find([Word("保密"), Word("保密局", refuse=True)], {"title": "保密局与保密", "body": "保密"})
    assert [(one.word.word, one.field) for one in found] == [("保密局", "title"), ("保密", "title"), ("保密", "body")]


@given(st.text(alphabet="绝密 *a\n", max_size=30))
def test_each_place_is_told_with_its_line(text: str) -> None:
    for place in find([Word("绝密")], {"body": text}):
        assert 1 <= place.line <= text.count("\n") + 1 and "绝" in place.around
