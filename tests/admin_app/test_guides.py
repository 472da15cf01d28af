"""The guides page: read, linked, brought in from a file and from an item system, departments described."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QPushButton, QTabWidget

from admin_app.features.guides.rows import leaders_of, leaders_text
from shared.domain.errors import HallError
from shared.domain.guides import AUDIENCES, KINDS, OUTCOMES
from shared.i18n import catalogue, languages
from shared.schemas.guides import Leader
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.items import SECRET, ItemSystem, item, serving_items


def test_everything_a_guide_or_a_run_may_say_has_words() -> None:
    keys = [f"guides.kind.{key}" for key in KINDS] + [f"guides.audience.{key}" for key in AUDIENCES]
    keys += [f"guides.outcome.{key}" for key in OUTCOMES]
    assert [key for key in keys for code in languages() if catalogue().template(key, code) is None] == []


def test_leaders_are_lines() -> None:
    leaders = (Leader(name="王某", title="局长", duty="全面"), Leader(title="副局长"))
    assert [Leader.model_validate(one) for one in leaders_of(leaders_text(leaders))] == list(leaders)
    for wrong in ("王某", "a | | b", "a|b|c|d"):
        with pytest.raises(HallError, match="guides_leader_wrong"):
            leaders_of(wrong)


def test_a_guide_is_read_linked_and_retired(console: Console, shared_hall: RunningHall) -> None:
    app = console.app.guides
    console.app.frame.open("guides", "")
    console.wait(lambda: app.state.loaded and app.state.may_change)
    table = console.find(SearchableTable, "guides_table")
    row = next(one for one in table.shown_rows() if one["code"] == "YS-ZS-0901")
    table.select(row["id"])
    console.wait(lambda: "12345" in console.text("guide_title"))
    assert any("不收费" in body for _, body in app.state.parts)
    service = console.find(QComboBox, "guide_service")
    assert service.currentData() == ""
    service.setCurrentIndex(3)
    service.activated.emit(3)
    console.wait(lambda: "已关联" in app.state.told and not app.state.busy)
    client = shared_hall.client("admin", "guides")
    linked = next(one for one in client.guides().items if one.code == "YS-ZS-0901")
    assert str(linked.service_id) == service.itemData(3)
    app.link_with("")
    console.wait(lambda: "已取消" in app.state.told and not app.state.busy)
    console.click("guide_retire")
    console.wait(lambda: "停用" in app.state.told and not app.state.busy and app.state.retired)
    console.wait(lambda: all(one["code"] != "YS-ZS-0901" for one in table.shown_rows()))
    console.click("guide_retire")
    console.wait(lambda: "恢复" in app.state.told and not app.state.busy)


def test_a_file_is_tried_and_brought_in(console: Console, shared_hall: RunningHall, tmp_path: Path) -> None:
    bringing, app = console.app.bringing, console.app.guides
    console.app.frame.open("guides", "")
    console.wait(lambda: app.state.loaded and bringing.state.loaded)
    console.find(QTabWidget, "guides_tabs").setCurrentIndex(2)
    file = tmp_path / "guides.json"
    items = [item("F1", name="文件来的事项"), item("F2", promised_days=99)]
    file.write_text(json.dumps({"format": "zhiting-guides/1", "items": items}), encoding="utf-8")
    bringing.try_file(file)
    console.wait(lambda: bringing.state.may_apply)
    shown = {row["code"]: row for row in console.find(SearchableTable, "file_rows").shown_rows()}
    assert (shown["F1"]["outcome"], shown["F2"]["outcome"]) == ("created", "refused")
    assert "法定时限" in shown["F2"]["why"]
    client = shared_hall.client("admin", "guides")
    assert "F1" not in {one.code for one in client.guides().items}
    console.click("file_apply")
    console.wait(lambda: "新增 1" in bringing.state.told)
    console.wait(lambda: "F1" in {row["code"] for row in app.state.rows})
    # All there is: much would go, so that a second question comes.
    bringing.try_file(file)
    console.wait(lambda: bringing.state.tried_words != "" and not bringing.state.busy)
    bringing.set_whole(True)
    console.wait(lambda: bringing.state.asks != "" and not bringing.state.busy)
    console.click("file_apply")
    console.click("agree_no")
    assert len(client.guides().items) > 10
    book = tmp_path / "out.xlsx"
    bringing.export(book)
    console.wait(lambda: "已导出" in bringing.state.told)
    assert book.read_bytes().startswith(b"PK")
    bringing.try_file(tmp_path / "nothing.json")
    console.wait(lambda: "nothing.json" in bringing.state.problem)


def test_the_item_system_is_set_up_read_and_held(console: Console) -> None:
    bringing, app = console.app.bringing, console.app.guides
    with serving_items(ItemSystem(12)) as system:
        console.app.frame.open("guides", "")
        console.wait(lambda: app.state.loaded and bringing.state.loaded)
        console.find(QTabWidget, "guides_tabs").setCurrentIndex(3)
        assert not console.find(QPushButton, "source_full").isEnabled()
        console.type("source_address", "http://items.example/x")
        console.click("source_save")
        assert "https" in bringing.state.problem
        console.type("source_address", system.url)
        console.type("source_secret", SECRET)
        console.click("source_save")
        console.wait(lambda: bringing.state.has_secret and not bringing.state.busy)
        console.click("source_full")
        console.wait(lambda: any(row["state"] == "done" and row["mode"] == "全部读取" for row in bringing.state.runs))
        system.items = system.items[:2]
        console.wait(console.find(QPushButton, "source_full").isEnabled)
        console.click("source_full")
        console.wait(lambda: bringing.state.held and not bringing.state.busy)
        assert "多得不寻常" in console.text("run_words")
        console.click("run_agree")
        console.click("run_agree_yes")
        console.wait(lambda: "已按读取的内容导入" in bringing.state.told)
        console.wait(lambda: {"A000", "A001"} <= {row["code"] for row in app.state.rows})
        console.wait(lambda: "A005" not in {row["code"] for row in app.state.rows})


def test_a_department_is_described(console: Console, shared_hall: RunningHall) -> None:
    app = console.app.guides
    console.app.frame.open("guides", "")
    console.wait(lambda: app.state.loaded and app.state.may_change)
    console.find(QTabWidget, "guides_tabs").setCurrentIndex(1)
    table = console.find(SearchableTable, "departments_table")
    row = next(one for one in table.shown_rows() if one["name"] == "云山区民政局")
    table.select(row["id"])
    console.wait(lambda: app.state.department is not None)
    console.find(QPlainTextEdit, "department_leaders").setPlainText("没有职务")
    console.click("department_save")
    assert "职务" in app.state.problem
    console.find(QPlainTextEdit, "department_leaders").setPlainText("李某 | 局长 | 主持全面工作")
    console.find(QPlainTextEdit, "department_scope").setPlainText("婚姻登记和社会救助")
    console.click("department_save")
    console.wait(lambda: "已保存" in app.state.told and not app.state.busy)
    found = next(one for one in shared_hall.client("admin").departments() if one.name == "云山区民政局")
    assert (found.scope, found.leaders[0].name) == ("婚姻登记和社会救助", "李某")
