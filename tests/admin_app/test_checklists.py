"""A service's checklist is written, copied, brought in from Excel, and never written over somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QSpinBox, QTableWidget

from admin_app.features.catalogue.checklists import ChecklistsPresenter
from shared.client.hall_client import HallClient
from shared.schemas.access import Me
from shared.schemas.booking import MOST_LINES, MaterialEdit
from shared.schemas.hall import Service
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall


@pytest.fixture(scope="module")
def desk(shared_hall: RunningHall) -> HallClient:
    return shared_hall.client("admin")


@pytest.fixture
def pair(console: Console, desk: HallClient) -> Iterator[tuple[Service, Service]]:
    """Two services, the first with two documents, the second with none; the page shows the first."""
    first, second = [one for one in desk.services() if one.ticketable and one.department_name][:2]
    desk.set_materials(first.id, [MaterialEdit(name="身份证"), MaterialEdit(name="户口簿", copies=1)])
    desk.set_materials(second.id, [])
    console.app.frame.open("catalogue", f"materials:{first.id}")
    lists(console).load()
    console.wait(lambda: names(console) == ["身份证", "户口簿"])
    yield first, second
    lists(console).discard_all()
    lists(console).select("")


def lists(console: Console) -> ChecklistsPresenter:
    return console.app.catalogue.checklists


def names(console: Console) -> list[str]:
    table = console.find(QTableWidget, "lines_table")
    return [table.item(row, 0).text() for row in range(table.rowCount())]


def saved(desk: HallClient, service: Service) -> list[str]:
    return [line.name for line in desk.materials(service.id)]


def choose(console: Console, row: int) -> None:
    table = console.find(QTableWidget, "lines_table")
    place = table.visualItemRect(table.item(row, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_documents_are_added_ordered_and_described(
    console: Console, desk: HallClient, pair: tuple[Service, Service]
) -> None:  # fmt: skip
    choose(console, 1)
    console.click("line_up")
    assert names(console) == ["户口簿", "身份证"]
    console.click("line_add")
    # Nothing is sent while a name is missing, or is there twice.
    console.click("materials_save")
    assert "必须" in faults(console) or "填写" in faults(console)
    console.type("line_name", "身份证")
    assert "同名" in faults(console)
    console.type("line_name", "证件照")
    console.type("line_name_en", "Photo")
    console.find(QSpinBox, "line_originals").setValue(2)
    console.find(QPlainTextEdit, "line_note").setPlainText("白底")
    assert saved(desk, pair[0]) == ["身份证", "户口簿"]
    assert console.app.catalogue.state.unsaved == 1
    console.click("materials_save")
    console.wait(lambda: saved(desk, pair[0]) == ["户口簿", "证件照", "身份证"])
    photo = desk.materials(pair[0].id)[1]
    assert (photo.name_en, photo.originals, photo.note, photo.required) == ("Photo", 2, "白底", True)
    console.wait(lambda: console.app.catalogue.state.unsaved == 0)


def faults(console: Console) -> str:
    form = console.find(QLabel, "materials_editor_title").window()
    return " ".join(shown.text() for shown in form.findChildren(QLabel) if shown.isVisible() and is_error(shown))


def is_error(shown: QLabel) -> bool:
    return shown.property("role") == "error"


def test_what_is_typed_stays_when_another_service_is_looked_at(
    console: Console, pair: tuple[Service, Service]
) -> None:  # fmt: skip
    choose(console, 0)
    console.click("line_remove")
    assert names(console) == ["户口簿"]
    table = console.find(SearchableTable, "checklists_table")
    assert table.select(str(pair[1].id))
    console.wait(lambda: names(console) == [])
    assert console.there("lines_empty")
    assert table.select(str(pair[0].id))
    console.wait(lambda: names(console) == ["户口簿"])
    assert console.there("materials_unsaved")
    console.click("materials_revert")
    assert names(console) == ["身份证", "户口簿"]


def test_two_editors_do_not_write_over_each_other(
    console: Console, desk: HallClient, pair: tuple[Service, Service]
) -> None:  # fmt: skip
    console.type("line_name", "我的改动")
    desk.set_materials(pair[0].id, [MaterialEdit(name="同事的改动")])
    console.click("materials_save")
    console.wait(lambda: console.there("materials_refusal"))
    assert "别人已经改过" in console.text("materials_refusal_words")
    assert saved(desk, pair[0]) == ["同事的改动"]
    # What was typed is still there, and says whom it would touch.
    console.wait(lambda: console.there("materials_conflict"))
    assert names(console)[0] == "我的改动"


def test_a_list_is_copied_without_what_is_there_already(
    console: Console, desk: HallClient, pair: tuple[Service, Service]
) -> None:  # fmt: skip
    desk.set_materials(pair[1].id, [MaterialEdit(name="户口簿"), MaterialEdit(name="银行卡", in_advance=False)])
    lists(console).load()
    table = console.find(SearchableTable, "checklists_table")
    console.wait(lambda: rows(table)[table_name(pair[1])]["lines"] == 2)
    console.click("checklist_copy")
    other = console.find(SearchableTable, "copy_table")
    assert str(pair[0].id) not in {row["id"] for row in other.shown_rows()}
    assert not console.find(QPushButton, "copy_go").isEnabled()
    assert other.select(str(pair[1].id))
    console.click("copy_go")
    assert names(console) == ["身份证", "户口簿", "银行卡"]
    assert saved(desk, pair[0]) == ["身份证", "户口簿"]
    console.click("materials_save")
    console.wait(lambda: saved(desk, pair[0]) == ["身份证", "户口簿", "银行卡"])
    assert not desk.materials(pair[0].id)[2].in_advance


def table_name(service: Service) -> str:
    return service.name


def test_a_workbook_goes_out_and_comes_back(
    console: Console, desk: HallClient, pair: tuple[Service, Service], tmp_path: Path
) -> None:  # fmt: skip
    first = desk.materials(pair[0].id)
    file = tmp_path / "清单.xlsx"
    lists(console).export(file)
    console.wait(file.exists)
    desk.set_materials(pair[0].id, [first[0]])
    lists(console).load()
    console.wait(lambda: names(console) == ["身份证"])
    lists(console).read(file)
    console.wait(lambda: names(console) == ["身份证", "户口簿"])
    # Nothing is kept before somebody has looked at it; who keeps the name keeps the line.
    assert saved(desk, pair[0]) == ["身份证"]
    console.click("materials_save")
    console.wait(lambda: saved(desk, pair[0]) == ["身份证", "户口簿"])
    assert desk.materials(pair[0].id)[0].id == first[0].id
    console.wait(lambda: not console.app.catalogue.state.unsaved)
    (tmp_path / "wrong.xlsx").write_bytes(b"no workbook")
    lists(console).read(tmp_path / "wrong.xlsx")
    console.wait(lambda: console.there("materials_refusal"))
    assert names(console) == ["身份证", "户口簿"]


def test_a_list_is_full_at_some_point(console: Console, desk: HallClient, pair: tuple[Service, Service]) -> None:
    desk.set_materials(pair[0].id, [MaterialEdit(name=f"材料{n}") for n in range(MOST_LINES)])
    lists(console).load()
    console.wait(lambda: len(names(console)) == MOST_LINES)
    assert not console.find(QPushButton, "line_add").isEnabled()
    desk.set_materials(pair[1].id, [MaterialEdit(name="再多一份")])
    lists(console).load()
    console.wait(lambda: bool(lists(console).item(str(pair[1].id)).items))  # type: ignore[union-attr]
    lists(console).copy_from(str(pair[1].id))
    assert str(MOST_LINES) in console.text("materials_refusal_words")


def test_another_department_s_list_is_only_looked_at(console: Console, pair: tuple[Service, Service]) -> None:
    me = console.app.frame._me
    assert me is not None
    lists(console).set_me(Me(kind="user", name="x", permissions=["hall:view"]))
    assert console.there("materials_locked")
    assert not console.there("materials_save") and not console.there("checklist_copy")
    assert console.there("checklist_export")
    lists(console).set_me(me)
    assert console.there("materials_save")


def test_a_service_leads_to_its_list(console: Console, pair: tuple[Service, Service]) -> None:
    console.app.frame.open("catalogue", f"service:{pair[0].id}")
    console.wait(lambda: console.there("service_checklist"))
    assert not console.there("lines_table")
    console.click("service_checklist")
    assert console.there("lines_table") and names(console) == ["身份证", "户口簿"]
