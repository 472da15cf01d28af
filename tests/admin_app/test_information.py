"""What the hall tells of itself in the console: written, published, rolled back; weather; finished cases."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QTabWidget
from pytestqt.qtbot import QtBot

from admin_app.editing.fields_view import Cell, ListField
from admin_app.features.information import rows
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.introduction import GettingHere
from shared.ui.widgets import SearchableTable
from tests.admin_app.choosing import take_media
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.pictures import upload_picture
from tests.fakes.upstream import serving

WAY: dict[str, list[dict[str, Any]]] = {
    "phones": [{"name": "咨询台", "name_en": "Enquiries", "number": "020-0555 1200"}],
    "lines": [
        {"kind": "metro", "name": "3号线", "stop": "明德站B口", "stop_en": "Mingde B",
         "walk_minutes": "6", "note": "首班6:00"},
        {"kind": "bus", "name": "18路"},
    ],
    "routes": [{"start": "火车站", "means": "transit", "minutes": "35", "steps": "坐3号线\n\n出站向东\n"}],
    "car_parks": [{"name": "地下停车场", "entrance": "北门", "places": "320", "fee": "每小时5元",
                   "picture": "a1" * 32}],
}  # fmt: skip


@pytest.fixture
def client(shared_hall: RunningHall) -> HallClient:
    return shared_hall.client("admin", "information")


def open_tab(console: Console, tab: str) -> None:
    console.app.frame.open("information", tab)
    console.wait(lambda: console.find(QTabWidget, "information_tabs").isVisible())


def test_tables_are_typed_as_they_are_read() -> None:
    read = rows.way_lists(WAY, "zh-CN")
    way = GettingHere.model_validate(read)
    assert way.routes[0].steps == ("坐3号线", "出站向东") and way.car_parks[0].picture == "a1" * 32
    assert (way.lines[0].walk_minutes, way.lines[1].walk_minutes, way.car_parks[0].places) == (6, None, 320)
    assert rows.way_lists(rows.way_rows(way), "en") == read
    # A row that was added and not typed into is none.
    assert rows.way_lists(WAY | {"lines": [{"kind": "bus", "name": " "}]}, "zh-CN")["lines"] == ()
    wrong: tuple[tuple[str, dict[str, Any]], ...] = (
        ("lines", {"kind": "plane", "name": "1号"}), ("lines", {"name": "1", "walk_minutes": "远"}),
        ("phones", {"name": "只有名称"}), ("car_parks", {"name": "", "fee": "5元"}),
    )  # fmt: skip
    for field, row in wrong:
        with pytest.raises(HallError) as refused:
            rows.way_lists(WAY | {field: [*WAY[field], row]}, "zh-CN")
        told = refused.value
        assert told.code == "information_line_wrong" and told.params["line"] == len(WAY[field]) + 1


def test_english_words_stand_in_the_place_of_the_others_where_there_are_any() -> None:
    way = GettingHere.model_validate(rows.way_lists(WAY, "zh-CN"))
    english = way.in_english()
    assert (english.phones[0].name, english.lines[0].stop, english.lines[0].note) == (
        "Enquiries",
        "Mingde B",
        "首班6:00",
    )
    # What was kept before there was English is read as it was.
    old = {"name": "停车场", "entrance": "北门", "places": None, "fee": "", "picture": ""}
    assert GettingHere.model_validate({"car_parks": [old]}).in_english().car_parks[0].name == "停车场"


def test_a_heading_is_whole_however_narrow_its_column(qtbot: QtBot) -> None:
    field = ListField("x", [Cell("a", "Entrance in English", letters=2), Cell("b", "B", letters=20)], "en")
    qtbot.addWidget(field)
    head = field.table.horizontalHeader()
    assert head.sectionSize(0) >= head.sectionSizeHint(0)


def test_written_published_and_taken_back(console: Console, client: HallClient) -> None:
    upload_picture(client, "周边示意图.png", 331)
    app = console.app.introduction
    open_tab(console, "introduction")
    console.wait(lambda: app.state.view is not None and not app.state.busy)
    before = client.introduction().content
    body = console.find(QPlainTextEdit, "introduction_body")
    assert body.toPlainText() == before.body
    body.setPlainText("# 新的介绍\n\n欢迎")
    lines = console.find(ListField, "introduction_lines")
    good = lines.value
    console.find(QTabWidget, "introduction_parts").setCurrentIndex(1)
    lines.set_value([{"kind": "bus", "name": "1号线", "walk_minutes": "远"}])
    console.click("introduction_publish")
    assert "第 1 行" in app.state.problem and client.introduction().content == before
    lines.set_value(good)
    console.click("introduction_map_choose")
    take_media(console, "示意", "周边示意图.png")
    parks = console.find(ListField, "introduction_car_parks")
    console.find(QTabWidget, "way_parts").setCurrentIndex(3)
    parks.set_value([{"name": "东停车场", "name_en": "East"}, {"name": "西停车场"}])
    parks.table.selectRow(1)
    console.click("introduction_car_parks_picture")
    take_media(console, "示意", "周边示意图.png")
    console.click("introduction_car_parks_up")
    console.click("introduction_publish")
    console.wait(lambda: bool(app.state.told) and not app.state.busy)
    shown = client.introduction()
    assert shown.content.body == "# 新的介绍\n\n欢迎" and shown.content.getting_here.map
    way = shown.content.getting_here
    assert way.lines == before.getting_here.lines
    west, east = way.car_parks
    assert (west.name, west.picture, east.name_en, east.picture) == ("西停车场", way.map, "East", "")
    console.find(QTabWidget, "introduction_parts").setCurrentIndex(2)
    table = console.find(SearchableTable, "introduction_versions")
    assert table.select("1")
    console.click("introduction_show")
    console.wait(lambda: app.state.view is not None and app.state.view.live == 1 and not app.state.busy)
    assert client.introduction().content == before


def test_a_source_that_fails_is_told_beside_what_is_shown(console: Console, client: HallClient) -> None:
    app = console.app.weather
    with serving({"/v1/forecast": lambda _: (200, {"error": True})}) as address:
        open_tab(console, "weather")
        console.wait(lambda: app.state.loaded)
        assert "只有日期" in app.state.now
        box = console.find(QComboBox, "weather_driver")
        box.setCurrentIndex(box.findData("open_meteo"))
        console.click("weather_save")
        console.wait(lambda: bool(app.state.problem) and not app.state.busy)
        for name, words in (("latitude", "23.13"), ("longitude", "113.26"), ("address", address), ("place", "云山")):
            console.find(QLineEdit, f"weather_{name}").setText(words)
        console.click("weather_save")
        console.wait(lambda: bool(app.state.told) and not app.state.busy)
        console.wait(lambda: client.weather_source().failures > 0)
        console.click("weather_look")
        console.wait(lambda: app.state.failing)
        assert "应答不合接口约定" in app.state.source
        assert console.find(QLineEdit, "weather_place").text() == "云山"
    box.setCurrentIndex(box.findData(""))
    console.click("weather_save")
    console.wait(lambda: not app.state.failing and not app.state.busy)


def test_cases_from_a_file_and_one_taken_down(console: Console, client: HallClient, tmp_path: Path) -> None:
    app = console.app.publicity
    open_tab(console, "publicity")
    console.wait(lambda: app.state.loaded and bool(app.state.cases))
    one = {"number": "C-1", "item": "许可", "applicant": "张三丰", "decided_on": str(date.today() - timedelta(days=3))}
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": [one, one | {"number": ""}]}), "utf-8")
    app.try_file(file)
    console.wait(lambda: bool(app.state.tried_words))
    assert not app.state.tried and app.state.file_rows[0]["why"] == "办件编号 没有填写"
    file.write_text(json.dumps({"cases": [one]}), "utf-8")
    app.try_file(file)
    console.wait(lambda: app.state.tried)
    console.click("publicity_apply")
    console.wait(lambda: bool(app.state.told) and not app.state.busy)
    console.find(QLineEdit, "publicity_search").setText("C-1")
    app.look_for("C-1")
    console.wait(lambda: [row["applicant"] for row in app.state.cases] == ["张**"])
    table = console.find(SearchableTable, "publicity_table")
    table.view.selectRow(0)
    console.click("publicity_down")
    console.type("take_down_reason", "本人要求")
    console.click("take_down_go")
    console.wait(lambda: not app.state.cases and not app.state.busy)
    assert client.publicity("C-1").total == 0
    app.look_for("")
