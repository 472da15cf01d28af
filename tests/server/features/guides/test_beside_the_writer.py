"""A great import keeps nobody waiting: reckoned beside the writer, written in a few statements, never stale."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from server.audit import SYSTEM
from server.database import Reader, Writer
from server.features.guides import editing, service
from server.features.guides.bringing_in import Brought, StaleError, bring_in, prepared_beside
from server.features.guides.models import GuideRow, GuideVersionRow
from server.features.guides.preparing import Prepared, Wanted, prepare
from server.features.guides.staging import Staged, stage
from shared.schemas.guides import GuideCreate, GuideEdit, GuideFields
from tests.fakes.engines import on_sqlite
from tests.fakes.items import item
from tests.server.conftest import ADMIN, Desk

COUNT = 100
WANTED = Wanted(True, "upstream", 100)


def staged(**changed: Any) -> Staged:
    return stage(item(f"B{number:04}", **changed) for number in range(COUNT))


def write(writer: Writer, given: Staged, prepared: Prepared | None) -> Brought:
    return bring_in(
        writer, SYSTEM, given, whole=True, by="upstream", percent=100, agreed=True, prepared=prepared
    )  # fmt: skip


def bring(desk: Desk, given: Staged) -> Brought:
    return prepared_beside(
        desk.database, lambda reader: prepare(reader, given, WANTED), lambda w, made: write(w, given, made)
    )


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """Those that change something."""
    seen: list[str] = []

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        seen.append(statement.split(" ", 1)[0])

    event.listen(desk.database.write_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(desk.database.write_engine, "before_cursor_execute", note)


def test_as_many_statements_for_hundreds_as_for_one(desk: Desk) -> None:
    with statements(desk) as seen:
        assert bring(desk, staged()).counts["created"] == COUNT
        assert len(seen) < 20
    with statements(desk) as seen:
        assert bring(desk, staged(name="改过的事项")).counts["changed"] == COUNT
        assert len(seen) < 20
    rows = desk.read(lambda r: r.session.scalars(select(GuideRow).where(GuideRow.source == "import")).all())
    first = min(rows, key=lambda row: row.code)
    assert {(row.name, row.version, row.retired) for row in rows} == {("改过的事项", 2, False)}
    assert first.changed_at == desk.clock.now and first.body["materials"][0]["name"] == "居民身份证"
    assert (first.audience, first.themes, first.kept) == (["person"], ["社会保障"], {})
    assert desk.read(lambda r: service.guide(r, first.id)).fields == GuideFields.model_validate(
        item(first.code, name="改过的事项")
    )
    old = desk.read(lambda r: r.session.get_one(GuideVersionRow, (first.id, 1)))
    assert (old.fields["name"], old.source, old.by) == ("事项B0000", "import", SYSTEM.label)
    assert bring(desk, stage([])).counts["retired"] == COUNT
    gone = select(GuideRow.retired).where(GuideRow.source == "import")
    assert all(desk.read(lambda r: r.session.scalars(gone).all()))


def test_of_a_guide_so_many_versions_stay(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.features.guides.preparing.KEPT_VERSIONS", 2)
    for number in range(5):
        bring(desk, stage([item("B1", name=f"第{number}次")]))
    kept = desk.read(lambda r: r.session.scalars(select(GuideVersionRow.number)).all())
    assert sorted(kept) == [3, 4]


@on_sqlite
def test_what_was_reckoned_of_another_hall_is_reckoned_again(desk: Desk) -> None:
    given = staged()
    reckoned: list[int] = []

    def reckon(reader: Reader) -> Prepared:
        made = prepare(reader, given, WANTED)
        reckoned.append(reader.clocks.catalogue_version)
        if len(reckoned) == 1:
            # Somebody writes one of them by hand meanwhile.
            create = GuideCreate(fields=GuideFields.model_validate(item("B0000", name="手写的")))
            desk.database.write(lambda w: editing.add_guide(w, ADMIN, SYSTEM, create))
        return made

    made = prepared_beside(desk.database, reckon, lambda w, ready: write(w, given, ready))
    assert len(reckoned) == 2 and (made.counts["created"], made.counts["changed"]) == (COUNT - 1, 1)
    # Whoever changes the hall each time is not waited for.
    tries: list[bool] = []

    def never_fits(writer: Writer, ready: Prepared | None) -> Brought:
        tries.append(ready is None)
        if ready is not None:
            raise StaleError
        return write(writer, given, None)

    assert prepared_beside(desk.database, reckon, never_fits).counts["unchanged"] == COUNT
    assert tries == [False, False, False, True]


@on_sqlite
def test_one_that_is_edited_loads_none_of_the_others(desk: Desk) -> None:
    bring(desk, stage([item("B1")]))
    one = desk.read(lambda r: next(one for one in service.guide_list(r) if one.code == "B1"))
    loaded: list[int] = []

    def count(writer: Writer) -> None:
        event.listen(writer.connection, "after_cursor_execute", note)
        editing.edit_guide(writer, ADMIN, SYSTEM, one.id, GuideEdit(version=one.version, unlink=True))
        event.remove(writer.connection, "after_cursor_execute", note)

    def note(_c: Any, _k: Any, statement: str, *_: Any) -> None:
        loaded.append("FROM guides" in statement and "guides.id =" not in statement)

    desk.database.write(count)
    assert loaded and not any(loaded)
