"""Under which key a case was opened by hand, so that a request sent twice opens one.

Revision ID: openings
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "openings"
down_revision = "attachments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "openings",
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name="fk_openings_officer_id_officers"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_openings_case_id_cases"),
        sa.PrimaryKeyConstraint("officer_id", "key", name="pk_openings"),
    )
