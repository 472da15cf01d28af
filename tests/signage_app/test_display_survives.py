"""The display when the server or the display itself goes away and comes back."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import delete

from server.database import EventRow
from tests.fakes.hall import RunningHall
from tests.signage_app.desks import Desk
from tests.signage_app.stage import Display, Line, spoken

MakeDisplay = Callable[..., Display]


def test_a_restarted_server_loses_and_doubles_nothing(hall: RunningHall, display: MakeDisplay) -> None:
    wall, desk, other = display(), Desk(hall, "A05"), Desk(hall, "A03")
    wall.wait(lambda: wall.live)
    first = desk.issue_and_call()
    wall.wait(lambda: desk.arrived() == (1, 1))
    hall.kill()
    hall.start()
    second = other.issue_and_call()
    wall.wait(lambda: wall.numbers == [second, first])
    wall.wait(lambda: other.arrived() == (1, 1))
    assert wall.ear.said == [spoken(first, "A05"), spoken(second, "A03")]
    assert desk.arrived() == (1, 1)


def test_resync_brings_the_missed_call_and_repeats_none(hall: RunningHall, display: MakeDisplay, line: Line) -> None:
    wall, desk, other = display(), Desk(hall, "A05"), Desk(hall, "A03")
    wall.wait(lambda: wall.live)
    first = desk.issue_and_call()
    wall.wait(lambda: desk.arrived() == (1, 1))
    line.pull()
    second = other.issue_and_call()
    hall.stop()
    # As if the log had been swept: a client that comes back must take a snapshot.
    hall.execute(delete(EventRow))
    hall.start()
    line.plug()
    wall.wait(lambda: wall.numbers == [second, first])
    wall.wait(lambda: other.arrived() == (1, 1))
    assert wall.ear.said == [spoken(first, "A05"), spoken(second, "A03")]


def test_a_wall_that_is_cut_off_claims_nothing_of_a_new_day(display: MakeDisplay, line: Line) -> None:
    """Bug: it said that nobody waits and nobody was called, which it could not know."""
    wall = display()
    wall.wait(lambda: wall.live and wall.text("waiting_none") != "" and wall.text("list_empty") != "")
    line.pull()
    wall.elapsed.pass_by(24 * 3600)
    wall.wait(lambda: wall.text("as_of_banner") != "")
    assert (wall.text("waiting_none"), wall.text("list_empty")) == ("", "")


def test_without_the_server_the_last_known_is_shown_with_its_time(hall: RunningHall, display: MakeDisplay) -> None:
    before, desk = display(), Desk(hall, "A05")
    before.wait(lambda: before.live)
    number = desk.issue_and_call()
    desk.issue()
    before.wait(lambda: desk.arrived() == (1, 1) and before.text("waiting_total") == "1 人")
    before.stop()
    hall.stop()
    wall = display()
    wall.wait(lambda: wall.numbers == [number])
    as_of = wall.app.presenter.copy()
    assert as_of is None, "an old state is not kept again as a new one"
    assert wall.text("as_of_banner").startswith("以下是截至 ")
    assert wall.text("waiting_total") == "1 人"
    assert wall.text("head_hall") == before.app.presenter.state.hall != ""
    hall.start()
    desk.step("recall")
    wall.wait(lambda: wall.live and len(wall.ear.spans) == 1)
    assert wall.numbers == [number]
    assert before.ear.said == [spoken(number, "A05")]
