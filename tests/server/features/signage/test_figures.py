"""The day's figures as walls show them."""

from __future__ import annotations

from server.features.signage.figures import FRESH, Figures
from shared.domain.tickets import Step
from tests.server.conftest import Desk


def test_the_day_is_counted_and_not_more_often_than_anybody_reads(desk: Desk) -> None:
    figures = Figures()
    before = desk.read(figures.now)
    first, second, counter = desk.places()
    desk.issue(first)
    desk.clock.forward(minutes=4)
    desk.issue(second)
    desk.issue(first)
    desk.sign_in(counter)
    called = desk.call_next(counter)
    assert called is not None
    desk.step(counter, Step.FINISH)
    desk.clock.forward(minutes=2)
    now = desk.read(figures.now)
    assert (now.waiting - before.waiting, now.served - before.served) == (2, 1)
    assert now.wait_mean_s is not None and now.longest_waiting_s is not None and now.longest_waiting_s >= 120
    services = desk.read(lambda r: {one.name: one for one in figures.now(r).services})
    assert sum(one.waiting for one in services.values()) == now.waiting
    assert sum(one.served for one in services.values()) == now.served
    desk.issue(first)
    assert desk.read(figures.now).waiting == now.waiting
    desk.clock.forward(seconds=FRESH.total_seconds())
    assert desk.read(figures.now).waiting == now.waiting + 1
