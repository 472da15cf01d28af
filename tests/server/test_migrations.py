"""The tables a migration makes are the tables the code means, and a hall's files may change under its tickets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert, select

from server import schema
from server.audit import SYSTEM
from server.database import Database, HallRow
from server.event_log import missed
from server.features.catalogue.edit import add_counter
from server.features.catalogue.models import CalendarDayRow, CounterRow, DepartmentRow, HallFactsRow, ServiceRow
from server.features.catalogue.service import catalogue
from server.features.guides.models import DepartmentFactsRow, GuideRow
from server.features.queueing.models import TicketRow
from server.features.setup.hall_files import load_hall
from server.features.setup.service import set_up_hall
from server.features.terminals.models import TerminalRow
from server.preparing import DEMO_HALL, prepare
from server.settings import Settings
from shared.domain.errors import HallError
from shared.domain.object_ids import object_id
from shared.domain.tickets import Step
from shared.schemas.hall import CounterCreate
from shared.schemas.hall_files import HallFiles
from tests.fakes.engines import Engine, on_sqlite
from tests.server.conftest import Desk


@pytest.fixture
def empty(engine: Engine, tmp_path: Path) -> Iterator[Settings]:
    """A hall whose database is still empty."""
    url = engine.database()
    yield Settings(data=tmp_path, database_url=url)
    engine.drop(url)


def test_there_is_one_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


def test_migrating_an_empty_database_gives_the_tables_of_the_code(empty: Settings) -> None:
    database = Database(empty.url)
    try:
        for _ in range(2):
            schema.migrate(database)
            with database.write_engine.connect() as connection, connection.begin():
                context = MigrationContext.configure(connection, opts={"compare_type": True})
                assert compare_metadata(context, schema.METADATA) == []
                assert not schema.has_hall(connection)
    finally:
        database.close()


def test_holidays_of_an_older_hall_become_days_of_the_calendar(empty: Settings) -> None:
    database, hall = Database(empty.url), uuid4()
    facts = {"name": "x", "holidays": [["2027-02-05", "2027-02-07"]], "workdays": {"2027-02-20": "fri"}}
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    try:
        with database.write_engine.connect() as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "0006")
            values = {"id": hall, "key": "k", "time_zone": "UTC", "epoch": 1, "seq": 0, "catalogue_version": 0}
            connection.execute(insert(HallRow).values(values))
            connection.execute(insert(HallFactsRow).values(hall_id=hall, facts=facts))
        schema.migrate(database)
        with database.engine.connect() as connection:
            rows = connection.execute(select(CalendarDayRow.day, CalendarDayRow.kind, CalendarDayRow.opens_like))
            assert {(f"{row.day:%m-%d}", row.kind, row.opens_like) for row in rows} == {
                ("02-05", "holiday", None), ("02-06", "holiday", None), ("02-07", "holiday", None),
                ("02-20", "adjusted", "fri"),
            }  # fmt: skip
            assert connection.execute(select(HallFactsRow.facts)).scalar_one() == {"name": "x"}
    finally:
        database.close()


@on_sqlite
def test_nothing_of_an_older_hall_is_lost_and_what_came_since_has_its_defaults(empty: Settings) -> None:
    """One row in every table as 0025 made them, whatever it says; the guards against nonsense are let down."""
    plain = {"BLOB": b"x", "JSON": "{}", "DATE": "2026-11-01", "TIME": "08:00:00.000000",
             "DATETIME": "2026-11-01 08:00:00.000000"}  # fmt: skip
    database = Database(empty.url)
    before: dict[str, dict[str, object]] = {}
    try:
        with database.write_engine.connect() as connection, connection.begin():
            schema.upgrade(connection, "0025")
            tables = MetaData()
            tables.reflect(connection)
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            for table in tables.sorted_tables:
                if table.name == "alembic_version":
                    continue
                row: dict[str, object] = {}
                for column in table.columns:
                    parents = [one.column for one in column.foreign_keys if one.column.table is not table]
                    kind = str(column.type).partition("(")[0]
                    if parents:
                        row[column.name] = before[parents[0].table.name][parents[0].name]
                    elif column.foreign_keys:
                        row[column.name] = None
                    else:
                        row[column.name] = plain.get(kind, uuid4().hex if "CHAR" in kind else 1)
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join("?" * len(row))
                connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', (*row.values(),))
                before[table.name] = row
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
        schema.migrate(database)
        with database.engine.connect() as connection, connection.begin():
            for name, row in before.items():
                names = ", ".join(f'"{column}"' for column in row)
                assert connection.exec_driver_sql(f'SELECT {names} FROM "{name}"').all() == [tuple(row.values())], name
            assert len(before) > 50
            terminal = connection.execute(
                select(TerminalRow.watched, TerminalRow.told_online, TerminalRow.dark_ordered, TerminalRow.out_note,
                       TerminalRow.plan_id, TerminalRow.plan_place, TerminalRow.spot_floor, TerminalRow.machine)
            ).one()  # fmt: skip
            assert tuple(terminal) == ({}, False, False, "", None, 0, "", None)
            assert connection.execute(select(GuideRow.kept)).scalar_one() == {}
            assert connection.execute(select(DepartmentFactsRow.flows)).scalar_one() == ""
            assert connection.execute(select(DepartmentRow.former)).scalar_one() == []
    finally:
        database.close()


def test_a_database_without_a_hall_says_so(empty: Settings) -> None:
    with pytest.raises(HallError) as refused:
        prepare(empty, None)
    assert refused.value.code == "hall_not_set_up"
    prepare(empty, DEMO_HALL)
    prepare(empty, None)


# The files change


def reload(desk: Desk, files: HallFiles) -> None:
    with desk.database.write_engine.connect() as connection, connection.begin():
        set_up_hall(connection, files)


def without(files: HallFiles, service: str) -> HallFiles:
    """The files without one service, also at the counters."""
    counters = [
        counter.model_copy(update={"services": tuple(key for key in counter.services if key != service)})
        for counter in files.counters
    ]
    kept = tuple(s for s in files.services if s.key != service)
    tree = tuple(key for key in files.tree if key != service)
    return files.model_copy(update={"services": kept, "tree": tree, "counters": tuple(counters)})


def key_of(files: HallFiles, service: UUID) -> str:
    return next(s.key for s in files.services if object_id(files.hall.key, "service", s.key) == service)


def test_a_reload_of_the_same_files_changes_nothing_and_tells_every_screen(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    ticket = desk.issue(service)
    before = desk.read(catalogue)
    seq = desk.read(lambda r: r.clocks.seq)
    reload(desk, load_hall(DEMO_HALL))
    after = desk.read(catalogue)
    assert (after.services, after.counters) == (before.services, before.counters), "also who is signed in"
    events, _, now = desk.read(lambda r: missed(r, f"1:{seq}"))
    assert [event.kind for event in events] == ["resync"]
    assert now == seq + 1
    assert desk.issue(service)["number"] != ticket["number"]
    assert desk.call_next(counter)["ticket"]["id"] == ticket["id"]  # type: ignore[index]


def test_a_retired_service_keeps_its_tickets_and_they_can_be_called(desk: Desk) -> None:
    files = load_hall(DEMO_HALL)
    service, _, counter = desk.places()
    desk.sign_in(counter)
    ticket = UUID(desk.issue(service)["id"])
    reload(desk, without(files, key_of(files, service)))
    assert desk.read(catalogue).services[service].retired
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert refused.value.code == "service_unknown"
    called = desk.call_ticket(counter, ticket)
    assert called["ticket"]["service_id"] == str(service)
    desk.step(counter, Step.FINISH)
    reload(desk, files)
    assert desk.issue(service)["number"].endswith("002")


def test_a_new_name_and_a_new_counter_arrive(desk: Desk) -> None:
    files = load_hall(DEMO_HALL)
    service, _, _ = desk.places()
    key = key_of(files, service)
    services = [s.model_copy(update={"name": "新名称"}) if s.key == key else s for s in files.services]
    extra = files.counters[0].model_copy(update={"label": "Z99", "name": "新窗口", "services": (key,)})
    ticket = UUID(desk.issue(service)["id"])
    reload(desk, files.model_copy(update={"services": tuple(services), "counters": (*files.counters, extra)}))
    found = desk.read(catalogue)
    assert found.services[service].name == "新名称"
    assert "Z99" in found.labels[service]
    assert desk.read(lambda r: r.session.get(TicketRow, ticket).service_id) == service
    reload(desk, files)
    assert "Z99" not in desk.read(catalogue).labels[service]
    assert desk.read(lambda r: r.session.scalars(select(CounterRow.retired).where(CounterRow.label == "Z99")).one())


def test_a_counter_in_use_is_not_retired_under_its_operator(desk: Desk) -> None:
    files = load_hall(DEMO_HALL)
    service, _, counter = desk.places()
    label = desk.read(catalogue).counters[counter].label
    desk.sign_in(counter)
    desk.issue(service)
    desk.call_next(counter)
    reload(desk, files.model_copy(update={"counters": tuple(c for c in files.counters if c.label != label)}))
    desk.step(counter, Step.FINISH)
    assert not desk.read(catalogue).counters[counter].retired


def test_a_label_an_administrator_gave_away_means_that_counter(desk: Desk) -> None:
    files = load_hall(DEMO_HALL)
    own = desk.database.write(lambda w: add_counter(w, SYSTEM, CounterCreate(label="Z98", name="自建")))
    extra = files.counters[0].model_copy(update={"label": "Z98", "name": "文件里的"})
    reload(desk, files.model_copy(update={"counters": (*files.counters, extra)}))
    found = desk.read(catalogue).counters
    assert found[own.id].name == "文件里的"
    assert [c.id for c in found.values() if c.label == "Z98"] == [own.id]


def test_another_halls_files_are_refused(desk: Desk) -> None:
    files = load_hall(DEMO_HALL)
    before = desk.read(lambda r: len(r.session.scalars(select(ServiceRow)).all()))
    other = files.model_copy(update={"hall": files.hall.model_copy(update={"key": "another-hall"})})
    with pytest.raises(HallError) as refused:
        reload(desk, other)
    assert refused.value.code == "hall_differs"
    assert desk.read(lambda r: len(r.session.scalars(select(ServiceRow)).all())) == before
    assert desk.read(lambda r: r.day) >= date(2026, 11, 23)
