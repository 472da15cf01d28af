"""The writer and the snapshots when the ground gives way: foreign lock, lost database, lost answer."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError

from server.audit import SYSTEM
from server.database import Database, HallRow, Writer
from server.engines import writing_engine
from server.features.catalogue.edit import add_counter, edit_counter, edit_service
from server.features.catalogue.models import CounterRow, ServiceRow
from server.features.catalogue.service import catalogue
from server.features.queueing.lines import next_number
from server.features.queueing.models import TicketRow
from server.housekeeping import sweep
from server.turns import WRITER_FIRST_S
from shared.domain.errors import HallError
from shared.schemas.hall import CounterCreate, CounterEdit, ServiceEdit
from tests.fakes.engines import on_postgresql
from tests.fakes.proxy import proxy_to
from tests.server.changes import in_one_group, refusal, taker, tickets
from tests.server.conftest import ADMIN, Desk, open_desk

# A neighbour's failure


def test_a_neighbour_that_breaks_a_constraint_takes_nothing_along(desk: Desk) -> None:
    take = taker(desk)

    def clash(writer: Writer) -> None:
        row = writer.session.scalars(select(CounterRow)).first()
        assert row is not None
        copy = CounterRow(
            hall_id=writer.hall_id, id=uuid4(), label=row.label, name="x", name_en="x", floor="1", zone="a",
            state="closed", retired=False, sort=1,
        )  # fmt: skip
        writer.session.add(copy)
        writer.flush()

    before, broken, behind = in_one_group(desk.database, take, clash, take)
    assert before.result(10)
    assert not isinstance(broken.exception(10), HallError)
    assert behind.result(10)
    assert tickets(desk) == 2
    assert [event.seq for event in desk.events] == [1, 2]


def test_a_refused_edit_leaves_no_trace_in_the_catalogue(desk: Desk) -> None:
    counter = next(iter(desk.read(catalogue).counters.values()))
    # A catalogue nobody has read yet: the refused edit itself is the first to load it.
    desk.database.write(lambda w: w.touch_catalogue())
    edit = CounterEdit(label="WRONG", service_ids=[uuid4()])
    with pytest.raises(HallError) as refused:
        desk.database.write(lambda w: edit_counter(w, SYSTEM, counter.id, edit))
    assert refused.value.code == "service_unknown"
    assert desk.read(catalogue).counters[counter.id].label == counter.label
    desk.database.write(lambda w: w.touch_catalogue())
    create = CounterCreate(label="GHOST", name="ghost", service_ids=[uuid4()])
    with pytest.raises(HallError):
        desk.database.write(lambda w: add_counter(w, SYSTEM, create))
    assert all(c.label != "GHOST" for c in desk.read(catalogue).counters.values())


def test_a_group_sees_its_own_catalogue_and_a_lost_group_leaves_none(desk: Desk) -> None:
    service, _, _ = desk.places()
    name = desk.read(catalogue).services[service].name
    seen: list[str] = []

    def rename(writer: Writer) -> None:
        edit_service(writer, ADMIN, SYSTEM, service, ServiceEdit(name="新名"), always_open=True)

    def look(writer: Writer) -> None:
        seen.append(catalogue(writer).services[service].name)

    futures = in_one_group(desk.database, rename, look, lose_the_database)
    assert [refusal(future).code for future in futures] == ["database_unavailable"] * 3
    assert set(seen) == {"新名"}
    assert desk.read(catalogue).services[service].name == name


def lose_the_database(writer: Writer) -> None:
    """An error that is not this job's alone: SQLite's own, or the end of PostgreSQL's connection."""
    of_sqlite, of_postgresql = "SELECT * FROM no_such_table", "SELECT pg_terminate_backend(pg_backend_pid())"
    writer.connection.execute(text(of_sqlite if writer.database.is_sqlite else of_postgresql))


# A job that runs twice


