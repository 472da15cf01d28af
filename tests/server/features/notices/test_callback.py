"""The official account tells that a publication is done: it is asked at once, and nobody else is believed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.features.notices.callback import PATH, _NotTheirsError, opened, read, router
from server.features.notices.channels import wechat
from server.features.notices.settings import shown_settings
from shared.domain.notices.outlets import OutletState
from tests.fakes.engines import on_sqlite
from tests.fakes.wechat import APP_ID, SECRET, WechatAccount, official_account
from tests.server.features.notices.conftest import COVER, Press

TOKEN, KEY = "callbackToken1", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@pytest.fixture
def account(press: Press) -> Iterator[WechatAccount]:
    with official_account() as made:
        rules = {"on": True, "address": made.address, "app_id": APP_ID}
        press.set_up(wechat=rules, wechat_secret=SECRET, wechat_callback_token=TOKEN)
        yield made
        wechat._tokens.clear()


def call(press: Press, method: str, query: dict[str, str], body: bytes = b"") -> tuple[int, str]:
    return press.call(router, method, PATH, query, body)


@pytest.mark.parametrize("key", ["", KEY])
@on_sqlite
def test_what_is_told_is_asked_at_once(press: Press, account: WechatAccount, key: str) -> None:
    press.set_up(wechat_callback_key=key)
    account.outcome = 1
    one = press.published(channels=["wechat"], cover=COVER)
    press.carry()
    assert press.outlet(one.id).state is OutletState.SENT
    account.finish()
    assert press.carry() == 0, "it would be asked later"
    assert call(press, "POST", *account.push(TOKEN, "SOMETHING_ELSE", key)) == (200, "success") and press.carry() == 0
    for token, query, body in (("another", *account.push("another", key=key)), (TOKEN, {}, account.push(TOKEN)[1])):
        assert call(press, "POST", query, body)[0] == 403, token
    assert press.carry() == 0
    attempts = press.outlet(one.id).attempts
    assert call(press, "POST", *account.push(TOKEN, key=key)) == (200, "success")
    assert press.carry() == 1 and press.outlet(one.id).state is OutletState.PUBLISHED
    assert press.outlet(one.id).attempts == attempts
    # Told again, and of something nobody waits for: no question more.
    asked = len(account.asked)
    assert call(press, "POST", *account.push(TOKEN, key=key)) == (200, "success")
    assert press.carry() == 0 and len(account.asked) == asked


@on_sqlite
def test_where_a_key_was_agreed_on_what_is_plain_is_nobodys(press: Press, account: WechatAccount) -> None:
    press.set_up(wechat_callback_key=KEY)
    account.outcome = 1
    press.published(channels=["wechat"], cover=COVER)
    press.carry()
    assert call(press, "POST", *account.push(TOKEN))[0] == 403
    query, body = account.push(TOKEN, key=KEY)
    assert call(press, "POST", query | {"msg_signature": query["signature"]}, body)[0] == 403
    assert call(press, "POST", *account.push(TOKEN, key=KEY[::-1]))[0] == 403


@on_sqlite
def test_the_address_is_agreed_on_and_no_longer_without_a_token(press: Press, account: WechatAccount) -> None:
    account.tasks["1"] = {"status": 0, "article": "a"}
    query, _ = account.push(TOKEN)
    assert call(press, "GET", query | {"echostr": "8461"}) == (200, "8461")
    assert call(press, "GET", query | {"nonce": "2", "echostr": "8461"})[0] == 403
    assert press.desk.read(shown_settings).has_wechat_callback
    press.set_up(wechat_callback_token="")
    assert not press.desk.read(shown_settings).has_wechat_callback
    assert call(press, "GET", query | {"echostr": "8461"})[0] == 403
    # An empty token signs nothing either.
    assert call(press, "GET", account.push("")[0] | {"echostr": "8461"})[0] == 403


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<xml>", b"no xml", b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><xml/>', b"<a>" * 5_000, b"\xff\xfe<xml/>", b"<xml>&nbsp;</xml>",
        b'<?xml version="1.0" encoding="no-such"?><xml/>',
    ],
)  # fmt: skip
def test_xml_that_would_do_more_than_tell_is_refused(body: bytes) -> None:
    with pytest.raises(_NotTheirsError):
        read(body)


@pytest.mark.parametrize("sealed", ["", "AAAA", "!", "A" * 64, "é"])
def test_what_was_not_enciphered_with_the_key_is_refused(sealed: str) -> None:
    with pytest.raises(_NotTheirsError):
        opened(sealed, KEY, APP_ID)
