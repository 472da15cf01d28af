"""The guides page: read, linked, brought in from a file and from an item system, departments described."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QSpinBox, QTabWidget

from admin_app.editing.drafts import Drafts
from admin_app.editing.fields_view import ListField, fen
from admin_app.features.guides.writing_view import SHEETS
from shared.domain.guides import AUDIENCES, KINDS, OUTCOMES
from shared.i18n import catalogue, languages
from shared.schemas.guides import GuideFields
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.items import SECRET, ItemSystem, item, serving_items


def close_offers(console: Console, field: str) -> None:
    """What is offered while somebody types would take the next click, also of the next test's window."""
    completer = console.find(QLineEdit, field).completer()
    assert completer is not None
    completer.popup().hide()


def test_everything_a_guide_or_a_run_may_say_has_words() -> None:
    keys = [f"guides.kind.{key}" for key in KINDS] + [f"guides.audience.{key}" for key in AUDIENCES]
    keys += [f"guides.outcome.{key}" for key in OUTCOMES]
    assert [key for key in keys for code in languages() if catalogue().template(key, code) is None] == []


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


def test_a_guide_is_written_field_by_field_and_an_old_version_comes_back(
    console: Console, shared_hall: RunningHall
) -> None:
    app = console.app.guides
    writer = app.writer
    console.app.frame.open("guides", "")
    console.wait(lambda: app.state.loaded and app.state.may_change)
    console.find(QTabWidget, "guides_tabs").setCurrentIndex(0)
    console.click("guide_new")
    console.wait(lambda: console.there("written_save"))
    # Every element of the official set has its field.
    assert {key for fields in SHEETS.values() for key in fields} == set(GuideFields.model_fields)
    console.click("written_save")
    assert not writer.state.saving and writer.state.is_new
    console.type("guide_field_code", "HAND-1")
    console.type("guide_field_name", "手写的事项")
    console.type("guide_field_department", "云山区民政局")
    close_offers(console, "guide_field_department")
    console.find(QSpinBox, "guide_field_legal_days").setValue(5)
    console.find(QSpinBox, "guide_field_promised_days").setValue(9)
    assert "法定时限" in writer.faults(dict(writer.state.fields))["promised_days"]
    console.find(QSpinBox, "guide_field_promised_days").setValue(3)
    materials = console.find(ListField, "guide_field_materials")
    materials.add()
    assert writer.faults(dict(writer.state.fields))["materials"].startswith("第 1 行名称")
    materials.set_cell(0, "name", "居民身份证")
    fees = console.find(ListField, "guide_field_fees")
    fees.set_value([{"name": "工本费", "fen": fen("20.5"), "unit": "证", "basis": "", "note": ""}])
    fees.picked.emit()
    # Closed and opened again: what was typed is there.
    console.click("guide_back")
    console.wait(lambda: not console.there("written_save"))
    drafted = next(one for one in app.state.drafted if one.startswith("new"))
    writer.flush()
    writer.open(drafted)
    console.click("written_save")
    console.wait(lambda: writer.current is not None and not writer.state.saving and not writer.state.dirty)
    client = shared_hall.client("admin")
    made = client.guide(next(one for one in client.guides().items if one.code == "HAND-1").id)
    assert (made.fields.fees[0].fen, made.fields.materials[0].name, made.promised_days) == (2050, "居民身份证", 3)
    console.type("guide_field_name", "改了名的事项")
    console.click("written_save")
    console.wait(
        lambda: writer.current is not None and writer.current.name == "改了名的事项" and not writer.state.saving
    )
    writer.open(str(made.id))
    console.wait(lambda: len(writer.past) == 1)
    console.click("guide_bring_back_1")
    assert writer.state.fields["name"] == "手写的事项" and writer.state.dirty
    console.click("written_revert")
    assert writer.state.fields["name"] == "改了名的事项"
    console.click("guide_back")


def test_a_department_is_described_kept_as_a_draft_and_renamed(console: Console, shared_hall: RunningHall) -> None:
    app = console.app.guides.departments
    console.app.frame.open("guides", "")
    console.wait(lambda: app.state.loaded and app.may_add and app.settings is not None)
    console.find(QTabWidget, "guides_tabs").setCurrentIndex(1)
    table = console.find(SearchableTable, "departments_table")
    table.select(next(one for one in table.shown_rows() if one["name"] == "云山区民政局")["id"])
    console.wait(lambda: app.state.fields.get("name") == "云山区民政局")
    leaders = console.find(ListField, "department_leaders")
    leaders.add()
    console.click("department_save")
    assert not app.state.saving and console.find(QLabel, "department_editor_title").text() == "云山区民政局"
    for key, value in (("name", "李某"), ("title", "局长"), ("duty", "主持全面工作")):
        leaders.set_cell(len(leaders.value) - 1, key, value)
    hidden = leaders.value
    leaders.set_value([{**hidden[-1], "published": False}, *hidden[:-1]])
    leaders.picked.emit()
    console.find(QPlainTextEdit, "department_flows").setPlainText("先取号\n再到窗口")
    # The window may be closed now: it is all on the disk.
    app.flush()
    (path,) = console.data.rglob("guides.json")
    assert Drafts(path).keys("department:") == {f"department:{app.state.selected}"}
    assert console.app.guides.state.unsaved == 1
    console.type("department_short_name", "民政")
    console.click("department_save")
    console.wait(lambda: not app.state.dirty and not app.state.saving)
    client = shared_hall.client("admin")
    told = next(one for one in client.departments() if one.name == "云山区民政局")
    assert (told.flows, told.short_name) == ("先取号\n再到窗口", "民政") and "李某" not in told.model_dump_json()
    whole = next(one for one in client.departments(every=True) if one.id == told.id)
    assert whole.leaders[0].name == "李某"
    assert any(unit.short_name == "民政" for unit in client.units())
    # A new one, which is a unit of the organisation as well; and away with it.
    console.click("department_add")
    console.type("department_name", "云山区数据局")
    console.type("department_category", "民生服务")
    close_offers(console, "department_category")
    console.click("department_save")
    console.wait(lambda: app.current is not None and app.current.name == "云山区数据局" and not app.state.saving)
    assert any(unit.name == "云山区数据局" and unit.is_department for unit in client.units())
    console.click("department_retire")
    console.wait(lambda: console.there("retire_question"))
    console.click("retire_yes")
    console.wait(lambda: "云山区数据局" not in {row["name"] for row in table.shown_rows()} and not app.state.saving)
    assert "云山区数据局" not in {one.name for one in client.departments()}
    app.set_on_duty("number")
    console.wait(lambda: client.department_settings().on_duty == "number")
    app.set_on_duty("surname")
