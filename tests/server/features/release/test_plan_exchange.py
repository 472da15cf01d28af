"""Plans go out as a workbook and come back as drafts: all of them, or none."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from uuid import UUID

from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from server.audit import SYSTEM
from server.auth import Principal
from server.features.catalogue.service import catalogue
from server.features.release import plan_table
from server.features.release.models import PlanRow
from server.features.release.plan_exchange import export, load_plans, try_plans
from server.features.release.plans import CHANGE, plan_view, put_draft, put_in_force
from shared.domain.hours import DateKind
from shared.i18n import languages
from shared.schemas.release import PlansReport, Window
from tests.server.conftest import ADMIN, Desk

NINE, NOON = 540, 720
Rows = list[list[Any]]


def rows_of(content: bytes) -> Rows:
    return [list(row) for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]


def book_of(rows: Rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def tried(desk: Desk, content: bytes, who: Principal = ADMIN) -> PlansReport:
    lines = plan_table.read(content)
    return desk.read(lambda reader: try_plans(reader, who, lines))


def load(desk: Desk, content: bytes, who: Principal = ADMIN) -> PlansReport:
    lines = plan_table.read(content)
    return desk.database.write(lambda writer: load_plans(writer, who, SYSTEM, lines))


def planned(desk: Desk) -> tuple[UUID, UUID]:
    """Two services; the first one's plan has all there may be in a row."""
    service, other, _ = desk.places()
    row = Window(
        start=NINE, end=NOON, slot_minutes=30, onsite=20, onsite_shares={"kiosk": 12}, booking=2,
        booking_shares={"phone": 1},
    )  # fmt: skip
    desk.database.write(lambda w: put_in_force(w.session, w.hall_id, service, {DateKind.WEEKDAY: [row]}, "t", w.now))
    desk.database.write(lambda w: w.touch_catalogue())
    return service, other


def drafts(desk: Desk) -> dict[str, Any]:
    chosen = select(PlanRow.service_id, PlanRow.windows).where(PlanRow.state == "draft")
    return {str(id_): windows for id_, windows in desk.read(lambda r: r.session.execute(chosen).all())}


def test_a_row_that_names_no_service_is_not_that_of_one_without_an_english_name(desk: Desk) -> None:
    service, other = planned(desk)
    found = desk.read(catalogue).services
    named = {service: replace(found[service], name_en=""), other: found[other]}
    content = book_of([list(plan_table.COLUMNS), ["", "", "", "weekday", "09:00", "10:00", 20, 5, None, 0, None]])
    (row,) = plan_table.judge(plan_table.read(content), named)
    assert (row.service, row.code) == (None, "service")


def test_what_goes_out_comes_back_the_same_in_every_language(desk: Desk) -> None:
    planned(desk)
    for language in languages():
        content = desk.read(lambda reader, language=language: export(reader, language))
        report = tried(desk, content)
        assert (report.outcome, report.services, {row.outcome for row in report.rows}) == ("ready", 0, {"same"})
        assert load(desk, content).outcome == "done"
    assert drafts(desk) == {}


def test_a_table_that_was_edited_becomes_drafts_and_nothing_is_in_force_by_it(desk: Desk) -> None:
    service, other = planned(desk)
    head, *rows = rows_of(desk.read(lambda reader: export(reader, "zh-CN")))
    mine = next(row for row in rows if row[0] == str(service))
    assert mine[3:11] == ["工作日", "09:00", "12:00", "30", "20", "取号机 12", "2", "手机 1"]
    name = desk.read(lambda r: catalogue(r).services[other]).name
    content = book_of([
        head,
        [*mine[:7], 25, *mine[8:]],
        # Without an id it goes by its name; a second kind of day; Excel's own numbers.
        ["", "", name, "周末", "9:00", "11:00", 20, None, None, 3, None],
        ["", "", name, "weekday", "09:00", "10:00", 20, 5, None, 0, None],
    ])  # fmt: skip
    report = tried(desk, content)
    assert (report.outcome, report.services) == ("ready", 2) and drafts(desk) == {}
    assert [row.outcome for row in report.rows] == ["changed"] * 3
    assert load(desk, content).outcome == "done"
    found = drafts(desk)
    assert set(found) == {str(service), str(other)}
    assert found[str(service)]["weekday"][0]["onsite"] == 25
    assert {kind: [row["booking"] for row in rows] for kind, rows in found[str(other)].items()} == {
        "weekend": [3], "weekday": [0],
    }  # fmt: skip
    plan = desk.read(lambda r: plan_view(r, desk.context, service))
    assert plan.published is not None and plan.published.windows["weekday"][0].onsite == 20
    # A second table goes over the draft that stands; the same one changes nothing any more.
    assert [row.outcome for row in tried(desk, content).rows] == ["same"] * 3
    empty = book_of([head, [str(other), "", "", *[""] * 8]])
    assert load(desk, empty).services == 1 and drafts(desk)[str(other)] == {}


