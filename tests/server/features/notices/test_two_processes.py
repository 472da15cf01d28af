"""Notices of a hall of two processes: each goes out once, whichever works the outbox off, and whichever dies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from server.deliveries import DeliveryRow
from server.features.notices.models import NoticeRow
from shared.domain.notices.outlets import OutletState
from shared.schemas.notices import NoticeContent, NoticePublish, NoticeSettingsEdit, NoticeView, Outlet
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall
from tests.fakes.pair import PATIENCE_S, at_once, codes, pair_of_servers
from tests.fakes.postgres import PrivatePostgres
from tests.fakes.weibo import TOKEN, Microblog, microblog

Pair = tuple[RunningHall, RunningHall]
SHARE, PAGE = "/2/statuses/share.json", "/2/statuses/user_timeline.json"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 8


@pytest.fixture(scope="module")
def blog() -> Iterator[Microblog]:
    with microblog() as made:
        made.domain = "127.0.0.1"
        yield made


@pytest.fixture(scope="module")
def pair(postgres: PrivatePostgres, tmp_path_factory: pytest.TempPathFactory, blog: Microblog) -> Iterator[Pair]:
    url = postgres.hall()
    with pair_of_servers(tmp_path_factory.mktemp("pair"), url) as made:
        wanted = {"version": 0, "weibo": {"on": True, "address": blog.address}, "weibo_token": TOKEN}
        made[0].client("admin").set_notice_settings(NoticeSettingsEdit.model_validate(wanted))
        yield made
    postgres.drop(url)


def approved(pair: Pair, title: str) -> NoticeView:
    """Written at one process, reviewed at the other."""
    writer, reviewer = pair[0].client("admin", "writer"), pair[1].client("admin", "reviewer")
    content = NoticeContent.model_validate({"title": title, "body": "国庆节不办公。", "channels": ["weibo"]})
    made = writer.add_notice(content)
    made = writer.step_notice(made.id, "submit", made.edition)
    return reviewer.step_notice(made.id, "approve", made.edition)


def published(hall: RunningHall, made: NoticeView) -> NoticeView:
    return hall.client("admin", "reviewer").publish_notice(made.id, NoticePublish(edition=made.edition))


def outlet(hall: RunningHall, notice_id: UUID) -> Outlet:
    (found,) = hall.client("admin").notice(notice_id).outlet_list
    return found


def until_published(hall: RunningHall, *ids: UUID) -> None:
    client = hall.client("admin")

    def states(id_: UUID) -> list[OutletState]:
        return [one.state for one in client.notice(id_).outlet_list]

    wait_until(lambda: all(states(id_) == [OutletState.PUBLISHED] for id_ in ids), PATIENCE_S)


def test_what_both_publish_at_the_same_moment_goes_out_once_each(pair: Pair, blog: Microblog) -> None:
    notices = [approved(pair, f"第{number}条") for number in range(MANY)]
    # The same at both: one publishes it, and who comes second is told that it has changed.
    answers = at_once(*(lambda hall=hall: published(hall, notices[0]) for hall in pair))  # type: ignore[misc]
    assert codes(answers) == ["", "changed_meanwhile"]
    at_once(*(lambda n=n: published(pair[n % 2], notices[n]) for n in range(1, MANY)))  # type: ignore[misc]
    until_published(pair[0], *(one.id for one in notices))
    assert blog.asked.count(SHARE) == len(blog.statuses) == MANY
    assert {outlet(pair[1], one.id).url.rpartition("/")[2] for one in notices} == set(blog.statuses)


def test_a_time_that_comes_in_both_publishes_once(pair: Pair, blog: Microblog) -> None:
    made, asked = approved(pair, "到点发布"), blog.asked.count(SHARE)
    at = datetime.now(UTC) + timedelta(hours=1)
    pair[0].client("admin", "reviewer").publish_notice(made.id, NoticePublish(edition=made.edition, at=at))
    pair[0].execute(update(NoticeRow).where(NoticeRow.id == made.id).values(publish_at=LONG_AGO))
    # Any change of a notice makes both look at their clocks.
    approved(pair, "另一条")
    until_published(pair[1], made.id)
    assert [one.act for one in pair[1].client("admin").notice(made.id).history].count("due") == 1
    assert blog.asked.count(SHARE) == asked + 1


def test_tried_anew_at_the_other_process_while_one_is_at_it(pair: Pair, blog: Microblog) -> None:
    made, asked = approved(pair, "再试一次"), blog.asked.count(SHARE)
    done, go = threading.Event(), threading.Event()
    blog.moods[SHARE] = [lambda: (done.set(), go.wait(PATIENCE_S))]
    published(pair[0], made)
    assert done.wait(PATIENCE_S)
    pair[1].client("admin").outlet_notice(made.id, outlet(pair[1], made.id).id, "retry")
    until_published(pair[1], made.id)
    go.set()
    assert (blog.asked.count(SHARE), outlet(pair[0], made.id).state) == (asked + 1, OutletState.PUBLISHED)


def test_killed_between_the_channels_deed_and_its_own_commit(pair: Pair, blog: Microblog) -> None:
    """Nobody heard the answer: who comes next looks at the channel before it sends anything."""
    made, asked = approved(pair, "断电"), blog.asked.count(SHARE)
    done, go = threading.Event(), threading.Event()
    blog.moods[SHARE] = [lambda: (done.set(), go.wait(PATIENCE_S))]
    published(pair[0], made)
    assert done.wait(PATIENCE_S)
    looked = blog.asked.count(PAGE)
    # Whichever has it in hand.
    for hall in pair:
        hall.kill()
    go.set()
    pair[1].start()
    # The dead one's lease runs out.
    pair[1].execute(update(DeliveryRow).where(DeliveryRow.state == "waiting").values(next_at=LONG_AGO))
    until_published(pair[1], made.id)
    assert (blog.asked.count(SHARE), blog.asked.count(PAGE)) == (asked + 1, looked + 1)
    (status,) = [one for one in blog.statuses.values() if "断电" in one["text"]]
    assert outlet(pair[1], made.id).url.endswith(status["idstr"])
