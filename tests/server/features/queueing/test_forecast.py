"""The expected wait of a real hall: learned from its visits, forecast from its state, told and kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from server.audit import SYSTEM
from server.database import Reader, Writer
from server.features.booking.models import AppointmentRow
from server.features.calling.service import set_policy
from server.features.catalogue.edit import edit_counter
from server.features.queueing import counters, steps
from server.features.queueing.forecaster import learn, standing
from server.features.queueing.models import CounterStateRow, TicketRow
from server.features.queueing.phone import phone_ticket
from server.features.queueing.view import find_ticket
from shared.client.hall_client import HallClient
from shared.domain.tickets import Step
from shared.domain.waits.forecast import Place, Range
from shared.domain.waits.outlook import MOST_WAITING, Learned, Standing, look_ahead
from shared.domain.waits.told import Forecast
from shared.schemas.calling import CallingPolicy, CounterCalling
from shared.schemas.hall import CounterEdit, PlannedBreak
from shared.schemas.tickets import TransferRequest
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import new_line
from tests.server.conftest import Desk


def serve(desk: Desk, counter: UUID, minutes: float, *, gap_s: float = 12) -> None:
    desk.call_next(counter)
    desk.clock.forward(minutes=minutes)
    desk.step(counter, Step.FINISH)
    desk.clock.forward(seconds=gap_s)


def forecast(desk: Desk, learned: Learned | None = None) -> Forecast:
    kept = learned or desk.read(learn)
    return look_ahead(desk.read(standing), kept, Random(1))


def told(desk: Desk, ticket_id: str) -> tuple[int | None, int | None]:
    def read(reader: Reader) -> Any:
        columns = select(TicketRow.told_p50_s, TicketRow.told_p90_s)
        return reader.session.execute(columns.where(TicketRow.id == UUID(ticket_id))).one()

    return tuple(desk.read(read))


def test_what_visits_take_is_learned_from_them(desk: Desk) -> None:
    service, other, counter = desk.places()
    desk.sign_in(counter)
    for _ in range(30):
        desk.issue(service)
    for _ in range(25):
        serve(desk, counter, 4)
    desk.call_next(counter)
    desk.clock.forward(minutes=2)
    desk.step(counter, Step.NO_SHOW)
    learned = desk.read(learn)
    assert learned.experience.serving(service, None).mean_s == pytest.approx(240, rel=0.35)
    assert learned.experience.gap.now().mean_s == pytest.approx(12, rel=0.3)
    assert (learned.experience.called, learned.experience.missed) == (26, 1)
    # A service nobody has visited yet is believed what its description says.
    assert learned.experience.serving(other, None).mean_s > 0


def test_the_hall_of_now_is_run_forward(desk: Desk) -> None:
    service, other, counter = desk.places()
    desk.sign_in(counter)
    tickets = [UUID(desk.issue(service)["id"]) for _ in range(5)]
    desk.call_next(counter)
    desk.clock.forward(minutes=1)
    found = forecast(desk)
    assert (tickets[0], service) not in found.tickets
    middles = [found.tickets[ticket, service].p50_s for ticket in tickets[1:]]
    assert middles == sorted(middles) and middles[0] > 0
    waiting, newcomer = found.newcomers[service]
    assert waiting == 4 and newcomer.p50_s >= middles[-1]
    # Who comes for the other service of this counter waits for all of these too.
    assert found.newcomers[other][0] == 0
    assert found.newcomers[other][1].p50_s >= middles[-1]


def test_nobody_can_say_while_every_counter_is_closed_and_a_paused_one_comes_back(desk: Desk) -> None:
    service, _, counter = desk.places()
    ticket = UUID(desk.issue(service)["id"])
    assert (ticket, service) not in forecast(desk).tickets
    desk.sign_in(counter)
    assert forecast(desk).tickets[ticket, service].p50_s == 0
    desk.database.write(lambda w: counters.pause(w, counter, "break"))
    assert forecast(desk).tickets[ticket, service].p50_s > 0


def test_what_a_counter_is_there_for_and_the_cap_on_priority_groups_are_foreseen(desk: Desk) -> None:
    service, other, counter = desk.places()
    desk.sign_in(counter)
    urgent = [UUID(desk.issue(other, priority=1)["id"]) for _ in range(3)]
    plain = UUID(desk.issue(other)["id"])
    before = forecast(desk)
    assert before.newcomers[service][1].p50_s > 0
    assert before.tickets[plain, other].p50_s > before.tickets[urgent[2], other].p50_s
    wanted = CallingPolicy(
        urgent_in_a_row=2, urgent_patience_min=0,
        counters=[CounterCalling(counter_id=counter, later=[other], step_in_min=60)],
    )  # fmt: skip
    desk.database.write(lambda w: set_policy(w, SYSTEM, wanted))
    desk.clock.forward(seconds=1)
    after = forecast(desk)
    # Who comes now for what the counter is there for is called before everybody who waits for something else.
    assert after.newcomers[service][1].p50_s == 0
    assert after.tickets[plain, other].p50_s < after.tickets[urgent[2], other].p50_s


def test_a_hall_fuller_than_any_is_told_rough_figures_instead_of_standing_still(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    desk.issue(service)
    now = desk.read(standing)
    crowd = [Place((n, service), service, (0, n)) for n in range(MOST_WAITING + 1)]
    full = look_ahead(Standing(now.at, now.counters, crowd), desk.read(learn), Random(1))
    assert (full.tickets, full.newcomers) == ({}, {})


def test_who_was_sent_elsewhere_is_forecast_there(desk: Desk) -> None:
    service, other, counter = desk.places()
    desk.sign_in(counter)
    first = UUID(desk.issue(service)["id"])
    desk.issue(service)
    desk.call_next(counter)
    request = TransferRequest(service_id=other, note="")
    desk.database.write(lambda w: steps.transfer(w, desk.context, counter, request))
    found = forecast(desk)
    assert (first, service) not in found.tickets
    assert (first, other) in found.tickets


def test_the_forecast_is_told_aged_and_kept_with_the_ticket(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    first = desk.issue(service)
    at = desk.clock()
    known = {(UUID(first["id"]), service): Range(600.0, 900.0, 300.0)}
    desk.context.waits.forecast = Forecast(at, known, {service: (1, Range(1200.0, 1800.0, 700.0))})
    desk.clock.forward(seconds=30)
    second = desk.issue(service)
    assert second["estimate"] == {"p50_s": 1170, "p90_s": 1770, "early_s": 670}
    # The line is one longer than the forecast knew.
    assert desk.issue(service)["estimate"]["p50_s"] == 1770
    assert told(desk, second["id"]) == (1170, 1770)

    def again(reader: Reader) -> Any:
        return phone_ticket(reader, desk.context, find_ticket(reader, UUID(first["id"])), "en")

    assert desk.read(again).wait == "about 10–15 min"
    desk.clock.forward(seconds=120)
    # Too old to be told: the rough figure again, and nobody is sent out of the hall on it.
    assert desk.issue(service)["estimate"]["early_s"] == 0


def test_whoever_was_called_meanwhile_is_waited_for_still(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    desk.issue(service)
    desk.context.waits.forecast = Forecast(desk.clock(), {}, {service: (1, Range(900.0, 1500.0))})
    desk.call_next(counter)
    assert desk.issue(service)["estimate"]["p50_s"] == 450


def test_somebody_urgent_is_not_told_the_wait_behind_everybody(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    for _ in range(2):
        desk.issue(service, priority=1)
    desk.context.waits.forecast = Forecast(desk.clock(), {}, {service: (2, Range(9000.0, 9900.0))})
    assert 0 < desk.issue(service, priority=1)["estimate"]["p50_s"] < 9000
    assert desk.issue(service)["estimate"]["p50_s"] > 9000


def test_a_phone_says_until_when_one_may_leave(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    ticket = UUID(desk.issue(service)["id"])

    def shown(early_s: float) -> str:
        known = {(ticket, service): Range(3000.0, 4000.0, early_s)}
        desk.context.waits.forecast = Forecast(desk.clock(), known, {})
        return str(
            desk.read(lambda reader: phone_ticket(reader, desk.context, find_ticket(reader, ticket), "en").step_out)
        )

    # It is ten in the hall.
    assert shown(30 * 60) == "You may step out. Please be back by 10:25"
    assert shown(14 * 60) == ""


def test_what_was_told_too_short_is_told_longer_tomorrow(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    for _ in range(25):
        desk.context.waits.forecast = Forecast(desk.clock(), {}, {service: (0, Range(300.0, 400.0))})
        desk.issue(service)
        desk.clock.forward(minutes=10)
        serve(desk, counter, 5)
    corrections = desk.read(learn).corrections
    assert corrections.middle.apply(300.0) > 350
    assert corrections.careful.apply(400.0) > 450


def test_visits_of_months_ago_are_forgotten(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    desk.issue(service)
    serve(desk, counter, 3)
    assert desk.read(learn).experience.called == 1
    desk.clock.now += timedelta(days=60)
    assert desk.read(learn).experience.called == 0


def test_a_running_hall_forecasts_by_itself_and_the_phone_shows_it(shared_hall: RunningHall) -> None:
    line = new_line(shared_hall)
    line.open()
    last = [line.take() for _ in range(8)][-1]
    public = HallClient(shared_hall.url, shared_hall.token("staff"))
    try:
        # Rough figures know no early end of the range.
        wait_until(lambda: (found := public.ticket(last.id).estimate) is not None and found.early_s > 0, 30)
        estimate = public.ticket(last.id).estimate
        assert estimate is not None and estimate.early_s < estimate.p50_s < estimate.p90_s
    finally:
        public.close()


def test_who_has_booked_for_later_counts_when_their_slot_begins_and_usual_breaks_are_known(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    opened = desk.clock.now

    def book(writer: Writer) -> None:
        starts = writer.now + timedelta(minutes=1)
        for number in range(3):
            writer.session.add(
                AppointmentRow(
                    hall_id=writer.hall_id, id=uuid4(), code=f"c{number}", token=bytes([number]), service_id=service,
                    day=writer.day, start=601, end=631, starts_at=starts, ends_at=starts + timedelta(minutes=30),
                    state="booked", language="zh-CN", channel="phone", booked_at=writer.now, ended_by="", reason="",
                    reminded=False, version=0,
                )
            )  # fmt: skip

    for _ in range(3):
        desk.issue(service)
    alone = forecast(desk).newcomers[service][1]
    desk.database.write(book)
    now = desk.read(standing)
    assert [round(place.from_s) for place in now.coming] == [60, 60, 60]
    # Three more before whoever comes now.
    assert forecast(desk).newcomers[service][1].p50_s > 1.4 * alone.p50_s

    def lunches(writer: Writer) -> None:
        noon = opened.replace(hour=4, minute=0)
        for number in range(6):
            day = noon - timedelta(days=number + 1)
            for step, (minutes, state) in enumerate(((-180, "open"), (0, "paused"), (45, "open"), (240, "closed"))):
                writer.session.add(
                    CounterStateRow(
                        hall_id=writer.hall_id, seq=-100 * (number + 1) + step, counter_id=counter, state=state,
                        at=day + timedelta(minutes=minutes),
                    )
                )  # fmt: skip

    desk.database.write(lunches)
    learned = desk.read(learn)
    # Noon at the hall, to the five minutes.
    assert learned.breaks == {counter: ((43200.0, 45900.0),)}
    desk.clock.now = opened.replace(hour=3, minute=59)
    assert look_ahead(desk.read(standing), learned, Random(1)).newcomers[service][1].p50_s > 45 * 60


def test_a_planned_break_of_today_holds_before_what_a_counter_is_used_to(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    for _ in range(2):
        desk.issue(service)
    wanted = CounterEdit(breaks={"weekday": [PlannedBreak(start=601, end=661)]})
    quick = forecast(desk).newcomers[service][1]
    desk.database.write(lambda w: edit_counter(w, SYSTEM, counter, wanted))
    now = desk.read(standing)
    assert now.planned == {counter: ((36060.0, 39660.0),)}
    # A minute from now everybody who is not called yet waits for an hour more; what was learned is no longer asked.
    used_to = replace(desk.read(learn), breaks={counter: ((now.day_s + 60, now.day_s + 7260),)})
    found = look_ahead(now, used_to, Random(1)).newcomers[service][1]
    assert quick.p50_s + 3000 < found.p50_s < quick.p50_s + 5400
    # On a kind of day for which nothing is planned, nothing is.
    weekend = CounterEdit(breaks={"weekend": [PlannedBreak(start=601, end=661)]})
    desk.database.write(lambda w: edit_counter(w, SYSTEM, counter, weekend))
    assert desk.read(standing).planned == {}
