"""Draft, linter, publishing, single days, the year's table: as an administrator goes through it."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from openpyxl import Workbook
from sqlalchemy import delete, select

from server.audit import SYSTEM, AuditRow
from server.auth import Principal
from server.database import Reader, Writer
from server.features.catalogue.edit import edit_counter
from server.features.catalogue.models import CounterServiceRow
from server.features.catalogue.service import catalogue
from server.features.catalogue.view import counter_list
from server.features.release import service as release
from server.features.release import table
from server.features.release.calendar import calendar_days, load_table, set_day, try_table, unset_day
from server.features.release.days import change_day, days_view, restore_day, try_day
from server.features.release.known import known_of
from server.features.release.linted import linted
from server.features.release.models import PlanRow
from server.features.release.plans import drop_draft, plan_view, publish, save_draft, summaries
from server.features.release.service import windows_of
from server.features.setup.hall_files import load_hall
from server.features.setup.service import set_up_hall
from server.preparing import DEMO_HALL
from shared.domain.errors import HallError
from shared.domain.hours import DateKind
from shared.domain.release import Finding, Plan, Slot
from shared.domain.waits.durations import Experience
from shared.schemas.hall import CounterEdit, PlannedBreak, PlannedBreaks
from shared.schemas.release import CalendarDayEdit, DayEdit, DayTry, DraftEdit, Publish, ServicePlan, Window
from tests.server.conftest import ADMIN, Desk

MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 28)
NINE, TEN, NOON = 540, 600, 720


def row(start: int = NINE, end: int = NOON, **fields: Any) -> Window:
    return Window.model_validate({"start": start, "end": end, "slot_minutes": 60} | fields)


def draft(desk: Desk, service: UUID, version: int | None = None, **windows: list[Window]) -> ServicePlan:
    wanted = DraftEdit.model_validate({"windows": windows, "version": version})
    return desk.database.write(lambda w: save_draft(w, desk.context, ADMIN, SYSTEM, service, wanted))


def put_out(desk: Desk, service: UUID, version: int, reason: str = "", who: Principal = ADMIN) -> ServicePlan:
    wanted = Publish(version=version, reason=reason)
    return desk.database.write(lambda w: publish(w, desk.context, who, SYSTEM, service, wanted))


def trail(desk: Desk) -> list[str]:
    return list(desk.read(lambda r: r.session.scalars(select(AuditRow.action).order_by(AuditRow.n)).all()))


def refused(work: Any) -> HallError:
    with pytest.raises(HallError) as error:
        work()
    return error.value


def busy(desk: Desk) -> UUID:
    """A service of office hours with a counter where somebody works; no other service has a plan."""
    service, _, counter = desk.places()
    desk.sign_in(counter)
    desk.database.write(lambda w: only(w, service))
    return service


def only(writer: Writer, *services: UUID) -> None:
    """These have a plan: the linter judges no others beside them."""
    writer.touch_catalogue()
    writer.session.execute(delete(PlanRow).where(PlanRow.service_id.not_in(services)))


def test_a_draft_is_looked_at_by_the_linter_and_published_with_a_reason_for_its_warnings(desk: Desk) -> None:
    service = busy(desk)
    first = desk.read(lambda r: plan_view(r, desk.context, service))
    assert first.published is not None and first.draft is None
    made = draft(desk, service, weekday=[row(), row(TEN, NOON)], weekend=[row(0, 60)])
    assert made.draft is not None and {one.level for one in made.findings} == {"error"}
    assert ("overlap", "weekday", 1) in [(one.code, one.kind, one.row) for one in made.findings]
    error = refused(lambda: put_out(desk, service, 0, "please"))
    assert error.code == "release_faulty" and error.params["count"] == len(made.findings)
    # Somebody else has saved meanwhile, or there was no draft.
    assert refused(lambda: draft(desk, service, None, weekday=[row()])).code == "changed_meanwhile"
    made = draft(desk, service, 0, weekday=[row(onsite=900, booking=1)])
    assert [one.code for one in made.findings] == ["too_many"]
    assert refused(lambda: put_out(desk, service, 1)).code == "release_reason_needed"
    done = put_out(desk, service, 1, "campaign week")
    assert done.draft is None and done.published is not None
    assert (done.published.reason, [one.code for one in done.published.warnings]) == ("campaign week", ["too_many"])
    assert [one.number for one in done.past] == [first.published.number]
    # What is published counts at once, and the list and the trail know of it.
    facts = desk.read(lambda r: catalogue(r).services[service])
    assert desk.database.write(lambda w: release.take(w, facts, "onsite")) == 899
    shown = next(one for one in desk.read(summaries) if one.service_id == service)
    assert (shown.onsite, shown.booking, shown.has_draft) == (900, 3, False)
    assert trail(desk)[-3:] == ["release.draft_saved", "release.draft_saved", "release.published"]
    again = draft(desk, service, None, weekday=[row()])
    assert again.draft is not None
    gone = desk.database.write(
        lambda w: drop_draft(w, desk.context, ADMIN, SYSTEM, service, again.draft.version)  # type: ignore[union-attr]
    )
    assert gone.draft is None


def test_what_a_read_has_found_the_writer_looks_up_until_something_it_stands_on_changes(desk: Desk) -> None:
    service = busy(desk)
    plan = Plan({DateKind.WEEKDAY: windows_of([row(onsite=900).model_dump()])})

    def find(reader: Reader) -> Sequence[Finding]:
        return linted(reader, known_of(reader, desk.context, catalogue(reader).services[service]), plan)

    found = desk.read(find)
    assert [one.code for one in found] == ["too_many"]
    assert desk.database.write(find) is found
    desk.database.write(lambda w: set_day(w, SYSTEM, SATURDAY, CalendarDayEdit(kind="adjusted", name="")))
    assert desk.read(find) is not found


def test_the_linter_knows_the_counters_and_what_visits_have_taken(desk: Desk) -> None:
    service = busy(desk)
    made = draft(desk, service, weekday=[row(onsite=10)])
    assert made.findings == [] and made.counters > 0
    # Visits have turned out to be an hour long.
    experience = desk.context.waits.experience = Experience()
    for _ in range(300):
        experience.served(service, None, 3600)
    made = desk.read(lambda r: plan_view(r, desk.context, service))
    assert [one.code for one in made.findings] == (["too_many"] if made.counters < 4 else [])
    assert made.visit_minutes > 55

    def nobody_serves(writer: Any) -> None:
        writer.touch_catalogue()
        for link in writer.session.scalars(select(CounterServiceRow).where(CounterServiceRow.service_id == service)):
            writer.session.delete(link)

    desk.database.write(nobody_serves)
    made = desk.read(lambda r: plan_view(r, desk.context, service))
    assert [(one.code, one.level) for one in made.findings] == [("no_counter", "error")]


def test_services_of_the_same_counters_are_judged_together_less_planned_breaks(desk: Desk) -> None:
    service, other, counter = desk.places()
    assert other is not None

    def assign(writer: Writer, breaks: PlannedBreaks) -> None:
        only(writer, service, other)
        served = CounterServiceRow.service_id.in_((service, other))
        writer.session.execute(delete(CounterServiceRow).where(served))
        edit_counter(writer, SYSTEM, counter, CounterEdit(service_ids=[service, other], breaks=breaks))

    desk.database.write(lambda w: assign(w, {}))
    known = desk.read(catalogue).services
    # What one counter can do in the morning, of either.
    most, most_other = (int(180 * 60 / known[id_].typical_s) for id_ in (service, other))
    draft(desk, other, weekday=[row(onsite=most_other * 2 // 3)])
    put_out(desk, other, 0, "the other one has a plan still")
    made = draft(desk, service, weekday=[row(onsite=most * 2 // 3)])
    assert [one.code for one in made.findings] == ["too_many_together"]
    assert (made.counters, made.neighbours, made.visits_learned) == (
        1,
        [desk.read(lambda r: catalogue(r).services[other].name)],
        False,
    )
    told = made.findings[0].params
    assert (told["counters"], told["basis"], told["able"]) == (1, "typical", 3.0)
    # What is left after the other's numbers is no warning, until a break takes it.
    assert draft(desk, service, 0, weekday=[row(onsite=most // 3 - 1)]).findings == []
    lunch = PlannedBreak(start=TEN, end=TEN + 60, why="training")
    desk.database.write(lambda w: assign(w, {"weekday": [lunch]}))
    made = desk.read(lambda r: plan_view(r, desk.context, service))
    assert [(one.code, one.params["able"]) for one in made.findings] == [("too_many_together", 2.0)]
    # The counter's own screens are told of it, and a break that ends before it begins is none.
    kept = desk.read(lambda r: next(one for one in counter_list(r) if one.id == counter))
    assert kept.breaks == {"weekday": [lunch]}
    with pytest.raises(ValueError, match="ends after"):
        PlannedBreak(start=TEN, end=NINE)


def test_publishing_says_which_bookings_keep_a_time_that_is_no_slot_any_more(desk: Desk) -> None:
    service, friday = busy(desk), MONDAY + timedelta(days=4)
    draft(desk, service, weekday=[row(booking=2)])
    put_out(desk, service, 0)
    facts = desk.read(lambda r: catalogue(r).services[service])
    for start in (NINE, NINE, TEN):
        slot = Slot(friday, start, start + 60)
        desk.database.write(lambda w, slot=slot: release.take(w, facts, "booking", slot, through="phone"))
    made = draft(desk, service, weekday=[row(TEN, NOON, booking=2)])
    assert [(one.code, one.level, one.params) for one in made.findings] == [
        ("bookings_outside", "warning", {"count": 2, "day": friday.isoformat(), "at": "09:00"})
    ]  # fmt: skip
    assert made.outside_count == 2 and [(one.day, one.start, one.count) for one in made.outside] == [(friday, NINE, 2)]
    assert refused(lambda: put_out(desk, service, 0)).code == "release_reason_needed"
    put_out(desk, service, 0, "they were told")
    entry = desk.read(
        lambda r: json.loads(r.session.scalars(select(AuditRow.detail).order_by(AuditRow.n.desc())).first())
    )
    assert (entry["bookings"], entry["outside"]) == ("keep", 2)
    # A single day that keeps its slots keeps them; what is over by now is nobody's business.
    desk.clock.forward(days=4)
    assert desk.read(lambda r: plan_view(r, desk.context, service)).outside_count == 0


def test_one_day_is_tried_changed_and_restored_and_keeps_in_mind_who_has_booked(desk: Desk) -> None:
    service, friday = busy(desk), MONDAY + timedelta(days=4)
    draft(desk, service, weekday=[row(booking=2)])
    put_out(desk, service, 0)
    facts = desk.read(lambda r: catalogue(r).services[service])
    desk.database.write(lambda w: release.take(w, facts, "booking", Slot(friday, NINE, TEN), through="phone"))
    week = desk.read(lambda r: days_view(r, desk.context, service, MONDAY, 7, draft=False))
    assert [day.kind for day in week] == ["weekday"] * 5 + ["weekend"] * 2
    assert [slot.taken for slot in week[4].windows[0].slots] == [1, 0, 0] and week[5].windows == []
    wanted = [row(TEN, NOON, booking=1)]
    tried = desk.read(lambda r: try_day(r, desk.context, service, friday, DayTry(windows=wanted)))
    assert (tried.changed, [one.code for one in tried.findings]) == (True, ["booked_outside"])
    assert desk.read(lambda r: days_view(r, desk.context, service, friday, 1, draft=False))[0].changed is False

    def keep(day: date, **fields: Any) -> Any:
        edit = DayEdit.model_validate({"windows": wanted} | fields)
        return desk.database.write(lambda w: change_day(w, desk.context, ADMIN, SYSTEM, service, day, edit))

    assert refused(lambda: keep(friday)).code == "release_reason_needed"
    assert refused(lambda: keep(MONDAY - timedelta(days=1))).code == "release_day_wrong"
    assert refused(lambda: keep(friday, version=3, reason="x")).code == "changed_meanwhile"
    kept = keep(friday, reason="they were told")
    assert [one.slot.start for one in desk.read(lambda r: release.slots(r, facts, friday, 1))] == [TEN, 660]
    assert [one.day for one in desk.read(lambda r: plan_view(r, desk.context, service)).changes] == [friday]
    desk.database.write(lambda w: restore_day(w, ADMIN, SYSTEM, service, friday, kept.version))
    assert [one.left for one in desk.read(lambda r: release.slots(r, facts, friday, 1))] == [1, 2, 2]


def test_a_day_of_the_calendar_changes_hours_slots_and_linter_alike(desk: Desk) -> None:
    service = busy(desk)
    draft(desk, service, weekday=[row(booking=2)])
    put_out(desk, service, 0)
    facts = desk.read(lambda r: catalogue(r).services[service])

    def kind(day: date, kind: str, version: int | None = None, **fields: Any) -> Any:
        edit = CalendarDayEdit.model_validate({"kind": kind, "version": version} | fields)
        return desk.database.write(lambda w: set_day(w, SYSTEM, day, edit))

    tuesday = MONDAY + timedelta(days=1)
    day = kind(tuesday, "holiday", name="停电")
    assert desk.read(lambda r: release.slots(r, facts, tuesday, 1)) == []
    assert refused(lambda: kind(tuesday, "special")).code == "changed_meanwhile"
    assert refused(lambda: kind(tuesday, "adjusted", day.version)).code == "release_adjusted_weekday"
    sunday = SATURDAY + timedelta(days=1)
    assert desk.read(lambda r: release.slots(r, facts, sunday, 1)) == []
    kind(sunday, "adjusted", opens_like="tue")
    # As a usual weekday until the plan has rows of its own for worked weekends.
    assert len(desk.read(lambda r: release.slots(r, facts, sunday, 1))) == 3
    # The hall's files come again and leave an administrator's days alone; theirs come back.
    before = desk.read(lambda r: calendar_days(r, MONDAY, date(2027, 12, 31)))
    assert {one.source for one in before} == {"files", "hand"}
    with desk.database.write_engine.connect() as connection, connection.begin():
        set_up_hall(connection, load_hall(DEMO_HALL))
    assert desk.read(lambda r: calendar_days(r, MONDAY, date(2027, 12, 31))) == before
    desk.database.write(lambda w: unset_day(w, SYSTEM, tuesday, day.version))
    assert desk.read(lambda r: catalogue(r).calendar.kind(tuesday)) is DateKind.WEEKDAY


def test_the_years_table_is_tried_row_by_row_and_loaded_whole_or_not_at_all(desk: Desk) -> None:
    good = (
        "开始日期,结束日期,类型,名称,英文名称,按周几开放\n2028-01-01,2028-01-03,放假,元旦,New Year,\n"
        "2028年1月8日,,上班,元旦调休,,周五\n2028/3/8,2028/3/8,special,开放日,,\n"
    )
    bad = good + "".join(
        f"{line}\n"
        for line in (
            "2028-13-01,,放假,?,,", "2028-01-02,,放假,重复,,", "2028-01-05,,班,周三,,", "2028-05-03,2028-05-01,休,反,,",
            "2028-06-01,,什么,,,",
        )
    )  # fmt: skip
    given = table.read(bad.encode("gb18030"))
    report = desk.read(lambda r: try_table(r, given))
    assert report.outcome == "wrong"
    assert [one.code for one in report.rows] == ["", "", "", "date", "twice", "adjusted_weekday", "backwards", "kind"]
    assert desk.database.write(lambda w: load_table(w, SYSTEM, given)).outcome == "wrong"
    assert desk.read(lambda r: calendar_days(r, date(2028, 1, 1), date(2028, 12, 31))) == []
    given = table.read(good.encode())
    assert desk.read(lambda r: try_table(r, given)).outcome == "ready"
    assert desk.database.write(lambda w: load_table(w, SYSTEM, given)).outcome == "done"
    days = desk.read(lambda r: calendar_days(r, date(2028, 1, 1), date(2028, 12, 31)))
    assert [(one.day.isoformat()[5:], one.kind, one.opens_like) for one in days] == [
        ("01-01", "holiday", None), ("01-02", "holiday", None), ("01-03", "holiday", None),
        ("01-08", "adjusted", "fri"), ("03-08", "special", None),
    ]  # fmt: skip
    assert trail(desk)[-1] == "calendar.table_loaded"
    # What is written out comes back as it is, in either language.
    for language in ("zh-CN", "en"):
        given = table.read(table.write(days, language))
        again = desk.database.read(partial(try_table, given=given))
        assert [one.outcome for one in again.rows] == ["same"] * 3


def test_a_table_that_excel_made_is_read_with_its_dates(desk: Desk) -> None:
    book = Workbook()
    book.active.append(["a"] * 6)  # type: ignore[union-attr]
    book.active.append([date(2028, 10, 1), date(2028, 10, 7), "放假", "国庆节"])  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    assert [(len(one.days), one.code) for one in table.read(file.getvalue())] == [(7, "")]
    for wrong in (b"", b"PK\x03\x04no", b"\xff\xfe\x00", b"just words", b"\0,\0"):
        with pytest.raises(HallError):
            table.read(wrong)


def test_an_administrator_of_one_department_changes_its_own_plans_only(desk: Desk) -> None:
    service = busy(desk)
    draft(desk, service, weekday=[row(onsite=3)])
    stranger = Principal.of_machine("staff", "test", 2e9)
    assert refused(lambda: put_out(desk, service, 0, who=stranger)).code == "not_permitted"
