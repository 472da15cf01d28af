"""How the hall stands with its channels: rubbish for an answer, clocks that were set, secrets that are good no more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from server.features.notices.settings import shown_settings
from server.features.notices.standing import ask_standing
from server.places import outside
from shared.domain.notices.outlets import OutletState
from shared.i18n import catalogue, languages
from shared.schemas.notices import NoticeSettings
from tests.fakes.engines import on_sqlite
from tests.fakes.wechat import SECRET, WechatAccount
from tests.fakes.weibo import TOKEN, Microblog
from tests.server.features.notices.conftest import Press, later, out

SUBMIT, SHARE = "/cgi-bin/freepublish/submit", "/2/statuses/share.json"


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
