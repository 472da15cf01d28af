"""A priority group stands with whoever has it, and how it is known: a proof that is to be shown is asked for."""

from __future__ import annotations

from shared.i18n import text
from shared.schemas.tickets import TicketRequest
from tests.counter_app.conftest import Opens
from tests.counter_app.station import Workplace
from tests.fakes.hall import RunningHall


def test_the_clerk_sees_the_group_and_that_its_proof_is_to_be_looked_at(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    language = "en"
    station = open_station(shared_hall, workplace, language=language)
    station.sign_in()
    mine = station.workplace.service
    services = station.staff_client.services()
    other = next(s for s in services if s.ticketable and s.open and s.identity != "required" and s.id != mine.id)
    asked = TicketRequest(service_id=mine.id, items=[mine.id, other.id], priority=4)
    ticket = shared_hall.client("kiosk").issue(asked)
    group = text("counter.priority.group_4", language)
    told = text("counter.priority.proof_shown", language, group=group)
    station.wait(lambda: ticket.number in station.table("queue_table").numbers())
    assert told in station.state.queue[0].hint
    station.call()
    assert station.label("in_hand_holder").startswith(told)
