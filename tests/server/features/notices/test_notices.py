"""A notice goes through four eyes, is shown at its time and no longer, and its history can't be written anew."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from time import thread_time
from urllib.parse import parse_qsl

import pytest

from server.database import Writer
from server.features.notices import pages, service, shown, views, words
from server.features.notices.clock import NoticeClock
from server.features.notices.media import media_in, shows
from server.features.notices.models import NoticeVersionRow
from shared.domain.errors import HallError
from shared.domain.notices.life import State
from shared.schemas.notices import NoticeContent, NoticeWord, NoticeWordsEdit
from tests.fakes.engines import on_sqlite
from tests.server.features.notices.conftest import BASE, COVER, PICTURE, REVIEWER, WRITER, Press


def code(refused: pytest.ExceptionInfo[HallError]) -> str:
    return refused.value.code


def test_written_reviewed_by_another_published_and_told(press: Press) -> None:
    one = press.write(summary="十月一日起", cover=COVER)
    assert (one.state, press.shown(), one.acts) == (State.DRAFT, [], ["edit", "submit"])
    with pytest.raises(HallError) as refused:
        press.publish(one.id)
    assert code(refused) == "notice_not_possible"
    press.submit(one.id)
    with pytest.raises(HallError) as refused:
        press.review(one.id, WRITER)
    assert code(refused) == "notice_four_eyes"
    with pytest.raises(HallError) as refused:
        press.review(one.id, good=False)
    assert code(refused) == "notice_reason_missing"
    assert press.review(one.id, good=False, note="日期不对").state is State.DRAFT
    press.edit(one.id, body="十月**八**日恢复。")
    assert press.again(one.id).state is State.PUBLISHED
    (seen,) = press.shown()
    assert (seen.title, seen.number, seen.cover, seen.link) == ("放假安排", 2, COVER, f"{BASE}/n/{one.id}")
    (told,) = press.told(service.PUBLISHED)
    assert told["shown"] == seen.model_dump(mode="json"), "a screen needs nothing else"
    assert [step.act for step in press.view(one.id).history][::-1] == [
        "create", "submit", "reject", "edit", "submit", "approve", "publish",
    ]  # fmt: skip
    assert press.view(one.id).history[4].note == "日期不对"


def test_who_saved_a_word_of_it_is_its_author_until_it_was_approved(press: Press) -> None:
    one = press.write()
    press.edit(one.id, REVIEWER, title="改过")
    press.submit(one.id)
    with pytest.raises(HallError) as refused:
        press.review(one.id, REVIEWER)
    assert code(refused) == "notice_four_eyes"
    press.set_up(own_review=True)
    press.review(one.id, REVIEWER)
    assert press.view(one.id).authors == []


def test_an_old_version_comes_back_as_a_new_one_and_nothing_is_lost(press: Press) -> None:
    one = press.published(title="一")
    press.edit(one.id, title="二")
    assert press.shown()[0].title == "一", "what is shown stays while the next is written"
    press.again(one.id)
    assert press.shown()[0].title == "二"
    edition = press.view(one.id).edition
    press.desk.database.write(lambda w: service.restore(w, WRITER, one.id, edition, 1))
    now = press.view(one.id)
    assert (now.state, now.newest, now.versions[0].restored, now.live) == (State.DRAFT, 3, 1, 2)
    press.again(one.id)
    (seen,) = press.shown()
    assert (seen.title, seen.number) == ("一", 3)

    assert [version.content.title for version in press.view(one.id).versions] == ["一", "二", "一"]
    with pytest.raises(HallError) as refused:
        press.desk.database.write(lambda w: service.restore(w, WRITER, one.id, press.view(one.id).edition, 9))
    assert code(refused) == "notice_version_unknown"


def test_two_editors_do_not_write_over_each_other(press: Press) -> None:
    one = press.write()
    press.edit(one.id, title="先到")
    with pytest.raises(HallError) as refused:
        press.desk.database.write(lambda w: service.edit(w, REVIEWER, one.id, one.edition, one.versions[0].content))
    assert code(refused) == "changed_meanwhile"
    assert press.view(one.id).title == "先到"


def test_published_at_its_time_once_and_over_at_its_end(press: Press) -> None:
    clock, one = press.desk.clock, press.write()
    press.submit(one.id)
    press.review(one.id)
    begins, ends = clock.now + timedelta(hours=1), clock.now + timedelta(hours=2)
    assert press.publish(one.id, begins, ends).state is State.SCHEDULED
    assert press.desk.read(service.next_moment) == begins
    clock.forward(minutes=59)
    assert (press.tick(), press.shown()) == (0, [])
    clock.forward(minutes=1)
    # Two processes wake at the same moment: the second finds nothing left to do.
    assert (press.tick(), press.tick()) == (1, 0)
    assert len(press.told(service.PUBLISHED)) == 1 and press.view(one.id).state is State.PUBLISHED
    assert press.desk.read(service.next_moment) == ends
    clock.forward(hours=1)
    assert press.shown() == [], "over by the clock, whether or not anybody has ticked"
    assert (press.tick(), press.tick()) == (1, 0)
    assert press.view(one.id).state is State.EXPIRED and len(press.told(service.EXPIRED)) == 1
    assert press.desk.read(service.next_moment) is None


def test_what_is_over_before_the_server_came_back_is_told_to_nobody(press: Press) -> None:
    one = press.write()
    press.submit(one.id)
    press.review(one.id)
    now = press.desk.clock.now
    with pytest.raises(HallError) as refused:
        press.publish(one.id, now + timedelta(hours=2), now + timedelta(hours=1))
    assert code(refused) == "notice_until_wrong"
    press.publish(one.id, now + timedelta(hours=1), now + timedelta(hours=2))
    press.desk.clock.forward(hours=3)
    assert (press.tick(), press.told(service.PUBLISHED), press.view(one.id).state) == (1, [], State.DRAFT)


def test_one_that_can_not_be_shown_keeps_no_other_from_its_moment(press: Press) -> None:
    at = press.desk.clock.now + timedelta(minutes=1)
    bad, good = press.write(title="坏了"), press.write(title="好的")
    for one in (bad, good):
        press.submit(one.id)
        press.review(one.id)
        press.publish(one.id, at)

    def spoil(writer: Writer) -> None:
        writer.session.get_one(NoticeVersionRow, (bad.id, 1)).content = {"kind": "nonsense", "title": "坏了"}

    press.desk.database.write(spoil)
    press.desk.clock.forward(minutes=1)
    assert press.tick() == 1
    assert [seen.title for seen in press.shown()] == ["好的"] and len(press.told(service.PUBLISHED)) == 1


def test_the_clock_sleeps_until_the_next_moment_and_does_what_is_due(press: Press) -> None:
    clock, one = NoticeClock(press.desk.database, BASE), press.write()
    press.submit(one.id)
    press.review(one.id)
    press.publish(one.id, press.desk.clock.now + timedelta(seconds=7))
    assert 7 <= asyncio.run(clock.work()) < 8
    press.desk.clock.forward(seconds=7)
    # A second process wakes at the same moment, a third has just been started.
    clocks = [clock, *(NoticeClock(press.desk.database, BASE) for _ in range(3))]

    async def all_of_them() -> None:
        await asyncio.gather(*(one.work() for one in clocks))

    asyncio.run(all_of_them())
    assert press.view(one.id).state is State.PUBLISHED and len(press.told(service.PUBLISHED)) == 1


def test_retracted_everywhere_with_a_reason_and_written_anew(press: Press) -> None:
    one = press.published()
    with pytest.raises(HallError) as refused:
        press.retract(one.id, "")
    assert code(refused) == "notice_reason_missing"
    assert press.retract(one.id).state is State.RETRACTED
    assert press.shown() == [] and press.told(service.RETRACTED)[0]["number"] == 1
    assert press.edit(one.id, title="更正").state is State.DRAFT
    press.again(one.id)
    assert [seen.title for seen in press.shown()] == ["更正"]


def test_pinned_stand_first_in_their_order(press: Press) -> None:
    a, b, c = (press.published(title=title) for title in ("甲", "乙", "丙"))
    press.desk.clock.forward(minutes=1)
    d = press.published(title="丁")
    press.pin(a.id, 2)
    press.pin(b.id, 1)
    assert [seen.title for seen in press.shown()] == ["乙", "甲", "丁", "丙"]
    assert press.told(service.CHANGED)[-1]["shown"]["pin"] == 1
    press.pin(b.id, 0)
    assert press.shown()[0].title == "甲"
    assert {d.id, c.id} < {seen.id for seen in press.shown()}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (dict(body=" "), "notice_body_needed"),
        (dict(kind="video"), "notice_video_needed"),
        (dict(kind="picture", body=""), "notice_picture_needed"),
    ],
)
def test_what_is_incomplete_is_not_handed_in(press: Press, content: dict[str, str], why: str) -> None:
    one = press.write(**content)
    with pytest.raises(HallError) as refused:
        press.submit(one.id)
    assert code(refused) == why


def test_pictures_that_are_not_there_and_channels_that_are_off_are_refused(press: Press) -> None:
    with pytest.raises(HallError) as refused:
        press.write(body=f"![x]({'ee' * 32})")
    assert code(refused) == "notice_media_missing"
    with pytest.raises(HallError) as refused:
        press.write(channels=["weibo"])
    assert code(refused) == "notice_channel_off"


def test_what_a_notice_shows_is_known_to_whoever_keeps_it(press: Press) -> None:
    one = press.write(cover=COVER, body=f"见图\n\n![大门]({PICTURE})")

    def seen() -> list[bool]:
        return [press.desk.read(lambda r, media=media: shown.shows_media(r, media)) for media in (COVER, PICTURE)]

    assert seen() == [False, False], "a draft is for nobody"
    press.again(one.id)
    assert seen() == [True, True]
    press.edit(one.id, body="没有图了")
    assert press.desk.read(lambda r: views.with_media(r, PICTURE)) == [(one.id, "放假安排")], "the old one is shown"
    press.again(one.id)
    assert (seen(), press.desk.read(lambda r: views.with_media(r, PICTURE))) == ([True, False], [])
    press.retract(one.id)
    assert seen() == [False, False]


def test_the_list_counts_by_state(press: Press) -> None:
    press.published()
    press.write(title="草稿")
    found = press.desk.read(lambda r: views.entries(r, None))
    assert found.counts == {"published": 1, "draft": 1} and found.items[0].title == "草稿"
    assert [one.title for one in press.desk.read(lambda r: views.entries(r, "published")).items] == ["放假安排"]


def test_words_are_looked_for_before_anybody_reviews_it(press: Press) -> None:
    made = press.write(title="身分证办理", body="照常")
    with pytest.raises(HallError, match="notice_words_asked") as asked:
        press.submit(made.id)
    assert "身份证" in asked.value.params["places"] and "标题第 1 行" in asked.value.params["places"]
    press.desk.database.write(lambda w: service.submit(w, WRITER, made.id, made.edition, "", heeded=True))
    assert press.view(made.id).state == "in_review"
    wanted = NoticeWordsEdit(words=[NoticeWord(word="绝密", act="refuse")], version=0)
    press.desk.database.write(lambda w: words.put_words(w, WRITER.who, wanted))
    other = press.write(title="身分证", body="第一行\n\n绝 **密**文件")
    with pytest.raises(HallError, match="notice_words_refused") as refused:
        press.desk.database.write(lambda w: service.submit(w, WRITER, other.id, other.edition, "", heeded=True))
    assert "正文第 3 行" in refused.value.params["places"] and press.view(other.id).state == "draft"
    with pytest.raises(HallError, match="changed_meanwhile"):
        press.desk.database.write(lambda w: words.put_words(w, WRITER.who, wanted))


def test_thousands_of_notices_are_asked_for_a_picture_without_reading_them() -> None:
    """Everybody may ask, without a token, for each picture of a page."""
    body = "\n\n".join(f"**公告**，请大家[看](https://x.gov.cn/)。\n\n![图]({PICTURE})" for _ in range(80))
    contents = [NoticeContent(title=f"公告{number}", body=body, cover=COVER) for number in range(40)]

    def took(asked: Callable[[NoticeContent], object]) -> float:
        begun = thread_time()
        for content in contents:
            asked(content)
        return thread_time() - begun

    assert shows(contents[0], COVER) and shows(contents[0], PICTURE) and not shows(contents[0], "0" * 64)
    without = min(took(lambda content: shows(content, "0" * 64)) for _ in range(5))
    assert without < min(took(media_in) for _ in range(3)) / 5


@on_sqlite
def test_earlier_notices_are_pages_further_on(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "LENGTH", 2)
    made = []
    for number in range(5):
        press.desk.clock.forward(minutes=1)
        made.append(press.published(title=f"往期{number}").id)
    press.pin(made[0], 1)
    seen: list[list[str]] = []
    query: dict[str, str] | None = {"lang": "en"}
    while query is not None:
        _, found = press.call(pages.router, "GET", "/n", query)
        seen.append(re.findall(r"<strong>往期(.)</strong>", found))
        assert ("Back to the newest" in found) is ("after" in query)
        more = re.search(r'id="more" href="/n\?(.*?)"', found)
        query = dict(parse_qsl(more[1].replace("&amp;", "&"))) if more else None
        assert query is None or query["lang"] == "en"
    assert seen == [["0", "4"], ["3", "2"], ["1"]]
    # A cursor that is none, and one of a notice that is gone by now.
    press.retract(made[3])
    for wrong in ("x", str(made[3])):
        assert "往期4" in press.call(pages.router, "GET", "/n", {"after": wrong})[1]


@on_sqlite
def test_versions_come_in_parts(press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "VERSIONS", 3)
    one = press.write(title="第一")
    for number in range(2, 8):
        press.edit(one.id, title=f"第{number}")
    assert [version.number for version in press.view(one.id).versions] == [7, 6, 5]

    def before(number: int) -> list[tuple[int, str]]:
        found = press.desk.read(lambda r: views.versions(r, one.id, number))
        return [(version.number, version.content.title) for version in found]

    assert before(5) == [(4, "第4"), (3, "第3"), (2, "第2")] and before(2) == [(1, "第一")] and before(1) == []
