"""What a case needs after it was accepted: limits, who it was handed to, where it came from.

Revision ID: case_life
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "case_life"
down_revision = "evidence_hashes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; cases of before came from alerts and have no limit running."""
    time = sa.DateTime(timezone=True)
    op.add_column("officers", sa.Column("department", sa.String(length=100), nullable=True))
    for column in (
        sa.Column("origin", sa.String(length=16), nullable=False, server_default="alert"),
        sa.Column("place", sa.Text(), nullable=False, server_default=""),
        sa.Column("verdict_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("due_at", time, nullable=True),
        sa.Column("escalation_level", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("supervised_since", time, nullable=True),
        sa.Column("department", sa.String(length=100), nullable=True),
    ):
        op.add_column("cases", column)
    _add_reference("handler_id", "officers")
    _add_reference("merged_into", "cases")
    op.create_index("ix_cases_due", "cases", ["due_at"])


def _add_reference(name: str, table: str) -> None:
    # Alembic's own form is refused for SQLite, which takes a reference only within ADD COLUMN.
    op.execute(
        f"ALTER TABLE cases ADD COLUMN {name} INTEGER"
        f" CONSTRAINT fk_cases_{name} REFERENCES {table} (id)"
    )
