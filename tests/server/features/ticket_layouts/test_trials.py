"""A paper to try a layout: asked of a kiosk, printed once, told once, in the trail."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from server.audit import SYSTEM, AuditRow
from server.auth import Principal
from server.features.terminals.service import report
from server.features.ticket_layouts import trials
from shared.domain.errors import HallError
from shared.schemas.terminals import TerminalReport
from shared.schemas.ticket_layout import TicketLayout
from shared.schemas.trial_prints import TrialAsk, TrialOutcome
from tests.server.conftest import Desk

PLAIN = TicketLayout.model_validate({"blocks": [{"kind": "field", "id": "n", "field": "number"}]})
KIOSK, OTHER = Principal.of_machine("kiosk", "k1", 2e9), Principal.of_machine("kiosk", "k2", 2e9)
PRINTED = TrialOutcome(outcome="printed")


def refused(work: object) -> str:
    with pytest.raises(HallError) as error:
        work()  # type: ignore[operator]
    return error.value.code


def test_a_trial_is_asked_printed_once_and_audited(desk: Desk) -> None:
    write, read = desk.database.write, desk.read
    said = TerminalReport(version="1", place="", devices=[])
    kiosk, other = (write(lambda w, who=who: report(w, who, said)) for who in (KIOSK, OTHER))
    wanted = TrialAsk(terminal_id=kiosk.id, draft=PLAIN, sample="booked")
    asked = write(lambda w: trials.ask(w, SYSTEM, wanted))
    assert asked.state == "waiting"
    assert desk.events[-1].kind == trials.ASKED
    # Only the kiosk that was asked prints it, and a second press does not print a second paper.
    assert refused(lambda: write(lambda w: trials.ask(w, SYSTEM, wanted))) == "trial_under_way"
    assert read(lambda r: trials.mine(r, OTHER)) == []
    (mine,) = read(lambda r: trials.mine(r, KIOSK))
    assert (TicketLayout.model_validate(mine.draft), mine.sample) == (PLAIN, "booked")
    assert refused(lambda: write(lambda w: trials.settle(w, SYSTEM, OTHER, mine.id, PRINTED))) == "trial_unknown"
    failed = TrialOutcome(outcome="not_printed", code="paper_out")
    assert write(lambda w: trials.settle(w, SYSTEM, KIOSK, mine.id, failed)).code == "paper_out"
    # What was said once stays.
    assert write(lambda w: trials.settle(w, SYSTEM, KIOSK, mine.id, PRINTED)).state == "not_printed"
    assert read(lambda r: trials.mine(r, KIOSK)) == []
    assert read(lambda r: trials.trial(r, mine.id)).state == "not_printed"
    trail = read(lambda r: [(e.action, e.outcome, json.loads(e.detail)) for e in r.session.query(AuditRow)])
    trail = [one for one in trail if one[0].startswith("ticket_layout.tr")]
    assert [one[:2] for one in trail] == [("ticket_layout.tried", "done"), ("ticket_layout.trial_ended", "failed")]
    assert trail[1][2]["code"] == "paper_out"
    assert trail[1][2]["name"] == "k1"
    # Nobody fetches it: it is told so, and printed no more.
    other_asked = TrialAsk(terminal_id=other.id, draft=PLAIN)
    late = write(lambda w: trials.ask(w, SYSTEM, other_asked))
    desk.clock.forward(seconds=61)
    assert read(lambda r: trials.mine(r, OTHER)) == []
    assert read(lambda r: trials.trial(r, late.id)).state == "unanswered"
    assert refused(lambda: write(lambda w: trials.ask(w, SYSTEM, other_asked))) == "trial_kiosk_away"
    nowhere = TrialAsk(terminal_id=uuid4(), draft=PLAIN)
    assert refused(lambda: write(lambda w: trials.ask(w, SYSTEM, nowhere))) == "terminal_unknown"
