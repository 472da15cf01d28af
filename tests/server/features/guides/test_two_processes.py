"""Guides brought into a hall of two processes: by both at the same moment, and by one when the other has died."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from server.database import HallRow
from server.features.guides.models import GuideRow, GuideRunRow, GuideSourceRow, GuideVersionRow
from shared.schemas.guides import GuideRun, GuideSource, GuideSourceEdit
from tests.fakes.events import wait_until
from tests.fakes.hall import RunningHall
from tests.fakes.items import ItemSystem, item, serving_items
from tests.fakes.pair import PATIENCE_S, at_once, codes, pair_of_servers
from tests.fakes.postgres import PrivatePostgres

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 60


@pytest.fixture(scope="module")
def system() -> Iterator[ItemSystem]:
    with serving_items(ItemSystem(4)) as made:
        made.open = True
        yield made


@pytest.fixture(scope="module")
def pair(
    postgres: PrivatePostgres, tmp_path_factory: pytest.TempPathFactory, system: ItemSystem
) -> Iterator[tuple[RunningHall, RunningHall]]:
    """Both find a reading due when they start."""

    def due(hall: RunningHall) -> None:
        (hall_id,) = hall.execute(select(HallRow.id))[0]
        settings = GuideSource.model_validate({"address": system.url, "auth": "none", "minutes": 600}).model_dump()
        hall.execute(
            insert(GuideSourceRow).values(hall_id=hall_id, settings=settings, since="", next_at=LONG_AGO, version=1)
        )

    url = postgres.hall()
    with pair_of_servers(tmp_path_factory.mktemp("pair"), url, due) as made:
        yield made
    postgres.drop(url)


def cursor(hall: RunningHall) -> str:
    ((since,),) = hall.execute(select(GuideSourceRow.since))
    return str(since)


def ended(hall: RunningHall, run: GuideRun) -> GuideRun:
    client = hall.client("admin")
    wait_until(lambda: client.guide_run(run.id).ended_at is not None, PATIENCE_S)
    return client.guide_run(run.id)


def versions(hall: RunningHall, code: str) -> list[int]:
    kept = select(GuideVersionRow.number).join(GuideRow, GuideRow.id == GuideVersionRow.guide_id)
    return [number for (number,) in hall.execute(kept.where(GuideRow.code == code).order_by(GuideVersionRow.number))]


def test_what_is_due_is_read_by_one_of_both(pair: tuple[RunningHall, RunningHall], system: ItemSystem) -> None:
    first, second = pair
    wait_until(lambda: any(run.state == "done" for run in first.client("admin").guide_runs()), PATIENCE_S)
    # Who looks second finds nothing: asked by hand at both, one of them begins and the other is told so.
    told = threading.Event()
    system.on_ask = lambda number: bool(told.wait(PATIENCE_S))  # type: ignore[assignment]
    answers = at_once(*(lambda hall=hall: hall.client("admin").begin_guide_run("changes") for hall in pair))  # type: ignore[misc]
    told.set()
    assert codes(answers) == ["", "guides_run_under_way"]
    (begun,) = [one for one in answers if isinstance(one, GuideRun)]
    assert ended(second, begun).state == "done"
    assert [run.mode for run in second.client("admin").guide_runs()] == ["changes", "full"]
    assert [(one["mode"], one.get("since", ""), one.get("page", "")) for one in system.asked] == [
        ("full", "", ""), ("full", "", "3"), ("changes", "s1", ""),
    ]  # fmt: skip


def test_a_reading_that_was_killed_is_taken_up_by_the_other_from_the_same_place(
    pair: tuple[RunningHall, RunningHall], system: ItemSystem
) -> None:
    first, second = pair
    system.changed, system.version, arrived = [item("A000", name="新名称"), item("A900")], 2, threading.Event()
    asked = len(system.asked)

    def held(number: int) -> None:
        if number == asked:
            arrived.set()
            system.hold.wait(PATIENCE_S)

    system.on_ask = held
    # So that it is the first one that reads; the second is there again before that one dies.
    second.kill()
    begun = first.client("admin").begin_guide_run("changes")
    assert arrived.wait(PATIENCE_S)
    second.start()
    first.kill()
    system.hold.set()
    client = second.client("admin")
    assert client.guide_run(begun.id).state == "reading" and cursor(second) == "s1"
    # Its lease runs out.
    second.execute(update(GuideRunRow).where(GuideRunRow.id == begun.id).values(until=LONG_AGO))
    again = ended(second, client.begin_guide_run("changes"))
    assert (again.state, again.counts["created"], again.counts["changed"]) == ("done", 1, 1)
    assert (client.guide_run(begun.id).state, client.guide_run(begun.id).fault) == ("failed", "guides_interrupted")
    assert [one.get("since") for one in system.asked[asked:]] == ["s1", "s1"] and cursor(second) == "s2"
    assert versions(second, "A000") == [1] and versions(second, "A900") == []
    first.start()


def test_two_files_at_the_same_moment_are_brought_in_one_after_the_other(pair: tuple[RunningHall, RunningHall]) -> None:
    def file(name: str) -> bytes:
        items = [item(f"F{number:03}", name=f"{name}{number}") for number in range(MANY)]
        return json.dumps({"format": "zhiting-guides/1", "items": items}, ensure_ascii=False).encode()

    def bring(hall: RunningHall, name: str) -> Any:
        return lambda: hall.client("admin").import_guides(file(name), dry_run=False)

    answers = at_once(bring(pair[0], "甲"), bring(pair[1], "乙"))
    counts = sorted((one.counts["created"], one.counts["changed"]) for one in answers)
    assert counts == [(0, MANY), (MANY, 0)]
    names = {name[0] for (name,) in pair[0].execute(select(GuideRow.name).where(GuideRow.code.like("F%")))}
    assert names == {"乙" if answers[1].counts["changed"] else "甲"}
    assert versions(pair[0], "F000") == versions(pair[0], f"F{MANY - 1:03}") == [1]


def test_what_is_held_is_decided_once_and_only_for_the_system_it_was_read_from(
    pair: tuple[RunningHall, RunningHall], system: ItemSystem
) -> None:
    first, second = pair
    clients = [hall.client("admin") for hall in pair]
    system.items, system.version = system.items[:1], 3
    held = ended(second, clients[0].begin_guide_run("full"))
    assert (held.state, held.held_for) == ("held", "retires_many")

    def look_at(address: str) -> None:
        version = clients[0].guide_source().version
        clients[0].set_guide_source(GuideSourceEdit(address=address, auth="none", version=version))

    # Another system is read from its beginning, whoever agrees to what the old one said.
    look_at(system.url.replace("items", "others"))
    assert codes(at_once(lambda: clients[1].settle_guide_run(held.id, agree=True))) == ["guides_run_not_held"]
    assert cursor(second) == "" and clients[1].guide_run(held.id).state == "dropped"
    look_at(system.url)
    held = ended(first, clients[1].begin_guide_run("full"))
    answers = at_once(*(lambda one=one: one.settle_guide_run(held.id, agree=True) for one in clients))  # type: ignore[misc]
    assert codes(answers) == ["", "guides_run_not_held"] and cursor(first) == "s3"
