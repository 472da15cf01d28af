"""A paper sent in advance is accepted or refused at the counter; the sender reads it, the trail who said it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from server.audit import AuditRow
from server.features.booking import book, materials, page_views, verdicts
from server.features.booking.models import AppointmentRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.booking import PaperSent, PaperVerdict
from tests.server.conftest import Desk
from tests.server.features.booking.stage import WHO, Bookings

PICTURE = b"\xff\xd8\xff\xe0 picture \xff\xd9"


def send(bookings: Bookings, row: AppointmentRow) -> PaperSent:
    desk = bookings.desk
    sealed = materials.seal_paper(desk.context.keys.vault, PICTURE)
    desk.database.write(lambda w: materials.keep_paper(w, WHO, book.find(w, row.id), sealed, None))
    return papers(bookings, row)[-1]


def papers(bookings: Bookings, row: AppointmentRow) -> list[PaperSent]:
    found: list[PaperSent] = bookings.desk.read(lambda r: materials.papers(r, book.find(r, row.id)).items)
    return found


def judge(bookings: Bookings, row: AppointmentRow, paper: Any, verdict: Any, note: str = "") -> None:
    said = PaperVerdict(verdict=verdict, note=note)
    bookings.desk.database.write(lambda w: verdicts.judge_paper(w, WHO, book.find(w, row.id), paper, said))


def test_a_verdict_is_kept_with_its_note_and_said_again_replaces_it(desk: Desk) -> None:
    bookings = Bookings(desk)
    row = bookings.book(1)
    paper = send(bookings, row)
    assert (paper.verdict, paper.verdict_note) == ("", "")
    judge(bookings, row, paper.id, "refused", "the seal cannot be read")
    assert [(one.verdict, one.verdict_note) for one in papers(bookings, row)] == [
        ("refused", "the seal cannot be read")
    ]
    shown = desk.read(lambda r: page_views.shown(r, book.find(r, row.id), "en"))
    assert [(one.verdict, one.note) for one in shown.lines[-1].papers] == [("refused", "the seal cannot be read")]
    judge(bookings, row, paper.id, "accepted")
    assert [(one.verdict, one.verdict_note) for one in papers(bookings, row)] == [("accepted", "")]
    rows = desk.read(
        lambda r: r.session.execute(
            select(AuditRow.action, AuditRow.detail).where(AuditRow.action.in_(("paper.accepted", "paper.refused")))
        ).all()
    )
    assert [action for action, _ in rows] == ["paper.refused", "paper.accepted"]
    assert json.loads(rows[0][1])["paper"] == str(paper.id)
    assert "seal" not in rows[0][1], "what is in somebody's papers is no matter of the trail"


def test_a_refusal_says_why_and_nothing_is_said_of_what_is_not_there(desk: Desk) -> None:
    bookings = Bookings(desk, quantity=2)
    row, other = bookings.book(1), bookings.book(2)
    paper = send(bookings, row)
    with pytest.raises(ValidationError, match="says why"):
        PaperVerdict(verdict="refused", note="  ")
    with pytest.raises(HallError, match="paper_unknown"):
        judge(bookings, other, paper.id, "accepted")
    with pytest.raises(HallError, match="paper_unknown"):
        judge(bookings, row, uuid7(), "accepted")
    bookings.cancel(row)
    with pytest.raises(HallError, match="appointment_not_possible_cancelled"):
        judge(bookings, row, paper.id, "accepted")