@on_postgresql
def test_a_change_repeated_after_a_lost_connection_is_done_once(desk: Desk, database_url: str) -> None:
    take, runs = taker(desk), []

    def cut_off_once(writer: Writer) -> str:
        runs.append(1)
        answer = take(writer)
        if len(runs) == 1:
            # Behind the job's back: it is what the writer does next that fails.
            pid = writer.connection.scalar(text("SELECT pg_backend_pid()"))
            with psycopg.connect(database_url) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        return answer

    assert desk.database.submit(cut_off_once).result(20)
    assert len(runs) == 2
    assert tickets(desk) == 1
    assert [event.seq for event in desk.events] == [1]


@on_postgresql
def test_a_commit_whose_answer_got_lost_is_not_done_twice(database_url: str, tmp_path: Path) -> None:
    url = make_url(database_url)
    armed = threading.Event()

    def after_commit(data: bytes) -> bool:
        if armed.is_set() and b"COMMIT" in data:
            armed.clear()
            return True
        return False

    with proxy_to(url.port or 0, after_commit) as line:
        desk = open_desk(tmp_path, url.set(port=line.port).render_as_string())
        try:
            take = taker(desk)
            desk.database.write(take)
            armed.set()
            assert '"number"' in desk.database.submit(take).result(20)
            assert not armed.is_set()
            assert tickets(desk) == 2
            assert [event.seq for event in desk.events] == [1, 2]
        finally:
            desk.database.close()


@on_postgresql
def test_a_database_that_is_gone_is_told_and_comes_back(database_url: str, tmp_path: Path) -> None:
    url = make_url(database_url)
    with proxy_to(url.port or 0) as line:
        desk = open_desk(tmp_path, url.set(port=line.port).render_as_string())
        try:
            take = taker(desk)
            line.cut()
            assert refusal(desk.database.submit(take)).code == "database_unavailable"
            with pytest.raises(HallError) as unread:
                desk.read(catalogue)
            assert (unread.value.code, unread.value.status) == ("database_unavailable", 503)
            line.resume()
            assert desk.database.submit(take).result(20)
            assert tickets(desk) == 1
        finally:
            desk.database.close()


# Another program


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another program holds what every change needs: the file, or the hall's row."""
    engine = writing_engine(database.url)
    with engine.connect() as other, other.begin():
        other.execute(select(HallRow.id).with_for_update())
        yield
    engine.dispose()


def test_a_lock_held_by_another_program_refuses_in_time_and_recovers(desk: Desk) -> None:
    take = taker(desk)
    with locked(desk.database):
        began = time.monotonic()
        future = desk.database.submit(take)
        assert desk.read(catalogue).counters, "reading goes on"
        assert refusal(future).code == "database_unavailable"
        assert time.monotonic() - began < 7.5, "before a terminal gives up waiting"
    assert desk.database.submit(take).result(20)
    assert tickets(desk) == 1


def test_reads_do_not_give_way_to_a_writer_that_only_waits_for_another_program(desk: Desk) -> None:
    with locked(desk.database):
        future = desk.database.submit(taker(desk))
        took, until = [0.0], time.monotonic() + 6 * WRITER_FIRST_S
        while time.monotonic() < until:
            began = time.monotonic()
            desk.read(lambda reader: reader.clocks)
            took.append(time.monotonic() - began)
        assert not future.done()
    assert min(took[-3:]) < WRITER_FIRST_S, "the writer has come to the lock by then"
    assert future.result(20)


# Two processes


@on_postgresql
def test_two_processes_share_numbers_and_catalogue(database_url: str, tmp_path: Path) -> None:
    one, two = open_desk(tmp_path, database_url), open_desk(tmp_path, database_url)
    try:
        service, _, counter = one.places()
        assert two.read(catalogue).services[service].name == one.read(catalogue).services[service].name
        one.database.write(
            lambda w: edit_service(w, ADMIN, SYSTEM, service, ServiceEdit(name="改过的名字"), always_open=True)
        )
        assert two.read(catalogue).services[service].name == "改过的名字"
        assert two.issue(service)["service_name"] == "改过的名字"
        two.sign_in(counter)
        assert one.read(catalogue).counters[counter].state == "open"
        futures = [desk.database.submit(taker(desk)) for _ in range(30) for desk in (one, two)]
        for future in futures:
            future.result(20)
        counts = one.read(lambda r: r.session.scalars(select(TicketRow.count).order_by(TicketRow.count)).all())
        assert counts == list(range(1, 62))
        seqs = sorted(event.seq for desk in (one, two) for event in desk.events)
        assert seqs == list(range(1, len(seqs) + 1))
    finally:
        one.database.close()
        two.database.close()


