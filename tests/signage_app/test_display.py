"""The real display on a real server: what people see, hear, and what the counter learns of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from shared.schemas.hall import CounterCreate
from tests.fakes.hall import RunningHall, running_hall
from tests.signage_app.desks import Desk
from tests.signage_app.stage import Display, Line, spoken

MakeDisplay = Callable[..., Display]


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    """One for all tests here: each has a zone of its own."""
    with running_hall(tmp_path_factory.mktemp("hall")) as started:
        yield started


def test_a_call_is_shown_spoken_and_the_counter_learns_of_both(hall: RunningHall, display: MakeDisplay) -> None:
    wall, desk = display(zone="a"), Desk(hall, "A05")
    wall.wait(lambda: wall.live)
    first, second = desk.issue().number, desk.issue().number
    wall.wait(lambda: wall.text("waiting_total") == "2 人")
    assert desk.arrived() == (0, 0)
    desk.call()
    wall.wait(lambda: wall.hero == first and wall.app.presenter.state.highlighted)
    assert wall.text("current_counter") == wall.text("call_counter_0") == "A05"
    assert desk.service_name in wall.text("current_service")
    assert wall.text("waiting_total") == "1 人"
    wall.wait(lambda: desk.arrived() == (1, 1))
    assert wall.ear.said == [spoken(first, "A05")]
    # The red goes when its time is over, the call stays.
    wall.wait(lambda: not wall.app.presenter.state.highlighted)
    assert wall.hero == first
    desk.step("recall")
    wall.wait(lambda: len(wall.ear.spans) == 2)
    assert wall.ear.said[1] == wall.ear.said[0]
    desk.step("start")
    wall.wait(lambda: wall.text("call_status_0") == "办理中")
    desk.step("finish")
    desk.call()
    wall.wait(lambda: wall.numbers == [second, first] and wall.text("call_status_1") == "已办理")
    desk.step("no-show")
    wall.wait(lambda: wall.text("call_status_0") == "已过号")


def test_a_counter_that_is_added_to_the_zone_is_shown_and_spoken(hall: RunningHall, display: MakeDisplay) -> None:
    wall, admin = display(zone="e"), hall.client("admin")
    wall.wait(lambda: wall.live)
    service = hall.easy_service("E01").id
    admin.add_counter(CounterCreate(label="E77", name="新窗口", zone="e", service_ids=[service]))
    desk = Desk(hall, "E77")
    number = desk.issue_and_call()
    wall.wait(lambda: wall.hero == number and desk.arrived() == (1, 1))


def test_calls_at_once_are_listed_at_once_and_take_turns(hall: RunningHall, display: MakeDisplay) -> None:
    wall = display(zone="d")
    desks = [Desk(hall, label) for label in ("D10", "D12", "D13", "D14")]
    wall.wait(lambda: wall.live)
    seen: list[tuple[str, bool]] = []
    wall.app.presenter.state_changed.connect(
        lambda: seen.append((wall.hero, wall.app.presenter.state.highlighted)) if wall.hero else None
    )
    numbers = [desk.issue_and_call() for desk in desks]
    wall.wait(lambda: wall.numbers == numbers[::-1])
    # All are listed while most of them still wait for their turn in the big field.
    assert len(wall.app.presenter.visible_calls()) == 4
    wall.wait(lambda: all(desk.arrived() == (1, 1) for desk in desks))
    wall.wait(lambda: not wall.app.presenter.state.highlighted)
    turns = [number for number, highlighted in seen if highlighted]
    assert [number for place, number in enumerate(turns) if place == 0 or turns[place - 1] != number] == numbers
    assert wall.ear.said == [spoken(number, desk.label) for number, desk in zip(numbers, desks, strict=True)]
    ends = [end for _, _, end in wall.ear.spans]
    starts = [begun for _, begun, _ in wall.ear.spans]
    assert all(end <= begun for end, begun in zip(ends, starts[1:], strict=False))
    # Each had its time: half a second less the clock's tick, though each was said in 0.15 s.
    assert all(later - begun > 0.35 for begun, later in itertools.pairwise(starts))


def test_an_undone_call_disappears(hall: RunningHall, display: MakeDisplay) -> None:
    wall, desk = display(zone="b"), Desk(hall, "B02")
    wall.wait(lambda: wall.live)
    number = desk.issue_and_call()
    wall.wait(lambda: wall.numbers == [number])
    desk.undo()
    wall.wait(lambda: wall.numbers == [])
    assert wall.hero == ""
    wall.wait(lambda: wall.text("waiting_total") == "1 人")


def test_a_zone_shows_its_own_counters_and_lines_only(hall: RunningHall, display: MakeDisplay) -> None:
    wall = display(zone="c")
    here, elsewhere = Desk(hall, "C12"), Desk(hall, "E04")
    wall.wait(lambda: wall.live)
    assert wall.text("head_zone").startswith("C区")
    elsewhere.issue()
    elsewhere.call()
    elsewhere.issue()
    number = here.issue_and_call()
    wall.wait(lambda: here.arrived() == (1, 1))
    assert wall.numbers == [number]
    assert elsewhere.arrived() == (0, 0)
    assert wall.ear.said == [spoken(number, "C12")]
    assert wall.text("waiting_total") == ""
    elsewhere.step("finish")
    elsewhere.call()


def test_an_unknown_zone_is_told_and_hides_nobody(hall: RunningHall, display: MakeDisplay) -> None:
    wall, desk = display(zone="nowhere"), Desk(hall, "A07")
    number = desk.issue_and_call()
    wall.wait(lambda: wall.numbers[:1] == [number])
    assert "nowhere" in wall.text("problem_banner")


def test_a_silent_display_shows_only(hall: RunningHall, display: MakeDisplay) -> None:
    wall, desk = display(zone="e", silent=True), Desk(hall, "E02")
    wall.wait(lambda: wall.live)
    desk.issue_and_call()
    wall.wait(lambda: desk.arrived()[0] == 1)
    wall.wait(lambda: not wall.app.presenter.state.highlighted)
    assert desk.arrived() == (1, 0)
    assert wall.app.devices() == []


def test_what_is_older_than_thirty_seconds_after_a_gap_is_shown_and_not_spoken(
    hall: RunningHall, display: MakeDisplay, line: Line
) -> None:
    wall, old, young = display(zone="f"), Desk(hall, "F04"), Desk(hall, "F08")
    wall.wait(lambda: wall.live)
    line.pull()
    number = old.issue_and_call()
    wall.elapsed.pass_by(31)
    wall.wait(lambda: wall.text("as_of_banner") != "")
    assert wall.numbers == []
    line.plug()
    wall.wait(lambda: wall.numbers == [number] and wall.live)
    wall.wait(lambda: old.arrived() == (1, 0))
    # The minute we made up is over: our clock is the hall's again.
    wall.app.presenter.set_hall(hall.client("display", "wall").hall())
    later = young.issue_and_call()
    wall.wait(lambda: young.arrived() == (1, 1))
    assert wall.ear.said == [spoken(later, "F08")]
    assert old.arrived() == (1, 0)


def test_a_young_call_is_spoken_after_a_short_gap(hall: RunningHall, display: MakeDisplay, line: Line) -> None:
    wall, desk = display(zone="g"), Desk(hall, "G04")
    wall.wait(lambda: wall.live)
    line.pull()
    number = desk.issue_and_call()
    line.plug()
    wall.wait(lambda: desk.arrived() == (1, 1))
    assert wall.ear.said == [spoken(number, "G04")]


def test_a_display_that_restarts_does_not_say_a_call_again(hall: RunningHall, display: MakeDisplay) -> None:
    before, desk, other = display(zone="g"), Desk(hall, "G05"), Desk(hall, "G07")
    before.wait(lambda: before.live)
    first = desk.issue_and_call()
    before.wait(lambda: desk.arrived() == (1, 1))
    before.stop()
    wall = display(zone="g")
    wall.wait(lambda: wall.live and wall.numbers[:1] == [first])
    second = other.issue_and_call()
    wall.wait(lambda: other.arrived() == (1, 1))
    assert wall.ear.said == [spoken(second, "G07")]


def test_the_wait_of_who_comes_now_follows_the_hall_and_goes_with_the_line(
    hall: RunningHall, display: MakeDisplay, line: Line
) -> None:
    # Last: the people it leaves waiting would be called before anybody else's.
    wall, desk = display(zone="b", silent=True), Desk(hall, "B06")
    wall.wait(lambda: wall.live)
    for _ in range(4):
        desk.issue()
    wall.wait(lambda: wall.text("wait_0").startswith("约"))
    line.pull()
    wall.wait(lambda: wall.text("wait_0") == "")
    assert wall.text("waiting_total") != ""
    line.plug()
    wall.wait(lambda: wall.text("wait_0").startswith("约") and wall.live)
