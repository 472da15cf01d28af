"""The messages page: tried, read in words, set up and refused in words; who may only look changes nothing."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QTabWidget

from admin_app.features.messages.rules import edit_of, fault_words, flat
from server.features.messages.kinds import KINDS
from shared.i18n import catalogue, languages
from shared.schemas.access import Me
from shared.schemas.messages import Gateway, MessageEntry, MessageSettings, MessageSettingsEdit
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


def test_settings_are_the_same_after_the_form() -> None:
    gateway = Gateway(address="https://sms.example", headers={"X-A": "b: c", "X-D": "{secret}"}, ok_path="code")
    before = MessageSettings(channel="http", gateway=gateway, templates={"near": {"zh": "x"}}, version=3)  # type: ignore[dict-item]
    edit = MessageSettingsEdit.model_validate(edit_of(flat(before), {"near": ("x", ""), "called": ("", " ")}, 3))
    assert edit.model_dump(exclude={"secret"}) == before.model_dump(exclude={"has_secret"})
    assert edit.secret is None


def test_every_kind_has_a_name_and_a_fault_is_told_in_words() -> None:
    keys = [f"messages.kind.{kind}" for kind in KINDS]
    assert [key for key in keys for code in languages() if catalogue().template(key, code) is None] == []
    entry = MessageEntry.model_validate(
        dict(id="0" * 32, kind="near", phone_masked="", language="en", state="waiting", attempts=1, done_at=None,
             made_at="2026-01-01T00:00:00Z", next_at=None, fault="message_refused {'answered': 500}", again=False)
    )  # fmt: skip
    assert "500" in fault_words(entry, "en") and "{" not in fault_words(entry, "zh-CN")
    assert fault_words(entry.model_copy(update={"fault": "ValueError"}), "en") == "ValueError"


def test_tried_set_up_and_refused_in_words(console: Console, shared_hall: RunningHall) -> None:
    client, app = shared_hall.client("admin", "messages"), console.app.messages
    before = client.message_settings()
    console.app.frame.open("messages", "")
    console.wait(lambda: app.state.loaded and app.state.listed and app.state.may_change and not app.state.busy)
    table = console.find(SearchableTable, "messages_table")
    console.type("test_phone", "12345")
    console.click("test_send")
    console.wait(lambda: "手机号" in app.state.problem)
    console.type("test_phone", "13800138066")
    console.click("test_send")
    console.wait(lambda: any(row["phone"] == "138****8066" and row["state"] == "done" for row in table.shown_rows()))
    console.type("refuse_phone", "13800138066")
    console.click("refuse_on")
    console.wait(lambda: "登记" in app.state.told)
    console.click("test_send")
    console.wait(lambda: "不接收" in app.state.problem)
    console.click("refuse_off")
    console.wait(lambda: "恢复" in app.state.told)
    # The channel: what is wrong is told, and nothing of it is kept.
    console.find(QTabWidget, "messages_tabs").setCurrentIndex(1)
    channel = console.find(QComboBox, "message_channel")
    channel.setCurrentIndex(channel.findData("http"))
    for address, told in (("http://sms.example/x", "https"), ("", "https")):
        console.find(QLineEdit, "message_address").setText(address)
        console.click("messages_save")
        console.wait(lambda told=told: told in app.state.problem and not app.state.busy)  # type: ignore[misc]
    console.find(QPlainTextEdit, "message_headers").setPlainText("nonsense")
    console.click("messages_save")
    assert "nonsense" in app.state.problem
    assert client.message_settings() == before
    channel.setCurrentIndex(channel.findData("file"))
    console.find(QPlainTextEdit, "message_headers").clear()
    console.find(QSpinBox, "message_near_ahead").setValue(5)
    console.find(QTabWidget, "messages_tabs").setCurrentIndex(2)
    console.find(QPlainTextEdit, "words_zh").setPlainText("请回来，{number}")
    console.click("messages_save")
    console.wait(lambda: "已保存" in app.state.told)
    kept = client.message_settings()
    assert (kept.near_ahead, kept.templates["near"].zh, kept.channel) == (5, "请回来，{number}", "file")
    client.set_message_settings(
        MessageSettingsEdit.model_validate(before.model_dump() | {"version": kept.version, "secret": None})
    )
    console.click("messages_reload")
    console.wait(lambda: app.state.loaded and not app.state.busy and not app.state.words)
    app.set_me(Me(kind="user", name="x", permissions=["messages:view"]))
    assert not console.there("messages_save") and not console.find(QPlainTextEdit, "words_zh").isEnabled()
    app.set_me(Me(kind="user", name="x", permissions=["messages:view", "messages:change"]))
    console.find(QTabWidget, "messages_tabs").setCurrentIndex(0)