def test_one_row_that_is_wrong_keeps_all_out_and_each_says_why(desk: Desk) -> None:
    service, other = planned(desk)
    head, *rows = rows_of(desk.read(lambda reader: export(reader, "en")))
    good = [str(other), "", "", "Weekday", "09:00", "10:00", "20", "5", "", "0", ""]
    wrong = {
        "service": ["", "", "no such service", *good[3:]],
        "kind": [*good[:3], "someday", *good[4:]],
        "cell": [*good[:7], "a few", *good[8:]],
        "backwards": [*good[:4], "11:00", *good[5:]],
    }
    content = book_of([head, good, *wrong.values()])
    for report in (tried(desk, content), load(desk, content)):
        assert report.outcome == "wrong"
        assert [(row.row, row.code) for row in report.rows] == list(enumerate(["", *wrong], 2))
        assert report.rows[3].column == "onsite"
    many = load(desk, book_of([head, *[good] * 25]))
    assert [row.code for row in many.rows] == [""] * 24 + ["too_many_rows"]
    assert drafts(desk) == {}
    # Another department's plan is changed by nobody of this one, and what stays the same is no change.
    theirs = desk.read(lambda r: catalogue(r).services[other]).department_id
    of_none = replace(ADMIN, everywhere=ADMIN.everywhere - {CHANGE}, in_units={CHANGE: frozenset()})
    mine = next(row for row in rows if row[0] == str(service))
    report = load(desk, book_of([head, mine, good]), of_none)
    assert [(row.outcome, row.code) for row in report.rows] == [("same", ""), ("wrong", "not_permitted")]
    assert drafts(desk) == {} and theirs is not None
    of_theirs = replace(of_none, in_units={CHANGE: frozenset({theirs})})
    assert load(desk, book_of([head, mine, good]), of_theirs).outcome == "done"
    assert set(drafts(desk)) == {str(other)}


def test_a_table_from_before_writes_over_nothing_that_was_saved_since(desk: Desk) -> None:
    service, other = planned(desk)
    head, *rows = rows_of(desk.read(lambda reader: export(reader, "zh-CN")))
    mine = next(row for row in rows if row[0] == str(service))
    theirs = next(row for row in rows if row[0] == str(other))
    new = [*theirs[:3], "周末", "9:00", "11:00", 20, 5, None, 0, None, theirs[-1]]
    edited = book_of([head, [*mine[:7], 25, *mine[8:]], new])
    saved = Window(start=NINE, end=NOON, slot_minutes=30, onsite=7, booking=1)
    desk.database.write(lambda w: put_draft(w, SYSTEM, service, {"weekday": [saved.model_dump()]}))
    for report in (tried(desk, edited), load(desk, edited)):
        assert report.outcome == "wrong"
        assert [(row.outcome, row.code) for row in report.rows] == [("wrong", "changed_meanwhile"), ("changed", "")]
    assert drafts(desk)[str(service)]["weekday"][0]["onsite"] == 7 and str(other) not in drafts(desk)
    # Sent out again it may be edited; a plan that the table leaves as it is stands whatever the version says.
    head, *rows = rows_of(desk.read(lambda reader: export(reader, "en")))
    mine = next(row for row in rows if row[0] == str(service))
    assert load(desk, book_of([head, [*mine[:7], 25, *mine[8:]]])).outcome == "done"
    assert [row.outcome for row in tried(desk, book_of([head, [*mine[:7], 25, *mine[8:-1], "v0"]])).rows] == ["same"]
