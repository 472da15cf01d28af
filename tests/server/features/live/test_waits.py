"""The expected waits on their way to screens: told when a figure changes, never logged, never kept for ever."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import requests

from server.event_log import Hub, Subscriber
from server.features.live.waits import AGAIN_AFTER_S, KIND, WaitsOnScreens, expected_waits
from server.features.queueing.forecaster import AT_LEAST_EVERY_S
from shared.client.event_stream import EventStream
from shared.domain.waits.forecast import Range
from shared.domain.waits.shown import Shown, ShownWaits
from shared.domain.waits.told import GOOD_FOR_S, Forecast, Waits
from shared.schemas.events import Event, ExpectedWaits, Snapshot, VolatileEvent
from shared.schemas.tickets import TicketRequest
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall

HALL, SERVICE = UUID(int=1), UUID(int=2)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NEVER_S = 3600.0


class Process:
    """What a server process has of this: a hub with one stream, and forecasts as the test makes them."""

    def __init__(self, at_most_every_s: float, again_after_s: float = NEVER_S) -> None:
        self.waits = Waits()
        hub = Hub(asyncio.get_running_loop(), HALL, limit=10, heartbeat_s=NEVER_S)
        self.stream: Subscriber = hub.subscribe(lambda entry: True, frozenset({KIND}))
        self._on_screens = WaitsOnScreens(hub, self.waits, (at_most_every_s, again_after_s))

    def forecast(self, minutes: float, after_s: float = 0.0) -> None:
        newcomers = {SERVICE: (3, Range(minutes * 60, minutes * 90))}
        self.waits.forecast = Forecast(AT + timedelta(seconds=after_s), {}, newcomers)
        self._on_screens.forecast_made()

    def told(self) -> ExpectedWaits | None:
        """What waits to be sent; then it is sent."""
        if (encoded := self.stream.told.pop(KIND, None)) is None:
            return None
        event = VolatileEvent.model_validate_json(encoded.decode().split("data: ")[1])
        return ExpectedWaits.model_validate(event.data)

    async def next_told(self) -> ExpectedWaits:
        await asyncio.wait_for(self.stream.wait(), 5)
        found = self.told()
        assert found is not None
        return found


def on_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(test())

    run.__name__ = test.__name__
    return run


@on_a_loop
async def test_only_a_figure_that_changes_is_told() -> None:
    process = Process(at_most_every_s=0.0)
    process.forecast(4)
    first = process.told()
    assert first is not None
    assert (first.at, first.until) == (AT, AT + timedelta(seconds=GOOD_FOR_S))
    assert [(one.service_id, one.p50_s, one.p90_s) for one in first.services] == [(SERVICE, 240, 360)]
    process.forecast(3.9, after_s=5)
    assert process.told() is None
    # Whoever takes a snapshot now is told how young it is.
    assert process.waits.shown is not None
    assert process.waits.shown.at == AT + timedelta(seconds=5)
    process.forecast(8, after_s=6)
    assert (await process.next_told()).services[0].p50_s == 480


@on_a_loop
async def test_many_changes_are_told_as_one_and_the_last_of_them_is() -> None:
    process = Process(at_most_every_s=0.2)
    process.forecast(4)
    assert process.told() is not None
    for minutes in (6, 8, 20):
        process.forecast(minutes)
        assert process.told() is None
    # Nothing else happens in the hall: what was held back is told all the same.
    assert (await process.next_told()).services[0].p50_s == 20 * 60


@on_a_loop
async def test_what_stays_is_told_again_before_screens_take_it_for_old() -> None:
    process = Process(at_most_every_s=0.0, again_after_s=0.0)
    process.forecast(4)
    process.forecast(4, after_s=31)
    assert (await process.next_told()).at == AT + timedelta(seconds=31)
    # No screen drops a figure between two looks at an idle hall.
    assert AT_LEAST_EVERY_S + AGAIN_AFTER_S < GOOD_FOR_S / 1.5


def test_without_a_forecast_nobody_says_anything() -> None:
    assert expected_waits(None, AT).services == []
    shown = ShownWaits(AT, {SERVICE: Shown(60, 120)})
    assert expected_waits(shown, AT + timedelta(seconds=30)).until == AT + timedelta(seconds=GOOD_FOR_S)


def test_a_screen_is_told_what_a_new_number_waits_and_the_log_knows_nothing_of_it(shared_hall: RunningHall) -> None:
    service, counter = shared_hall.easy_service("A05"), shared_hall.counter("A05")
    shared_hall.client("counter", "A05").counter_state(counter.id, "sign-in")
    client, kiosk = shared_hall.client("display", "wall"), shared_hall.client("kiosk")
    snapshots: list[Snapshot] = []
    events: list[Event] = []
    told: list[VolatileEvent] = []
    stream = EventStream(
        client, ("tickets", "waits"), on_snapshot=snapshots.append, on_event=events.append, on_volatile=told.append
    )
    stream.start()
    try:
        tickets = [kiosk.issue(TicketRequest(service_id=service.id)) for _ in range(6)]

        def figure() -> int:
            found = ExpectedWaits.model_validate(told[-1].data) if told else None
            return next((one.p50_s for one in found.services if one.service_id == service.id), 0) if found else 0

        wait_until(lambda: figure() > 0 and len(events) + snapshots[0].seq >= kiosk.health().seq, 30)
        # The wait of six people at one counter, as a ticket is told it too.
        wait_until(lambda: figure() >= 5 * 60, 30)
        estimate = client.ticket(tickets[-1].id).estimate
        assert estimate is not None
        assert figure() >= estimate.p50_s * 0.8
    finally:
        stream.stop()
    assert {event.kind for event in told} == {KIND}
    assert not any("waits" in event.kind for event in events)
    assert events[-1].seq <= kiosk.health().seq
    now = client.snapshot("waits")
    assert now.waits is not None
    assert service.id in {one.service_id for one in now.waits.services}
    assert now.at < now.waits.until
    client.close()
    kiosk.close()


@pytest.mark.parametrize("topics", ["", "?topics=tickets"])
def test_who_does_not_ask_by_name_gets_numbered_events_only(shared_hall: RunningHall, topics: str) -> None:
    base = f"{shared_hall.url}/api/v1"
    headers = {"Authorization": f"Bearer {shared_hall.token('display', 'wall')}"}
    assert requests.get(f"{base}/snapshot{topics}", headers=headers, timeout=10).json()["waits"] is None
    kiosk = shared_hall.client("kiosk")
    with requests.get(f"{base}/events{topics}", headers=headers, stream=True, timeout=20) as stream:
        lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
        kiosk.issue(TicketRequest(service_id=shared_hall.easy_service("A05").id))
        seen = []
        for line in lines:
            if line.startswith("data: "):
                seen.append(json.loads(line.removeprefix("data: ")))
                break
    assert all("seq" in one for one in seen) and seen
    kiosk.close()
