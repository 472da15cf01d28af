"""Notices in the console: written beside their preview, reviewed, published, rolled back, followed outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QPushButton, QTabWidget

from admin_app.features.notices.preview_view import SURFACES, Preview
from admin_app.features.notices.publish_view import SECRETS, edit_of
from admin_app.features.notices.words_view import wechat_words
from shared.client.hall_client import HallClient
from shared.schemas.access import Me
from shared.schemas.notices import NoticeContent, NoticePublish, NoticeSettings, NoticeSettingsEdit
from shared.ui.widgets import SearchableTable
from tests.admin_app.choosing import take_media
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.pictures import upload_picture
from tests.fakes.weibo import TOKEN, Microblog, microblog

ALL_RIGHTS = ("notices:write", "notices:review", "notices:publish", "notices.channels:change")


@pytest.fixture
def client(shared_hall: RunningHall) -> HallClient:
    return shared_hall.client("admin", "notices")


@pytest.fixture
def blog(client: HallClient) -> Iterator[Microblog]:
    with microblog() as made:
        made.domain = "127.0.0.1"
        now = client.notice_settings()
        wanted = now.model_dump() | {"own_review": True, "weibo": {"on": True, "address": made.address}}
        client.set_notice_settings(NoticeSettingsEdit.model_validate(wanted | {"weibo_token": TOKEN}))
        yield made
        now = client.notice_settings()
        off = now.model_dump() | {"weibo": {"on": False, "address": made.address}, "weibo_token": ""}
        client.set_notice_settings(NoticeSettingsEdit.model_validate(off))


def test_a_callback_token_without_a_key_is_the_plain_mode() -> None:
    plain = dict.fromkeys(
        (
            "own_review", "link_base", "wechat_on", "wechat_address", "wechat_app_id", "wechat_author", "weibo_on",
            "weibo_address", *SECRETS,
        ),
        "",
    )  # fmt: skip
    kept = edit_of(plain, 1)
    assert {kept[name] for name in SECRETS} == {None}
    given = edit_of(plain | {"wechat_callback_token": "abc"}, 1)
    assert (given["wechat_callback_token"], given["wechat_callback_key"]) == ("abc", "")


def test_why_the_account_takes_nothing_stands_above_the_notices() -> None:
    told = NoticeSettings.model_validate({"wechat": {"on": True}, "wechat_fault": "notice_wechat_address"})
    assert "IP 白名单" in wechat_words(told, "zh-CN")
    for fault, words in (("", ""), ("notice_channel_no_answer", ""), ("notice_channel_refused", "不接受")):
        found = wechat_words(told.model_copy(update={"wechat_fault": fault}), "zh-CN")
        assert words in found and bool(found) is bool(words)


def test_from_an_empty_sheet_to_every_screen_and_back(console: Console, blog: Microblog) -> None:
    app = console.app.notices
    console.app.frame.open("notices", "")
    console.wait(lambda: app.state.listed and app.state.settings is not None and "notices:publish" in app.state.rights)
    console.click("notices_new")
    console.wait(lambda: console.there("notice_save") and not app.state.busy)
    assert not console.there("notice_publish")
    console.find(QPushButton, "notice_save").click()
    assert "标题" in app.state.problem
    console.type("notice_title", "国庆放假")
    console.find(QPlainTextEdit, "notice_body").setPlainText("# 时间\n\n十月**一日**起")
    preview = console.find(Preview, "notice_preview")
    for surface in SURFACES:
        console.click(f"notice_surface_{surface}")
        assert "国庆放假" in preview.words and "**" not in preview.words
    console.find(QCheckBox, "notice_weibo").setChecked(True)
    console.click("notice_submit")
    console.wait(lambda: app.state.one is not None and app.state.one.state == "in_review" and not app.state.busy)
    assert not console.there("notice_save") and console.there("notice_approve")
    console.click("notice_approve")
    console.wait(lambda: app.state.may("publish") and not app.state.busy)
    console.click("notice_publish")
    console.click("publish_dialog_go")
    console.wait(lambda: app.state.one is not None and app.state.one.state == "published")
    console.wait(lambda: [one.state for one in app.state.one.outlet_list] == ["published"])  # type: ignore[union-attr]
    assert len(blog.statuses) == 1
    # An old version again.
    console.find(QPlainTextEdit, "notice_body").setPlainText("改过的")
    console.click("notice_save")
    console.wait(lambda: app.state.one is not None and app.state.one.newest == 2 and not app.state.busy)
    console.find(QTabWidget, "notice_tabs").setCurrentIndex(1)
    console.find(SearchableTable, "versions_table").view.selectRow(1)
    console.click("version_restore")
    console.wait(lambda: app.state.one is not None and app.state.one.newest == 3 and not app.state.busy)
    assert "时间" in console.find(QPlainTextEdit, "notice_body").toPlainText()
    # Taken back, with a reason.
    console.click("notice_retract")
    console.type("retract_reason", "日期有误")
    console.click("retract_go")
    console.wait(lambda: app.state.one is not None and app.state.one.live is None)
    console.wait(lambda: not blog.statuses)


def test_a_channel_that_fails_says_why_and_is_tried_again(
    console: Console, client: HallClient, blog: Microblog
) -> None:
    blog.moods["/2/statuses/share.json"] = [21327]
    one = client.add_notice(NoticeContent(title="渠道出错", body="正文", channels=["weibo"]))
    for act in ("submit", "approve"):
        one = client.step_notice(one.id, act, one.edition)
    client.publish_notice(one.id, NoticePublish(edition=one.edition))
    app = console.app.notices
    console.app.frame.open("notices", "")
    console.wait(lambda: any(row["title"] == "渠道出错" and row["trouble"] for row in app.state.rows))
    app.open(str(one.id))
    console.wait(lambda: app.state.one is not None and app.state.one.id == one.id and not app.state.busy)
    console.find(QTabWidget, "notice_tabs").setCurrentIndex(2)
    console.find(SearchableTable, "outlets_table").view.selectRow(0)
    assert "授权" in console.text("outlet_why")
    console.click("outlet_retry")
    console.wait(lambda: app.state.one is not None and [o.state for o in app.state.one.outlet_list] == ["published"])
    assert len(blog.statuses) == 1
    app.set_me(Me(kind="user", name="x", permissions=["notices:view"]))
    for name in ("notices_new", "notices_channels", "notice_save", "notice_retract", "outlet_retry"):
        assert not console.there(name)
    app.set_me(Me(kind="user", name="x", permissions=["notices:view", *ALL_RIGHTS]))


def test_what_is_typed_is_lost_only_by_somebodys_word(console: Console, blog: Microblog) -> None:
    app = console.app.notices
    console.app.frame.open("notices", "")
    console.wait(lambda: app.state.listed and "notices:write" in app.state.rights)
    console.click("notices_new")
    console.type("notice_title", "没有保存")
    console.click("notices_new")
    console.click("leave_keep")
    assert console.find(Preview, "notice_preview").words.count("没有保存") == 1
    console.click("notices_new")
    console.click("leave_drop")
    assert "没有保存" not in console.find(Preview, "notice_preview").words


def test_what_others_do_is_seen_without_asking(console: Console, client: HallClient, blog: Microblog) -> None:
    app = console.app.notices
    console.app.frame.open("notices", "")
    console.wait(lambda: app.state.listed and not app.state.busy)
    one = client.add_notice(NoticeContent(title="别人写的", body="正文"))
    console.wait(lambda: any(row["id"] == str(one.id) for row in app.state.rows))
    app.open(str(one.id))
    console.wait(lambda: app.state.one is not None and app.state.one.id == one.id)
    console.find(QPlainTextEdit, "notice_body").setPlainText("正在写")
    client.step_notice(one.id, "submit", one.edition)
    console.wait(lambda: app.state.one is not None and app.state.one.state == "in_review")
    assert console.there("notice_approve"), "the one that is open follows too"


def test_pictures_are_chosen_by_their_names(console: Console, client: HallClient, blog: Microblog) -> None:
    sha256, other = upload_picture(client, "大厅正门.png", 330), upload_picture(client, "地图.png", 340)
    app = console.app.notices
    console.app.frame.open("notices", "")
    console.wait(lambda: app.state.listed and "notices:write" in app.state.rights)
    console.click("notices_new")
    if console.there("leave_drop"):  # what another test has typed
        console.click("leave_drop")
    console.wait(lambda: console.there("notice_save") and not app.state.busy)
    console.type("notice_title", "新大厅启用")
    choose = console.find(QPushButton, "notice_cover_choose")
    console.wait(choose.isEnabled)
    choose.click()
    take_media(console, "dtzm", "大厅正门.png")
    assert "大厅正门.png" in choose.text()
    body = console.find(QPlainTextEdit, "notice_body")
    body.setPlainText("路线见图。")
    console.find(QPushButton, "notice_mark_picture").click()
    take_media(console, "地图", "地图.png")
    assert body.toPlainText().strip().endswith(f"![地图]({other})")
    console.click("notice_save")
    console.wait(lambda: app.state.one is not None and app.state.one.versions != [] and not app.state.busy)
    assert app.state.one is not None and app.state.one.versions[0].content.cover == sha256
    console.find(QPushButton, "notice_cover_clear").click()
    assert not console.there("notice_cover_clear")
