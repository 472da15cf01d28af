"""What was chosen lately: counted from the tickets of whole days, once a day."""

from __future__ import annotations

from server.features.catalogue.uses import LATELY, uses
from tests.server.conftest import Desk


def test_tickets_of_the_last_weeks_are_counted_by_service(desk: Desk) -> None:
    first, second, _ = desk.places()
    for service in (first, first, second):
        desk.issue(service)
    assert desk.read(uses) == {}, "today is not over"
    desk.clock.forward(days=1)
    assert desk.read(uses) == {first: 2, second: 1}
    desk.issue(second)
    assert desk.read(uses) == {first: 2, second: 1}
    desk.clock.forward(days=LATELY.days)
    assert desk.read(uses) == {second: 1}, "the others are too long ago"
