"""The audit page: found, read in words, verified; and only who may see it does."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QTreeWidget
from sqlalchemy import text

from admin_app.features.audit.presenter import GROUPS, OUTCOMES, PERIODS
from admin_app.features.audit.rows import action_words, audit_rows, facts
from shared.i18n import catalogue, languages
from shared.schemas.access import Me
from shared.schemas.audit import AuditEntry
from shared.ui.widgets import SearchableTable, StatusDot
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


def entry(**fields: object) -> AuditEntry:
    plain = {"n": 3, "at": datetime(2026, 11, 23, 2, tzinfo=UTC), "actor": "user:li", "action": "server.started",
             "outcome": "done"}  # fmt: skip
    return AuditEntry.model_validate(plain | fields)


def test_entries_are_found_and_read_in_words(console: Console, shared_hall: RunningHall) -> None:
    assert shared_hall.client("kiosk", "wanted-1").services()
    console.app.frame.open("audit", "")
    table = console.find(SearchableTable, "audit_table")
    console.wait(lambda: console.app.audit.state.loaded)
    field = console.find(QLineEdit, "audit_text")
    console.type("audit_text", "wanted-1")
    QTest.keyClick(field, Qt.Key.Key_Return)
    console.wait(lambda: [row["subject"] for row in table.shown_rows()] == ["token kiosk:wanted-1"])
    row = table.shown_rows()[0]
    assert (row["action"], row["outcome"]) == ("首次使用本机令牌", "完成")
    table.select(row["n"])
    console.wait(lambda: console.text("audit_title") == "首次使用本机令牌")
    outcome = console.find(QComboBox, "audit_outcome")
    outcome.setCurrentIndex(outcome.findData("refused"))
    outcome.activated.emit(outcome.currentIndex())
    console.wait(lambda: table.shown_rows() == [] and console.there("audit_empty"))
    console.app.audit.ask(outcome="", text="")
    console.wait(lambda: len(table.shown_rows()) > 1)


def test_the_chain_is_verified_from_the_page(open_console: Open, fragile_hall: RunningHall) -> None:
    console = open_console(fragile_hall)
    console.app.frame.open("audit", "")
    dot = console.find(StatusDot, "audit_chain")
    console.wait(lambda: console.app.audit.state.loaded)
    assert dot.tone == "off"
    console.click("audit_verify")
    console.wait(lambda: dot.tone == "ok")
    assert "完整" in dot.accessibleName()
    # More was sent on than is there: true however much the hall adds meanwhile.
    fragile_hall.execute(
        text(
            "INSERT INTO audit_exports (hall_id, n, holder, held_until, fault)"
            " SELECT hall_id, 1000000, '', '2026-01-01 00:00:00', '' FROM audit_heads"
        )
    )
    try:
        console.click("audit_verify")
        console.wait(lambda: dot.tone == "error")
        assert "截去" in dot.accessibleName()
    finally:
        fragile_hall.execute(text("DELETE FROM audit_exports"))


def test_an_auditor_says_where_copies_go(console: Console, shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin", "auditor")
    console.app.frame.open("audit", "")
    console.wait(lambda: console.app.audit.state.known and console.there("audit_copies"))
    console.click("audit_copies")
    console.type("receiver_address", "http://nowhere")
    console.click("receiver_ok")
    assert console.there("receiver_dialog"), "a wrong address is told where it stands"
    console.type("receiver_address", "udp://127.0.0.1:9")
    console.click("receiver_ok")
    console.wait(lambda: console.app.audit.state.target == "udp://127.0.0.1:9")
    assert client.audit_state().target == "udp://127.0.0.1:9"
    console.wait(lambda: console.there("audit_receiver") and not console.there("receiver_dialog"))
    console.click("audit_copies")
    assert console.find(QLineEdit, "receiver_address").text() == "udp://127.0.0.1:9"
    console.type("receiver_address", "")
    console.click("receiver_ok")
    console.wait(lambda: console.app.audit.state.target == "")
    console.app.audit.set_me(Me(kind="user", name="x", permissions=["audit:view"]))
    assert not console.there("audit_copies")
    console.app.audit.set_me(Me(kind="user", name="x", permissions=["audit:view", "audit:export"]))


def test_pages_are_shown_by_permission(console: Console) -> None:
    tree = console.find(QTreeWidget, "nav_tree")
    nodes = {tree.topLevelItem(n).data(0, Qt.ItemDataRole.UserRole)[0]: tree.topLevelItem(n)
             for n in range(tree.topLevelItemCount())}  # fmt: skip
    console.wait(lambda: not nodes["audit"].isHidden())
    allowed = console.app.frame.state.allowed
    console.app.frame.change(allowed=("live", "catalogue", "devices"))
    assert nodes["audit"].isHidden() and not nodes["live"].isHidden()
    console.app.frame.change(allowed=allowed)
    console.app.audit.set_me(Me(kind="user", name="x", permissions=["audit:view"]))
    console.app.frame.open("audit", "")
    assert not console.find(SearchableTable, "audit_table").export_button.isVisible()
    console.app.audit.set_me(Me(kind="user", name="x", permissions=["audit:view", "audit:export"]))


def test_an_action_of_a_newer_server_shows_its_key() -> None:
    assert action_words("moon.landed", "en") == "moon.landed"
    (row,) = audit_rows([entry(outcome="odd", action="moon.landed")], UTC, "en")
    assert (row["action"], row["outcome"]) == ("moon.landed", "odd")


def test_details_have_words_in_the_language() -> None:
    detail = {"reason": "lost", "sessions": 2, "moon": "full"}
    assert dict(facts(entry(detail=detail), UTC, "zh-CN"))["理由"] == "lost"
    assert list(dict(facts(entry(detail=detail), UTC, "en")))[-3:] == ["Reason", "Sessions ended", "moon"]


def test_details_are_plain_words() -> None:
    detail = {"until": "2026-11-23T02:00:00+00:00", "units": ["a", "b"], "was": {"x": 1}, "nothing": None}
    found = dict(facts(entry(detail=detail), UTC, "en"))
    assert (found["Until"], found["units"], found["was"]) == ("2026-11-23 02:00:00", "a, b", "x: 1")
    assert "nothing" not in found


def test_every_choice_has_words() -> None:
    keys = {f"period_{key}" for key in PERIODS} | {f"outcome_{key or 'any'}" for key in OUTCOMES}
    keys |= {f"group_{key.rstrip('.') or 'any'}" for key in GROUPS}
    missing = {
        (k, code) for k in keys for code in languages() if catalogue().template(f"protection.audit.{k}", code) is None
    }
    assert missing == set()
