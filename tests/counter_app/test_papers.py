"""Papers sent in advance, at the counter: seen, judged, and gone with the person they are of."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QListWidget

from counter_app.features.booking.paper_view import PaperView
from shared.schemas.booking import MaterialEdit
from tests.counter_app.station import Station
from tests.fakes.papers import booked, check_in, pdf, picture, send
from tests.server.features.booking.stage import identity

ID_CARD = MaterialEdit(name="身份证原件及正反面复印件", name_en="ID card, original and a copy of both sides")
FORM = MaterialEdit(name="申请表", name_en="Application form", required=False)


def test_what_was_sent_is_seen_judged_and_left_nowhere(station: Station, tmp_path: Path) -> None:
    hall, admin = station.hall, station.hall.client("admin")
    made = booked(hall, station.workplace.service.id, identity(61), [ID_CARD, FORM])
    card = admin.materials(made.service_id)[0]
    send(hall, made, picture(), card.id)
    send(hall, made, pdf(), None)
    ticket = check_in(hall, made)
    window = station.app.papers_window
    assert not station.widget("papers_card").isVisible()
    assert station.call() == ticket.number
    station.wait(lambda: station.label("papers_summary") == "提前发送 2 份，2 份待审核")
    before = {path for path in tmp_path.rglob("*")}
    station.click("papers_look")
    view = window.findChild(PaperView)
    assert view is not None
    station.wait(lambda: view.shown == "picture")
    lines = window.findChild(QListWidget, "papers_list")
    note = window.findChild(QLineEdit, "papers_note")
    refuse = window.findChild(QAbstractButton, "papers_refuse")
    accept = window.findChild(QAbstractButton, "papers_accept")
    assert lines is not None and note is not None and refuse is not None and accept is not None
    assert lines.count() == 3
    assert [lines.item(1).text().split("\n")[1], lines.item(1).data(Qt.ItemDataRole.UserRole)] == [FORM.name, ""]
    assert not refuse.isEnabled(), "a refusal says why"
    QTest.keyClicks(note, "seal missing")
    QTest.mouseClick(refuse, Qt.MouseButton.LeftButton)
    station.wait(lambda: "未通过" in lines.item(0).text())
    kept = {(one.verdict, one.verdict_note) for one in admin.papers_sent(made.id)}
    assert kept == {("refused", "seal missing"), ("", "")}
    lines.setCurrentRow(2)
    station.wait(lambda: view.shown == "pdf")
    assert note.text() == "", "the note was about the paper before"
    QTest.mouseClick(accept, Qt.MouseButton.LeftButton)
    station.wait(lambda: station.label("papers_summary") == "提前发送 2 份，已全部审核")
    lines.setCurrentRow(1)
    station.wait(lambda: view.shown == "words")
    assert not accept.isEnabled()
    lines.setCurrentRow(0)
    station.wait(lambda: view.shown == "picture")
    # With the person goes everything of theirs.
    station.key(Qt.Key.Key_F4)
    station.settled("serving")
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    station.wait(lambda: not window.isVisible())
    assert view.shown == "words"
    assert station.app.papers.content == b""
    assert not station.widget("papers_card").isVisible()
    fresh = [path for path in tmp_path.rglob("*") if path not in before and path.is_file()]
    assert all(b"PNG" not in path.read_bytes() and b"%PDF" not in path.read_bytes() for path in fresh)


def test_a_paper_that_cannot_be_shown_says_so(station: Station) -> None:
    made = booked(station.hall, station.workplace.service.id, identity(62), [])
    send(station.hall, made, b"%PDF-1.4 no document %%EOF")
    check_in(station.hall, made)
    station.call()
    station.wait(lambda: station.widget("papers_card").isVisible())
    station.click("papers_look")
    window = station.app.papers_window
    view = window.findChild(PaperView)
    assert view is not None
    station.wait(lambda: "无法显示" in view._words.text())
    window.close()
    assert station.app.papers.state.opened == ""
    assert station.state.person is not None, "closing the window changes nothing else"
