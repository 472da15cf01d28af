"""A missed ticket back into its line, and why somebody was called, by the windows a clerk has."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QListWidget

from counter_app.features.queueing.table_view import TicketTable
from tests.counter_app.station import Station
from tests.counter_app.test_more_steps import dialog, menu


def test_a_missed_ticket_goes_back_where_it_was_said(station: Station) -> None:
    late = station.take()[0]
    station.call()
    station.key(Qt.Key.Key_F5)
    station.settled(None)
    others = station.take(4)
    station.call()
    menu(station, "more_return_ticket")
    station.wait(lambda: station.state.missed_today)
    window = dialog(station, "return-ticket")
    found = window.findChild(QListWidget, "return_list")  # type: ignore[attr-defined]
    reason = window.findChild(QAbstractButton, "return_not_heard")  # type: ignore[attr-defined]
    assert found.item(0).text().startswith(f"{late.number}   前面 3 位")
    assert not reason.isEnabled(), "nobody is chosen yet"
    QTest.keyClicks(window.findChild(QLineEdit, "return_number"), late.number.lower())  # type: ignore[attr-defined]
    QTest.mouseClick(reason, Qt.MouseButton.LeftButton)
    station.wait(lambda: station.state.message is not None)
    assert station.state.message.words == f"{late.number} 已重新排队，前面还有 3 位；原因已记录。"
    assert station.label("in_hand_number") == others[0].number, "whoever is in hand stays there"
    station.wait(lambda: late.number in station.table("queue_table").numbers())
    station.wait(lambda: "undo" in station.state.can)
    assert late.number in station.state.undo_words
    station.key(Qt.Key.Key_F10)
    station.wait(lambda: station.ticket_status(late) == "no_show")
    # Whoever is not in the list is for the server to explain.
    station.wait(lambda: "return-ticket" in station.state.can)
    menu(station, "more_return_ticket")
    station.wait(lambda: station.state.missed_today is not None)
    QTest.keyClicks(window.findChild(QLineEdit, "return_number"), "z999")  # type: ignore[attr-defined]
    QTest.mouseClick(reason, Qt.MouseButton.LeftButton)
    station.wait(lambda: station.state.message is not None and "Z999" in station.state.message.words)


def test_who_was_called_first_is_explained_to_whoever_asks(station: Station) -> None:
    waits, urgent = station.take()[0], station.take(priority=2)[0]
    assert station.call() == urgent.number
    menu(station, "more_why")
    window = dialog(station, "why")
    answer = window.findChild(QLabel, "why_answer")  # type: ignore[attr-defined]
    station.wait(lambda: "依规定优先" in answer.text())
    others = window.findChild(TicketTable, "why_others")  # type: ignore[attr-defined]
    assert others.numbers() == [waits.number]
    asking = window.findChild(QLineEdit, "why_asking")  # type: ignore[attr-defined]
    QTest.keyClicks(asking, waits.number)
    QTest.keyClick(asking, Qt.Key.Key_Return)
    station.wait(lambda: f"对 {waits.number} 的持有人" in answer.text())
    asking.clear()
    called = window.findChild(QLineEdit, "why_called")  # type: ignore[attr-defined]
    called.setText(waits.number)
    QTest.keyClick(called, Qt.Key.Key_Return)
    station.wait(lambda: "还没有叫过" in answer.text())
    called.setText("z999")
    QTest.keyClick(called, Qt.Key.Key_Return)
    station.wait(lambda: "Z999" in answer.text())
    assert others.isHidden()
