"""A notice at the official account and the microblog: once, whatever is lost on the way; taken back; told in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from server.features.notices.channels import wechat
from server.features.notices.settings import shown_settings
from server.features.notices.standing import ask_standing
from server.places import outside
from shared.domain.errors import HallError
from shared.domain.notices.outlets import OutletState
from shared.i18n import catalogue, languages
from shared.schemas.notices import NoticeSettings, NoticeView
from tests.fakes.engines import on_sqlite
from tests.fakes.wechat import APP_ID, SECRET, WechatAccount, official_account
from tests.fakes.weibo import TOKEN, Microblog, microblog
from tests.server.features.notices.conftest import COVER, PICTURE, Press

SUBMIT, SHARE = "/cgi-bin/freepublish/submit", "/2/statuses/share.json"
DELETE, DESTROY = "/cgi-bin/freepublish/delete", "/2/statuses/destroy.json"


@pytest.fixture
def account(press: Press) -> Iterator[WechatAccount]:
    with official_account() as made:
        rules = {"on": True, "address": made.address, "app_id": APP_ID}
        press.set_up(wechat=rules, wechat_secret=SECRET)
        yield made
        wechat._tokens.clear()


@pytest.fixture
def blog(press: Press) -> Iterator[Microblog]:
    with microblog() as made:
        press.set_up(weibo={"on": True, "address": made.address}, weibo_token=TOKEN)
        yield made


def out(press: Press, channel: str, **content: Any) -> NoticeView:
    return press.published(channels=[channel], cover=COVER, **content)


def later(press: Press, minutes: float = 10) -> None:
    press.desk.clock.forward(minutes=minutes)
    press.carry()


# The official account


def test_pictures_go_first_then_a_draft_then_its_publication(press: Press, account: WechatAccount) -> None:
    one = out(press, "wechat", body=f"见图\n\n![大门]({PICTURE})\n", summary="摘要")
    assert press.outlet(one.id).state is OutletState.WAITING and account.asked == []
    press.carry()
    found = press.outlet(one.id)
    assert (found.state, found.fault) == (OutletState.PUBLISHED, "")
    (article,) = account.published
    assert (article["title"], article["digest"], found.url) == ("放假安排", "摘要", article["url"])
    assert 'src="https://mmbiz.qpic.cn/' in article["content"] and PICTURE not in article["content"]
    assert article["content_source_url"] == f"http://hall/n/{one.id}?v=1"
    assert (account.given, press.carry()) == (1, 0)


def test_a_token_that_has_ended_is_fetched_anew(press: Press, account: WechatAccount) -> None:
    first = out(press, "wechat")
    press.carry()
    account.expire()
    second = out(press, "wechat", title="第二条")
    press.carry()
    assert [press.outlet(one.id).state for one in (first, second)] == [OutletState.PUBLISHED] * 2
    assert account.given == 2


def test_who_has_not_answered_is_asked_before_anything_is_sent_again(press: Press, account: WechatAccount) -> None:
    account.moods[SUBMIT] = ["silent"]
    one = out(press, "wechat")
    press.carry()
    assert (press.outlet(one.id).state, press.outlet(one.id).fault) == (OutletState.WAITING, "notice_channel_no_answer")
    later(press, 1)
    assert press.outlet(one.id).state is OutletState.PUBLISHED
    assert (len(account.published), account.asked.count(SUBMIT)) == (1, 1)


@pytest.mark.parametrize(
    ("path", "said", "submits"),
    [
        ("/cgi-bin/stable_token", {"access_token": "t"}, 1), ("/cgi-bin/draft/add", {}, 1),
        (SUBMIT, {"errcode": "?"}, 2), (SUBMIT, {}, 2),
        ("/cgi-bin/freepublish/get", {"publish_status": 0, "article_id": {}, "article_detail": []}, 1),
        ("/cgi-bin/freepublish/get",
         {"publish_status": 0, "article_id": "a", "article_detail": {"item": [{"article_url": "javascript:1"}]}}, 1),
    ],
)  # fmt: skip
@on_sqlite
def test_an_answer_nobody_can_read_is_told_in_words_and_sends_nothing_twice(
    press: Press, account: WechatAccount, path: str, said: dict[str, Any], submits: int
) -> None:
    account.moods[path] = [said]
    one = out(press, "wechat")
    press.carry()
    told = press.outlet(one.id)
    assert (told.fault, told.next_at is not None) == ("notice_channel_rubbish", True)
    assert all(f"errors.{told.fault}" in catalogue().keys(language) for language in languages())
    # Whether it was taken is not known: it is looked for first, as after a silence.
    press.desk.clock.forward(minutes=3)
    press.carry()
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED and len(account.published) == 1
    assert account.asked.count(SUBMIT) == submits


@on_sqlite
def test_a_rubbish_answer_of_the_microblog_is_told_in_words_too(press: Press, blog: Microblog) -> None:
    blog.moods[SHARE] = [{"idstr": None}]
    one = out(press, "weibo")
    press.carry()
    assert press.outlet(one.id).fault == "notice_channel_rubbish"
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED and len(blog.statuses) == 1
    blog.moods["/oauth2/get_token_info"] = [{"expire_in": 10**300}]
    assert ask_standing(press.desk.database, press.places)
    until = press.desk.read(shown_settings).weibo_until
    assert until is not None and until.year == 2036


@on_sqlite
def test_a_corrected_secret_counts_at_once(press: Press, account: WechatAccount) -> None:
    out(press, "wechat")
    press.carry()
    press.set_up(wechat_secret="mistyped")
    second = out(press, "wechat", title="第二条")
    press.carry()
    assert press.outlet(second.id).fault == "notice_wechat_account"
    press.set_up(wechat_secret=SECRET)
    press.retry(second.id)
    press.carry()
    assert press.outlet(second.id).state is OutletState.PUBLISHED


@on_sqlite
def test_a_clock_that_ran_ahead_keeps_nothing_from_its_channel(press: Press, account: WechatAccount) -> None:
    press.desk.clock.forward(days=300)
    account.moods[SUBMIT] = ["lost"]
    one = out(press, "wechat")
    press.carry()
    press.desk.clock.forward(days=-300)
    # When it was begun is not known any more: the account has its time to find it, and then it is sent again.
    press.carry()
    assert (press.outlet(one.id).state, press.outlet(one.id).fault) == (OutletState.SENT, "notice_outlet_unsure")
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED and len(account.published) == 1


def test_what_never_arrived_is_sent_again_after_a_while(press: Press, account: WechatAccount) -> None:
    account.moods[SUBMIT] = ["lost"]
    one = out(press, "wechat")
    press.carry()
    later(press, 0.5)
    assert press.outlet(one.id).fault == "notice_outlet_unsure" and account.asked.count(SUBMIT) == 1
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED
    assert (len(account.published), account.asked.count(SUBMIT)) == (1, 2)


def test_under_way_is_told_and_asked_again(press: Press, account: WechatAccount) -> None:
    account.outcome = 1
    one = out(press, "wechat")
    press.carry()
    assert (press.outlet(one.id).state, press.outlet(one.id).fault) == (OutletState.SENT, "notice_outlet_under_way")
    account.finish()
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED and account.asked.count(SUBMIT) == 1


@pytest.mark.parametrize(
    ("mood", "fault"),
    [(48001, "notice_wechat_not_permitted"), (40164, "notice_wechat_address"), (53503, "notice_wechat_checked")],
)
def test_what_the_account_refuses_waits_for_somebody(
    press: Press, account: WechatAccount, mood: int, fault: str
) -> None:
    account.moods[SUBMIT] = [mood]
    one = out(press, "wechat")
    press.carry()
    found = press.outlet(one.id)
    assert (found.state, found.fault, found.detail, found.may_retry) == (
        OutletState.FAILED, fault, {"number": str(mood)}, True,
    )  # fmt: skip
    later(press, 600)
    assert account.asked.count(SUBMIT) == 1, "not by itself"
    press.retry(one.id)
    press.carry()
    assert press.outlet(one.id).state is OutletState.PUBLISHED and len(account.published) == 1


def test_too_often_is_tried_again_by_itself(press: Press, account: WechatAccount) -> None:
    account.moods["/cgi-bin/draft/add"] = [45009]
    one = out(press, "wechat")
    press.carry()
    found = press.outlet(one.id)
    assert (found.state, found.fault) == (OutletState.WAITING, "notice_channel_busy") and found.next_at is not None
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED


def test_a_review_there_that_fails_is_told_and_can_be_tried_anew(press: Press, account: WechatAccount) -> None:
    account.outcome = 4
    one = out(press, "wechat")
    press.carry()
    assert (press.outlet(one.id).state, press.outlet(one.id).fault) == (OutletState.FAILED, "notice_wechat_status_4")
    account.outcome = 0
    press.retry(one.id)
    press.carry()
    assert press.outlet(one.id).state is OutletState.PUBLISHED


def test_a_refusal_while_it_is_asked_after_makes_no_second_one(press: Press, account: WechatAccount) -> None:
    """Bug: trying it anew by hand began from the start, though the first was under way."""
    account.outcome = 1
    account.moods["/cgi-bin/freepublish/get"] = [48001]
    one = out(press, "wechat")
    press.carry()
    assert press.outlet(one.id).state is OutletState.FAILED
    press.retry(one.id)
    account.finish()
    press.carry()
    assert press.outlet(one.id).state is OutletState.PUBLISHED
    assert (len(account.published), account.asked.count(SUBMIT)) == (1, 1)


def test_trouble_at_the_account_is_as_good_as_silence(press: Press, account: WechatAccount) -> None:
    account.moods[SUBMIT] = [-1]
    one = out(press, "wechat")
    press.carry()
    later(press, 0.5)
    assert press.outlet(one.id).fault == "notice_outlet_unsure"
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED and len(account.published) == 1


def test_a_wrong_secret_is_told(press: Press, account: WechatAccount) -> None:
    press.set_up(wechat_secret="wrong")
    one = out(press, "wechat")
    press.carry()
    assert press.outlet(one.id).fault == "notice_wechat_account"
    with press.desk.database.engine.connect() as connection:
        kept = str([connection.exec_driver_sql(f"SELECT * FROM {t}").all() for t in ("notice_settings", "audit")])
    assert "wrong" not in kept


def test_retracted_there_too_even_when_the_answer_was_lost(press: Press, account: WechatAccount) -> None:
    one = out(press, "wechat")
    press.carry()
    account.moods[DELETE] = ["silent"]
    press.retract(one.id)
    press.carry()
    assert press.outlet(one.id).state is OutletState.RETRACTING and account.published == []
    later(press)
    assert press.outlet(one.id).state is OutletState.RETRACTED


def test_retracted_after_a_silence_whatever_became_of_it(press: Press, account: WechatAccount) -> None:
    account.moods[SUBMIT] = ["silent", "lost"]
    there = out(press, "wechat")
    press.carry()
    nowhere = out(press, "wechat", title="没有到")
    press.carry()
    for one in (there, nowhere):
        press.retract(one.id)
    press.carry()
    later(press)
    assert [press.outlet(one.id).state for one in (there, nowhere)] == [OutletState.RETRACTED] * 2
    assert account.published == [] and account.drafts == {}
    later(press, 600)
    assert account.published == []


def test_a_new_version_takes_the_place_of_the_old_one(press: Press, account: WechatAccount) -> None:
    one = out(press, "wechat")
    press.carry()
    press.edit(one.id, body="改为**九日**。")
    press.again(one.id)
    press.carry()
    later(press)
    assert [press.outlet(one.id, n).state for n in (1, 2)] == [OutletState.RETRACTED, OutletState.PUBLISHED]
    (article,) = account.published
    assert "九日" in article["content"]


def test_what_was_retracted_before_it_left_never_leaves(press: Press, account: WechatAccount) -> None:
    one = out(press, "wechat")
    press.retract(one.id)
    press.carry()
    later(press)
    assert press.outlet(one.id).state is OutletState.RETRACTED and account.asked == []


# The microblog


def test_a_short_text_with_link_and_picture(press: Press, blog: Microblog) -> None:
    one = out(press, "weibo", summary="长" * 120)
    press.carry()
    found, (status,) = press.outlet(one.id), blog.statuses.values()
    assert (found.state, found.url) == (OutletState.PUBLISHED, f"https://m.weibo.cn/status/{status['idstr']}")
    assert status["source"].startswith("【放假安排】长长") and f"http://hall/n/{one.id}?v=1" in status["source"]
    assert status["pic"] == press.files[COVER].content


def test_once_also_when_the_answer_was_lost(press: Press, blog: Microblog) -> None:
    blog.moods[SHARE] = ["silent"]
    one = out(press, "weibo")
    press.carry()
    assert press.outlet(one.id).state is OutletState.WAITING and len(blog.statuses) == 1
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED
    assert (len(blog.statuses), blog.asked.count(SHARE)) == (1, 1)
    other = out(press, "weibo", summary="第二条说同样的话")
    blog.moods[SHARE] = ["lost"]
    press.carry()
    later(press)
    assert press.outlet(other.id).state is OutletState.PUBLISHED and len(blog.statuses) == 2


@pytest.mark.parametrize(
    ("mood", "state", "fault"),
    [
        (21327, OutletState.FAILED, "notice_weibo_token"),
        (10017, OutletState.FAILED, "notice_weibo_domain"),
        (21321, OutletState.FAILED, "notice_weibo_unreviewed"),
        (10023, OutletState.WAITING, "notice_channel_busy"),
        (20999, OutletState.FAILED, "notice_channel_refused"),
    ],
)
def test_its_errors_in_words(press: Press, blog: Microblog, mood: int, state: OutletState, fault: str) -> None:
    blog.moods[SHARE] = [mood]
    one = out(press, "weibo")
    press.carry()
    assert (press.outlet(one.id).state, press.outlet(one.id).fault) == (state, fault)
    assert all(catalogue().template(f"errors.{fault}", code) for code in languages())


def test_one_channel_is_taken_back_and_the_notice_stays(press: Press, blog: Microblog) -> None:
    one = out(press, "weibo")
    press.carry()
    blog.moods[DESTROY] = ["silent"]
    press.take_back(one.id)
    press.carry()
    later(press)
    assert press.outlet(one.id).state is OutletState.RETRACTED and blog.statuses == {}
    assert len(press.shown()) == 1


def test_the_same_words_again_are_a_status_of_their_own(press: Press, blog: Microblog) -> None:
    """A new version whose title and summary are the old one's: the old status goes, then the new one comes."""
    one = out(press, "weibo")
    press.carry()
    press.edit(one.id, body="正文改了，标题没有。")
    press.again(one.id)
    press.carry()
    later(press)
    assert [press.outlet(one.id, n).state for n in (1, 2)] == [OutletState.RETRACTED, OutletState.PUBLISHED]
    (status,) = blog.statuses.values()
    assert "?v=2" in status["source"]


