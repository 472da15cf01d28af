"""What every hall has besides its files: the organisation's root, a unit per department, base roles, our clients."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server.database import HallRow
from server.features.access.models import RoleRow
from server.features.catalogue.models import DepartmentRow, HallFactsRow, StaffRow
from server.features.organisation.models import UnitRow
from server.features.sign_on.models import ClientRow
from shared.domain.object_ids import object_id
from shared.domain.permissions import BASE_ROLES
from shared.i18n import text

# Our own programs: public clients, which sign in with PKCE alone and need no consent.
OWN_CLIENTS = ("zhiting-admin", "zhiting-counter", "zhiting-pages")


def root_id(key: str) -> UUID:
    """The root unit of a hall."""
    return object_id(key, "unit", "")


def furnish(connection: Connection) -> None:
    """Add what is missing; safe to repeat, and it changes nothing an administrator has set."""
    with Session(bind=connection) as session:
        for hall in session.scalars(select(HallRow)):
            _units(session, hall)
            _roles(session, hall)
            _clients(session, hall)
        session.flush()


def _units(session: Session, hall: HallRow) -> None:
    root = session.get(UnitRow, root_id(hall.key))
    if root is None:
        facts = session.get(HallFactsRow, hall.id)
        name = str(facts.facts.get("name", hall.key)) if facts is not None else hall.key
        root = UnitRow(
            hall_id=hall.id, id=root_id(hall.key), parent_id=None, name=name, short_name=name[:12], code="", sort=0,
            retired=False, version=0,
        )  # fmt: skip
        session.add(root)
        session.flush()
    for department in session.scalars(select(DepartmentRow).where(DepartmentRow.hall_id == hall.id)):
        if session.get(UnitRow, department.id) is None:
            session.add(
                UnitRow(
                    hall_id=hall.id, id=department.id, parent_id=root.id, name=department.name,
                    short_name=department.short_name, code="", sort=department.sort, retired=False, version=0,
                )
            )  # fmt: skip
    session.flush()
    for person in session.scalars(select(StaffRow).where(StaffRow.hall_id == hall.id, StaffRow.unit_id.is_(None))):
        person.unit_id = person.department_id or root.id


def _roles(session: Session, hall: HallRow) -> None:
    for role in BASE_ROLES:
        role_id = object_id(hall.key, "role", role.key)
        row = session.get(RoleRow, role_id)
        if row is None:
            row = RoleRow(
                hall_id=hall.id, id=role_id, key=role.key, note="", base=True, retired=False, version=0,
                name=_words("role", role.key, "zh-CN"), name_en=_words("role", role.key, "en"),
                permissions=list(role.patterns),
            )  # fmt: skip
            session.add(row)
        row.permissions = list(role.patterns)


def _clients(session: Session, hall: HallRow) -> None:
    for client_id in OWN_CLIENTS:
        row_id = object_id(hall.key, "client", client_id)
        if session.get(ClientRow, row_id) is None:
            session.add(
                ClientRow(
                    hall_id=hall.id, id=row_id, client_id=client_id, name=_words("client", client_id, "zh-CN"),
                    name_en=_words("client", client_id, "en"), secret_hash=None,
                    redirect_uris=[], post_logout_uris=[], backchannel_uri="", cas_services=[],
                    scopes=["openid", "profile", "hall"], own=True, trusted=False, enabled=True,
                    created_at=datetime.now(UTC), version=0,
                )
            )  # fmt: skip


def _words(kind: str, key: str, language: str) -> str:
    return text(f"access.{kind}.{key.replace('-', '_')}", language=language)
