"""The designer: blocks, the real paper, mistakes at once, undo, publishing, restoring."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton

from tests.admin_app.stage import Console


def test_a_ticket_is_designed_on_its_paper_and_published(console: Console) -> None:
    client = console.hall.client("admin")
    console.app.frame.open("ticket_layouts", "")
    page = console.app.ticket_layouts
    console.wait(lambda: page.state.loaded and not page.state.busy)
    console.click("layouts_new")
    console.wait(lambda: page.state.preview is not None and not page.state.busy)
    # A click on the paper chooses what stands there.
    assert page.state.preview is not None
    top, bottom = next((a, b) for block, a, b in page.state.preview.spans if block == "number")
    paper = console.find(QLabel, "layouts_picture")
    QTest.mouseClick(
        paper,
        Qt.MouseButton.LeftButton,
        pos=QPoint(200, round((top + bottom) / 2 * paper.pixmap().height() / page.state.preview.picture.height())),
    )
    assert page.state.chosen == "number"
    page.add("text")
    words = console.find(QPlainTextEdit, "block_text_zh")
    words.setPlainText("欢迎 {nobody}")
    assert dict(page.state.faults)[page.state.chosen] == "placeholder"
    assert not console.find(QPushButton, "layouts_save").isEnabled()
    words.setPlainText("请凭 {number} 办理")
    assert page.state.faults == ()
    steps = len(page.state.undo)
    page.undo()
    assert len(page.state.undo) == steps - 1
    page.redo()
    page.look("58mm", "long")
    box = console.find(QComboBox, "layouts_paper")
    box.setCurrentIndex(box.findData("58mm"))
    console.wait(lambda: page.state.preview is not None and page.state.preview.picture.width() < 576)
    console.click("layouts_save")
    console.wait(lambda: not page.state.dirty and not page.state.busy)
    console.click("layouts_publish")
    console.click("publish_yes")
    console.wait(lambda: page.state.layout is not None and page.state.layout.published == 1 and not page.state.busy)
    page.use("hall", "")
    console.wait(lambda: page.state.layout is not None and len(page.state.layout.uses) == 1)
    printed = client.layouts_in_use().hall
    assert printed is not None
    assert any(block.get("texts", {}).get("zh-CN") == "请凭 {number} 办理" for block in printed["blocks"])
    page.use_nowhere()
    console.wait(lambda: page.state.layout is not None and not page.state.layout.uses)