def test_who_can_not_be_reached_at_all_is_given_up_and_tried_again_by_hand(press: Press, blog: Microblog) -> None:
    blog.moods[SHARE] = ["lost"] * 20
    one = out(press, "weibo")
    for _ in range(12):
        later(press, 120)
    found = press.outlet(one.id)
    assert (found.state, found.may_retry) == (OutletState.FAILED, True)
    blog.moods.clear()
    press.retry(one.id)
    press.carry()
    assert press.outlet(one.id).state is OutletState.PUBLISHED and len(blog.statuses) == 1


def test_a_channel_that_was_switched_off_meanwhile_sends_nothing_and_says_so(press: Press, blog: Microblog) -> None:
    one = out(press, "weibo")
    press.set_up(weibo={"on": False, "address": blog.address})
    press.carry()
    assert (press.outlet(one.id).state, press.outlet(one.id).fault) == (OutletState.FAILED, "notice_channel_off")
    assert blog.asked == []


def test_both_at_the_same_moment_and_a_secret_goes_to_no_new_address(
    press: Press, blog: Microblog, account: WechatAccount
) -> None:
    press.published(channels=["weibo", "wechat"], cover=COVER)
    press.carry()
    assert len(blog.statuses) == len(account.published) == 1
    with pytest.raises(HallError, match="upstream_secret_needed"):
        press.set_up(weibo={"on": True, "address": "https://evil.example"})
    with pytest.raises(HallError, match="upstream_address_here"):
        press.set_up(base="https://hall.gov.cn", weibo={"on": True, "address": "http://127.0.0.1:1"}, weibo_token="x")


