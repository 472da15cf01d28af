"""Terminals and devices, as they report themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from admin_app.features.terminals.many import KINDS, order_row
from admin_app.features.terminals.rows import condition, terminal_rows, troubles
from admin_app.parts_view import Banner
from shared.domain.identifiers import uuid7
from shared.schemas.device_health import DeviceHealth
from shared.schemas.device_tests import DeviceTestOutcome
from shared.schemas.orders import Order, OrderOutcome
from shared.schemas.terminals import Terminal
from shared.ui.widgets import SearchableTable, StatusDot
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall


def printer(state: str, code: str = "") -> DeviceHealth:
    return DeviceHealth.model_validate({"kind": "printer", "driver": "escpos_tcp", "state": state, "code": code})


def test_a_printer_without_paper_is_seen_at_once(console: Console, shared_hall: RunningHall) -> None:
    kiosk = shared_hall.client("kiosk", "kiosk-7")
    console.app.frame.open("devices", "")
    table = console.find(SearchableTable, "devices_table")
    kiosk.report("0.9.1", "大堂东门", [printer("ok")])
    console.wait(lambda: "kiosk-7" in rows(table))
    assert rows(table)["kiosk-7"]["condition"] == "ok"
    assert rows(table)["kiosk-7"]["version"] == "0.9.1"
    kiosk.report("0.9.1", "大堂东门", [printer("error", "paper_out")])
    console.wait(lambda: rows(table)["kiosk-7"]["condition"] == "error")
    assert "缺纸" in rows(table)["kiosk-7"]["devices"]
    entry = console.page_node("devices")
    assert entry.text(1) == "1"

    assert table.select(rows(table)["kiosk-7"]["id"])
    console.wait(lambda: console.text("device_title") == "kiosk-7")
    assert console.find(StatusDot, "device_line_0").accessibleName() == "缺纸"
    console.click("devices_filter_ok")
    assert "kiosk-7" not in rows(table)
    console.click("devices_filter_error")
    assert list(rows(table)) == ["kiosk-7"]
    console.click("devices_filter_all")
    kiosk.report("0.9.1", "大堂东门", [printer("ok")])
    console.wait(lambda: rows(table)["kiosk-7"]["condition"] == "ok" and entry.text(1) == "")


def test_the_console_itself_is_on_line(console: Console) -> None:
    console.app.frame.open("devices", "")
    table = console.find(SearchableTable, "devices_table")
    console.wait(lambda: "office" in rows(table))
    assert rows(table)["office"]["place"] == "302"


def test_a_silent_terminal_is_off_line_whatever_its_devices_said() -> None:
    terminal = Terminal(
        id=uuid7(), name="k", kind="kiosk", version="1", place="", devices=[printer("error", "paper_out")],
        online=False, last_seen_at=datetime.now(UTC) - timedelta(days=2), last_receipt_at=None,
    )  # fmt: skip
    assert condition(terminal) == "offline"
    (row,) = terminal_rows([terminal], UTC, "zh-CN")
    assert row["status"] == "离线"
    assert row["seen"].startswith(f"{terminal.last_seen_at:%m-%d}")
    assert condition(terminal.model_copy(update={"online": True})) == "error"


def test_a_trouble_this_console_does_not_know_is_still_told() -> None:
    terminal = Terminal(
        id=uuid7(), name="k", kind="kiosk", version="9", place="", devices=[printer("warning", "cutter_worn")],
        online=True, last_seen_at=datetime.now(UTC), last_receipt_at=None,
    )  # fmt: skip
    assert "cutter_worn" in troubles(terminal, "zh-CN")


def test_a_device_is_tried_with_a_button_and_its_outcome_is_read(console: Console, shared_hall: RunningHall) -> None:
    kiosk = shared_hall.client("kiosk", "kiosk-9")
    console.app.frame.open("devices", "")
    table = console.find(SearchableTable, "devices_table")
    kiosk.report("0.9.1", "", [printer("error", "paper_out")])
    console.wait(lambda: "kiosk-9" in rows(table))
    assert table.select(rows(table)["kiosk-9"]["id"])
    console.wait(lambda: console.text("device_title") == "kiosk-9")
    # What a technician does about it stands beside what is wrong.
    assert "纸卷" in console.text("device_advice_0")
    console.click("device_test_printer")
    console.wait(lambda: bool(kiosk.own_device_tests()))
    (asked,) = kiosk.own_device_tests()
    assert asked.kind == "printer"
    assert not console.find(QPushButton, "device_test_printer").isEnabled()
    kiosk.settle_device_test(asked.id, DeviceTestOutcome(result="failed", code="paper_out"))
    console.wait(lambda: "没有通过" in console.text("device_told_printer_words"))
    assert "缺纸" in console.text("device_told_printer_words")
    # Another terminal's device has nothing to do with it.
    other = shared_hall.client("kiosk", "kiosk-10")
    other.report("0.9.1", "", [printer("ok")])
    console.wait(lambda: "kiosk-10" in rows(table))
    assert table.select(rows(table)["kiosk-10"]["id"])
    console.wait(lambda: console.text("device_title") == "kiosk-10")
    assert not console.find(Banner, "device_told_printer").isVisible()


def test_a_terminal_is_ordered_and_what_it_sends_is_shown(console: Console, shared_hall: RunningHall) -> None:
    kiosk = shared_hall.client("kiosk", "kiosk-11")
    console.app.frame.open("devices", "")
    table = console.find(SearchableTable, "devices_table")
    kiosk.report("0.9.1", "", [printer("ok")])
    console.wait(lambda: "kiosk-11" in rows(table))
    assert table.select(rows(table)["kiosk-11"]["id"])
    console.wait(lambda: console.text("device_title") == "kiosk-11" and console.there("order_screenshot"))

    console.click("order_screenshot")
    console.wait(lambda: bool(kiosk.own_orders()))
    assert not console.find(QPushButton, "order_log").isEnabled(), "one at a time"
    (asked,) = kiosk.own_orders()
    kiosk.bring_order_content(asked.id, picture_of(540, 960))
    kiosk.settle_order(asked.id, OrderOutcome(result="done"))
    console.wait(lambda: console.there("order_content"))
    assert not console.find(QLabel, "order_picture").pixmap().isNull()
    console.click("order_close")
    console.wait(lambda: not console.there("order_content"))

    console.click("order_log")
    console.wait(lambda: bool(kiosk.own_orders()))
    (asked,) = kiosk.own_orders()
    kiosk.bring_order_content(asked.id, "10:42 INFO kiosk 取号 A012\n".encode())
    kiosk.settle_order(asked.id, OrderOutcome(result="done"))
    console.wait(lambda: console.there("order_content"))
    assert "A012" in console.find(QPlainTextEdit, "order_log").toPlainText()
    console.click("order_close")
    console.wait(lambda: not console.there("order_content"))

    # Nothing restarts by a slip of the hand.
    console.click("order_restart")
    console.click("restart_no")
    assert kiosk.own_orders() == []
    console.click("order_restart")
    console.click("restart_yes")
    console.wait(lambda: bool(kiosk.own_orders()))
    (asked,) = kiosk.own_orders()
    kiosk.settle_order(asked.id, OrderOutcome(result="failed", code="somebody_there"))
    console.wait(lambda: "有人正在使用" in console.text("order_told_words"))
    counter = shared_hall.client("counter", "counter-11")
    counter.report("0.9.1", "", [])
    console.wait(lambda: "counter-11" in rows(table))
    assert table.select(rows(table)["counter-11"]["id"])
    console.wait(lambda: console.text("device_title") == "counter-11")
    assert console.there("order_restart") and not console.there("order_screenshot")
    assert not console.find(QWidget, "order_told").isVisible()


def test_several_are_ordered_at_once_and_each_outcome_is_told(console: Console, shared_hall: RunningHall) -> None:
    kiosks = [shared_hall.client("kiosk", name) for name in ("many-1", "many-2")]
    for kiosk in kiosks:
        kiosk.report("0.9.1", "东区大厅", [])
    known = console.app.devices
    console.app.frame.open("devices", "")
    console.wait(lambda: {"many-1", "many-2"} <= {one.name for one in known.terminals})
    console.click("devices_many")
    console.wait(lambda: known.many.state.loaded)
    assert not console.find(QPushButton, "many_go").isEnabled()
    # Those of an area, by what is typed.
    console.find(QLineEdit, "many_search").setText("dongqu")
    console.click("many_all")
    assert console.find(QPushButton, "many_go").isEnabled()
    console.find(QComboBox, "many_what").setCurrentIndex(KINDS.index("restart"))
    console.click("many_go")
    console.click("many_no")
    admin, names = shared_hall.client("admin"), ("many-1", "many-2")
    ids = [one.id for one in known.terminals if one.name in names]
    assert not [one for one in admin.recent_orders() if one.terminal_id in ids]
    console.click("many_go")
    console.click("many_yes")

    def outcomes() -> dict[str, str]:
        return {row["name"]: row["outcome"] for row in known.many.state.rows if row["name"] in names}

    console.wait(lambda: len(outcomes()) == 2)
    later, first = [one.asked_at for one in admin.recent_orders() if one.terminal_id in ids]
    assert later - first == timedelta(seconds=15), "one after the other"
    (asked,) = kiosks[0].own_orders()
    kiosks[0].settle_order(asked.id, OrderOutcome(result="failed", code="somebody_there"))
    console.wait(lambda: "有人正在使用" in outcomes()["many-1"])
    console.click("many_close")
    console.wait(lambda: not console.there("many_dialog"))
    assert not known.many._soon.isActive()


def test_an_order_says_when_its_turn_comes_and_what_came_of_it() -> None:
    now = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
    asked = Order(
        id=uuid7(), terminal_id=uuid7(), kind="volume", state="waiting", code="", value=30, size=0, asked_by="li",
        asked_at=now + timedelta(seconds=15),
    )  # fmt: skip

    def row(**fields: object) -> tuple[str, str]:
        made = order_row(asked.model_copy(update=fields), "k1", now, UTC, "zh-CN")
        return made["what"], made["outcome"]

    assert row() == ("音量 30%", "排队中，02:00:15 轮到")
    assert row(asked_at=now)[1] == "等终端回答"
    assert row(state="failed", code="away")[1].startswith("没有做：终端没有连上")
    assert row(kind="dance", value=None)[0] == "dance"


def picture_of(width: int, height: int) -> bytes:
    image, buffer = QImage(width, height, QImage.Format.Format_RGB32), QBuffer()
    image.fill(0x004F94)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
