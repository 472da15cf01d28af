"""Figures of the day agree with what happened."""

from __future__ import annotations

from uuid import UUID

from server.features.feedback.service import rate
from server.features.queueing.view import find_ticket
from server.features.statistics.service import today
from shared.domain.tickets import Step
from shared.domain.waits.forecast import Range
from shared.domain.waits.told import Forecast
from shared.schemas.tickets import RatingRequest
from tests.server.conftest import Desk


def test_a_morning_in_figures(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    tickets = [UUID(desk.issue(service)["id"]) for _ in range(6)]
    for minutes, last in ((5, Step.FINISH), (10, Step.NO_SHOW), (15, Step.HOLD), (30, None)):
        desk.clock.forward(minutes=minutes)
        desk.call_next(counter)
        if last is not None:
            desk.step(counter, last)
    desk.database.write(lambda w: rate(w, find_ticket(w, tickets[0]), RatingRequest(level=4), "phone"))
    figures = desk.read(today)
    assert (figures.issued, figures.waiting, figures.in_hand) == (6, 2, 1)
    assert (figures.finished, figures.no_show) == (1, 1)
    assert figures.wait_mean_s == 60 * (5 + 15 + 30 + 60) / 4
    assert figures.wait_p90_s == 3600
    assert figures.longest_waiting_s == 3600
    assert figures.ratings == {"4": 1}
    # Issued at 10:00 in the hall, the last one called at 11:00.
    assert [(h.hour, h.issued, h.called, h.finished) for h in figures.hours] == [(10, 6, 3, 1), (11, 0, 1, 0)]


def test_whether_what_was_told_was_kept(desk: Desk) -> None:
    service, other, counter = desk.places()
    desk.issue(other)  # while no counter is open nobody can say
    desk.sign_in(counter)
    ranges = {service: (0, Range(300.0, 600.0)), other: (0, Range(300.0, 600.0))}
    for minutes in (5, 20):
        desk.context.waits.forecast = Forecast(desk.clock(), {}, ranges)
        ticket = desk.issue(service)
        desk.clock.forward(minutes=minutes)
        desk.call_ticket(counter, UUID(ticket["id"]))
        desk.step(counter, Step.FINISH)
    desk.call_next(counter)
    figures = desk.read(today)
    assert (figures.promised, figures.kept) == (2, 1)
    by_service = {figure.service_id: figure for figure in figures.services}
    assert (by_service[service].promised, by_service[service].kept, by_service[service].wait_mean_s) == (2, 1, 750)
    assert (by_service[other].issued, by_service[other].called, by_service[other].promised) == (1, 1, 0)


def test_before_anything_happened(desk: Desk) -> None:
    figures = desk.read(today)
    assert (figures.issued, figures.waiting, figures.hours, figures.ratings) == (0, 0, [], {})
    assert figures.wait_mean_s is figures.wait_p90_s is figures.longest_waiting_s is None


def test_yesterday_is_not_today(desk: Desk) -> None:
    service, _, _ = desk.places()
    desk.issue(service)
    assert desk.read(today).issued == 1
    desk.clock.forward(days=1)
    figures = desk.read(today)
    assert (figures.issued, figures.waiting, figures.day.day) == (0, 0, 24)


def test_what_was_taken_back_is_not_counted(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    desk.issue(service)
    desk.call_next(counter)
    desk.step(counter, Step.FINISH)
    desk.undo(counter)
    figures = desk.read(today)
    assert (figures.finished, figures.in_hand) == (0, 1)


def test_a_clock_set_back_makes_no_negative_waits(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    desk.issue(service)
    desk.clock.forward(minutes=-30)
    desk.call_next(counter)
    assert desk.read(today).wait_mean_s == 0
