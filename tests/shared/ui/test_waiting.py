"""The waiting page and its gate, with a real server and a real key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from shared.client.enrolment import Enrolment, Standing
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.ui.waiting import Gate, WaitingWindow
from tests.fakes.hall import RunningHall
from tests.fakes.machine import Machine, code, decide

STAND = SimpleNamespace(size=lambda: QSize(960, 540))


def words(window: WaitingWindow) -> str:
    return "\n".join(label.text() for label in window.findChildren(QLabel))


@pytest.fixture
def gate_of(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Enrolment], Gate]]:
    monkeypatch.setattr("shared.client.enrolment.REFUSED_S", 0.0)
    monkeypatch.setattr("shared.ui.waiting.LONGEST_PAUSE_S", 0.1)
    monkeypatch.setattr("shared.ui.waiting.FIRST_PAUSE_S", 0.1)
    made: list[Gate] = []

    def make(enrolment: Enrolment) -> Gate:
        made.append(Gate(enrolment, "en", STAND, fullscreen=False))
        return made[-1]

    yield make
    for gate in made:
        gate.close()


def test_waits_is_approved_starts_is_revoked_and_comes_back(
    hall: RunningHall, gate_of: Callable[[Enrolment], Gate], tmp_path: Path, qtbot: QtBot
) -> None:
    enrolment = Enrolment(tmp_path, hall.url, code(hall, "kiosk", "kiosk-9", approved_beforehand=False))
    gate, started = gate_of(enrolment), []
    gate.open(lambda: started.append(True))
    assert gate.window.isVisible()
    qtbot.waitUntil(lambda: "waits to be approved" in words(gate.window) and "kiosk-9" in words(gate.window))
    terminal = next(t for t in hall.client("admin").terminals() if t.name == "kiosk-9")
    assert terminal.fingerprint in words(gate.window)
    machine = Machine(hall, terminal_id=terminal.id)
    assert not started
    decide(hall, machine, "approve")
    qtbot.waitUntil(lambda: bool(started) and not gate.window.isVisible())
    client = HallClient(hall.url, enrolment)
    decide(hall, machine, "revoke")
    with pytest.raises(HallError, match="terminal_revoked"):
        client.services()
    qtbot.waitUntil(lambda: gate.window.isVisible() and "out of service" in words(gate.window))
    decide(hall, machine, "approve")
    assert client.services()
    qtbot.waitUntil(lambda: not gate.window.isVisible())
    assert started == [True]
    client.close()


def test_a_machine_that_has_worked_starts_without_its_server(
    hall: RunningHall, gate_of: Callable[[Enrolment], Gate], tmp_path: Path
) -> None:
    first = Enrolment(tmp_path, hall.url, code(hall, "kiosk", "kiosk-8"))
    assert first()
    first.close()
    gate, started = gate_of(Enrolment(tmp_path, "http://127.0.0.1:9")), []
    gate.open(lambda: started.append(True))
    assert started == [True]
    assert not gate.window.isVisible()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", [(960, 540), (540, 960), (1280, 800), (480, 480)])
@pytest.mark.parametrize(
    "code_", ["terminal_pending", "terminal_revoked", "server_unreachable", "enrolment_rests", "terminal_key_not_kept"]
)
def test_the_page_fits(qapp: QApplication, language: str, size: tuple[int, int], code_: str) -> None:
    window = WaitingWindow(language, QSize(*size), fullscreen=False)
    params = (("fault", "disk full"), ("path", "/var/lib/zhiting"), ("seconds", 599))
    window.tell(Standing(code_, "A rather long name of a machine on the second floor", "AB12 CD34 EF56 7890", params))
    window.show()
    qapp.processEvents()
    assert "[" not in words(window)
    for label in window.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width()), label.text()
        assert label.width() >= label.minimumSizeHint().width(), label.text()
    window.close()
    window.deleteLater()
