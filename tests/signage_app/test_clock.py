"""The display's time is the server's, whatever its own clock says."""

from datetime import UTC, datetime, timedelta

from signage_app.clock import ServerClock

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Stopwatch:
    """Seconds that a test counts."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_it_counts_on_from_what_the_server_said() -> None:
    watch = Stopwatch()
    clock = ServerClock(watch)
    clock.set(NOON)
    watch.seconds += 31
    assert clock.now() == NOON + timedelta(seconds=31)
    assert clock.age(NOON) == 31


def test_old_events_do_not_turn_it_back_and_newer_ones_correct_it() -> None:
    clock = ServerClock(Stopwatch())
    clock.set(NOON)
    clock.heard(NOON - timedelta(minutes=5))
    assert clock.now() == NOON
    clock.heard(NOON + timedelta(seconds=2))
    assert clock.now() == NOON + timedelta(seconds=2)


def test_it_is_never_earlier_than_what_the_server_once_said() -> None:
    watch = Stopwatch()
    clock = ServerClock(watch)
    late = datetime.now(UTC) + timedelta(days=400)
    clock.at_least(late)
    watch.seconds += 5
    assert clock.now() == late + timedelta(seconds=5) and not clock.known
    clock.at_least(NOON)
    assert clock.now() == late + timedelta(seconds=5), "a clock that is ahead stays"
    clock.set(NOON)
    clock.at_least(late)
    assert clock.now() == NOON, "the server knows it better"


def test_before_the_server_spoke_it_is_the_machines_own() -> None:
    clock = ServerClock()
    assert not clock.known
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 1
    clock.heard(NOON)
    assert clock.known
    assert abs(clock.age(NOON)) < 1