@pytest.mark.parametrize("channel", ["wechat", "weibo"])
@on_sqlite
def test_a_name_that_comes_to_lead_to_this_machine_is_not_followed(
    press: Press, account: WechatAccount, blog: Microblog, channel: str
) -> None:
    press.places = outside("https://hall.gov.cn", names=lambda host, port: ["127.0.0.1"])
    one = out(press, channel)
    press.carry()
    assert press.outlet(one.id).fault == "upstream_address_here"
    assert account.asked == [] and blog.asked == []


@on_sqlite
def test_what_waits_for_its_next_try_is_tried_now_and_begins_anew(press: Press, account: WechatAccount) -> None:
    account.moods["/cgi-bin/draft/add"] = ["lost"] * 2
    one = out(press, "wechat")
    assert not press.outlet(one.id).may_retry, "it was not tried yet"
    press.carry()
    press.retry(one.id)
    assert press.carry() == 1
    told = press.outlet(one.id)
    assert (told.fault, told.attempts, told.may_retry) == ("notice_channel_no_answer", 1, True)
    press.retry(one.id)
    press.carry()
    assert press.outlet(one.id).state is OutletState.PUBLISHED and not press.outlet(one.id).may_retry
    # The delivery it has taken the place of does nothing more.
    press.desk.clock.forward(hours=2)
    assert press.carry() == 0 and len(account.published) == 1


