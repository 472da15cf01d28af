"""Departments added, renamed, described and retired; who is on duty is named as the hall wants it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server.audit import SYSTEM
from server.auth import Principal
from server.database import Writer
from server.features.catalogue.models import DepartmentRow, StaffRow
from server.features.guides import department_editing, departments, files
from server.features.guides.bringing_in import bring_in
from server.features.media.models import MediaRow
from server.features.organisation import service as units
from server.features.organisation.models import UnitRow
from server.features.setup.hall_files import load_hall
from server.features.setup.service import set_up_hall
from server.preparing import DEMO_HALL
from shared.domain.errors import HallError
from shared.schemas.guides import DepartmentCreate, DepartmentEdit, DepartmentFacts, DepartmentSettings
from shared.schemas.organisation import UnitCreate, UnitEdit
from tests.fakes.items import item
from tests.server.conftest import ADMIN, Desk
from tests.server.features.guides.test_guides import file_of

PORTRAIT = "ab" * 32


def add(desk: Desk, name: str, by: Principal = ADMIN, **more: Any) -> DepartmentFacts:
    wanted = DepartmentCreate.model_validate({"name": name, "category": "民生服务"} | more)
    return desk.database.write(lambda w: department_editing.add_department(w, by, SYSTEM, wanted))


def edit(desk: Desk, id_: UUID, by: Principal = ADMIN, **wanted: Any) -> DepartmentFacts:
    version = desk.read(lambda r: departments.department(r, id_, every=True)).version
    body = DepartmentEdit.model_validate({"version": version} | wanted)
    return desk.database.write(lambda w: department_editing.edit_department(w, by, SYSTEM, id_, body))


def known(desk: Desk, short: str) -> DepartmentFacts:
    found: DepartmentFacts = next(one for one in desk.read(departments.department_list) if one.short_name == short)
    return found


def keep_picture(writer: Writer) -> None:
    """As the store keeps one that was uploaded."""
    writer.session.add(MediaRow(
        hall_id=writer.hall_id, sha256=PORTRAIT, name="王某.png", media_type="image/png", size=1, width=1, height=1,
        duration_ms=None, has_thumbnail=True, uploaded_by="x", uploaded_at=writer.now, retired_at=None, removed_at=None,
    ))  # fmt: skip


def test_a_department_is_a_unit_of_the_organisation(desk: Desk) -> None:
    made = add(desk, "云山区数据局", phone="020-1")
    unit = desk.read(lambda r: r.session.get_one(UnitRow, made.id))
    assert (unit.name, unit.short_name, made.version) == ("云山区数据局", made.short_name, 1)
    with pytest.raises(HallError, match="department_name_taken"):
        add(desk, "云山区数据局")
    with pytest.raises(HallError, match="department_floor_unknown"):
        add(desk, "别的局", floor="nowhere")
    # One that stands in the organisation already, with the people in it.
    root = desk.read(lambda r: r.session.scalars(select(UnitRow.id).where(UnitRow.parent_id.is_(None))).one())
    stood = desk.database.write(
        lambda w: units.add_unit(w, ADMIN, SYSTEM, UnitCreate(parent_id=root, name="测绘处"))
    )  # fmt: skip
    person = desk.read(lambda r: r.session.scalars(select(StaffRow.id).limit(1)).one())
    desk.database.write(lambda w: setattr(w.session.get_one(StaffRow, person), "unit_id", stood.id))
    assert add(desk, "测绘处", unit_id=str(stood.id)).id == stood.id
    assert desk.read(lambda r: r.session.get_one(StaffRow, person)).department_id == stood.id
    with pytest.raises(HallError, match="department_known"):
        add(desk, "再来一次", unit_id=str(stood.id))


def test_renamed_on_either_side_and_still_known_by_its_former_name(desk: Desk) -> None:
    one = known(desk, "人社局")
    edit(desk, one.id, name="云山区人社与就业局", name_en="Jobs")
    unit = desk.read(lambda r: r.session.get_one(UnitRow, one.id))
    assert unit.name == "云山区人社与就业局"
    # The item system does not know yet.
    staged = files.read(file_of(item("N1")))
    made = desk.database.write(
        lambda w: bring_in(w, SYSTEM, staged, whole=False, by="file", percent=20, agreed=True)
    )  # fmt: skip
    assert made.counts["created"] == 1
    wanted = UnitEdit(version=unit.version, name="云山区就业局")
    desk.database.write(lambda w: units.edit_unit(w, ADMIN, SYSTEM, one.id, wanted))
    assert desk.read(lambda r: departments.department(r, one.id)).name == "云山区就业局"
    assert desk.read(lambda r: r.session.get_one(DepartmentRow, one.id)).former == [one.name, "云山区人社与就业局"]


def test_what_is_in_use_is_not_retired_and_what_is_retired_is_out_of_sight(desk: Desk) -> None:
    with pytest.raises(HallError, match="department_in_use"):
        edit(desk, known(desk, "人社局").id, retired=True)
    made = add(desk, "云山区数据局")
    edit(desk, made.id, retired=True)
    with pytest.raises(HallError, match="department_unknown"):
        desk.read(lambda r: departments.department(r, made.id))
    assert made.id not in {one.id for one in desk.read(departments.department_list)}
    assert desk.read(lambda r: departments.department(r, made.id, every=True)).retired
    assert not edit(desk, made.id, retired=False).retired


def test_whoever_may_not_change_units_adds_and_renames_none(desk: Desk) -> None:
    clerk = Principal("user", "clerk", 2e9, frozenset({"catalogue.services:change"}))
    with pytest.raises(HallError, match="not_permitted"):
        add(desk, "云山区数据局", clerk)
    one = known(desk, "人社局")
    with pytest.raises(HallError, match="not_permitted"):
        edit(desk, one.id, clerk, name="改")
    assert edit(desk, one.id, clerk, scope="说明").scope == "说明"
    assert known(desk, "人社局").name == one.name


def test_only_published_leaders_are_told_and_portraits_are_the_halls(desk: Desk) -> None:
    one = known(desk, "人社局")
    leaders = [
        {"title": "局长", "name": "王某", "portrait": PORTRAIT},
        {"title": "副局长", "name": "李某", "published": False},
    ]
    with pytest.raises(HallError, match="notice_media_missing"):
        edit(desk, one.id, leaders=leaders)
    desk.database.write(keep_picture)
    assert len(edit(desk, one.id, leaders=leaders, flows="先取号").leaders) == 2
    told = desk.read(lambda r: departments.department(r, one.id))
    assert ([leader.name for leader in told.leaders], told.flows) == (["王某"], "先取号")
    assert told.businesses and desk.read(lambda r: departments.portraits_of(r, PORTRAIT)) == [(one.id, one.name)]
    assert desk.read(lambda r: departments.shows_portrait(r, PORTRAIT))
    edit(desk, one.id, leaders=[{**leaders[0], "published": False}])
    assert not desk.read(lambda r: departments.shows_portrait(r, PORTRAIT))


@pytest.mark.parametrize(
    ("how", "name", "told"),
    [("name", "王小明", 1), ("surname", "王**", 1), ("number", "R001", 1), ("nobody", "", 0)],
)
def test_who_is_on_duty_is_named_as_the_hall_wants_it(desk: Desk, how: str, name: str, told: int) -> None:
    one = known(desk, "人社局")

    def prepare(writer: Any) -> str:
        row = writer.session.scalars(select(StaffRow).where(StaffRow.department_id == one.id)).first()
        row.name, row.number = "王小明", "R001"
        return str(row.number)

    number = desk.database.write(prepare)
    desk.sign_in(desk.places()[2], number)
    wanted = DepartmentSettings.model_validate({"on_duty": how, "version": 0})
    desk.database.write(lambda w: department_editing.put_settings(w, SYSTEM, wanted))
    places = desk.read(lambda r: departments.department(r, one.id)).on_duty
    assert [(place.staff_name, place.staff_number) for place in places] == [(name, "R001")] * told
    # Whoever edits them sees who it is.
    assert desk.read(lambda r: departments.department(r, one.id, every=True)).on_duty[0].staff_name == "王小明"


def test_the_halls_files_leave_what_was_renamed_by_hand(desk: Desk) -> None:
    hall, one = load_hall(DEMO_HALL), known(desk, "人社局")
    edit(desk, one.id, name="改过的局", phone="12345")
    with desk.database.write_engine.connect() as connection, connection.begin():
        set_up_hall(connection, hall)
    row = desk.read(lambda r: r.session.get_one(DepartmentRow, one.id))
    assert (row.name, row.phone) == ("改过的局", "12345")


def test_a_halls_folder_is_told_what_is_wrong_with_its_guides(tmp_path: Path) -> None:
    folder = tmp_path / "hall"
    shutil.copytree(DEMO_HALL, folder)
    good = item("G1", service="no-such-service")
    wrong = [good, item("G2", promised_days=99), item("G3", department="外星事务局"), {"code": "G4"}]
    (folder / "guides.json").write_text(
        json.dumps({"format": "zhiting-guides/1", "items": wrong}, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    with pytest.raises(HallError) as told:
        load_hall(folder)
    found = {(one.where, one.code) for one in told.value.problems}  # type: ignore[attr-defined]
    assert found == {
        ("G2", "guides_item"), ("G4", "guides_item"), ("G1.service", "unknown_service"),
        ("G3.department", "unknown_department"),
    }  # fmt: skip
    assert "guides.json:" in str(told.value) and "[G2]" in str(told.value)
    (folder / "guides.json").write_text("[]")
    with pytest.raises(HallError, match=r"guides\.json"):
        load_hall(folder)
