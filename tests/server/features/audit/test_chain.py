"""The chain: each way of tampering is found and named, and no way is open to the server itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from server.audit import SYSTEM, Actor, AuditRow, record
from server.features.audit.chain import verify
from server.features.audit.models import AuditExportRow
from shared.schemas.audit import AuditVerdict
from tests.server.conftest import Desk

ENTRIES = 12


@pytest.fixture
def trail(desk: Desk) -> Desk:
    desk.database.audit_key = desk.context.keys.audit
    for number in range(ENTRIES):
        desk.database.write(
            lambda w, n=number: record(w, Actor("staff:test", None, "192.0.2.1"), "role.granted", "account", n, x=n)
        )
    return desk


def judge(desk: Desk) -> AuditVerdict:
    return desk.read(lambda reader: verify(reader, desk.context.keys.audit))  # type: ignore[no-any-return]


def tamper(desk: Desk, *statements: str) -> None:
    """As somebody who owns the database, with the triggers out of the way."""
    with desk.database.write_engine.connect() as connection, connection.begin():
        _triggers(connection, desk.database.is_sqlite)
        for statement in statements:
            connection.execute(text(statement))


def _triggers(connection: Connection, sqlite: bool) -> None:
    if sqlite:
        connection.execute(text("DROP TRIGGER IF EXISTS audit_no_update"))
        connection.execute(text("DROP TRIGGER IF EXISTS audit_no_delete"))
    else:
        connection.execute(text("ALTER TABLE audit DISABLE TRIGGER ALL"))


def test_a_chain_as_it_was_written_is_good(trail: Desk) -> None:
    assert judge(trail) == AuditVerdict(good=True, entries=ENTRIES)


def test_an_empty_chain_is_good(desk: Desk) -> None:
    desk.database.audit_key = desk.context.keys.audit
    assert judge(desk) == AuditVerdict(good=True, entries=0)


@pytest.mark.parametrize("change", [
    "actor = 'staff:other'", "action = 'x'", "subject = '99'", "subject_kind = ''", "outcome = 'refused'",
    "address = ''", "detail = '{}'", "mac = {zero}", "at = {later}",
])  # fmt: skip
def test_a_changed_row_is_named(trail: Desk, change: str) -> None:
    sqlite = trail.database.is_sqlite
    zero = "x'00'" if sqlite else r"'\x00'::bytea"
    later = "'2026-11-23 02:00:01.000000'" if sqlite else "at + interval '1 microsecond'"
    tamper(trail, f"UPDATE audit SET {change.replace('{zero}', zero).replace('{later}', later)} WHERE n = 5")
    assert judge(trail) == AuditVerdict(good=False, entries=4, n=5, fault="changed")


def swap(a: int, b: int) -> tuple[str, ...]:
    return tuple(f"UPDATE audit SET n = {to} WHERE n = {of}" for of, to in ((a, 900), (b, a), (900, b)))


@pytest.mark.parametrize(("statements", "n", "fault"), [
    (("DELETE FROM audit WHERE n = 1",), 1, "missing"),
    (("DELETE FROM audit WHERE n BETWEEN 4 AND 6",), 4, "missing"),
    (swap(3, 8), 3, "changed"),
    ((f"DELETE FROM audit WHERE n > {ENTRIES - 3}",), ENTRIES - 2, "cut"),
    ((f"DELETE FROM audit WHERE n > {ENTRIES - 3}", f"UPDATE audit_heads SET n = {ENTRIES - 3}, "
      f"mac = (SELECT mac FROM audit WHERE n = {ENTRIES - 3})"), ENTRIES - 3, "head_differs"),
    (("DELETE FROM audit_heads",), None, "head_missing"),
    (("UPDATE audit_heads SET n = 3",), 3, "head_differs"),
    (("DELETE FROM audit",), 1, "cut"),
    # The numbers moved together after a deletion: the entry before is not the one that was.
    (("DELETE FROM audit WHERE n = 5", *(f"UPDATE audit SET n = {n - 1} WHERE n = {n}" for n in range(6, 13))), 5,
     "changed"),
])  # fmt: skip
def test_each_way_of_tampering_is_found(trail: Desk, statements: tuple[str, ...], n: int | None, fault: str) -> None:
    tamper(trail, *statements)
    verdict = judge(trail)
    assert (verdict.good, verdict.n, verdict.fault) == (False, n, fault)


def test_whoever_deletes_the_whole_trail_forgets_what_was_sent_on(trail: Desk) -> None:
    def sent(writer: object) -> None:
        row = AuditExportRow(
            hall_id=writer.hall_id, n=ENTRIES, at=None, holder="", held_until=writer.now, fault=""  # type: ignore[attr-defined]
        )  # fmt: skip
        writer.session.add(row)  # type: ignore[attr-defined]

    trail.database.write(sent)
    assert judge(trail).good
    tamper(trail, "DELETE FROM audit", "DELETE FROM audit_heads")
    assert judge(trail).fault == "head_missing"


def test_a_key_that_is_not_ours_finds_nothing_good(trail: Desk) -> None:
    verdict = trail.read(lambda reader: verify(reader, b"x" * 32))
    assert (verdict.n, verdict.fault) == (1, "changed")


@pytest.mark.parametrize("statement", ["UPDATE audit SET outcome = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
def test_the_server_itself_can_not_change_the_trail(trail: Desk, statement: str) -> None:
    if trail.database.is_sqlite and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite knows no TRUNCATE")
    with pytest.raises(DBAPIError, match="append-only"):
        trail.database.write(lambda writer: writer.connection.execute(text(statement)))
    assert judge(trail).good


def test_many_threads_make_one_chain_without_gaps(trail: Desk) -> None:
    def many(name: str) -> None:
        for _ in range(25):
            trail.database.write(lambda w: record(w, Actor(f"staff:{name}"), "test.written"))

    threads = [threading.Thread(target=many, args=(str(n),), name=f"auditing-{n}") for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert judge(trail) == AuditVerdict(good=True, entries=ENTRIES + 150)


def test_what_is_taken_back_leaves_no_gap(trail: Desk) -> None:
    def refused(writer: object) -> None:
        record(writer, SYSTEM, "test.refused")  # type: ignore[arg-type]
        raise ValueError("taken back")

    with pytest.raises(ValueError, match="taken back"):
        trail.database.write(refused)
    trail.database.write(lambda w: record(w, SYSTEM, "test.done"))
    assert judge(trail) == AuditVerdict(good=True, entries=ENTRIES + 1)


def cost(work: Callable[[], object], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - began) / times


def test_an_entry_costs_less_than_a_change_may_wait(trail: Desk) -> None:
    def hundred(writer: object) -> None:
        for _ in range(100):
            record(writer, SYSTEM, "test.cost", "thing", 1, much="x" * 100)  # type: ignore[arg-type]

    each = cost(lambda: trail.database.write(hundred), 3) / 100
    assert each < 0.01, f"{each * 1e3:.2f} ms an entry"


def test_a_reason_is_kept_without_numbers(trail: Desk) -> None:
    trail.database.write(lambda w: record(w, SYSTEM, "test.done", reason="asked by 138-0013-8000", n=13800138000))
    last = trail.read(lambda r: r.session.scalars(select(AuditRow).order_by(AuditRow.n.desc()).limit(1)).one())
    assert last.detail == '{"n":13800138000,"reason":"asked by 13*******00"}'
    assert judge(trail).good
