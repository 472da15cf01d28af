"""materials in full: originals and copies, what may be sent in advance, who gave the line"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Until now every line took a picture or a PDF of ten megabytes; how many to bring stood in its name.
_WAS = (
    ("originals", sa.Integer(), "1"),
    ("copies", sa.Integer(), "0"),
    ("in_advance", sa.Boolean(), sa.true()),
    ("kinds", sa.JSON(), '["image/jpeg", "image/png", "application/pdf"]'),
    ("largest_mb", sa.Integer(), "10"),
    ("source", sa.String(), "console"),
)


def upgrade() -> None:
    # Added in place: a table made anew would take the papers that point to it along.
    for name, kind, was in _WAS:
        op.add_column("materials", sa.Column(name, kind, nullable=False, server_default=was))
