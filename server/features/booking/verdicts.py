"""What a counter says of a paper that was sent in advance: accepted, or refused and why."""

from __future__ import annotations

from uuid import UUID

from server import audit
from server.audit import Actor
from server.database import Writer
from server.features.booking.models import AppointmentRow, PaperSentRow
from shared.domain.booking.life import State
from shared.domain.errors import HallError
from shared.schemas.booking import PaperVerdict

JUDGED_WHILE = (State.BOOKED.value, State.CHECKED_IN.value)


def judge_paper(
    writer: Writer, who: Actor, appointment: AppointmentRow, paper_id: UUID, said: PaperVerdict
) -> None:  # fmt: skip
    """Its sender reads the verdict and the note on the appointment's page; saying it again replaces it."""
    found = writer.session.get(PaperSentRow, paper_id)
    if found is None or found.appointment_id != appointment.id:
        raise HallError("paper_unknown", status=404)
    if appointment.state not in JUDGED_WHILE:
        raise HallError(f"appointment_not_possible_{appointment.state}", status=409)
    found.verdict, found.verdict_note, found.verdict_at = said.verdict, said.note, writer.now
    writer.flush()
    # The note is for its sender; the trail says who decided, not what is in somebody's papers.
    audit.record(writer, who, f"paper.{said.verdict}", "appointment", appointment.id, paper=str(paper_id))
