"""A notice at the official account and the microblog: once, whatever is lost on the way; taken back; told in words."""

from __future__ import annotations

import pytest

from server.features.notices.carrying import Remembered
from server.features.notices.models import NoticeOutletRow
from shared.domain.errors import HallError
from shared.domain.notices.outlets import OutletState
from shared.i18n import catalogue, languages
from tests.fakes.wechat import WechatAccount
from tests.fakes.weibo import Microblog
from tests.server.features.notices.conftest import COVER, PICTURE, Press, later, out

SUBMIT, SHARE = "/cgi-bin/freepublish/submit", "/2/statuses/share.json"
DELETE, DESTROY = "/cgi-bin/freepublish/delete", "/2/statuses/destroy.json"


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


def test_what_never_arrived_is_sent_again_after_a_while(press: Press, account: WechatAccount) -> None:
    account.moods[SUBMIT] = ["lost"]
    one = out(press, "wechat")
    press.carry()
    later(press, 0.5)
    assert press.outlet(one.id).fault == "notice_outlet_unsure" and account.asked.count(SUBMIT) == 1
    later(press)
    assert press.outlet(one.id).state is OutletState.PUBLISHED
    assert (len(account.published), account.asked.count(SUBMIT)) == (1, 2)


def test_of_two_that_have_it_in_hand_the_first_sends_and_its_draft_is_remembered(
    press: Press, account: WechatAccount
) -> None:
    id_ = press.outlet(out(press, "wechat").id).id
    slow, fast = (
        Remembered(press.desk.database, id_, {}, "", None, press.desk.clock.now, wanted=True) for _ in range(2)
    )
    fast.note(draft="fast")
    slow.note(draft="slow")
    fast.begin()
    with pytest.raises(HallError, match="notice_outlet_unsure"):
        slow.begin()
    assert press.desk.read(lambda r: r.session.get_one(NoticeOutletRow, id_).progress) == {"draft": "fast"}


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