def test_readers_of_different_ages_each_get_their_own_catalogue(desk: Desk) -> None:
    service, _, _ = desk.places()
    before = desk.read(catalogue).services[service].name
    with desk.database.reading() as old:
        desk.database.write(lambda w: edit_service(w, ADMIN, SYSTEM, service, ServiceEdit(name="新"), always_open=True))
        assert desk.read(catalogue).services[service].name == "新"
        assert catalogue(old).services[service].name == before
        assert desk.read(catalogue).services[service].name == "新"


# Stopping


def test_what_was_accepted_before_the_stop_is_done_and_nothing_is_left_hanging(desk: Desk) -> None:
    take = taker(desk)
    accepted: list[Future[str]] = []
    refused: list[HallError] = []

    def keep_submitting() -> None:
        while not refused:
            try:
                accepted.append(desk.database.submit(take))
                # As requests do: a few are under way, not a hundred thousand.
                accepted[max(0, len(accepted) - 20)].result(10)
            except HallError as error:
                refused.append(error)

    threads = [threading.Thread(target=keep_submitting) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while len(accepted) < 50 and time.monotonic() < deadline:
        threads[0].join(0.01)
    desk.database.close()
    for thread in threads:
        thread.join(10)
    assert {(error.code, error.status) for error in refused} == {("server_stopping", 503)}
    outcomes = [future.exception(5) for future in accepted]
    done = sum(error is None for error in outcomes)
    assert all(
        error is None or (isinstance(error, HallError) and error.code == "server_stopping") for error in outcomes
    )
    assert tickets(desk) == done


# Sweeping


def test_sweeping_forgets_old_events_and_a_client_of_then_is_told_to_look_again(desk: Desk) -> None:
    from server.event_log import missed

    take = taker(desk)
    for _ in range(3):
        desk.database.write(take)
    desk.clock.forward(days=9)
    desk.database.write(sweep)
    desk.database.write(take)
    kinds = [event.kind for event in desk.events]
    assert kinds == ["ticket.issued"] * 3 + ["resync", "ticket.issued"]
    assert desk.read(lambda r: missed(r, "1:1"))[0] is None
    last, _, _ = desk.read(lambda r: missed(r, "1:3"))
    assert [event.seq for event in last] == [4, 5]


def test_a_series_of_its_own_starts_with_one(desk: Desk) -> None:
    assert desk.database.write(lambda w: [next_number(w, "QQ") for _ in range(3)]) == [1, 2, 3]
    assert desk.read(lambda r: r.session.scalars(select(ServiceRow.id).where(ServiceRow.series == "QQ")).all()) == []


def test_an_error_names_the_statement_and_not_what_was_in_it(desk: Desk) -> None:
    remark = "张三"

    def break_it(writer: Writer) -> None:
        writer.connection.execute(text("UPDATE counters SET name = :remark, label = NULL"), {"remark": remark})

    with pytest.raises(IntegrityError) as broken:
        desk.database.write(break_it)
    logged = "".join(traceback.format_exception(broken.value))
    assert "UPDATE counters" in logged
    assert "label" in str(broken.value.orig)
    assert remark not in logged


# Callers who go


def test_a_caller_who_has_gone_does_not_take_the_writer_along(desk: Desk) -> None:
    take = taker(desk)
    entered, held = threading.Event(), threading.Event()

    def hold(writer: Writer) -> str:
        entered.set()
        held.wait(10)
        return take(writer)

    begun = desk.database.submit(hold)
    assert entered.wait(10)
    waiting = desk.database.submit(take)
    assert waiting.cancel(), "not begun: it is taken back"
    assert not begun.cancel(), "begun: it is done whoever has gone"
    held.set()
    begun.result(10)
    desk.database.write(take)
    assert tickets(desk) == 2
