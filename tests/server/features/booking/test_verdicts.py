"""A paper sent in advance is accepted or refused at the counter; the sender reads it, the trail who said it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from server.audit import AuditRow
from server.auth import Principal
from server.features.booking import book, materials, page_views, verdicts
from server.features.booking.models import AppointmentRow
from server.features.booking.reach import within_reach
from server.features.booking.routes import SEE_PAPERS
from server.features.catalogue.models import StaffRow
from server.features.catalogue.service import catalogue
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.permissions import of_kind
from shared.domain.tickets import Step
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


def test_papers_are_opened_by_their_department_and_by_the_counter_they_stand_at(desk: Desk) -> None:
    bookings = Bookings(desk)
    row = bookings.book(1)
    service, found = bookings.service, desk.read(catalogue)
    here = next(one.id for one in found.counters.values() if service.id in one.service_ids)
    far = next(one.id for one in found.counters.values() if service.id not in one.service_ids)
    assert service.department_id is not None

    def may(**who: Any) -> bool:
        caller = Principal(who.pop("kind", "user"), "somebody", 2e9, who.pop("everywhere", frozenset()), **who)
        try:
            desk.read(lambda r: within_reach(r, caller, SEE_PAPERS, row.id))
        except HallError as error:
            assert (error.status, error.code) == (403, "not_permitted")
            return False
        return True

    everything = of_kind("counter")
    in_unit = {SEE_PAPERS: frozenset({service.department_id})}
    # Kinds without an account keep the rights their token says.
    assert may(kind="staff", in_units=in_unit)
    assert not may(kind="staff", in_units={SEE_PAPERS: frozenset({uuid7()})})
    assert may(kind="counter", everywhere=everything, counter_id=here)
    assert not may(kind="counter", everywhere=everything, counter_id=far)
    assert not may(kind="counter", everywhere=everything), "bound to none, and nobody stands anywhere"
    assert may(kind="admin", everywhere=everything)
    # Sent on to a counter of another department with a matter of its own: the papers are still theirs to show.
    desk.clock.forward(minutes=55)
    bookings.check_in(row)
    desk.sign_in(here)
    desk.call_next(here)
    assert may(kind="counter", everywhere=everything)
    assert not may(kind="counter", everywhere=everything, counter_id=far)
    other = next(id_ for id_ in found.counters[far].service_ids if id_ not in found.counters[here].service_ids)
    desk.transfer(here, service_id=other)
    clerk = desk.read(lambda r: r.session.scalars(select(StaffRow).limit(1)).one())
    elsewhere = {SEE_PAPERS: frozenset({uuid7()})}
    desk.sign_in(far, clerk.number)
    assert not may(staff_id=clerk.id, in_units=elsewhere)
    desk.call_next(far)
    assert may(staff_id=clerk.id, in_units=elsewhere), "they stand before this clerk"
    assert not may(staff_id=uuid7(), in_units=elsewhere)
    assert not may(staff_id=clerk.id), "who may see no papers at all sees none here"
    assert may(kind="counter", everywhere=everything, counter_id=far)
    desk.step(far, Step.FINISH)
    assert not may(kind="counter", everywhere=everything, counter_id=far)
