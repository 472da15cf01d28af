"""guides of official items, what is told of departments, where guides come from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import server.database

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _hall(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f(f"fk_{table}_hall_id"))


def upgrade() -> None:
    op.create_table(
        "guides",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=True),
        sa.Column("legal_days", sa.Integer(), nullable=True),
        sa.Column("promised_days", sa.Integer(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", server.database.UtcTime(timezone=True), nullable=False),
        sa.CheckConstraint("source IN ('files', 'console', 'import')", name=op.f("ck_guides_source")),
        _hall("guides"),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_guides_department_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_guides_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guides")),
        sa.UniqueConstraint("hall_id", "code", name=op.f("uq_guides_hall_id_code")),
    )
    op.create_index(op.f("ix_guides_department_id"), "guides", ["department_id"])
    op.create_index(op.f("ix_guides_service_id"), "guides", ["service_id"])
    op.create_table(
        "department_facts",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("department_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("windows", sa.String(), nullable=False),
        sa.Column("leaders", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _hall("department_facts"),
        sa.ForeignKeyConstraint(["department_id"], ["departments.id"], name=op.f("fk_department_facts_department_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["departments.id"], name=op.f("fk_department_facts_parent_id")),
        sa.PrimaryKeyConstraint("department_id", name=op.f("pk_department_facts")),
    )
    op.create_table(
        "guide_sources",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secret_cipher", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("next_at", server.database.UtcTime(timezone=True), nullable=True),
        sa.Column("last_full_at", server.database.UtcTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _hall("guide_sources"),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_guide_sources")),
    )
    op.create_table(
        "guide_runs",
        sa.Column("hall_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("begun_at", server.database.UtcTime(timezone=True), nullable=False),
        sa.Column("ended_at", server.database.UtcTime(timezone=True), nullable=True),
        sa.Column("until", server.database.UtcTime(timezone=True), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("staged", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint("mode IN ('full', 'changes', 'file')", name=op.f("ck_guide_runs_mode")),
        sa.CheckConstraint(
            "state IN ('waiting', 'reading', 'held', 'done', 'failed', 'dropped')", name=op.f("ck_guide_runs_state")
        ),
        _hall("guide_runs"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guide_runs")),
    )
    op.create_index(op.f("ix_guide_runs_hall_id_begun_at"), "guide_runs", ["hall_id", "begun_at"])
