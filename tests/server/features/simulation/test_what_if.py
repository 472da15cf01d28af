"""A day of the hall is written down as it goes, and can be run again with other counters."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete

from server.audit import SYSTEM
from server.database import Writer
from server.features.catalogue.edit import edit_counter
from server.features.queueing.models import CounterStateRow
from server.features.simulation.past import past_day
from server.features.simulation.service import Runs, list_days, question, read_day
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.schemas.calling import CallingPolicy
from shared.schemas.hall import CounterEdit, PlannedBreak
from shared.schemas.simulation import Advice, StaffChange, WhatIf
from tests.server.conftest import Desk


def ask(desk: Desk, **asked: object) -> Advice:
    runs = Runs(desk.read(lambda reader: question(reader, WhatIf.model_validate(asked))))
    for day in runs.left():
        runs.run(desk.read(lambda reader, day=day: read_day(reader, day)))
    return runs.advice()


def a_morning(desk: Desk) -> tuple[UUID, UUID]:
    """Six people at ten past ten; one counter takes ten minutes for each, after a pause of twenty."""
    service, _, counter = desk.places()
    desk.sign_in(counter)
    desk.clock.forward(minutes=10)
    for _ in range(6):
        desk.issue(service)
        desk.clock.forward(seconds=1)
    for number in range(6):
        assert desk.call_next(counter) is not None
        desk.clock.forward(minutes=10)
        if number < 5:
            desk.step(counter, Step.FINISH)
        else:
            desk.step(counter, Step.NO_SHOW)
        desk.clock.forward(seconds=15)
    return service, counter


def test_what_one_more_counter_would_have_brought(desk: Desk) -> None:
    with pytest.raises(HallError) as nothing:
        ask(desk)
    assert nothing.value.code == "simulation_no_days"
    service, counter = a_morning(desk)
    day = desk.read(lambda reader: reader.day)
    past = desk.read(lambda reader: past_day(reader, day))
    (staffed,) = [one for one in past.counters if one.id == counter]
    # Ten in the morning at the hall, until the last that happened.
    assert staffed.staffed[0][0] == 10 * 3600.0 and len(staffed.staffed) == 1 and not past.guessed
    assert [ticket.comes for ticket in past.tickets] == [True] * 5 + [False]
    desk.clock.forward(days=1)
    assert desk.read(list_days) == [day]

    more = StaffChange(service_id=service, from_min=600, to_min=720, counters=1)
    advice = ask(desk, changes=[more])
    assert (advice.days, advice.guessed) == ([day], False)
    everybody = advice.rows[0]
    # Run again as it was, within a second of what people truly waited.
    assert advice.real.longest_s is not None and everybody.before.longest_s is not None
    assert everybody.before.longest_s == pytest.approx(advice.real.longest_s, abs=15)
    assert everybody.after.longest_s is not None and everybody.after.longest_s < everybody.before.longest_s / 2
    assert [(row.hour, row.before.tickets) for row in advice.hours] == [(10, 6)]
    fewer = ask(desk, day=day, changes=[more.model_copy(update={"counters": -1})])
    assert fewer.rows[0].after.called == 0
    # Another policy changes nothing where nobody has booked or is urgent.
    ageing = ask(desk, day=day, policy=CallingPolicy(merge="ageing"))
    assert ageing.rows[0].before == ageing.rows[0].after

    wrong = more.model_copy(update={"to_min": 600})
    for bad, code in (
        ({"changes": [wrong]}, "simulation_change_wrong"),
        ({"day": day + timedelta(days=5)}, "simulation_day_empty"),
    ):
        with pytest.raises(HallError) as refused:
            ask(desk, **bad)
        assert refused.value.code == code


def test_a_day_too_large_to_be_run_is_left_out_of_several_and_named(desk: Desk) -> None:
    a_morning(desk)
    large = desk.read(lambda reader: reader.day)
    desk.clock.forward(days=1)
    service, _, counter = desk.places()
    desk.issue(service)
    desk.call_next(counter)
    small = desk.read(lambda reader: reader.day)
    desk.clock.forward(days=1)

    runs = Runs(desk.read(lambda reader: question(reader, WhatIf())))
    for day in runs.left():
        runs.run(desk.read(lambda reader, day=day: read_day(reader, day, most=5)))
    advice = runs.advice()
    assert (advice.days, advice.skipped, advice.rows[0].before.tickets) == ([small], [large], 1)
    only = Runs(desk.read(lambda reader: question(reader, WhatIf(day=large))))
    only.run(desk.read(lambda reader: read_day(reader, large, most=5)))
    with pytest.raises(HallError) as refused:
        only.advice()
    assert (refused.value.code, refused.value.params["day"]) == ("simulation_day_too_large", large.isoformat())


def test_where_nobody_wrote_down_the_staff_a_planned_break_was_taken(desk: Desk) -> None:
    service, counter = a_morning(desk)
    desk.clock.forward(minutes=60)
    desk.issue(service)
    desk.call_next(counter)
    day = desk.read(lambda reader: reader.day)

    def forget(writer: Writer) -> None:
        writer.session.execute(delete(CounterStateRow))
        # During the second visit, which was not broken off; and in the hour when nobody was there.
        breaks = [PlannedBreak(start=622, end=624), PlannedBreak(start=680, end=710)]
        edit_counter(writer, SYSTEM, counter, CounterEdit(breaks={"weekday": breaks}))

    desk.database.write(forget)
    past = desk.read(lambda reader: past_day(reader, day))
    (staffed,) = [one.staffed for one in past.counters if one.id == counter]
    assert past.guessed and [edge for span in staffed for edge in span][1:3] == [680 * 60.0, 710 * 60.0]
