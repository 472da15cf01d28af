"""The frame: tree, search everywhere, the way to a page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QTreeWidget, QWidget

from admin_app.finding import Finder, entry
from admin_app.frame_view import AdminWindow
from shared.i18n import catalogue, text
from shared.i18n.catalogue import params_of
from tests.admin_app.stage import Console, walk


class Nothing:
    """No drafts."""

    def count(self) -> int:
        return 0

    def keep(self) -> None: ...

    def discard(self) -> None: ...


def search(console: Console, words: str) -> list[str]:
    console.app.window.activateWindow()
    console.wait(console.app.window.isActiveWindow)
    QTest.keyClick(console.app.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    box = console.find(QLineEdit, "search_box")
    console.wait(box.hasFocus)
    QTest.keyClicks(box, words)
    results = console.find(QListWidget, "search_results")
    return [results.item(row).text() for row in range(results.count())]


def test_every_entry_of_the_tree_opens_a_page(console: Console) -> None:
    tree = console.find(QTreeWidget, "nav_tree")
    seen = set()
    headings = []
    for node in walk(tree.invisibleRootItem()):
        if not node.flags() & Qt.ItemFlag.ItemIsSelectable:
            headings.append(node.text(0))
            continue
        tree.scrollToItem(node)
        console.wait(lambda node=node: not tree.visualItemRect(node).isEmpty())
        place = tree.visualItemRect(node).center()
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        assert tree.currentItem() is node
        seen |= {name for name in ("page_live", "page_catalogue", "page_devices") if console.there(name)}
    assert seen == {"page_live", "page_catalogue", "page_devices"}
    assert headings == ["今日大厅", "人员与账户", "业务与规则", "内容", "设备", "数据", "安全"]


def test_the_whole_tree_is_in_sight_and_on_a_small_screen_the_page_one_is_on(console: Console) -> None:
    before = console.app.window.size()
    tree = console.find(QTreeWidget, "nav_tree")
    console.app.window.resize(1920, 1080)
    console.wait(lambda: console.app.window.height() == 1080 and not tree.verticalScrollBar().isVisible())
    console.app.window.resize(1366, 768)
    for page in ("audit", "live"):
        console.app.frame.open(page, "")
        node = console.page_node(page)
        console.wait(lambda node=node: tree.viewport().rect().contains(tree.visualItemRect(node)))
    console.app.window.resize(before)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_entry_is_whole_beside_what_wants_attention(console: Console, language: str) -> None:
    frame = console.app.frame
    window = AdminWindow(frame, {page.key: QWidget for page in frame.pages}, Nothing(), language, "")
    window.resize(1366, 768)
    window.show()
    tree = window.findChild(QTreeWidget, "nav_tree")
    assert tree is not None
    cut = []
    for page in frame.pages:
        window.show_count(page.key, 100)
    for node in walk(tree.invisibleRootItem()):
        tree.scrollToItem(node)
        console.wait(lambda node=node: not tree.visualItemRect(node).isEmpty())
        if tree.sizeHintForColumn(0) > tree.columnWidth(0):
            cut.append((node.text(0), tree.sizeHintForColumn(0), tree.columnWidth(0)))
    window.hide()
    window.deleteLater()
    assert not cut


def test_a_heading_goes_with_the_last_page_under_it(console: Console) -> None:
    allowed = console.app.frame.state.allowed
    console.app.frame.change(allowed=("live", "catalogue"))
    assert console.shown_nodes("nav_tree") == ["今日大厅", "实时大厅", "业务与规则", "业务与窗口"]
    console.app.frame.change(allowed=allowed)


def test_ctrl_k_finds_a_service_by_initials_and_goes_there(console: Console) -> None:
    found = search(console, "lsjmsfz")
    assert found[0].startswith("临时居民身份证申领")
    QTest.keyClick(console.find(QLineEdit, "search_box"), Qt.Key.Key_Return)
    assert console.there("services_tree")
    assert not console.there("search_panel")
    assert console.find(QLineEdit, "service_name").text() == "临时居民身份证申领"


def test_ctrl_k_finds_counters_pages_and_says_when_there_is_nothing(console: Console) -> None:
    assert search(console, "D03")[0].startswith("D03")
    QTest.keyClick(console.find(QLineEdit, "search_box"), Qt.Key.Key_Return)
    console.wait(lambda: console.find(QLineEdit, "counter_label").text() == "D03")
    assert "实时大厅" in search(console, "ssdt")
    QTest.keyClick(console.find(QLineEdit, "search_box"), Qt.Key.Key_Return)
    assert console.there("page_live")
    assert search(console, "qqqqq") == [text("ui.search.none")]
    QTest.keyClick(console.find(QLineEdit, "search_box"), Qt.Key.Key_Escape)
    assert not console.there("search_panel")


def test_ctrl_k_finds_a_unit_and_chooses_it_in_the_tree(console: Console) -> None:
    organisation = console.app.organisation
    console.wait(lambda: organisation.state.loaded)
    name = next(unit.name for unit in organisation.units.state.items if "信访局" in unit.name)
    console.wait(lambda: any(words.startswith(name) for words in search(console, "xinfangju")))
    QTest.keyClick(console.find(QLineEdit, "search_box"), Qt.Key.Key_Return)
    console.wait(lambda: console.there("page_organisation"))
    assert organisation.state.unit_name == name


def test_better_matches_come_first() -> None:
    entries = [
        entry("terminal", "A01", "", "devices", "t", ["A01"]),
        entry("counter", "A010", "", "catalogue", "c", ["A010"]),
        entry("page", "大厅", "", "live", "", ["大厅"]),
    ]
    assert [item.title for item in Finder(entries).find("a01")] == ["A01", "A010"]
    assert Finder(entries).find("dt")[0].kind == "page"
    assert Finder(entries).find("  ") == ()


def test_both_languages_say_the_same_things() -> None:
    words = catalogue()
    chinese = {key for key in words.keys("zh-CN") if key.startswith("admin.")}
    english = {key for key in words.keys("en") if key.startswith("admin.")}
    assert chinese == english
    for key in chinese:
        templates = [words.template(key, language) or "" for language in ("zh-CN", "en")]
        assert params_of(templates[0]) == params_of(templates[1]), key
