"""Checklists: what a line says, two editors, what a line lets in, the workbook, the hall's files."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server import workbook
from server.audit import AuditRow
from server.database import Writer
from server.features.booking import book, material_table, materials
from server.features.booking.models import AppointmentRow, MaterialRow
from server.features.setup.checklists import set_up_checklists
from server.features.setup.hall_files import load_hall
from server.preparing import DEMO_HALL
from shared.domain.booking.papers import LARGEST, check_line
from shared.domain.errors import HallError
from shared.domain.object_ids import object_id
from shared.schemas.booking import PAPER_KINDS, Checklist, MaterialEdit, Materials
from tests.server.conftest import ADMIN, Desk
from tests.server.features.booking.stage import WHO, Bookings

JPEG = b"\xff\xd8\xff\xe0 picture \xff\xd9"
PDF = b"%PDF-1.7 paper %%EOF"


def kept(desk: Desk, service_id: UUID, lines: list[MaterialEdit], version: str = "") -> Materials:
    wanted = Checklist(items=lines, version=version)
    return desk.database.write(lambda w: materials.set_materials(w, ADMIN, WHO, service_id, wanted))


def test_a_list_is_kept_in_order_with_everything_a_line_says(desk: Desk) -> None:
    service = desk.places()[0]
    full = MaterialEdit(
        name="户口簿", name_en="Household register", note="首页和本人页", note_en="First page", required=False,
        originals=1, copies=2, in_advance=True, kinds=("application/pdf",), largest_mb=3,
    )  # fmt: skip
    first = kept(desk, service, [full, MaterialEdit(name="照片", originals=2)])
    assert first.items[0].model_dump(exclude={"id"}) == full.model_dump(exclude={"id"})
    # Turned round and renamed, each line stays itself; what is left out goes.
    photo, register = first.items[1], first.items[0]
    second = kept(desk, service, [photo, register.model_copy(update={"name": "居民户口簿"})])
    assert [line.id for line in second.items] == [photo.id, register.id]
    assert [line.name for line in kept(desk, service, [second.items[1]]).items] == ["居民户口簿"]
    changes = select(AuditRow).where(AuditRow.action == "materials.changed").order_by(AuditRow.n)
    trail = desk.read(lambda r: list(r.session.scalars(changes)))
    told = [json.loads(row.detail) for row in trail]
    assert [(one["lines"], one["removed"]) for one in told][-3:] == [(2, 0), (2, 0), (1, 1)]


def test_who_looked_at_an_older_list_writes_over_nobody(desk: Desk) -> None:
    service = desk.places()[0]
    looked_at = kept(desk, service, [MaterialEdit(name="照片")])
    colleague = kept(desk, service, [MaterialEdit(name="照片", originals=3)], looked_at.version)
    with pytest.raises(HallError) as refused:
        kept(desk, service, [], looked_at.version)
    assert refused.value.code == "changed_meanwhile"
    assert desk.read(lambda r: materials.materials(r, service)) == colleague
    # What says the same is the same version, whoever wrote it.
    assert kept(desk, service, list(colleague.items)).version == colleague.version


def test_all_lists_come_at_once_the_empty_ones_too(desk: Desk) -> None:
    service = desk.places()[0]
    kept(desk, service, [])
    found = {one.service_id: one for one in desk.read(materials.checklists)}
    assert found[service].items == []
    other = object_id("yunshan", "service", "id-renew")
    assert not found.get(other) or found[other] == desk.read(lambda r: materials.materials(r, other))
    assert sum(bool(one.items) for one in found.values()) > 100


@pytest.mark.parametrize(
    ("line", "content", "code"),
    [
        (MaterialEdit(name="身份证", in_advance=False), JPEG, "material_not_in_advance"),
        (MaterialEdit(name="照片", kinds=PAPER_KINDS[:2]), PDF, "material_kind_here"),
        (MaterialEdit(name="章程", largest_mb=1), b"%PDF-" + bytes(1024**2) + b"%%EOF", "material_too_large"),
        (MaterialEdit(name="照片", kinds=PAPER_KINDS[:2]), JPEG, ""),
    ],
)
def test_a_line_takes_only_what_it_says(desk: Desk, line: MaterialEdit, content: bytes, code: str) -> None:
    bookings = Bookings(desk)
    row = bookings.book(1)
    made = kept(desk, bookings.service_id, [line]).items[0]
    assert send(desk, row, content, made.id) == code
    # A line that has been taken away takes nothing any more; what stands on no list always may come.
    kept(desk, bookings.service_id, [])
    assert send(desk, row, JPEG, made.id) == "material_unknown"
    assert send(desk, row, JPEG, None) == ""


def send(desk: Desk, row: AppointmentRow, content: bytes, line: UUID | None) -> str:
    """The code of the refusal; empty when it was kept."""
    paper = materials.seal_paper(desk.context.keys.vault, content)

    def work(writer: Writer) -> None:
        materials.keep_paper(writer, WHO, book.find(writer, row.id), paper, line)

    try:
        desk.database.write(work)
    except HallError as error:
        return error.code
    return ""


lines = st.builds(
    MaterialEdit, name=st.text("证件照片 ABC-=+@", min_size=1, max_size=20).filter(str.strip),
    name_en=st.text("abc =", max_size=20), note=st.text("说明,=\"'", max_size=30), required=st.booleans(),
    originals=st.integers(1, 20), copies=st.integers(0, 20), in_advance=st.booleans(),
    kinds=st.lists(st.sampled_from(PAPER_KINDS), min_size=1, unique=True).map(
        lambda found: tuple(kind for kind in PAPER_KINDS if kind in found)
    ),
    largest_mb=st.integers(1, 10),
)  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(st.lists(lines, min_size=1, max_size=4), st.sampled_from(["zh-CN", "en"]))
def test_a_workbook_says_what_the_list_says(given_lines: list[MaterialEdit], language: str) -> None:
    found = material_table.read(material_table.write(given_lines, language))
    assert found.faults == []
    assert found.items == given_lines


def test_each_fault_of_a_workbook_is_named_with_its_row_and_column() -> None:
    rows = [
        ["照片", "", "是", 2, 0, "", "", "是", "JPG", 5], ["", "Name", "是", 1, 0, "", "", "是", "", ""],
        ["甲", "", "maybe", 99, 0, "", "", "是", "gif", "many"], ["乙", "", "no", 0, 0, "", "", "否", "", ""],
    ]  # fmt: skip
    content = workbook.write([workbook.Sheet("x", material_table.COLUMNS, [10] * 10, rows)])
    found = material_table.read(content)
    assert found.items == []
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (3, "name"), (4, "required"), (4, "kinds"), (4, "largest_mb"), (5, "originals"),
    ]  # fmt: skip
    for content, code in (
        (workbook.write([workbook.Sheet("x", material_table.COLUMNS, [10] * 10, [])]), "materials_table_empty"),
        (b"PK not a workbook", "workbook_wrong"),
    ):
        with pytest.raises(HallError) as refused:
            material_table.read(content)
        assert refused.value.code == code


@given(st.sampled_from(PAPER_KINDS), st.integers(1, LARGEST), lines)
def test_what_a_line_lets_in_is_what_it_says(kind: str, size: int, line: MaterialEdit) -> None:
    fits = line.in_advance and kind in line.kinds and size <= line.largest_mb * 1024**2
    try:
        check_line(kind, size, in_advance=line.in_advance, kinds=line.kinds, largest_mb=line.largest_mb)
    except HallError:
        assert not fits
    else:
        assert fits


def test_a_line_asks_for_something() -> None:
    with pytest.raises(ValidationError):
        MaterialEdit(name="空", originals=0, copies=0, in_advance=False)
    assert MaterialEdit(name="表计照片", originals=0, copies=0).in_advance


def test_the_files_change_a_list_until_somebody_has_changed_it_here(desk: Desk) -> None:
    files = load_hall(Path(DEMO_HALL))
    service = object_id(files.hall.key, "service", "id-lost")
    other = object_id(files.hall.key, "service", "id-renew")
    before = desk.read(lambda r: materials.materials(r, service))
    assert before.items[0].name == "居民户口簿" and before.items[0].required and not before.items[-1].required
    mine = kept(desk, other, [MaterialEdit(name="旧证")])
    fewer = files.model_copy(
        update={
            "services": tuple(
                one.model_copy(update={"materials": ("id-card",), "materials_if_any": ()})
                if one.key in ("id-lost", "id-renew")
                else one
                for one in files.services
            )
        }
    )

    def load(writer: Writer) -> None:
        connection: Connection = writer.connection
        with Session(bind=connection) as session:
            set_up_checklists(session, writer.hall_id, fewer)
            session.flush()

    desk.database.write(load)
    assert [line.name for line in desk.read(lambda r: materials.materials(r, service)).items] == ["居民身份证"]
    assert desk.read(lambda r: materials.materials(r, other)) == mine
    # A line that stands no longer is still there for the papers that were sent for it.
    gone = desk.read(lambda r: r.session.get(MaterialRow, before.items[0].id))
    assert gone.retired