@pytest.mark.parametrize(
    ("mood", "fault"),
    [(40125, "notice_wechat_account"), (48001, "notice_wechat_not_permitted"), (40164, "notice_wechat_address")],
)
@on_sqlite
def test_an_account_that_takes_us_no_more_is_told_before_a_notice_fails(
    press: Press, account: WechatAccount, mood: int, fault: str
) -> None:
    def told() -> str:
        return press.desk.read(shown_settings).wechat_fault  # type: ignore[no-any-return]

    database, path = press.desk.database, "/cgi-bin/freepublish/batchget"
    assert ask_standing(database, press.places) and told() == "" and not ask_standing(database, press.places)
    press.desk.clock.forward(hours=7)
    account.moods[path] = [mood, "lost"]
    assert ask_standing(database, press.places) and told() == fault
    # A silence says nothing; once it is mended there, that is seen soon.
    press.desk.clock.forward(minutes=11)
    assert ask_standing(database, press.places) and told() == fault
    press.desk.clock.forward(minutes=11)
    assert ask_standing(database, press.places) and told() == ""
    # A notice that is refused asks at once.
    account.moods[SUBMIT] = [48001]
    out(press, "wechat")
    press.carry()
    account.moods[path] = [48001]
    assert ask_standing(database, press.places) and told() == "notice_wechat_not_permitted"
    press.set_up(wechat_secret=SECRET)
    assert told() == ""


# How long the token lives


def test_how_long_the_token_lives_is_asked_there_and_told(press: Press, blog: Microblog) -> None:
    def told() -> NoticeSettings:
        return press.desk.read(shown_settings)  # type: ignore[no-any-return]

    database, now = press.desk.database, press.desk.clock.now
    assert told().weibo_until is None
    assert ask_standing(database, press.places) and told().weibo_until == now + timedelta(days=5)
    # Not again before it is time to; a silence then leaves what is known, and is made up for soon.
    assert not ask_standing(database, press.places)
    press.desk.clock.forward(hours=7)
    blog.moods["/oauth2/get_token_info"] = ["lost"]
    assert ask_standing(database, press.places)
    assert (told().weibo_until, told().weibo_fault) == (now + timedelta(days=5), "notice_channel_no_answer")
    press.desk.clock.forward(minutes=11)
    blog.moods["/oauth2/get_token_info"] = [21327]
    assert ask_standing(database, press.places)
    assert (told().weibo_until, told().weibo_fault) == (None, "notice_weibo_token")
    # A new one is asked about at once.
    press.set_up(weibo_token=TOKEN)
    assert told().weibo_fault == "" and ask_standing(database, press.places) and told().weibo_until is not None
