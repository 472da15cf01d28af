"""What the hall's files say of departments' chiefs and of items: ``guides.json``, in the form of the interface."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server.features.catalogue.models import DepartmentRow, ServiceRow
from server.features.guides.editing import write_guide
from server.features.guides.files import read
from server.features.guides.models import DepartmentFactsRow, GuideRow
from server.features.guides.service import guide_id, mark_of
from shared.domain.errors import HallError
from shared.domain.object_ids import object_id
from shared.schemas.hall_files import HallFiles

FILE: Final = "guides.json"


def set_up_guides(connection: Connection, folder: Path, files: HallFiles, hall_id: UUID) -> None:
    """Write them after the hall itself; what somebody has changed since, or another system gives, stays as it is.

    ``service`` of an item is the key of the service it is linked with. HallError ``guides_file_wrong``.
    """
    with Session(bind=connection) as session:
        _chiefs(session, files, hall_id)
        path = folder / FILE
        if path.exists():
            _guides(session, path.read_bytes(), files, hall_id)
        session.flush()


def _guides(session: Session, content: bytes, files: HallFiles, hall_id: UUID) -> None:
    staged = read(content)
    if staged.refused:
        first = staged.refused[0]
        raise HallError("guides_file_row", status=422, code=first.code, why=first.why, field=first.field)
    linked = {one["code"]: one.get("service", "") for one in json.loads(content)["items"]}
    departments = {row.name: row.id for row in session.scalars(select(DepartmentRow))}
    standing = {row.code: row for row in session.scalars(select(GuideRow).where(GuideRow.hall_id == hall_id))}
    for code, fields in staged.items.items():
        department_id = departments.get(fields.department)
        if department_id is None:
            raise HallError("guides_file_row", status=422, code=code, why="department_unknown", field="department")
        service_id = object_id(files.hall.key, "service", linked[code]) if linked[code] else None
        if service_id is not None and session.get(ServiceRow, service_id) is None:
            raise HallError("guides_file_row", status=422, code=code, why="wrong", field="service")
        row = standing.pop(code, None)
        if row is None:
            row = GuideRow(hall_id=hall_id, id=guide_id(hall_id, code), source="files", version=0, mark="")
            session.add(row)
        elif row.source != "files":
            continue
        if (row.mark, row.service_id, row.retired) != (mark_of(fields), service_id, False):
            write_guide(row, fields, department_id)
            row.service_id, row.retired, row.version = service_id, False, row.version + 1
            row.changed_at = datetime.now(UTC)
    for row in standing.values():
        row.retired = row.retired or row.source == "files"


def _chiefs(session: Session, files: HallFiles, hall_id: UUID) -> None:
    """The post of each department's chief, where nobody has written about the department yet."""
    for department in files.departments:
        department_id = object_id(files.hall.key, "department", department.key)
        row = session.get(DepartmentFactsRow, department_id)
        if row is None:
            row = DepartmentFactsRow(hall_id=hall_id, department_id=department_id, parent_id=None, version=0)
            row.scope, row.windows, row.flows = "", "", ""
            session.add(row)
        if row.version == 0:
            row.leaders = [{"name": "", "title": department.leader_title, "duty": department.leader_duty}]
