"""Nearly your turn, and your counter: each once, none after the visit, and the number gone with it."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from sqlalchemy import func, select

from server.features.messages import reminding
from server.features.messages.models import ReminderRow
from server.features.messages.service import STILL_TRUE
from server.features.queueing.lines import ahead_of
from server.features.queueing.phone import find_scanned, phone_ticket
from server.features.queueing.returning import return_to_line
from server.features.queueing.view import find_ticket
from server.features.reminders.service import CALLED, NEAR, Due, due, still_called, still_near, work
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.domain.waits.forecast import Range
from shared.domain.waits.told import Forecast
from tests.server.conftest import Desk
from tests.server.features.messages.conftest import PHONE, Post


@pytest.fixture(autouse=True)
def asks_before_it_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STILL_TRUE, NEAR, still_near)
    monkeypatch.setitem(STILL_TRUE, CALLED, still_called)


def remind(desk: Desk, ticket_id: str, phone: str = PHONE) -> None:
    desk.database.write(lambda w: reminding.remind(w, UUID(ticket_id), phone, "zh-CN"))


def look(desk: Desk) -> int:
    return desk.database.write(lambda w: work(w, desk.context))


def kept(desk: Desk) -> int:
    found: int = desk.read(lambda r: r.session.scalar(select(func.count()).select_from(ReminderRow)))
    return found


def kinds(post: Post) -> list[str]:
    return [json.loads(line)["kind"] for line in post.file.splitlines()]


def test_each_reminder_comes_once_and_the_number_goes_with_the_visit(post: Post) -> None:
    desk = post.desk
    service, _, counter = desk.places()
    desk.sign_in(counter)
    tickets = [desk.issue(service) for _ in range(6)]
    mine = tickets[5]["id"]
    remind(desk, mine)
    assert look(desk) == 0, "five ahead, and three is near"
    for _ in range(2):
        desk.call_next(counter)
        desk.step(counter, Step.FINISH)
    assert (look(desk), look(desk)) == (1, 0)
    post.carry()
    for _ in range(3):
        desk.call_next(counter)
        desk.step(counter, Step.FINISH)
    desk.call_next(counter)
    assert (look(desk), look(desk)) == (1, 0)
    desk.step(counter, Step.RECALL)
    assert look(desk) == 0, "a recall is the same call"
    post.carry()
    assert kinds(post) == ["near", "called"]
    near, called = (json.loads(line)["text"] for line in post.file.splitlines())
    label = desk.read(lambda r: phone_ticket(r, desk.context, find_scanned(r, tickets[5]["qr"][-22:]), "zh-CN")).counter
    assert tickets[5]["number"] in near and "3" in near
    assert label and label in called
    # A second call after a hold goes to a counter too.
    desk.step(counter, Step.HOLD)
    desk.call_ticket(counter, UUID(mine))
    assert look(desk) == 1
    desk.step(counter, Step.FINISH)
    post.carry()
    assert kinds(post) == ["near", "called"], "the visit was over before the message left"
    assert post.listed()[0].state == "dropped"
    assert look(desk) == 0 and kept(desk) == 0


def test_near_is_by_the_order_of_calling(post: Post) -> None:
    """Who missed the call stands behind others, whatever their number; who was raised stands before."""
    desk = post.desk
    post.set_up(near_ahead=1)
    service, _, counter = desk.places()
    desk.sign_in(counter)
    ids = [UUID(desk.issue(service)["id"]) for _ in range(6)]
    desk.call_next(counter)
    desk.step(counter, Step.NO_SHOW)
    desk.database.write(lambda w: return_to_line(w, desk.context, find_ticket(w, ids[0])))
    desk.prioritise(counter, ids[5], 5)
    for id_ in (ids[0], ids[5]):
        remind(desk, str(id_), f"1380013800{ids.index(id_)}")
    assert [(one.ticket_id, one.ahead) for one in desk.read(lambda r: due(r, desk.context))] == [(ids[5], 0)]
    desk.call_next(counter)
    desk.step(counter, Step.FINISH)
    ahead = desk.read(lambda r: ahead_of(r, find_ticket(r, ids[0])))
    while ahead > 1:
        assert desk.read(lambda r: due(r, desk.context))[1:] == [], f"{ahead} are called before"
        desk.call_next(counter)
        desk.step(counter, Step.FINISH)
        ahead -= 1
    assert Due(ids[0], NEAR, 1) in desk.read(lambda r: due(r, desk.context))


def test_by_time_by_day_and_against_who_would_spam(post: Post) -> None:
    desk = post.desk
    post.set_up(near_ahead=0, near_minutes=10)
    service, _, _ = desk.places()
    tickets = [desk.issue(service) for _ in range(7)]
    ids = [ticket["id"] for ticket in tickets]
    remind(desk, ids[0])
    assert desk.read(lambda r: due(r, desk.context)) == [], "nobody can say when"

    def expect(early_s: float) -> int:
        ranges = {(UUID(ids[0]), service): Range(2000, 3000, early_s)}
        desk.context.waits.forecast = Forecast(desk.clock.now, ranges, {})
        return len(desk.read(lambda r: due(r, desk.context)))

    assert (expect(700), expect(500)) == (0, 1)
    for number, code in (("13800138001", ""), ("13800138002", ""), ("13800138003", "reminder_too_often")):
        if code:
            with pytest.raises(HallError) as often:
                remind(desk, ids[0], number)
            assert often.value.code == code
        else:
            remind(desk, ids[0], number)
    for ticket_id in ids[1:6]:
        remind(desk, ticket_id)
    with pytest.raises(HallError) as spam:
        remind(desk, ids[6])
    assert spam.value.code == "reminder_too_often"
    desk.database.write(lambda w: reminding.stop(w, UUID(ids[1])))
    assert desk.read(lambda r: r.session.get_one(ReminderRow, UUID(ids[1])).phone_cipher) is None
    desk.clock.forward(days=1)
    look(desk)
    assert kept(desk) == 0, "nobody is reminded of yesterday"
