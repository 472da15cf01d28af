"""A device tried from the console: asked of a terminal, done once, told once, in the trail."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from server.audit import SYSTEM, AuditRow
from server.auth import Principal
from server.features.terminals import device_tests
from server.features.terminals.service import report
from shared.domain.errors import HallError
from shared.schemas.device_tests import DeviceTestAsk, DeviceTestOutcome
from shared.schemas.terminals import TerminalReport
from tests.server.conftest import Desk

KIOSK, OTHER = Principal.of_machine("kiosk", "k1", 2e9), Principal.of_machine("display", "d1", 2e9)
READ = DeviceTestAsk(kind="card_reader")
PASSED = DeviceTestOutcome(result="passed", seen="card_resident")


def refused(work: object) -> str:
    with pytest.raises(HallError) as error:
        work()  # type: ignore[operator]
    return error.value.code


def test_a_device_is_tried_once_and_audited(desk: Desk) -> None:
    write, read = desk.database.write, desk.read
    said = TerminalReport(version="1", place="", devices=[])
    kiosk, other = (write(lambda w, who=who: report(w, who, said)) for who in (KIOSK, OTHER))
    asked = write(lambda w: device_tests.ask(w, SYSTEM, kiosk.id, READ))
    assert (asked.state, asked.kind) == ("waiting", "card_reader")
    assert desk.events[-1].kind == device_tests.ASKED
    # Two people at two consoles do not have one reader read for both.
    printing = DeviceTestAsk(kind="printer")
    assert refused(lambda: write(lambda w: device_tests.ask(w, SYSTEM, kiosk.id, printing))) == "device_test_under_way"
    assert read(lambda r: device_tests.mine(r, OTHER)) == []
    (mine,) = read(lambda r: device_tests.mine(r, KIOSK))
    assert mine == asked
    foreign = lambda: write(lambda w: device_tests.settle(w, SYSTEM, OTHER, mine.id, PASSED))  # noqa: E731
    assert refused(foreign) == "device_test_unknown"
    nobody = DeviceTestOutcome(result="nobody")
    assert write(lambda w: device_tests.settle(w, SYSTEM, KIOSK, mine.id, nobody)).state == "nobody"
    # What was said once stays.
    assert write(lambda w: device_tests.settle(w, SYSTEM, KIOSK, mine.id, PASSED)).state == "nobody"
    assert read(lambda r: device_tests.mine(r, KIOSK)) == []
    again = write(lambda w: device_tests.ask(w, SYSTEM, kiosk.id, READ))
    assert write(lambda w: device_tests.settle(w, SYSTEM, KIOSK, again.id, PASSED)).seen == "card_resident"
    trail = read(lambda r: [(e.action, e.outcome, json.loads(e.detail)) for e in r.session.query(AuditRow)])
    trail = [one for one in trail if one[0].startswith("terminal.device_t")]
    assert [one[:2] for one in trail] == [
        ("terminal.device_tried", "done"), ("terminal.device_test_ended", "failed"),
        ("terminal.device_tried", "done"), ("terminal.device_test_ended", "done"),
    ]  # fmt: skip
    assert (trail[1][2]["device"], trail[1][2]["result"], trail[1][2]["name"]) == ("card_reader", "nobody", "k1")
    # Nobody fetches it: it is told so, and done no more.
    late = write(lambda w: device_tests.ask(w, SYSTEM, other.id, READ))
    desk.clock.forward(seconds=61)
    assert read(lambda r: device_tests.mine(r, OTHER)) == []
    assert read(lambda r: device_tests.device_test(r, late.id)).state == "unanswered"
    assert refused(lambda: write(lambda w: device_tests.ask(w, SYSTEM, other.id, READ))) == "device_test_away"
    assert refused(lambda: write(lambda w: device_tests.ask(w, SYSTEM, uuid4(), READ))) == "terminal_unknown"
    assert refused(lambda: read(lambda r: device_tests.device_test(r, uuid4()))) == "device_test_unknown"
