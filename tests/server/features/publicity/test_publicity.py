"""Finished cases: masked where they come in, brought as often as one likes, shown for their time, taken down."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
import requests
from openpyxl import load_workbook
from sqlalchemy import select, text

from server.audit import SYSTEM
from server.features.publicity import files, service
from server.features.publicity.models import PublicCaseRow
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.names import mask_organisation
from shared.schemas.publicity import CaseGiven, PublicityPage, PublicityReport, PublicitySettingsEdit
from tests.fakes.engines import on_sqlite
from tests.fakes.hall import RunningHall
from tests.server.conftest import Desk

TODAY = date(2026, 11, 23)
# Of a hall that runs by the machine's clock: over in every zone, whatever the hour, and public for long.
LATELY = date.today() - timedelta(days=3)


def case(number: str, **changed: Any) -> dict[str, Any]:
    said = {"number": number, "item": "企业设立登记", "applicant": "张三丰", "decided_on": TODAY.isoformat()}
    return said | changed


def bring(desk: Desk, *cases: dict[str, Any]) -> PublicityReport:
    staged = service.staged_of(CaseGiven.model_validate(one) for one in cases)
    return desk.database.write(lambda writer: service.bring(writer, SYSTEM, staged, by="system"))


def page(desk: Desk, search: str = "T-", **asked: Any) -> PublicityPage:
    found: PublicityPage = desk.read(lambda reader: service.page(reader, search, **asked))
    return found


def told(desk: Desk) -> int:
    return sum(one.kind == "publicity.changed" for one in desk.events)


def test_brought_again_nothing_changes_and_the_whole_name_is_nowhere(desk: Desk) -> None:
    first = bring(desk, case("T-1"), case("T-2", applicant_kind="enterprise", applicant="岭海云帆科技有限公司"))
    assert (first.created, first.changed, told(desk)) == (2, 0, 1)
    again = bring(desk, case("T-1"), case("T-2", applicant_kind="enterprise", applicant="岭海云帆科技有限公司"))
    assert (again.created, again.unchanged, told(desk)) == (0, 2, 1)
    # What another system has masked already is the same.
    assert bring(desk, case("T-1", applicant="张**")).unchanged == 1
    assert bring(desk, case("T-1", result="refused")).changed == 1
    found = {one.number: (one.applicant, one.result) for one in page(desk).items}
    assert found == {"T-2": ("岭海******公司", "finished"), "T-1": ("张**", "refused")}
    tables = ("public_cases", "audit", "events", "answers")
    kept = desk.read(
        lambda r: [str(row) for name in tables for row in r.session.execute(text(f"SELECT * FROM {name}"))]
    )
    assert "T-1" in "".join(kept) and not any("张三丰" in row or "云帆科技" in row for row in kept)


def test_pages_go_on_where_the_last_one_ended_though_cases_come_and_go(desk: Desk) -> None:
    days = [TODAY - timedelta(days=n // 3) for n in range(10)]
    bring(desk, *(case(f"T-{n}", decided_on=day) for n, day in enumerate(days)))
    first = page(desk, limit=4)
    assert (len(first.items), first.total) == (4, 10) and first.next_cursor is not None
    # The one it stands at goes, and a newer one comes.
    last = first.items[-1]
    desk.database.write(lambda writer: service.take_down(writer, SYSTEM, last.id, "wrong person"))
    bring(desk, case("T-new"))
    rest, cursor = list[str](), first.next_cursor
    while cursor is not None:
        part = page(desk, limit=4, cursor=cursor)
        rest += [one.number for one in part.items]
        cursor = part.next_cursor
    assert len(rest) == 6 and {one.number for one in first.items} | set(rest) == {f"T-{n}" for n in range(10)}
    dates = [one.decided_on for one in page(desk, limit=100).items]
    assert dates == sorted(dates, reverse=True)
    for wrong in ("x", "2026-11-01_x", "2026-99-01_" + str(last.id)):
        with pytest.raises(HallError, match="cursor_unknown"):
            page(desk, cursor=wrong)
    # Signs of a pattern are signs of the number.
    assert page(desk, search="T-%").total == 0 and page(desk, search="t-new").total == 1


def test_after_its_time_it_is_gone_and_what_is_older_never_comes(desk: Desk) -> None:
    settings = desk.read(service.shown_settings)
    edit = PublicitySettingsEdit(days=10, version=settings.version)
    desk.database.write(lambda writer: service.put_settings(writer, SYSTEM, edit))
    with pytest.raises(HallError, match="changed_meanwhile"):
        desk.database.write(lambda writer: service.put_settings(writer, SYSTEM, edit))
    made = bring(
        desk,
        case("T-old", decided_on=TODAY - timedelta(days=10)),
        case("T-1", decided_on=TODAY - timedelta(days=9)),
        case("T-soon", decided_on=TODAY + timedelta(days=1)),
    )
    assert (made.created, made.too_old) == (2, 1) and [one.number for one in page(desk).items] == ["T-1"]
    desk.clock.forward(days=1)
    assert [one.number for one in page(desk).items] == ["T-soon"]
    desk.database.write(service.forget_old)
    kept = desk.read(lambda r: r.session.scalars(select(PublicCaseRow.number)).all())
    assert "T-1" not in kept and "T-soon" in kept
    off = PublicitySettingsEdit(on=False, days=10, version=settings.version + 1)
    desk.database.write(lambda writer: service.put_settings(writer, SYSTEM, off))
    assert page(desk, search="").total == 0


@on_sqlite
def test_what_was_taken_down_stays_down_whoever_brings_it(desk: Desk) -> None:
    bring(desk, case("T-1"))
    (one,) = page(desk).items
    desk.database.write(lambda writer: service.take_down(writer, SYSTEM, one.id, "asked for it"))
    assert bring(desk, case("T-1", result="granted")).unchanged == 1 and page(desk).total == 0
    with pytest.raises(HallError, match="publicity_unknown"):
        desk.database.write(lambda writer: service.take_down(writer, SYSTEM, one.id, "again"))
    # Nor when its time is over and the hall shows cases for longer by then.
    kept = desk.read(lambda r: r.session.scalars(select(PublicCaseRow).where(PublicCaseRow.number == "T-1")).one())
    assert (kept.applicant, kept.item, kept.department) == ("", "", "")
    desk.clock.forward(days=40)
    desk.database.write(service.forget_old)
    edit = PublicitySettingsEdit(days=90, version=desk.read(service.shown_settings).version)
    desk.database.write(lambda writer: service.put_settings(writer, SYSTEM, edit))
    assert bring(desk, case("T-1"), case("T-2")).created == 1 and page(desk).total == 1
    assert desk.read(service.shown_settings).cases == 1
    desk.clock.forward(days=4000)
    desk.database.write(service.forget_old)
    assert desk.read(lambda r: r.session.scalars(select(PublicCaseRow)).all()) == []


def test_a_file_is_read_row_by_row_and_the_form_is_a_good_one() -> None:
    form = files.read(files.form("zh-CN"))
    assert [(one.number, one.applicant, one.applicant_kind, one.result) for one in form.cases] == [
        ("YS-2026-000001", "张*", "person", "granted")
    ]
    book = load_workbook(io.BytesIO(files.form("zh-CN")))
    sheet = book.worksheets[0]
    sheet.append(["B-2", "道路运输经营许可", "", "企业", "岭海运输有限公司", "不予", date(2026, 11, 2)])
    sheet.append(["B-2", "同一个编号", "", "个人", "李四", "办结", "2026/11/02"])
    sheet.append(["", "没有编号", "", "", "王五", "", "2026-11-02"])
    sheet.append(["B-4", "日期不对", "", "", "赵六", "", "去年"])
    content = io.BytesIO()
    book.save(content)
    staged = files.read(content.getvalue())
    assert (staged.cases[1].applicant, staged.cases[1].result) == ("岭海****公司", "refused")
    assert staged.cases[1].decided_on == date(2026, 11, 2) and staged.rows == [2, 3]
    assert [(one.row, one.why, one.field) for one in staged.refused] == [
        (4, "twice", "number"), (5, "missing", "number"), (6, "wrong", "decided_on"),
    ]  # fmt: skip
    for wrong in (b"", b"[]", b"{", b"\xff\xfe", b'{"cases": {}}'):
        with pytest.raises(HallError, match="publicity_file_wrong"):
            files.read(wrong)
    assert [one.why for one in files.read(b'{"cases": [3, {"number": ["x"]}]}').refused] == ["wrong", "wrong"]


@pytest.mark.parametrize(
    ("name", "masked"),
    [("岭海云帆科技有限公司", "岭海******公司"), ("老街坊餐饮店", "老****店"), ("农行", "农*"), ("张", "张")],
)
def test_an_enterprise_is_hidden_at_least_by_half(name: str, masked: str) -> None:
    assert mask_organisation(name) == masked == mask_organisation(masked)


# Over the wire, and on the phone


@pytest.fixture
def client(shared_hall: RunningHall) -> HallClient:
    return shared_hall.client("admin", "publicity")


def given(number: str, **changed: Any) -> CaseGiven:
    return CaseGiven.model_validate(case(number, decided_on=LATELY) | changed)


def test_another_system_brings_and_everybody_reads(shared_hall: RunningHall, client: HallClient) -> None:
    assert client.bring_cases([given("W-1"), given("W-2", item="<b>许可</b>")]).created == 2
    assert client.bring_cases([given("W-1")]).unchanged == 1
    for kind in ("kiosk", "display"):
        found = shared_hall.client(kind, f"reads-{kind}").publicity("W-")
        assert {one.number for one in found.items} == {"W-1", "W-2"}
        with pytest.raises(HallError, match="not_permitted"):
            shared_hall.client(kind, f"reads-{kind}").bring_cases([given("W-3")])
    shown = requests.get(f"{shared_hall.url}/p", params={"number": "W-"}, timeout=10)
    assert shown.status_code == 200 and "张**" in shown.text and "张三丰" not in shown.text
    assert "&lt;b&gt;许可&lt;/b&gt;" in shown.text and "<b>许可" not in shown.text
    none = requests.get(f"{shared_hall.url}/p", params={"number": '"><script>', "after": "rubbish"}, timeout=10)
    assert none.status_code == 200 and 'id="nothing"' in none.text and "<script>" not in none.text
    newest = requests.get(f"{shared_hall.url}/p?lang=en", timeout=10).text
    assert 'id="more"' in newest and "Finished cases" in newest


def test_a_file_with_one_wrong_row_brings_nothing(client: HallClient) -> None:
    good = [case("F-1", decided_on=str(LATELY)), case("F-2", decided_on=str(LATELY))]
    bad = json.dumps({"cases": [*good, case("F-3", decided_on="never")]}).encode()
    refused = client.import_cases(bad, dry_run=False)
    assert refused.tried and (refused.refused, refused.rows[0].number, refused.rows[0].row) == (1, "F-3", 3)
    assert client.publicity("F-").total == 0
    content = json.dumps({"cases": good}).encode()
    assert client.import_cases(content, dry_run=True).tried and client.publicity("F-").total == 0
    brought = client.import_cases(content, dry_run=False)
    assert (brought.tried, brought.created, client.publicity("F-").total) == (False, 2, 2)
    with pytest.raises(HallError, match="publicity_file_empty"):
        client.import_cases(b'{"cases": []}', dry_run=True)
    client.take_case_down(client.publicity("F-1").items[0].id, "asked for it")
    assert client.publicity("F-").total == 1
