"""Guides read, written by hand, as files; departments with their chart and who is on duty."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from server.audit import SYSTEM
from server.features.catalogue.models import StaffRow
from server.features.guides import department_editing, departments, editing, files, service, sources
from server.features.guides.bringing_in import Brought, bring_in, rehearse
from server.features.guides.models import GuideRow
from server.features.setup.guides import set_up_guides
from server.features.setup.hall_files import load_hall
from server.features.setup.service import set_up_hall
from server.preparing import DEMO_HALL
from shared.domain.errors import HallError
from shared.schemas.guides import (
    DepartmentEdit,
    Guide,
    GuideCreate,
    GuideEdit,
    GuideFields,
    GuideSourceEdit,
    GuideSummary,
)
from tests.fakes.items import item
from tests.server.conftest import ADMIN, Desk


def fields(code: str = "X1", **changed: Any) -> GuideFields:
    return GuideFields.model_validate(item(code, **changed))


def add(desk: Desk, of: GuideFields) -> Guide:
    return desk.database.write(lambda w: editing.add_guide(w, ADMIN, SYSTEM, GuideCreate(fields=of)))


def edit(desk: Desk, guide: Guide, **wanted: Any) -> Guide:
    body = GuideEdit.model_validate({"version": guide.version} | wanted)
    return desk.database.write(lambda w: editing.edit_guide(w, ADMIN, SYSTEM, guide.id, body))


def listed(desk: Desk, **asked: Any) -> list[GuideSummary]:
    return desk.read(lambda r: service.guide_list(r, **asked))  # type: ignore[no-any-return]


def file_of(*items: dict[str, Any]) -> bytes:
    return json.dumps({"format": "zhiting-guides/1", "items": items}, ensure_ascii=False).encode()


def bring(desk: Desk, content: bytes, *, whole: bool = False, agreed: bool = True) -> Brought:
    staged = files.read(content)
    return desk.database.write(
        lambda w: bring_in(w, SYSTEM, staged, whole=whole, by="file", percent=20, agreed=agreed)
    )  # fmt: skip


def test_the_demonstration_hall_has_guides_of_its_services_and_one_without(desk: Desk) -> None:
    every = listed(desk)
    assert len(every) >= 10 and [one.name for one in every if one.service_id is None] == [
        "政务服务咨询与投诉（12345热线）"
    ]
    assert {one.code for one in listed(desk, audience="enterprise")} < {one.code for one in every}
    theme = desk.read(service.themes)[0]
    assert len(listed(desk, theme=theme.name)) == theme.count > 1
    whole = desk.read(lambda r: service.guide(r, every[1].id))
    assert whole.fields.materials and whole.fields.basis and whole.fields.code == every[1].code
    assert desk.read(lambda r: service.guide_list(r, service_id=every[1].service_id)) == [every[1]]


def test_written_by_hand_linked_and_retired(desk: Desk) -> None:
    said = fields(name="职工正常退休申请")
    made = add(desk, said)
    # It is called as a service is, so that is the one.
    assert (made.fields, made.service_name, made.version, made.source) == (said, said.name, 1, "console")
    assert made.counter_labels
    with pytest.raises(HallError, match="guide_code_taken"):
        add(desk, said)
    again = edit(desk, made, fields=fields(name="改", fees=[{"name": "证", "fen": 1050}]).model_dump(mode="json"))
    assert (again.name, again.version, again.fields.fees[0].fen, again.service_id) == ("改", 2, 1050, made.service_id)
    with pytest.raises(HallError, match="changed_meanwhile"):
        edit(desk, made, unlink=True)
    gone = edit(desk, edit(desk, again, unlink=True), retired=True)
    assert gone.service_id is None and gone.id not in {one.id for one in listed(desk)}
    with pytest.raises(HallError, match="guide_unknown"):
        desk.read(lambda r: service.guide(r, gone.id))
    assert gone.id in {one.id for one in listed(desk, with_retired=True)}
    with pytest.raises(HallError, match="department_unknown"):
        add(desk, fields("X2", department="外星事务局"))
    with pytest.raises(HallError, match="guide_code_fixed"):
        edit(desk, gone, fields=fields("X3").model_dump(mode="json"))
    assert [event.kind for event in desk.events].count("guides.changed") == 4


def test_what_the_item_system_gives_is_changed_there_but_linked_here(desk: Desk) -> None:
    made = add(desk, fields())

    def feed(writer: Any) -> None:
        writer.session.get_one(GuideRow, made.id).source = "import"
        edit_ = GuideSourceEdit(address="https://items.example/x", secret="s", version=0)
        sources.put_source(writer, "https://hall", SYSTEM, edit_)

    desk.database.write(feed)
    for wanted in ({"fields": fields(name="改").model_dump(mode="json")}, {"retired": True}):
        with pytest.raises(HallError, match="guide_of_upstream"):
            edit(desk, made, **wanted)
    assert edit(desk, made, service_id=str(desk.places()[0])).service_id == desk.places()[0]
    report = bring(desk, file_of(item("X1", name="改")))
    assert [(row.outcome, row.why) for row in report.rows] == [("refused", "of_upstream")]


def test_what_is_of_this_hall_is_kept_over_each_import_and_former_versions_stay(desk: Desk) -> None:
    def import_(**said: Any) -> Guide:
        staged = files.read(file_of(item("X1", **said)))
        desk.database.write(
            lambda w: bring_in(w, SYSTEM, staged, whole=False, by="upstream", percent=20, agreed=True)
        )  # fmt: skip
        (one,) = [one for one in listed(desk) if one.code == "X1"]
        return desk.read(lambda r: service.guide(r, one.id))  # type: ignore[no-any-return]

    source = GuideSourceEdit(address="https://items.example/x", secret="s", version=0)
    desk.database.write(lambda w: sources.put_source(w, "https://hall", SYSTEM, source))
    mine = add(desk, fields(name="手写的"))
    taken = import_(address="旧址")
    # What the item system gives under the same code is its own from then on; what stood here is found again.
    assert (taken.source, taken.name, taken.kept) == ("import", "事项X1", ())
    (before,) = desk.read(lambda r: service.versions(r, mine.id))
    assert (before.fields.name, before.number, before.source) == ("手写的", 1, "console")
    said = taken.fields.model_dump(mode="json")
    kept = edit(desk, taken, fields=said | {"address": "三楼", "themes": ["就业"]})
    assert kept.kept == ("themes", "address") and kept.given == {"themes": ["社会保障"], "address": "旧址"}
    assert (kept.themes, kept.source) == (("就业",), "import")
    after = import_(address="新址", promised_days=4)
    assert (after.fields.address, after.fields.promised_days, after.given["address"]) == ("三楼", 4, "新址")
    assert [one.code for one in listed(desk, theme="就业")] == ["X1"]
    again = import_(address="新址", promised_days=4)
    assert again.version == after.version
    # Said as the item system says it, it is the item system's again.
    back = edit(desk, again, fields=again.fields.model_dump(mode="json") | again.given)
    assert back.kept == () and back.fields.address == "新址"
    with pytest.raises(HallError, match="guide_of_upstream"):
        edit(desk, back, fields=back.fields.model_dump(mode="json") | {"address": "四楼", "promised_days": 3})
    for place in range(25):
        back = edit(desk, back, fields=back.fields.model_dump(mode="json") | {"address": f"{place} 楼"})
    assert len(desk.read(lambda r: service.versions(r, mine.id))) == editing.KEPT_VERSIONS


@pytest.mark.parametrize(
    "wrong",
    [
        {"promised_days": 21}, {"audience": []}, {"audience": ["dog"]}, {"code": "a b"}, {"code": "x" * 65},
        {"name": ""}, {"name": "a\nb"}, {"fees": [{"name": "x", "fen": 0.5}]}, {"fees": [{"name": "x", "fen": -1}]},
        {"consult_phone": "call me"}, {"legal_days": -1}, {"materials": [{"name": "x", "originals": 100}]},
        {"steps": [{}] * 51}, {"conditions": [""]}, {"summary": "x" * 1001}, {"kind": "magic"}, {"code": 7},
    ],
)  # fmt: skip
def test_what_is_no_guide_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation"):
        GuideFields.model_validate(item("X1") | wrong)


def test_a_workbook_goes_out_and_comes_back_as_it_was(desk: Desk) -> None:
    full = fields(
        "W1", name_en="whole", kind="licence", audience=["person", "enterprise"], themes=["婚姻登记", "新生儿"],
        conditions=["一", "二"], fees=[{"name": "证", "fen": 1050, "unit": "证", "basis": "令"}], visits=1,
        basis=[{"title": "法", "number": "1号", "article": "第一条", "text": "文"}], result="证",
        result_ways=["window", "express"], windows=[{"label": "A1", "area": "一楼"}], consult_phone="020-1 转 2",
        materials=[{"name": "证", "form": "either", "copies": 2, "source": "government", "required": False}],
    )  # fmt: skip
    add(desk, full)
    every = desk.read(service.all_fields)
    for language in ("zh-CN", "en"):
        back = files.read(files.write(every, language))
        assert not back.refused and list(back.items.values()) == sorted(every, key=lambda one: one.code)
    same = desk.read(lambda r: rehearse(r, files.read(files.write(every, "zh-CN")), whole=True, by="file", percent=20))
    assert same.counts["unchanged"] == len(every) and same.rows == []
    # What is wrong in a cell is told with its place, and nothing of that item is taken.
    book = load_workbook(io.BytesIO(files.write([full], "zh-CN")))
    book["申请材料"]["D2"], book["收费"]["C2"] = "两份", "十元"
    book["设定依据"].append(["不在第一页", "法"])
    kept = io.BytesIO()
    book.save(kept)
    refused = {(row.code, row.field) for row in files.read(kept.getvalue()).refused}
    assert refused == {("W1", "materials.1.originals"), ("不在第一页", "name")}


def test_a_file_that_is_all_there_is_retires_the_rest_once_somebody_agrees(desk: Desk) -> None:
    before = listed(desk)
    held = bring(desk, file_of(item("N1")), whole=True, agreed=False)
    assert (held.held_for, held.counts["created"], held.counts["retired"]) == ("retires_many", 1, len(before))
    assert listed(desk) == before
    bring(desk, file_of(item("N1")), whole=True)
    assert [one.code for one in listed(desk)] == ["N1"]
    bring(desk, file_of({"code": "N1", "deleted": True}))
    assert listed(desk) == []


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'{"format":"zhiting-guides/1"}', b"[" * 99999, b"\xff\xfe", b"PK\x03\x04rubbish"]
)
def test_what_is_no_file_of_guides_is_refused(content: bytes) -> None:
    with pytest.raises(HallError, match=r"guides_file_wrong|workbook_wrong"):
        files.read(content)


def test_rubbish_items_are_refused_each_by_itself() -> None:
    odd = [item("A"), [], {"code": {}}, item("B", name="\u0000\u202e坏" * 50), item("C"), item("C", name="x")]
    staged = files.read(json.dumps({"format": "zhiting-guides/1", "items": odd}).encode())
    assert list(staged.items) == ["A"]
    assert [(row.code, row.why) for row in staged.refused] == [
        ("", "not_object"), ("", "wrong"), ("B", "wrong"), ("C", "twice"),
    ]  # fmt: skip


def test_departments_have_a_chart_leaders_windows_and_who_is_there_now(desk: Desk) -> None:
    every = desk.read(departments.department_list)
    hrss = next(one for one in every if one.short_name == "人社局")
    assert hrss.leaders[0].title == "副局长" and hrss.counter_labels and hrss.guides == 3 and hrss.on_duty == ()
    other = next(one for one in every if one.short_name == "医保局")

    def change(id_: UUID, **wanted: Any) -> Any:
        body = DepartmentEdit.model_validate(wanted)
        return desk.database.write(lambda w: department_editing.edit_department(w, ADMIN, SYSTEM, id_, body))

    leader = {"name": "王某", "title": "局长", "duty": "全面工作"}
    made = change(hrss.id, version=hrss.version, scope="社会保险", leaders=[leader], windows="二楼 C 区")
    assert (made.scope, made.leaders[0].name, made.windows) == ("社会保险", "王某", "二楼 C 区")
    change(other.id, version=0, parent_id=str(hrss.id))
    with pytest.raises(HallError, match="department_circle"):
        change(hrss.id, version=made.version, parent_id=str(other.id))
    with pytest.raises(HallError, match="changed_meanwhile"):
        change(hrss.id, version=0)
    assert change(other.id, version=1, top=True).parent_id is None
    # Who sits down is on duty, with the department they belong to.
    staff = desk.read(lambda r: r.session.scalars(select(StaffRow).where(StaffRow.department_id == hrss.id)).first())
    counter = desk.places()[2]
    desk.sign_in(counter, staff.number)
    (place,) = desk.read(lambda r: departments.department(r, hrss.id)).on_duty
    assert (place.staff_number, place.state) == (staff.number, "open")
    assert len(desk.read(lambda r: departments.department_list(r, "民生服务"))) < len(every)


def test_the_halls_files_loaded_again_leave_what_somebody_changed(desk: Desk, tmp_path: Path) -> None:
    hall = load_hall(DEMO_HALL)
    every = {one.code: one for one in listed(desk)}
    mine = edit(desk, desk.read(lambda r: service.guide(r, every["YS-RS-0101"].id)), unlink=True)
    content = json.loads((DEMO_HALL / "guides.json").read_text(encoding="utf-8"))
    content["items"] = [one for one in content["items"] if one["code"] in ("YS-RS-0101", "YS-RS-0107")]
    content["items"][0]["name"], content["items"][1]["name"] = "文件里的名称", "文件改了名称"

    def load() -> dict[str, GuideSummary]:
        (tmp_path / "guides.json").write_text(json.dumps(content), encoding="utf-8")
        with desk.database.write_engine.connect() as connection, connection.begin():
            set_up_guides(connection, tmp_path, hall, set_up_hall(connection, hall))
        return {one.code: one for one in listed(desk)}

    now = load()
    assert now["YS-RS-0101"].name == mine.name and now["YS-RS-0107"].name == "文件改了名称"
    assert set(now) == {"YS-RS-0101", "YS-RS-0107"} and now["YS-RS-0107"].version == 2
    assert load()["YS-RS-0107"].version == 2
    content["items"][1]["service"] = "no-such-service"
    with pytest.raises(HallError, match="guides_file_row"):
        load()
