"""A feed is XML whatever a notice says."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from server.features.notices.feeds import ATOM, atom
from shared.domain.notices.life import Kind
from shared.schemas.notices import NoticeContent, ShownNotice

# All that is accepted, and what is dropped of it; the odd ones often.
ODD = st.sampled_from("\ufffe\uffff&<>]*\n\U0001fffe")
LETTERS = st.one_of(st.characters(exclude_categories=["Cc"], exclude_characters="\u2028\u2029\ufeff"), ODD)
LINE = st.text(LETTERS, max_size=60).map(lambda words: words.replace("\n", ""))
ANYTHING = st.text(st.one_of(st.characters(exclude_categories=[]), ODD))


@settings(max_examples=100, deadline=None)
@given(title=LINE, summary=LINE, body=st.text(LETTERS), hall=ANYTHING)
def test_whatever_is_accepted_can_be_read_in_the_feed(title: str, summary: str, body: str, hall: str) -> None:
    said = NoticeContent(title=f"题{title}", summary=summary, body=body)
    at = datetime(2026, 11, 28, tzinfo=UTC)
    shown = ShownNotice(
        id=uuid4(), number=1, kind=Kind.NOTICE, title=said.title, summary=said.summary, body=said.body, cover="",
        video="", pin=0, published_at=at, first_at=at, until=None, link="https://hall.example/n/1",
    )  # fmt: skip
    made = atom([shown], title=hall, start="https://hall.example", hall_id="h", media="m/", language="zh-CN")
    entry = ElementTree.fromstring(made).find(f"{{{ATOM}}}entry")
    assert entry is not None and entry.findtext(f"{{{ATOM}}}title") == said.title
    assert (entry.findtext(f"{{{ATOM}}}summary") or "") == said.summary


def test_what_no_feed_could_hold_is_dropped_at_the_edge() -> None:
    said = NoticeContent(title="放\ufffe假", summary="a\uffffb", body="正\ufffe文\uffff")
    assert (said.title, said.summary, said.body) == ("放假", "ab", "正文")
